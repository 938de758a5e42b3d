//! The number formats in which weights lie in device memory. It knows no count of parameters.

use crate::estimator::architecture::Fact;
use crate::estimator::catalog::formats::{Format, format};
use crate::estimator::expr::Expr;
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::calibrated::model::ends::{Ends, unquantized_parts};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::serving::engine::EngineTraits;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, HALF};
use crate::estimator::parameters::choices::{Engine, FrozenInputs, Precision, Quantization};
use crate::estimator::parameters::{ParameterId as Id, UnquantizedParts};
use crate::estimator::reader::{Reader, Telling};
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// Bytes of an unquantized weight and of an activation: formats below 16 bits are for storage only.
pub fn unquantized(shape: &Shape) -> Expr<BytesPerElement> {
    let precision = shape.reader.choice::<Precision>(Id::Precision);
    shape.reader.parameter(Id::Precision, "b_x", if precision == Precision::Fp32 { FP32 } else { HALF })
}

/// Bytes of a weight that stays beside quantized ones: FP32 where PEFT prepared the model for training
/// (`prepare_model_for_kbit_training`).
pub fn beside_quantized(shape: &Shape) -> Expr<BytesPerElement> {
    if shape.reader.is_on(Id::KbitPreparation) {
        shape.reader.parameter(Id::KbitPreparation, "b_16", FP32)
    } else {
        unquantized(shape)
    }
}

/// The format of quantized weights of a run, for whoever asks without formulas.
pub fn weights_format(inputs: &Inputs) -> Option<&'static Format> {
    chosen_format(&Shape::new(Reader::new(inputs, Telling::Values)))
}

/// The format of quantized weights, if any: the one that was chosen, or the one that a precision below 16 bits stands
/// for.
pub fn chosen_format(shape: &Shape) -> Option<&'static Format> {
    let inputs = shape.reader;
    let of_width = |at: usize| EngineTraits::of(inputs.choice(Id::Engine)).of_widths.and_then(|it| format(it[at]));
    match (inputs.choice(Id::Quantization), inputs.choice::<Precision>(Id::Precision)) {
        // vLLM expands the constants of double quantization while it loads (`dequantize_dq` in
        // `bitsandbytes_loader.py`).
        (Quantization::Format(it), _) if it.id == "nf4-dq" && inputs.choice::<Engine>(Id::Engine) == Engine::Vllm => {
            format("nf4")
        }
        (Quantization::Format(it), _) => Some(it),
        (Quantization::Int8, _) | (Quantization::None, Precision::Int8) => of_width(0),
        (Quantization::Int4, _) | (Quantization::None, Precision::Int4) => of_width(1),
        (Quantization::None, Precision::Fp8) => format("fp8-per-tensor"),
        (Quantization::None, Precision::Fp32 | Precision::Fp16 | Precision::Bf16) => None,
    }
}

/// Whether a layer has some part packed.
fn has_packed(shape: &Shape, word: usize) -> bool {
    unquantized_parts(shape) & word == 0 && !Ends::of(shape).is_some_and(|it| it.are_all())
}

/// Elements of a feed-forward block's widest projection, where bitsandbytes expands its 4-bit weight for a product:
/// `H·I`, and `2·H·I` where gate and up are one projection.
pub fn expanded_elements(shape: &Shape) -> Option<Expr<Count>> {
    (is_expanded(shape) && has_packed(shape, UnquantizedParts::FEED_FORWARD)).then(|| widest_projection(shape))
}

fn widest_projection(shape: &Shape) -> Expr<Count> {
    let one = shape.leaf::<Count>(Fact::HiddenSize) * shape.leaf::<Count>(Fact::IntermediateSize);
    let are_joined = shape.is(Fact::GatedMlp) && shape.is(Fact::FusedGateUp);
    if are_joined { Expr::<Count>::number(2.0) * one } else { one }
}

/// What the widest projection takes in the backward pass of a frozen layer: 4-bit layers expand it there, 8-bit ones
/// scale it in the input's format (`MatMul8bitLt.backward`).
pub fn expanded_in_backward(shape: &Shape) -> Option<Expr<Memory>> {
    if !is_expanded(shape) && !is_eight_bit(shape) {
        return None;
    }
    let elements = if has_packed(shape, UnquantizedParts::FEED_FORWARD) {
        widest_projection(shape)
    } else if has_packed(shape, UnquantizedParts::ATTENTION) {
        [Fact::NumAttentionHeads, Fact::HeadDim]
            .into_iter()
            .fold(shape.leaf::<Count>(Fact::HiddenSize), |elements, it| elements * shape.leaf::<Count>(it))
    } else {
        return None;
    };
    Some(elements * unquantized(shape))
}

/// Whether weights are in the 8-bit format of bitsandbytes, LLM.int8().
pub fn is_eight_bit(shape: &Shape) -> bool {
    chosen_format(shape).is_some_and(|it| it.id == "llm-int8")
}

/// Whether weights are in a 4-bit format of bitsandbytes, which expands them for each product.
pub fn is_expanded(shape: &Shape) -> bool {
    chosen_format(shape).is_some_and(|it| matches!(it.id, "nf4" | "nf4-dq" | "fp4-bnb"))
}

/// Whether frozen packed layers write down what they read in a context that outlives their backward pass.
pub fn writes_inputs(shape: &Shape, is_checkpointed: bool) -> bool {
    let keeps = || shape.reader.choice::<FrozenInputs>(Id::FrozenInputs) == FrozenInputs::Kept;
    is_eight_bit(shape) || is_expanded(shape) && !is_checkpointed && keeps()
}
