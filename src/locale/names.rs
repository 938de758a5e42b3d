//! Names of products and of code that are written alike in every language, by their names in links; and lists of such
//! words, which are packed because the first view carries them.

use crate::estimator::catalog::devices::DEVICES;
use crate::estimator::{Component, ComponentGroup};

/// A name in links and the name that the thing bears, a line each.
const NAMES: &str = "\
transformers Transformers\n\
vllm vLLM\n\
ddp DDP\n\
fsdp2 FSDP2\n\
torch PyTorch\n\
megatron Megatron-LM\n\
deepspeed DeepSpeed\n\
llamacpp llama.cpp\n\
turing Turing\n\
ampere Ampere\n\
ada Ada Lovelace\n\
hopper Hopper\n\
blackwell Blackwell (RTX 50)\n\
blackwell-dc Blackwell (B200)\n\
resnet ResNet\n\
vgg VGG\n\
densenet DenseNet\n\
efficientnet EfficientNet\n\
regnet RegNet\n\
efficientnet-v2 EfficientNet V2\n\
mobilenet-v3 MobileNet V3\n\
mnasnet MnasNet\n\
swin Swin\n\
maxvit MaxViT\n\
convnext ConvNeXt\n\
alibi ALiBi\n\
rms RMS\n\
rms_plus_one RMS, 1 + w\n\
layer LayerNorm\n\
layer_plus_one LayerNorm, 1 + w\n\
";

/// The name that a product or a thing of a library bears; nothing where the name in links is all there is.
pub fn name(id: &str) -> Option<&'static str> {
    word_in(NAMES, id).or_else(|| DEVICES.iter().find(|it| it.id == id).map(|it| it.name))
}

/// The words that stand beside a name in links, in a list with a line for each.
pub fn word_in(list: &'static str, id: &str) -> Option<&'static str> {
    list.lines().find_map(|line| line.strip_prefix(id)?.strip_prefix(' '))
}

/// What a component is called where no other of its group stands beside it, by the names of a language.
pub fn name_alone(
    it: Component,
    component: fn(Component) -> &'static str,
    group: fn(ComponentGroup) -> &'static str,
) -> &'static str {
    if it.is_called_as_group() { group(it.group()) } else { component(it) }
}
