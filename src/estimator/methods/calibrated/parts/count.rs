//! The parameters of an architecture, part by part. It knows no number format and no workload.

use crate::estimator::architecture::{Architecture, Fact, Layout, Part, PartCount, Tower};
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::calibrated::blocks::networks;
use crate::estimator::methods::calibrated::blocks::walk::WalkBytes;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::parts::counter::Counter;
use crate::estimator::methods::calibrated::parts::{decoder, encoder};
use crate::estimator::reader::{Reader, Telling};

/// The parameters of a model, part by part, and by name where formulas are told; none where the layout is unknown.
pub fn count<'a>(shape: &'a Shape<'a>) -> Counter<'a> {
    let mut counter = Counter::new(shape);
    match shape.layout() {
        Layout::Unknown => {}
        Layout::Decoder
        | Layout::CrossAttentionDecoder
        | Layout::GatedDeltaHybrid
        | Layout::LightningHybrid
        | Layout::Mamba2Hybrid
        | Layout::SingleMixerHybrid
        | Layout::ParallelHybrid
        | Layout::ShortConvHybrid
        | Layout::Mamba
        | Layout::Mamba2
        | Layout::TwoHeadWidths => decoder::decoder(&mut counter),
        Layout::Encoder => encoder::encoder(&mut counter),
        Layout::EncoderDecoder => encoder::encoder_decoder(&mut counter),
        Layout::Speech => encoder::speech(&mut counter),
        Layout::Contrastive => counter.contrastive(),
        Layout::VisionTransformer
        | Layout::ResNet
        | Layout::Vgg
        | Layout::DenseNet
        | Layout::EfficientNet
        | Layout::RegNet
        | Layout::EfficientNetV2
        | Layout::MobileNet
        | Layout::MnasNet
        | Layout::Swin
        | Layout::MaxVit
        | Layout::ConvNext => networks::walk(shape, WalkBytes::FULL).count_into(&mut counter),
    }
    counter
}

/// The parts of the inputs' model, counted once for all inputs that share its facts.
pub fn parts(inputs: &Inputs) -> &[PartCount] {
    inputs.values().parts(|| count(&Shape::new(Reader::new(inputs, Telling::Values))).parts)
}

/// Parameters of the model, without the block that predicts a further token.
pub fn total(parts: &[PartCount]) -> f64 {
    parts.iter().filter(|it| it.tower != Tower::MultiTokenPrediction).map(|it| it.parameters).sum()
}

/// Parameters that one token meets: all but the experts that it does not visit. The input embedding counts.
pub fn active(parts: &[PartCount], it: &Architecture) -> f64 {
    let visited = it.number(Fact::NumActiveExperts) / it.number(Fact::NumExperts).max(1.0);
    let is_resting = |it: &&PartCount| it.tower != Tower::MultiTokenPrediction && it.part == Part::Experts;
    total(parts) - (1.0 - visited.min(1.0)) * parts.iter().filter(is_resting).map(|it| it.parameters).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::catalog::Catalog;
    use crate::estimator::mode::Mode;

    /// Counts had no names: what a part is made of could not be told.
    #[test]
    fn weights_by_name_add_up_to_the_parts_of_networks_and_vision_towers() {
        let mut n_checked = 0;
        for model in Catalog::built_in().models() {
            let is_network = model.architecture.is(Fact::NumClasses);
            let mode = if is_network { Mode::Cnn } else { Mode::Inference };
            let inputs = Inputs::defaults(mode).with_model(Some(model.clone()));
            let shape = Shape::new(Reader::new(&inputs, Telling::Formulas));
            let counter = count(&shape);
            for part in counter.parts.iter().filter(|it| is_network || it.tower == Tower::Vision) {
                // The head of a contrastive pair is counted with its text tower.
                if shape.layout() == Layout::Contrastive {
                    continue;
                }
                let own = counter.weights.iter().filter(|it| it.tower == part.tower && it.part == part.part);
                let named: f64 = own.map(|it| it.elements.value()).sum();
                assert_eq!(named, part.parameters, "{}: {part:?}", model.id);
                n_checked += 1;
            }
        }
        assert!(n_checked > 200, "{n_checked}");
    }

    /// An optimizer that goes from tensor to tensor holds what the largest asks for: it was once that of the vocabulary
    /// or of a dense layer, whatever experts, a fused projection or a network have.
    #[test]
    fn tensors_are_no_larger_than_their_parts_and_projections_are_matrices() {
        for model in Catalog::built_in().models() {
            let mode = if model.architecture.is(Fact::NumClasses) { Mode::Cnn } else { Mode::Inference };
            let inputs = Inputs::defaults(mode).with_model(Some(model.clone()));
            for it in parts(&inputs) {
                let (all, tensors) = (it.parameters, it.tensors);
                assert!(tensors.largest <= all && tensors.in_matrices <= all, "{}: {it:?}", model.id);
                let is_projection = matches!(it.part, Part::Attention | Part::FeedForward) && it.tower == Tower::Main;
                assert!(!is_projection || tensors.in_matrices >= 0.99 * all, "{}: {it:?}", model.id);
                let is_stacked = it.part == Part::Experts && tensors.in_matrices == 0.0;
                assert!(it.part != Part::Experts || is_stacked && tensors.largest > 0.0, "{}: {it:?}", model.id);
            }
        }
    }
}
