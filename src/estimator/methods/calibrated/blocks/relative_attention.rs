//! Self-attention with a learned bias for each distance between positions (T5, arXiv 1910.10683): what it keeps of the
//! bias and of masks, beside what `attention` keeps. It knows no layer.
//!
//! Transformers adds the bias as a mask (`sdpa_attention.py`, `create_position_bias_mask`), which flash attention does
//! not take.

use crate::estimator::methods::calibrated::blocks::attention;
use crate::estimator::methods::calibrated::blocks::kernel::Kernel;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{BYTE, INT64};
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Attention;

const MASK: &str = "sdpa_attention.py, create_position_bias_mask";
const MASKS: &str = "masking_utils.py, create_bidirectional_mask, create_causal_mask";
const BIAS: &str = "modeling_t5.py, T5Attention.compute_bias";

/// What computes attention with a bias.
pub fn kernel(run: &TrainingRun) -> Kernel {
    match run.shape.reader.choice::<Attention>(Id::Attention) {
        Attention::Eager => Kernel::Eager,
        Attention::Sdpa => Kernel::Efficient,
    }
}

/// Whether the encoder's sequences differ in length, so that the mask of every sequence becomes part of its bias.
pub fn is_padded(run: &TrainingRun) -> bool {
    run.shape.reader.is_on(Id::Padding)
}

/// What a layer keeps between its projections.
pub fn kept(run: &TrainingRun, is_causal: bool) -> Tensors {
    if kernel(run) == Kernel::Eager {
        return attention::kept(run, Kernel::Eager, false);
    }
    let bytes = run.formats.compute;
    let mask = if is_padded(run) && !is_causal {
        run.tensors(&[Tensor::new("bias and mask of all sequences", bytes, Width::Scores, MASK)])
    } else {
        run.tensors(&[
            Tensor::new("bias of positions", bytes, Width::SharedScores, MASK),
            Tensor::new("causal mask", BYTE, Width::SharedPositions, MASK).only_if(is_causal),
        ])
    };
    attention::projected(run, attention::EFFICIENT) + attention::result(run, attention::EFFICIENT) + mask
}

/// The mask that a stack's layers share, where it stays: checkpoints hold it, and the choice between it and the bias
/// keeps it.
pub fn mask_of_stack(run: &TrainingRun, is_causal: bool) -> Tensors {
    let mask = |bytes| run.tensors(&[Tensor::new("mask of all sequences", bytes, Width::Positions, MASKS)]);
    match kernel(run) {
        Kernel::Eager => mask(run.formats.stream).only_if(run.is_checkpointed() && (is_causal || is_padded(run))),
        Kernel::Efficient | Kernel::Flash | Kernel::Math => mask(BYTE).only_if(!is_causal && is_padded(run)),
    }
}

/// What the stack keeps for the bias's gradient; with checkpoints the bias itself, which later layers are given.
pub fn kept_of_stack(run: &TrainingRun) -> Tensors {
    if !run.is_checkpointed() {
        return buckets(run);
    }
    run.tensors(&[Tensor::new("bias of positions, for the layers", run.formats.parameter, Width::SharedScores, BIAS)])
}

/// What the first layer keeps for the bias's gradient: by which row of its table each distance reads.
pub fn buckets(run: &TrainingRun) -> Tensors {
    run.tensors(&[Tensor::new("bucket of each distance", INT64, Width::SharedPositions, BIAS)])
}

/// The gradient of the bias, to which every layer adds: it has the bias's format.
pub fn gradient(run: &TrainingRun) -> Tensors {
    run.tensors(&[Tensor::new("gradient of the bias of positions", run.formats.parameter, Width::SharedScores, BIAS)])
}
