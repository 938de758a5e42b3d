//! Parameters of a model by part, counted from its facts: weights and biases that a checkpoint stores, a tied output
//! projection once, buffers not at all. It knows no number format and no workload.

mod convolutional;
mod decoder;
mod encoder;
mod vision;

pub use convolutional::{INVERTED_STAGES, InvertedStage, scaled_channels};

use crate::estimator::architecture::{Architecture, Fact, Layout, MultiTokenPrediction, Norm};

/// The stack of layers to which parameters belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tower {
    /// The text model, the encoder, or the only stack there is.
    Main,
    /// The decoder behind an encoder.
    Decoder,
    /// The vision tower, and what leads from it to the text.
    Vision,
    /// The block that predicts a further token, which plain inference and training do without.
    MultiTokenPrediction,
}

/// What parameters do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Vectors of tokens, positions and segments: tables that are looked up, not multiplied.
    Embedding,
    /// Convolutions: of patches, of a spectrogram, of an image.
    Convolutions,
    /// Projections of self-attention, with their biases.
    Attention,
    /// Projections of attention to another stack's output.
    CrossAttention,
    /// Projections, convolution and decay of linear attention.
    LinearAttention,
    /// Feed-forward blocks of layers without experts, with their biases.
    FeedForward,
    /// All experts.
    Experts,
    /// Routers.
    Router,
    /// Experts that every token visits, with their gate.
    SharedExperts,
    /// Scales, shifts and other vectors that no matrix product reads.
    Norms,
    /// What leads from one stack to another.
    Projector,
    /// Output projection to the vocabulary, if it has weights of its own.
    LmHead,
    /// Fully connected layers behind a network: a classifier, a pooler, projections to a common space.
    Head,
}

/// Parameters that do the same in the same stack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PartCount {
    /// The stack.
    pub tower: Tower,
    /// What they do.
    pub part: Part,
    /// How many there are.
    pub parameters: f64,
}

/// The parameters of an architecture, part by part; none where the layout is unknown. `fact` gives each fact, or 0 where
/// there is none, and may override what the architecture states.
pub fn parts(architecture: &Architecture, fact: &dyn Fn(Fact) -> f64) -> Vec<PartCount> {
    let mut counter = Counter { architecture, fact, tower: Tower::Main, parts: Vec::new() };
    match architecture.layout {
        Layout::Unknown => {}
        Layout::Decoder
        | Layout::CrossAttentionDecoder
        | Layout::GatedDeltaHybrid
        | Layout::LightningHybrid
        | Layout::TwoHeadWidths => counter.decoder(),
        Layout::Encoder => counter.encoder(),
        Layout::EncoderDecoder => counter.encoder_decoder(),
        Layout::Speech => counter.speech(),
        Layout::Contrastive => counter.contrastive(),
        Layout::VisionTransformer => counter.vision_transformer(),
        Layout::ResNet => counter.resnet(),
        Layout::Vgg => counter.vgg(),
        Layout::DenseNet => counter.densenet(),
        Layout::EfficientNet => counter.efficientnet(),
        Layout::ConvNext => counter.convnext(),
    }
    counter.parts
}

/// Parameters of the model, without the block that predicts a further token.
pub fn total(parts: &[PartCount]) -> f64 {
    parts.iter().filter(|it| it.tower != Tower::MultiTokenPrediction).map(|it| it.parameters).sum()
}

/// Parameters that one token meets: all but the experts that it does not visit. The input embedding counts.
pub fn active(parts: &[PartCount], fact: &dyn Fn(Fact) -> f64) -> f64 {
    let visited = fact(Fact::NumActiveExperts) / fact(Fact::NumExperts).max(1.0);
    let is_resting = |it: &&PartCount| it.tower != Tower::MultiTokenPrediction && it.part == Part::Experts;
    total(parts) - (1.0 - visited.min(1.0)) * parts.iter().filter(is_resting).map(|it| it.parameters).sum::<f64>()
}

/// Collects parts while it walks through a layout.
struct Counter<'a> {
    architecture: &'a Architecture,
    fact: &'a dyn Fn(Fact) -> f64,
    tower: Tower,
    parts: Vec<PartCount>,
}

impl Counter<'_> {
    fn n(&self, fact: Fact) -> f64 {
        (self.fact)(fact)
    }

    fn is(&self, fact: Fact) -> bool {
        self.n(fact) != 0.0
    }

    fn add(&mut self, part: Part, parameters: f64) {
        let tower = self.tower;
        match self.parts.iter_mut().find(|it| it.tower == tower && it.part == part) {
            Some(known) => known.parameters += parameters,
            None if parameters != 0.0 => self.parts.push(PartCount { tower, part, parameters }),
            None => {}
        }
    }

    /// Weights of a norm over `width` elements.
    fn norm(&self, kind: Fact, width: f64) -> f64 {
        match Norm::of(self.n(kind)) {
            Norm::Layer | Norm::LayerPlusOne => 2.0 * width,
            Norm::Rms | Norm::RmsScaledWide | Norm::RmsPlusOne | Norm::LayerWithoutBias | Norm::LayerWide => width,
            Norm::LayerWithoutWeights => 0.0,
        }
    }
}

/// Weights of a linear layer.
fn linear(from: f64, to: f64, has_bias: bool) -> f64 {
    from * to + if has_bias { to } else { 0.0 }
}

/// Weights of a feed-forward block.
fn feed_forward(width: f64, inner: f64, is_gated: bool, has_bias: bool) -> f64 {
    let inward = if is_gated { 2.0 } else { 1.0 };
    inward * linear(width, inner, has_bias) + linear(inner, width, has_bias)
}
