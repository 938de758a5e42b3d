//! The architecture that a run has: the preset's facts, overridden by parameters. It knows no formula.

use crate::estimator::architecture::{Activation, Architecture, Fact, Layout, Norm};
use crate::estimator::expr::Expr;
use crate::estimator::inputs::Inputs;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::{ParameterId, Value};
use crate::estimator::units::Unit;

/// The network that a run assumes where its model is none.
pub fn own_network() -> &'static Architecture {
    &OWN_NETWORK
}

/// The facts of the model that runs, read through the inputs.
#[derive(Clone, Copy)]
pub struct Shape<'a> {
    /// The inputs, for all that is no fact of the model.
    pub inputs: &'a Inputs,
    architecture: &'static Architecture,
}

/// A decoder of the Llama kind, which is what the document's defaults describe; its sizes are parameters.
static OWN_DECODER: Architecture = Architecture::of(Layout::Decoder);

/// The same behind a vision tower of the CLIP ViT-L/14 kind and a projector of two layers (Liu et al. 2023,
/// arXiv 2310.03744), whose width is the document's default.
static OWN_SIGHTED_DECODER: Architecture = Architecture {
    facts: &[
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
    ],
    projector: &[1024.0, 0.0, 0.0],
    ..Architecture::of(Layout::Decoder)
};

/// Four stages of bottleneck blocks, 50 layers in all (He et al. 2015, arXiv 1512.03385): the network that "a CNN" most
/// often means.
static OWN_NETWORK: Architecture = Architecture {
    facts: &[(Fact::NumClasses, 1000.0), (Fact::Bottleneck, 4.0), (Fact::Groups, 1.0), (Fact::WidthPerGroup, 64.0)],
    depths: &[3.0, 4.0, 6.0, 3.0],
    ..Architecture::of(Layout::ResNet)
};

impl<'a> Shape<'a> {
    /// The shape of the inputs' preset, or of the mode's defaults.
    pub fn new(inputs: &'a Inputs) -> Self {
        let own = || match inputs.mode() {
            Mode::Cnn => &OWN_NETWORK,
            Mode::Vlm | Mode::Multimodal => &OWN_SIGHTED_DECODER,
            Mode::Inference | Mode::Finetune | Mode::Train | Mode::Grpo | Mode::Nlp | Mode::Moe => &OWN_DECODER,
        };
        Self { inputs, architecture: inputs.preset().map_or_else(own, |preset| &preset.architecture) }
    }

    /// The preset's architecture, or the one that the mode assumes.
    pub const fn architecture(&self) -> &'static Architecture {
        self.architecture
    }

    /// A fact: the parameter of the mode that states it, else the preset's.
    pub fn get(&self, fact: Fact) -> Option<f64> {
        match self.parameter_of(fact) {
            // What a preset lacks the model has not, whatever stands at the parameter's default.
            Some(id) if self.lacks(fact, id) => None,
            Some(id) => Some(match self.inputs.value(id) {
                Value::Toggle(is_on) => f64::from(u8::from(is_on)),
                Value::Choice(at) => at as f64,
                value => value.number(),
            }),
            // A link may ask for fewer layers than the preset has of one kind.
            None if is_share_of_layers(fact) => {
                self.architecture.get(fact).map(|layers| layers.min(self.number(Fact::NumLayers)))
            }
            None => self.architecture.get(fact),
        }
    }

    fn parameter_of(&self, fact: Fact) -> Option<ParameterId> {
        fact.parameter().filter(|id| id.spec().use_in(self.inputs.mode()).is_some())
    }

    fn lacks(&self, fact: Fact, id: ParameterId) -> bool {
        let is_known = self.inputs.preset().is_some() && self.architecture.layout != Layout::Unknown;
        is_known && self.inputs.is_default(id) && self.architecture.get(fact).is_none()
    }

    /// A fact that is 0 where nothing is known of it.
    pub fn number(&self, fact: Fact) -> f64 {
        self.get(fact).unwrap_or(0.0)
    }

    /// Whether a fact is known and not 0.
    pub fn is(&self, fact: Fact) -> bool {
        self.number(fact) != 0.0
    }

    /// A fact as a leaf of a formula: a parameter of the mode, or a number of the preset.
    pub fn leaf<U: Unit>(&self, fact: Fact) -> Expr<U> {
        match self.parameter_of(fact) {
            Some(id) => self.inputs.leaf(id),
            None => Expr::fact(fact.symbol(), self.number(fact)),
        }
    }
}

/// Whether a fact counts some of the layers.
fn is_share_of_layers(fact: Fact) -> bool {
    matches!(
        fact,
        Fact::NumDenseLayers | Fact::NumSlidingLayers | Fact::NumFullAttentionLayers | Fact::NumCrossAttentionLayers
    )
}
