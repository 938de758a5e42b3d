//! What attention keeps for the backward pass, by kernel. It knows neither projections nor the rest of a layer.
//!
//! Which kernel runs is PyTorch's choice on CUDA (`aten/src/ATen/native/transformers/cuda/sdp_utils.cpp`); which tensors
//! it keeps is in `derivatives.yaml`, and for the eager code in Transformers' `eager_attention_forward`.

use crate::estimator::architecture::{Fact, Positions};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::adapters::Site;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::element;
use crate::estimator::methods::calibrated::tensors::list::Tensors;
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Attention;
use crate::estimator::units::Memory;

/// What computes attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// Flash attention: 16 bits, no mask, heads of up to 256 elements.
    Flash,
    /// The memory-efficient kernel: any format, with a mask if need be; as many key heads as heads.
    Efficient,
    /// Matrix products and a softmax inside `scaled_dot_product_attention`, all in FP32.
    Math,
    /// Matrix products and a softmax in the model's own code.
    Eager,
}

/// The widest head that the flash kernel takes.
const WIDEST_FLASH_HEAD: f64 = 256.0;

impl Kernel {
    /// The kernel of layers with or without a window.
    pub fn of(run: &TrainingRun, is_windowed: bool) -> Self {
        let shape = run.shape;
        // Bounded scores and sinks are not known to the fused kernels; biases of scores would need a mask per head.
        let is_plain = !shape.is(Fact::EagerAttention)
            && !shape.is(Fact::AttentionSoftCap)
            && !shape.is(Fact::AttentionSinks)
            && matches!(run.kind(Fact::Positions), Positions::Rotary | Positions::Learned);
        if !is_plain || shape.reader.choice::<Attention>(Id::Attention) == Attention::Eager {
            return Self::Eager;
        }
        if shape.is(Fact::BroadcastKeys) {
            return Self::Math;
        }
        let is_masked = needs_mask(run, is_windowed);
        let widest = run.shape.number(Fact::HeadDim);
        if run.formats.compute < 4.0 && !is_masked && widest <= WIDEST_FLASH_HEAD {
            Self::Flash
        // With a mask Transformers repeats keys and values to all heads itself.
        } else if is_masked || run.widths.value(Width::KeyHeads) == run.widths.value(Width::Heads) {
            Self::Efficient
        } else {
            Self::Math
        }
    }

    /// Bytes of an element of the operands.
    pub fn element(self, run: &TrainingRun) -> f64 {
        if self == Self::Math { 4.0 } else { run.formats.compute }
    }

    /// Whether the whole score matrix becomes a tensor.
    pub const fn makes_scores(self) -> bool {
        matches!(self, Self::Math | Self::Eager)
    }
}

/// Whether a layer's causal structure is not enough: sequences of different length, or a window that cuts them.
pub fn needs_mask(run: &TrainingRun, is_windowed: bool) -> bool {
    is_uneven(run) || is_windowed && is_cut(run)
}

/// Whether sequences of a batch need masks that differ: they are padded, or the tokens of an image see each other.
fn is_uneven(run: &TrainingRun) -> bool {
    run.shape.reader.is_on(Id::Padding) || run.has_images && run.shape.is(Fact::BidirectionalImages)
}

/// Whether layers without a window need a mask too.
pub fn needs_mask_everywhere(run: &TrainingRun) -> bool {
    needs_mask(run, false) || Kernel::of(run, false) == Kernel::Eager
}

/// Whether sequences reach beyond the window; Transformers makes a mask from the window's length on.
pub fn is_cut(run: &TrainingRun) -> bool {
    let window = run.shape.number(Fact::SlidingWindow);
    window > 0.0 && run.sequence.value() >= window
}

/// What attention keeps between its projections.
pub fn saved(run: &TrainingRun, kernel: Kernel, is_masked: bool) -> Tensors {
    let formats = &run.formats;
    let bytes = formats.compute;
    let keeps_input_of_output = formats.trains_everything() || run.adapters.keep_input(Site::Output);
    let queries = Tensors::of(&[(bytes, Width::Queries)]);
    let keys = Tensors::of(&[(bytes, Width::Keys)]);
    // Values, and queries and keys that are not rotated, are views of a fused projection, which they keep whole.
    let is_rotated = run.kind::<Positions>(Fact::Positions) == Positions::Rotary;
    let projected = queries + keys + keys;
    let split = projected + (queries + keys).only_if(run.shape.is(Fact::FusedQkv) && is_rotated);
    // Keys and values repeated to as many heads as the queries have.
    let repeated = Tensors::of(&[(2.0 * bytes, Width::Queries)]);
    let log_sum = Tensors::of(&[(4.0, Width::Heads)]);
    match kernel {
        Kernel::Flash => {
            // Rotation by concatenation leaves queries, and with them the output, in an order that the output projection
            // cannot read.
            let is_concatenated = run.shape.is(Fact::RotaryDim) || run.shape.is(Fact::FusedQkv) && is_rotated;
            let is_reordered = is_concatenated && keeps_input_of_output;
            split + queries + log_sum + queries.only_if(is_reordered)
        }
        Kernel::Efficient => {
            let n_key_heads = run.widths.value(Width::KeyHeads);
            // One head is repeated by a view of it.
            let is_repeated = is_masked && n_key_heads > 1.0 && n_key_heads < run.widths.value(Width::Heads);
            let inputs = if is_repeated { queries + repeated } else { split };
            // A mask of its own in every layer: the kernel wants it in the queries' format.
            inputs + queries + log_sum + Tensors::of(&[(bytes, Width::Positions)]).only_if(is_masked)
        }
        Kernel::Math | Kernel::Eager => {
            let bytes = kernel.element(run);
            let is_broadcast = run.shape.is(Fact::BroadcastKeys);
            let keys = if is_broadcast { Width::Keys } else { Width::Queries };
            let operands = Tensors::of(&[(bytes, Width::Queries), (2.0 * bytes, keys)]);
            operands + queries.only_if(keeps_input_of_output) + scores(run, kernel)
        }
    }
}

/// Score matrices that are kept.
fn scores(run: &TrainingRun, kernel: Kernel) -> Tensors {
    let bytes = kernel.element(run);
    let softmax = (softmax_bytes(run, kernel), Width::Scores);
    let converted = (bytes, Width::Scores);
    let is_dropped = run.shape.is(Fact::AttentionDropout) && kernel == Kernel::Eager;
    let mut res = Tensors::of(&[softmax]);
    if is_dropped {
        // The dropped scores go into the product, their mask into the backward pass.
        res = res + Tensors::of(&[converted, (1.0, Width::Scores)]);
    } else if softmax.0 != bytes {
        res = res + Tensors::of(&[converted]);
    }
    if run.shape.is(Fact::AttentionSoftCap) {
        // The hyperbolic tangent keeps its result.
        res = res + Tensors::of(&[converted]);
    }
    res
}

/// Bytes of an element of the softmax: FP32 in most models' code, under autocast always.
fn softmax_bytes(run: &TrainingRun, kernel: Kernel) -> f64 {
    let is_narrow = run.shape.is(Fact::NarrowSoftmax) && kernel == Kernel::Eager;
    if is_narrow && !run.formats.is_autocast { run.formats.compute } else { 4.0 }
}

/// Score matrices that live while the softmax's gradient is computed: the softmax, the gradient of its result, and that of
/// its input; of bounded scores the tangent too.
pub fn scores_in_backward(run: &TrainingRun, kernel: Kernel) -> Tensors {
    let capped = Tensors::of(&[(run.formats.compute, Width::Scores)]).only_if(run.shape.is(Fact::AttentionSoftCap));
    Tensors::of(&[(3.0 * softmax_bytes(run, kernel), Width::Scores)]) + capped
}

/// One causal mask: `B·S²` elements. The eager code adds it in the stream's format; the fused kernels' masks are made from
/// a boolean one, which without padding is the same for the whole batch.
pub fn mask(run: &TrainingRun) -> Option<Expr<Memory>> {
    let is_padded = is_uneven(run);
    let is_eager = Kernel::of(run, false) == Kernel::Eager;
    let square = || run.sequence.clone() * run.sequence.clone();
    let res: Expr<Memory> = if is_eager {
        run.batch.clone() * square() * run.format("b_r", run.formats.stream, &[Id::Precision, Id::Recipe])
    } else if is_padded {
        run.batch.clone() * square() * element(1.0)
    } else if is_cut(run) {
        square() * element(1.0)
    } else {
        return None;
    };
    Some(res.chosen_by(Id::Padding))
}
