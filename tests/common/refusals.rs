//! Which refusals are of what was drawn, and not of a model: what contradicts itself, or is a choice for which there
//! are no formulas. It knows no model and no formula.

use vram_estimator::estimator::parameters::choices::Algorithm;
use vram_estimator::estimator::{Inputs, Mode, ParameterId, Unsupported, Value, support};

/// Whether inputs are refused for what was given beside their model, if they are refused.
pub fn is_of_inputs(inputs: &Inputs) -> bool {
    match support(inputs) {
        Ok(()) => false,
        // Padding clears tokens, and pairs are scored inside layers, which linear attention has no formulas for.
        Err(Unsupported::LinearAttention) => {
            let is_of_pairs =
                inputs.mode() == Mode::Grpo && inputs.choice::<Algorithm>(ParameterId::Algorithm) == Algorithm::Dpo;
            is_of_pairs || inputs.value(ParameterId::Padding) == Value::Toggle(true)
        }
        // Served are layers of Whisper: keys for each head, and blocks one after another.
        Err(Unsupported::Speech) => inputs.mode() == Mode::Inference,
        Err(reason) => matches!(
            reason,
            Unsupported::FactsMissing(_)
                | Unsupported::StagesDiffer
                | Unsupported::StageEmpty
                | Unsupported::EveryLayerDense
                | Unsupported::OtherHead
                | Unsupported::OtherAdapters
                | Unsupported::NoAdapters
                | Unsupported::Spread(_)
                | Unsupported::MagnitudesOfPacked
                | Unsupported::KernelsOfPacked
                | Unsupported::EightBitBase
                | Unsupported::PackedExperts
                | Unsupported::EndsUnknown
                | Unsupported::OptimizerOfModel
                | Unsupported::WholePartsTrained
                | Unsupported::RolloutTooSmall
                | Unsupported::RolloutTooLarge
                | Unsupported::OtherExperts
                | Unsupported::OtherTower
                | Unsupported::NoSuchFile
                | Unsupported::NoSuchCache
                | Unsupported::OffloadedCache
                | Unsupported::NoSuchVersion
                | Unsupported::TowerOfOtherEngine
                | Unsupported::FormatOfOtherEngine
                | Unsupported::PackedTraining
                | Unsupported::WideExperts
                | Unsupported::PackedStacks
                | Unsupported::OtherLoss
                | Unsupported::LossOfGroups
                | Unsupported::DrafterOfOtherEngine
                | Unsupported::NoSuchDrafter
                | Unsupported::DrafterOfOtherFormat
                | Unsupported::DraftModel
                | Unsupported::EncoderDecoder
                | Unsupported::EncoderOfOtherEngine
                | Unsupported::MixersOfOtherEngine
                | Unsupported::OtherEncoder
                | Unsupported::PartsOfTwoStacks
        ),
    }
}
