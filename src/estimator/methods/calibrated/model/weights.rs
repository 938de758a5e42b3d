//! Weights as they lie in device memory, by part and number format. It knows no engine's files and no moment.

use crate::estimator::architecture::{Fact, Part, PartCount, Tower};
use crate::estimator::catalog::formats::Format;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::ends::{Ends, unquantized_parts};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::storage::{beside_quantized, chosen_format, unquantized};
use crate::estimator::methods::calibrated::serving::engine::EngineTraits;
use crate::estimator::parameters::choices::{Draft, Engine, GpuFamily};
use crate::estimator::parameters::{ParameterId as Id, UnquantizedParts};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// Experts that vLLM keeps in MXFP4 are as wide as a multiple of this in kernels for Hopper and Blackwell
/// (`Mxfp4MoEMethod.create_weights` in `quantization/mxfp4.py`; a log of an H100 has it).
const MXFP4_WIDTH: f64 = 256.0;

/// The same in Marlin's, which run on older GPUs: width of an expert, and of what it reads and writes.
const MARLIN_WIDTHS: [f64; 2] = [128.0, 256.0];

/// All weights, in the run's precision or quantized: `P_counted·b_x`, or `P_16·b_x + P_q·b_w`.
pub fn stored(shape: &Shape) -> Expr<Memory> {
    let counts = Counts::of(shape);
    match chosen_format(shape) {
        Some(it) => quantized(shape, &counts, it),
        None => counts.total() * unquantized(shape),
    }
}

/// Bytes of some parts, as they are stored, or with `of_packed` for a packed weight where whoever places them counts
/// that.
pub fn of_parts(shape: &Shape, counts: &Counts, of_packed: Option<f64>, keep: impl Fn(&PartCount) -> bool) -> f64 {
    of_kept(shape, counts, of_packed, &keep)
}

fn of_kept(shape: &Shape, counts: &Counts, of_packed: Option<f64>, keep: &dyn Fn(&PartCount) -> bool) -> f64 {
    let Some(format) = chosen_format(shape) else { return counts.number(keep) * unquantized(shape).value() };
    let is_packed = packs(shape, format);
    let packed = counts.number(|it| keep(it) && is_packed(it));
    let of_packed = of_packed.unwrap_or_else(|| of_packed_weight(format).value());
    (counts.number(keep) - packed) * beside_quantized(shape).value() + packed * of_packed
}

/// Whether a part is made of matrices that formats pack, and the word for it. Convolutions and norms are packed by
/// none.
const fn word_of(it: &PartCount) -> (bool, usize) {
    if matches!(it.tower, Tower::Vision) {
        return (matches!(it.part, Part::Attention | Part::FeedForward | Part::Projector), UnquantizedParts::VISION);
    }
    match it.part {
        Part::Embedding => (true, UnquantizedParts::EMBEDDING),
        Part::LmHead => (true, UnquantizedParts::HEAD),
        Part::Attention | Part::CrossAttention => (true, UnquantizedParts::ATTENTION),
        Part::LinearAttention => (true, UnquantizedParts::LINEAR_ATTENTION),
        Part::Router => (true, UnquantizedParts::ROUTER),
        Part::SharedExperts => (true, UnquantizedParts::SHARED_EXPERTS),
        Part::FeedForward => (true, UnquantizedParts::FEED_FORWARD),
        Part::Experts => (true, UnquantizedParts::EXPERTS),
        Part::Convolutions | Part::Norms | Part::Projector | Part::Head => (false, 0),
    }
}

/// All weights, those of the layers' projections and of experts quantized: norms and convolutions stay in 16 bits, and
/// unless told otherwise embedding, output projection, routers and the vision tower.
pub fn quantized(shape: &Shape, counts: &Counts, it: &Format) -> Expr<Memory> {
    let symbols = [Quantity::UnquantizedParameters, Quantity::QuantizedParameters];
    packed(shape, counts, it, symbols, Ends::of(shape))
}

/// The drafter's weights: those of a block of the checkpoint's own in its format (vLLM hands it the model's
/// `quant_config`), those of a layer that was trained beside it in 16 bits, as such checkpoints are.
pub fn of_drafter(shape: &Shape) -> Expr<Memory> {
    let counts = Counts::of_drafter(shape);
    let format = match shape.reader.choice(Id::Draft) {
        Draft::Mtp => chosen_format(shape),
        Draft::None | Draft::Eagle | Draft::Model => None,
    };
    match format {
        // It stands behind the layers, and is none of the last.
        Some(it) => {
            packed(shape, &counts, it, [Quantity::DrafterParameters, Quantity::QuantizedDrafterParameters], None)
        }
        None => counts.leaf(Quantity::DrafterParameters, |_| true) * unquantized(shape),
    }
}

/// Whether a format packs linear layers alone and leaves stacked experts, which are parameters of no such layer, in 16
/// bits: those of bitsandbytes in Transformers 5 (`integrations/bitsandbytes.py`, `replace_with_bnb_linear`).
/// Checkpoints of other formats come packed.
pub fn packs_linear_layers_only(shape: &Shape, it: &Format) -> bool {
    let is_of_transformers = shape.reader.choice::<Engine>(Id::Engine) == Engine::Transformers;
    let are_packed = shape.reader.is_on(Id::PackedExperts);
    is_of_transformers && !are_packed && it.is_of_bitsandbytes()
}

/// Which parts a format packs.
pub fn packs(shape: &Shape, it: &Format) -> impl Fn(&PartCount) -> bool + use<> {
    // MXFP4 is the format of experts; the rest of such a mixture stays in 16 bits.
    let is_of_experts = it.is_of_experts() && shape.is(Fact::NumExperts);
    let unquantized = unquantized_parts(shape);
    let keeps_experts = packs_linear_layers_only(shape, it);
    move |it: &PartCount| {
        let (is_linear, word) = word_of(it);
        let is_reached = if it.part == Part::Experts { !keeps_experts } else { !is_of_experts };
        is_linear && unquantized & word == 0 && is_reached
    }
}

/// Bytes of a packed weight with its share of scales: `b_w`. Not the parameter itself: the document's methods take its
/// nominal bytes, without what blocks have besides.
pub fn of_packed_weight(it: &Format) -> Expr<BytesPerElement> {
    Expr::<BytesPerElement>::counted(Quantity::QuantizedWeight.into(), it.bits_per_weight / 8.0, &[Id::Quantization])
}

/// Weights of which some are packed: under the first symbol those that are not, and all in the layers that stay whole,
/// under the other those that are.
fn packed(
    shape: &Shape,
    counts: &Counts,
    it: &Format,
    [of_kept, of_packed]: [Quantity; 2],
    ends: Option<Ends>,
) -> Expr<Memory> {
    let is_of_experts = it.is_of_experts() && shape.is(Fact::NumExperts);
    let is_packed = packs(shape, it);
    let share = |it: &PartCount| match ends {
        _ if !is_packed(it) => 0.0,
        Some(ends) => 1.0 - ends.share_of(it),
        None => 1.0,
    };
    let kept = counts.shares(of_kept, |it| 1.0 - share(it));
    let packed = counts.shares(of_packed, share);
    let is_widened = is_of_experts && EngineTraits::of(shape.reader.choice(Id::Engine)).pads_experts;
    let packed = if is_widened {
        let widened = |packed: Expr<Count>, fact, to| {
            let width = shape.leaf::<Count>(fact);
            let padded = (width.clone() / Expr::number(to)).ceil() * Expr::<Count>::number(to);
            packed * padded.over(width)
        };
        if shape.reader.choice::<GpuFamily>(Id::GpuFamily).is_since_hopper() {
            widened(packed, Fact::MoeIntermediateSize, MXFP4_WIDTH)
        } else {
            let [of_expert, of_stream] = MARLIN_WIDTHS;
            widened(widened(packed, Fact::MoeIntermediateSize, of_expert), Fact::HiddenSize, of_stream)
        }
    } else {
        packed
    };
    kept * beside_quantized(shape) + packed * of_packed_weight(it)
}
