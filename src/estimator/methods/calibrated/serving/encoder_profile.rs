//! The images of vLLM's profile run: as many of the largest as one step may encode run through the tower before the
//! language model runs, and what the tower made of them is there while it does (`GPUModelRunner.profile_run` in
//! `v1/worker`). A run that serves has room for as many, in the encoder's cache. It knows no tensor of the tower.

use crate::estimator::architecture::Fact;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::projector::joined;
use crate::estimator::methods::calibrated::blocks::vision_prompt;
use crate::estimator::methods::calibrated::model::images;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::tensors::dtype::times;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::TowerPlace;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

/// What decides how many patches and features the profile run has.
const FROM: &[Id] = &[Id::Model, Id::SequenceLength, Id::MaxBatchedTokens, Id::MaxSequences];
/// Images of a prompt unless fewer are allowed (`BaseProcessingInfo.allowed_mm_limits`).
const MOST_IN_PROMPT: f64 = 999.0;

/// What images take of a run.
pub struct ImagesOfProfile {
    /// While the tower runs.
    pub in_tower: Expr<Memory>,
    /// While the language model runs: features of all images, deep ones among them, and the buffers by which embeddings
    /// reach it.
    pub beside_text: Expr<Memory>,
}

/// Those of a run whose model reads images; nothing where its tower is not loaded, or is none whose largest image was
/// read. Over several GPUs there are no formulas for a tower.
pub fn images(run: &ServingRun) -> Option<ImagesOfProfile> {
    let (shape, reader) = (run.shape, &run.shape.reader);
    let is_loaded = reader.choice::<TowerPlace>(Id::Vision) == TowerPlace::Resident;
    if !shape.is(Fact::VisionNumLayers) || !is_loaded {
        return None;
    }
    let sequence = reader.number(Id::SequenceLength);
    let largest = images::largest_in_vllm(shape, sequence).filter(|it| it.packed >= 1.0)?;
    let number = items(largest.packed, sequence, reader.number(Id::MaxBatchedTokens), reader.number(Id::MaxSequences));
    let patches = reader.counted::<Count>(Quantity::TowerPatches, number * largest.patches, FROM);
    let packed = || reader.counted::<Count>(Quantity::Packed, number * largest.packed, FROM);
    let n_deep = shape.number(Fact::DeepstackLayers);
    let of = &run.element;
    // `inputs_embeds` of the runner, and one of the model's for each of the deep features.
    let buffers = times(1.0 + n_deep) * joined(shape, of, run.leaf(Id::MaxBatchedTokens));
    let in_layer = patches * vision_prompt::in_vllm(shape, of);
    let in_tower =
        if n_deep > 0.0 { in_layer + times(n_deep) * joined(shape, of, packed()) } else { in_layer } + buffers.clone();
    Some(ImagesOfProfile { in_tower, beside_text: times(1.0 + n_deep) * joined(shape, of, packed()) + buffers })
}

/// How many items of so many features one step encodes (`MultiModalBudget._get_max_items`): its tokens' worth, at least
/// one, and no more than its sequences have room for.
fn items(features: f64, sequence: f64, tokens: f64, sequences: f64) -> f64 {
    let in_prompt = (sequence / features).floor().clamp(1.0, MOST_IN_PROMPT);
    (tokens.max(features) / features).floor().min(sequences * in_prompt).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::items;

    /// 8,192 tokens have 32 images of Gemma 3, one of Qwen, and one where one sequence of 4,096 is all that runs
    /// (logs of vLLM 0.11: 2,928 features of LLaVA-NeXT).
    #[test]
    fn steps_encode_their_tokens_worth() {
        assert_eq!(items(256.0, 4096.0, 8192.0, 1024.0), 32.0);
        assert_eq!(items(16_384.0, 4096.0, 8192.0, 256.0), 1.0);
        assert_eq!(items(2928.0, 4096.0, 8192.0, 1.0), 1.0);
        assert_eq!(items(2928.0, 4096.0, 8192.0, 2.0), 2.0);
    }
}
