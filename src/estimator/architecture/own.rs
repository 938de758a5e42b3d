//! The architectures that a run has where no model was chosen. Their sizes are parameters.

use crate::estimator::architecture::facts::Fact;
use crate::estimator::architecture::kinds::{Activation, Layout, Norm};
use crate::estimator::architecture::whole::{Architecture, Facts};
use crate::estimator::mode::Mode;
use std::borrow::Cow;

/// The architecture that a mode assumes.
pub fn own_architecture(mode: Mode) -> &'static Architecture {
    match mode {
        Mode::Cnn => &OWN_NETWORK,
        Mode::Vlm | Mode::Multimodal => &OWN_SIGHTED_DECODER,
        Mode::Inference | Mode::Finetune | Mode::Train | Mode::Grpo | Mode::Nlp | Mode::Moe => &OWN_DECODER,
    }
}

/// A decoder of the Llama kind, which is what the document's defaults describe; its sizes are parameters.
static OWN_DECODER: Architecture = Architecture::of(Layout::Decoder);

/// The same behind a vision tower of the CLIP ViT-L/14 kind and a projector of two layers (Liu et al. 2023,
/// arXiv 2310.03744), whose width is the document's default.
static OWN_SIGHTED_DECODER: Architecture = Architecture {
    layout: Layout::Decoder,
    facts: Facts::of(&[
        (Fact::VisionHiddenSize, 1024.0),
        (Fact::VisionNumLayers, 24.0),
        (Fact::VisionNumHeads, 16.0),
        (Fact::VisionIntermediateSize, 4096.0),
        (Fact::VisionAttentionBias, 1.0),
        (Fact::VisionMlpBias, 1.0),
        (Fact::VisionNorm, Norm::Layer as usize as f64),
        (Fact::ClassTokens, 1.0),
        (Fact::VisionActivation, Activation::QuickGelu as usize as f64),
        (Fact::VisionOuterNorms, 2.0),
        (Fact::VisionIdleLayers, 1.0),
        (Fact::ProjectorActivation, Activation::Gelu as usize as f64),
        (Fact::ProjectorBiases, 2.0),
        (Fact::PatchSize, 14.0),
        (Fact::ImageResolution, 336.0),
    ]),
    projector: Cow::Borrowed(&[1024.0, 0.0, 0.0]),
    depths: Cow::Borrowed(&[]),
    widths: Cow::Borrowed(&[]),
};

/// Four stages of bottleneck blocks, 50 layers in all (He et al. 2015, arXiv 1512.03385): the network that "a CNN" most
/// often means.
static OWN_NETWORK: Architecture = Architecture {
    layout: Layout::ResNet,
    facts: Facts::of(&[
        (Fact::NumClasses, 1000.0),
        (Fact::Bottleneck, 4.0),
        (Fact::Groups, 1.0),
        (Fact::WidthPerGroup, 64.0),
    ]),
    depths: Cow::Borrowed(&[3.0, 4.0, 6.0, 3.0]),
    widths: Cow::Borrowed(&[]),
    projector: Cow::Borrowed(&[]),
};
