//! English names of components, constants and quantities, and why methods differ. It knows no number of
//! the current estimate.

use crate::estimator::{Component, ComponentGroup, ConstantId, Mode, MomentId};

pub(super) fn component(component: Component) -> &'static str {
    match component {
        Component::Weights => "Weights",
        Component::Embedding => "Embedding",
        Component::Attention => "Attention",
        Component::FeedForward => "Feed-forward",
        Component::Convolutions => "Convolutions",
        Component::FullyConnected => "Fully connected",
        Component::BatchNormalization => "Batch normalization",
        Component::Fusion => "Fusion layers",
        Component::VisionEncoder => "Vision encoder",
        Component::TextEncoder => "Text encoder",
        Component::Router => "Router",
        Component::ActiveExperts => "Active experts",
        Component::Experts => "All experts",
        Component::Adapter => "Adapter",
        Component::MasterWeights => "Master weights",
        Component::Optimizer => "Optimizer states",
        Component::Gradients => "Gradients",
        Component::Activations => "Layer activations",
        Component::AttentionScores => "Attention scores",
        Component::FeatureMaps => "Feature maps",
        Component::ImageFeatures => "Image features",
        Component::TextFeatures => "Text features",
        Component::CrossModalAttention => "Cross-modal attention",
        Component::ModalAlignment => "Modal alignment",
        Component::Contrastive => "Contrastive matrix",
        Component::RoutingProbabilities => "Routing probabilities",
        Component::ExpertAssignment => "Expert assignment",
        Component::VisionActivations => "Vision activations",
        Component::Logits => "Logits and loss",
        Component::KvCache => "KV cache",
        Component::AutocastCopies => "Autocast copies",
        Component::Temporaries => "Temporaries",
        Component::Inputs => "Inputs and buffers",
        Component::PositionEncoding => "Position encoding",
        Component::ImagePreprocessing => "Image preprocessing",
        Component::LoadBalance => "Load balance",
        Component::Overhead => "Overhead",
        Component::Runtime => "Runtime",
    }
}

pub(super) fn group(group: ComponentGroup) -> &'static str {
    match group {
        ComponentGroup::Weights => "Weights",
        ComponentGroup::Vision => "Vision encoder",
        ComponentGroup::Text => "Text encoder",
        ComponentGroup::Experts => "Experts",
        ComponentGroup::Adapter => "Adapter",
        ComponentGroup::Optimizer => "Optimizer states",
        ComponentGroup::Gradients => "Gradients",
        ComponentGroup::Activations => "Activations",
        ComponentGroup::Logits => "Logits",
        ComponentGroup::KvCache => "KV cache",
        ComponentGroup::Temporaries => "Temporaries",
        ComponentGroup::Other => "Other",
        ComponentGroup::Overhead => "Overhead",
    }
}

/// Labels begin with a capital, parts of a sentence do not, and abbreviations such as "KV cache" stay.
/// ASCII is enough for English, and the tables of Unicode would weigh on the download.
pub(super) fn group_in_sentence(it: ComponentGroup) -> String {
    let label = group(it);
    match label.as_bytes() {
        [_, second, ..] if second.is_ascii_lowercase() => label[..1].to_ascii_lowercase() + &label[1..],
        _ => label.to_owned(),
    }
}

pub(super) fn moment(moment: MomentId) -> &'static str {
    match moment {
        MomentId::Whole => "All at once",
        MomentId::Generation => "Generation",
        MomentId::ReferencePass => "Reference pass",
        MomentId::Prefill => "Prefill, last layer",
        MomentId::PrefillLogits => "Prefill, logits",
        MomentId::Decode => "Decode",
        MomentId::Serving => "Serving",
        MomentId::Encoder => "Encoder",
        MomentId::Forward => "Forward",
        MomentId::Loss => "Loss",
        MomentId::BackwardStart => "Backward begins",
        MomentId::BackwardLayer => "Backward, in a layer",
        MomentId::BackwardEnd => "Backward ends",
        MomentId::OptimizerStep => "Optimizer step",
    }
}

pub(super) fn constant(id: ConstantId) -> &'static str {
    match id {
        ConstantId::KeysAndValues => "keys and values (document, inference)",
        ConstantId::InferenceActivations => "inference keeps 10 % of the activations (document, inference)",
        ConstantId::CheckpointedActivations => "checkpointing removes 70 % (document, training)",
        ConstantId::OptimizerState => "bytes of an FP32 state (document, training)",
        ConstantId::GrpoWeight => "bytes of an INT4 weight, which the document assumes for GRPO",
        ConstantId::PeftShare => "1 % of the parameters is trained (document, PEFT)",
        ConstantId::LoraMatrices => "matrices A and B (document, LoRA)",
        ConstantId::DpoSequences => "a chosen and a rejected completion (document, GRPO)",
        ConstantId::AudioToken => "ms of audio per token (document, multimodal)",
        ConstantId::ColourChannels => "colour channels",
        ConstantId::Reserved => "1 GiB reserved (document)",
        ConstantId::ReservedLarge => "2 GiB reserved (the document's application)",
        ConstantId::VisionShare => "at least 30 % for vision (document)",
        ConstantId::TextShare => "at least 50 % for text (document)",
        ConstantId::EncoderLayers => "layers of the encoder (document)",
        ConstantId::AttentionMatrices => "query, key, value and output",
        ConstantId::TextVocabulary => "vocabulary of the text encoder (document)",
        ConstantId::TextWidth => "width of the text encoder (document)",
        ConstantId::ConvolutionShare => "80 % of the parameters (document, CNN)",
        ConstantId::FullyConnectedShare => "20 % of the parameters (document, CNN)",
        ConstantId::FirstFilters => "channels (document, CNN)",
        ConstantId::WidestChannels => "channels at most (document, CNN)",
        ConstantId::FeatureLayers => "layers (document, CNN)",
        ConstantId::Fp32Element => "bytes of FP32, by which the application converts",
        ConstantId::FeedForwardMatrices => "up and down projection (application)",
        ConstantId::LayerTensors => "tensors kept per layer (application)",
        ConstantId::AdaptedModules => "modules with an adapter (application)",
        ConstantId::AdapterSides => "input and output side of an adapter",
        ConstantId::OverheadShare => "10 % of the counted weights (application)",
        ConstantId::ImageCopies => "copies of each image (application)",
        ConstantId::VlmAdapter => "parameters of the adapter (application)",
        ConstantId::FixedOptimizerStates => "bytes of state per parameter, whatever the optimizer (application)",
        ConstantId::NormalizationTensors => "scale, shift, mean and variance",
    }
}

pub(super) fn quantity(symbol: &str) -> &'static str {
    match symbol {
        "P_train" => "trained parameters",
        "P_expert" => "parameters of one expert",
        "P_active" => "parameters of the active experts",
        "P_vision" => "parameters of the vision encoder",
        "P_text" => "parameters of the text encoder",
        "P_fusion" => "parameters of the fusion layers",
        "P_all" => "parameters of encoders and fusion",
        "P_emb" => "parameters of the embedding",
        "P_att" => "parameters of attention",
        "P_ffn" => "parameters of the feed-forward blocks",
        "n_patches" => "patches of one image",
        "S_total" => "tokens of the whole sequence",
        "s" => "bytes of state per parameter",
        "m" => "the wider of both encoders",
        "E" => "elements of one image's feature maps",
        "s_i" => "edge of the feature map of layer i",
        "c_i" => "channels of layer i",
        _ => "",
    }
}

pub(super) fn why_methods_differ(mode: Mode, group: ComponentGroup) -> Option<&'static str> {
    Some(match (mode, group) {
        (Mode::Nlp, ComponentGroup::Weights) => {
            "Documented charges the model size; Verified adds up embedding, attention and feed-forward from the shape and ignores the model size here."
        }
        (Mode::Nlp, ComponentGroup::Adapter) => {
            "Only Verified adds LoRA adapters, although every parameter is trained as well."
        }
        (Mode::Nlp | Mode::Vlm, ComponentGroup::Optimizer) => {
            "Verified converts 4-byte states by 4/b although they are FP32 already; in NLP it also multiplies by 1 + g/B. A 16-bit run then pays at least twice what the document's text charges."
        }
        (Mode::Nlp, ComponentGroup::Gradients) => {
            "Verified multiplies gradients by the accumulation steps; gradients are added up in place, so one copy is what a run keeps."
        }
        (Mode::Nlp, ComponentGroup::Activations) => {
            "Documented counts one tensor of width H per layer; Verified counts six, and the attention scores of every head besides."
        }
        (Mode::Nlp, ComponentGroup::Overhead) => "Verified adds a tenth of the counted weights to the reserved 1 GiB.",
        (Mode::Nlp, ComponentGroup::Other) => "Only Verified counts the position encoding.",
        (Mode::Vlm, ComponentGroup::Weights) => {
            "Documented multiplies the alignment weight by the hidden size, a few kilobytes; Verified counts real projection matrices."
        }
        (Mode::Vlm, ComponentGroup::Gradients) => "Verified also trains the fusion layers.",
        (Mode::Vlm, ComponentGroup::Activations) => {
            "Documented keeps one tensor per layer for all tokens; Verified keeps the encoders' outputs and one layer of cross-modal scores."
        }
        (Mode::Vlm, ComponentGroup::Adapter) => "Only Verified adds an adapter of a million parameters.",
        (Mode::Vlm | Mode::Cnn, ComponentGroup::Other) => "Only Verified counts the images while they are prepared.",
        (Mode::Vlm | Mode::Moe | Mode::Cnn, ComponentGroup::Overhead) => "Only Verified reserves memory here.",
        (Mode::Moe, ComponentGroup::Activations) => "Only Documented multiplies the assignment by the capacity factor.",
        (Mode::Moe | Mode::Cnn, ComponentGroup::Optimizer) => {
            "Verified charges 8 bytes per parameter for every optimizer; Documented charges 4 bytes per state, so they differ with SGD."
        }
        (Mode::Cnn, ComponentGroup::Weights) => {
            "Documented adds the first convolution's filters; Verified adds batch normalization."
        }
        _ => return None,
    })
}
