//! Weights as they lie in device memory, by part and number format. It knows no engine's files and no moment.

use crate::estimator::architecture::{Fact, Part, PartCount, Tower};
use crate::estimator::catalog::formats::Format;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::storage::{beside_quantized, chosen_format, unquantized};
use crate::estimator::methods::calibrated::serving::engine::EngineTraits;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// Experts that vLLM keeps in MXFP4 are as wide as a multiple of this (its Triton and Marlin kernels).
const MXFP4_WIDTH: f64 = 256.0;

/// All weights, in the run's precision or quantized: `P_counted·b_x`, or `P_16·b_x + P_q·b_w`.
pub fn stored(shape: &Shape) -> Expr<Memory> {
    let counts = Counts::of(shape);
    match chosen_format(shape) {
        Some(it) => quantized(shape, &counts, it),
        None => counts.total() * unquantized(shape),
    }
}

/// All weights, those of the layers' projections and of experts quantized: embedding, output projection, norms, routers
/// and the vision tower stay in 16 bits.
pub fn quantized(shape: &Shape, counts: &Counts, it: &Format) -> Expr<Memory> {
    // MXFP4 is the format of experts; the rest of such a mixture stays in 16 bits.
    let is_of_experts = it.id == "mxfp4" && shape.is(Fact::NumExperts);
    let is_packed = |it: &PartCount| match it.part {
        Part::Experts => true,
        Part::Attention | Part::CrossAttention | Part::LinearAttention | Part::FeedForward | Part::SharedExperts => {
            it.tower != Tower::Vision && !is_of_experts
        }
        Part::Embedding
        | Part::Convolutions
        | Part::Router
        | Part::Norms
        | Part::Projector
        | Part::LmHead
        | Part::Head => false,
    };
    let kept = counts.leaf(Quantity::UnquantizedParameters, |it| !is_packed(it));
    let packed = counts.leaf(Quantity::QuantizedParameters, is_packed);
    let is_widened = is_of_experts && EngineTraits::of(shape.reader.choice(Id::Engine)).pads_experts;
    let packed = if is_widened {
        let width = shape.leaf::<Count>(Fact::MoeIntermediateSize);
        let padded = (width.clone() / Expr::number(MXFP4_WIDTH)).ceil() * Expr::<Count>::number(MXFP4_WIDTH);
        packed * padded.over(width)
    } else {
        packed
    };
    // Not the parameter itself: the document's methods take its nominal bytes, without what blocks have besides.
    let bytes = it.bits_per_weight / 8.0;
    let of_weight = Expr::<BytesPerElement>::counted(Quantity::QuantizedWeight.into(), bytes, &[Id::Quantization]);
    kept * beside_quantized(shape) + packed * of_weight
}
