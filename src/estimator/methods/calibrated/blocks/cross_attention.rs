//! Attention of a decoder to what an encoder made: what it keeps for the backward pass. It knows neither the layer
//! around it nor how the encoder came to its output.
//!
//! Queries come of the decoder's tokens, keys and values of the encoder's; bytes are per token of the decoder.

use crate::estimator::architecture::{Fact, Positions};
use crate::estimator::divide::divides_evenly;
use crate::estimator::methods::calibrated::blocks::attention::EFFICIENT;
use crate::estimator::methods::calibrated::blocks::kernel::Kernel;
use crate::estimator::methods::calibrated::blocks::relative_attention::is_padded;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{BYTE, FP32};
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;

const LINEAR: &str = "derivatives.yaml, linear";
const CODE: &str = "modeling_t5.py, T5Attention.forward";
const MASKS: &str = "masking_utils.py, create_bidirectional_mask";
const PADDED: &str = "aten transformers/attention.cpp, pad_bias";
const WHISPER: &str = "modeling_whisper.py, WhisperAttention.forward";
const EAGER: &str = "modeling_t5.py, eager_attention_forward";

/// Positions of a mask are padded to a multiple of this, in a copy for each call.
const ALIGNMENT: f64 = 16.0;

/// Whether the kernel reads masks over the encoder's positions as they are.
fn is_aligned(run: &TrainingRun) -> bool {
    divides_evenly(ALIGNMENT, run.widths.value(Width::SeenPositions))
}

/// Whether attention gets zeros where other layers have a bias.
fn has_zeros(run: &TrainingRun) -> bool {
    run.kind::<Positions>(Fact::Positions) == Positions::Relative
}

/// What the projections keep: the queries' input. Keys and values read the encoder's output, which autocast converts
/// for each.
pub fn kept_by_projections(run: &TrainingRun) -> Tensors {
    let bytes = run.formats.compute;
    run.tensors(&[
        Tensor::new("input of the query projection", bytes, Width::Hidden, LINEAR),
        Tensor::new("encoder's output for keys and values", bytes, Width::SeenHidden, LINEAR)
            .times(2.0)
            .only_if(run.formats.is_autocast),
    ])
}

/// What attention keeps between its projections.
pub fn kept(run: &TrainingRun, kernel: Kernel) -> Tensors {
    let bytes = run.formats.compute;
    let operands = run.tensors(&[
        Tensor::new("queries", bytes, Width::Queries, EFFICIENT),
        Tensor::new("keys of the encoder's tokens", bytes, Width::SeenKeys, EFFICIENT),
        Tensor::new("values of the encoder's tokens", bytes, Width::SeenKeys, EFFICIENT),
        Tensor::new("input of the output projection", bytes, Width::Queries, LINEAR),
    ]);
    if kernel == Kernel::Eager {
        return operands + scores(run);
    }
    let is_masked = has_zeros(run) && is_padded(run);
    let is_copied = has_zeros(run) && !is_padded(run) && !is_aligned(run);
    operands
        + reordered(run, kernel)
        + run.tensors(&[
            Tensor::new("logsumexp", FP32, Width::Heads, EFFICIENT),
            Tensor::new("mask of all sequences", bytes, Width::SeenScores, EFFICIENT).only_if(is_masked),
            Tensor::new("zeros, padded", bytes, Width::SharedSeenScores, PADDED).only_if(is_copied),
        ])
}

/// The output projection's input where queries are made contiguous head by head: flash attention's result is too, and
/// has to be reordered; the memory-efficient kernel's stands token by token anyway.
pub fn reordered(run: &TrainingRun, kernel: Kernel) -> Tensors {
    let copy = Tensor::new("input of the output projection, reordered", run.formats.compute, Width::Queries, WHISPER);
    run.tensors(&[copy]).only_if(kernel == Kernel::Flash)
}

/// Score matrices that the eager code keeps.
fn scores(run: &TrainingRun) -> Tensors {
    let bytes = run.formats.compute;
    let is_narrow = run.shape.is(Fact::NarrowSoftmax) && !run.formats.is_autocast;
    let softmax = if is_narrow { bytes } else { FP32 };
    let tensor = |name, bytes| Tensor::new(name, bytes, Width::SeenScores, EAGER);
    let is_dropped = run.shape.is(Fact::AttentionDropout);
    run.tensors(&[
        tensor("softmax of scores", softmax),
        tensor("mask of dropout", BYTE).only_if(is_dropped),
        tensor("weights of values", bytes).only_if(is_dropped || softmax != bytes),
    ])
}

/// What the layers share: zeros in the place of a bias, where the kernel reads them or checkpoints hold them, and with
/// checkpoints the mask of the encoder's sequences.
pub fn kept_of_stack(run: &TrainingRun, kernel: Kernel) -> Tensors {
    let is_eager = kernel == Kernel::Eager;
    let is_read = !is_eager && !is_padded(run) && is_aligned(run) || run.is_checkpointed();
    let mask = if is_eager { run.formats.stream } else { BYTE };
    let tensors = run.tensors(&[
        Tensor::new("zeros for a bias", run.formats.compute, Width::SharedSeenScores, CODE).only_if(is_read),
        Tensor::new("mask of the encoder's sequences", mask, Width::SeenPositions, MASKS)
            .only_if(is_padded(run) && run.is_checkpointed()),
    ]);
    tensors.only_if(has_zeros(run))
}

/// The gradient of these zeros, which checkpoints alone ask for.
pub fn gradient(run: &TrainingRun) -> Tensors {
    let zeros = Tensor::new("gradient of zeros for a bias", run.formats.compute, Width::SharedSeenScores, CODE);
    run.tensors(&[zeros]).only_if(has_zeros(run) && run.is_checkpointed())
}
