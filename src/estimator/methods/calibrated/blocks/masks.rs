//! The masks of attention: which layers of a training run need one, and what masks take there and in a prompt. It does
//! not know what kernels keep.

use crate::estimator::architecture::Fact;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::kernel::{Kernel, is_cut, windowed_layers};
use crate::estimator::methods::calibrated::run::formats::Trained;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::cached::Cached;
use crate::estimator::methods::calibrated::tensors::dtype::{BYTE, element, times};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::Memory;

/// The kernel of a run's layers with or without a window.
pub fn kernel(run: &TrainingRun, is_windowed: bool) -> Kernel {
    Kernel::of(run.shape, run.formats.compute, is_masked(run, is_windowed))
}

/// Whether a layer's causal structure is not enough: sequences of different length, a window that cuts them, or
/// a prefix that makes keys longer than queries; or the model's code does not ask.
pub fn is_masked(run: &TrainingRun, is_windowed: bool) -> bool {
    let has_prefix = run.formats.trained == Trained::Prefixes;
    let is_needed = is_uneven(run) || has_prefix || run.shape.is(Fact::AlwaysMasked);
    is_needed || is_windowed && is_cut(run.shape, run.sequence.value())
}

/// Whether sequences of a batch need masks that differ: they are padded, or the tokens of an image see each other.
fn is_uneven(run: &TrainingRun) -> bool {
    run.shape.reader.is_on(Id::Padding) || run.has_images && run.shape.is(Fact::BidirectionalImages)
}

/// How many masks there are: windowed and other layers have one each, unless the others leave it to the kernel.
pub fn number(run: &TrainingRun) -> f64 {
    let layers = run.layers().value();
    let n_windowed = windowed_layers(run.shape, layers);
    let has_both = n_windowed < layers;
    let needs_everywhere = is_masked(run, false) || kernel(run, false) == Kernel::Eager;
    if has_both && needs_everywhere { 2.0 } else { 1.0 }
}

/// One causal mask: `B·S²` elements. The eager code adds it in the stream's format; the fused kernels' masks are made
/// from a boolean one, which without padding is the same for the whole batch.
pub fn mask(run: &TrainingRun) -> Option<Expr<Memory>> {
    let square = || run.sequence.clone() * run.sequence.clone();
    let res: Expr<Memory> = if kernel(run, false) == Kernel::Eager {
        let formats = &run.formats;
        // It has the format of what the embedding puts out.
        let bytes = if formats.embedded == formats.stream {
            run.format(Quantity::BytesOfStream, formats.stream, &[Id::Precision, Id::Recipe])
        } else {
            element(formats.embedded)
        };
        run.batch.clone() * square() * bytes
    } else if is_uneven(run) {
        run.batch.clone() * square() * element(BYTE)
    } else if is_masked(run, true) {
        square() * element(BYTE)
    } else {
        return None;
    };
    Some(res)
}

/// The masks of a prompt in Transformers. The eager code adds them in the run's format, one of every kind of attention
/// that the layers have; the fused kernels' is a byte for each pair of positions, the same for all sequences. PyTorch's
/// own kernel writes a mask without a window itself.
pub fn of_prompt(run: &ServingRun, kernel: Kernel, is_masked: bool) -> Option<Cached> {
    let source = "masking_utils.py, create_causal_mask, create_sliding_window_causal_mask";
    match kernel {
        Kernel::Eager => {
            let layers = run.leaf(Id::NumLayers).value();
            let is_mixed = windowed_layers(run.shape, layers) < layers;
            let elements = run.tokens.clone() * run.sequence.clone();
            let elements = if is_mixed { times(2.0) * elements } else { elements };
            Some(Cached::new("attention_mask", elements, run.element.clone(), source))
        }
        Kernel::Efficient | Kernel::Math if is_masked => {
            let pairs = run.sequence.clone() * run.sequence.clone();
            Some(Cached::new("attention_mask", pairs, element(BYTE), source))
        }
        Kernel::Flash | Kernel::Efficient | Kernel::Math => None,
    }
}
