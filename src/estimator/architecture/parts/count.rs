//! The parameters of an architecture, part by part. It knows no number format and no workload.

use crate::estimator::architecture::architecture::Architecture;
use crate::estimator::architecture::facts::Fact;
use crate::estimator::architecture::kinds::Layout;
use crate::estimator::architecture::parts::counter::{Counter, Part, PartCount, Tower};

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
