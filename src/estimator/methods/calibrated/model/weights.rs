//! Weights as they lie in device memory, by part and number format. It knows no engine's files and no moment.

use crate::estimator::architecture::Fact;
use crate::estimator::catalog::formats::{Format, format};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::parts::counter::{Part, PartCount, Tower};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Engine, Precision, Quantization};
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// Experts that vLLM keeps in MXFP4 are as wide as a multiple of this (its Triton and Marlin kernels).
const MXFP4_WIDTH: f64 = 256.0;

/// Bytes of an unquantized weight and of an activation: formats below 16 bits are for storage only.
pub fn element(shape: &Shape) -> Expr<BytesPerElement> {
    let precision = shape.reader.choice::<Precision>(Id::Precision);
    shape.reader.parameter(Id::Precision, "b_x", if precision == Precision::Fp32 { 4.0 } else { 2.0 })
}

/// The format of quantized weights, if any: the one that was chosen, or the one that a precision below 16 bits stands for.
pub fn chosen_format(shape: &Shape) -> Option<&'static Format> {
    let inputs = shape.reader;
    let is_vllm = inputs.choice::<Engine>(Id::Engine) == Engine::Vllm;
    // What an engine makes of a bare width when it loads a 16-bit checkpoint, or the checkpoints that are common there.
    let (eight, four) = ("llm-int8", if is_vllm { "awq-4bit-g128" } else { "nf4" });
    match (inputs.choice(Id::Quantization), inputs.choice::<Precision>(Id::Precision)) {
        (Quantization::Format(it), _) => Some(it),
        (Quantization::Int8, _) | (Quantization::None, Precision::Int8) => format(eight),
        (Quantization::Int4, _) | (Quantization::None, Precision::Int4) => format(four),
        (Quantization::None, Precision::Fp8) => format("fp8-per-tensor"),
        (Quantization::None, Precision::Fp32 | Precision::Fp16 | Precision::Bf16) => None,
    }
}

/// All weights, in the run's precision or quantized: `P·b_x`, or `P_16·b_x + P_q·b_q`.
pub fn stored(shape: &Shape) -> Expr<Memory> {
    let counts = Counts::of(shape);
    let res = match chosen_format(shape) {
        Some(it) => quantized(shape, &counts, it),
        None => counts.total() * element(shape),
    };
    res.chosen_by(Id::Quantization)
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
        _ => false,
    };
    let kept = counts.leaf("P_16", |it| !is_packed(it));
    let packed = counts.leaf("P_q", is_packed);
    let is_widened = is_of_experts && shape.reader.choice::<Engine>(Id::Engine) == Engine::Vllm;
    let packed = if is_widened {
        let width = shape.leaf::<Count>(Fact::MoeIntermediateSize);
        let padded = (width.clone() / Expr::number(MXFP4_WIDTH)).ceil() * Expr::<Count>::number(MXFP4_WIDTH);
        packed * padded.over(width)
    } else {
        packed
    };
    let of_weight = shape.reader.parameter::<BytesPerElement>(Id::Quantization, "b_q", it.bits_per_weight / 8.0);
    kept * element(shape) + packed * of_weight
}

/// What bitsandbytes takes to expand the 4-bit weights of a block's widest projection for a prompt: `H·I` elements.
pub fn expanded(shape: &Shape) -> Option<Expr<Memory>> {
    let projection = || shape.leaf::<Count>(Fact::HiddenSize) * shape.leaf::<Count>(Fact::IntermediateSize);
    is_expanded(shape).then(|| projection() * element(shape))
}

/// Whether weights are in a 4-bit format of bitsandbytes, which expands them for each product.
pub fn is_expanded(shape: &Shape) -> bool {
    chosen_format(shape).is_some_and(|it| matches!(it.id, "nf4" | "nf4-dq" | "fp4-bnb"))
}
