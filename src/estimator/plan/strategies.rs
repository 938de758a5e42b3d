//! Ways to need less memory, as changed inputs: each is applied by estimating again. It knows no text.

use crate::estimator::inputs::Inputs;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::choices::{ChoiceValue, FinetuneMethod, Precision, Quantization};
use crate::estimator::parameters::{ParameterId as Id, Value};

/// A way to need less memory, from the document's "memory strategies" and its OOM checklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// Recompute activations in the backward pass.
    GradientCheckpointing,
    /// 16-bit weights and activations instead of FP32.
    MixedPrecision,
    /// 8-bit weights.
    Int8,
    /// 4-bit weights.
    Int4,
    /// Half the batch.
    HalveBatch,
    /// Half the sequence.
    HalveSequence,
    /// Train adapters beside quantized weights.
    Qlora,
}

impl Strategy {
    /// Every strategy, in the document's order.
    pub const ALL: [Self; 7] = [
        Self::GradientCheckpointing,
        Self::MixedPrecision,
        Self::Int8,
        Self::Int4,
        Self::HalveBatch,
        Self::HalveSequence,
        Self::Qlora,
    ];

    /// The strategy's name in test ids.
    pub const fn id(self) -> &'static str {
        match self {
            Self::GradientCheckpointing => "gradient-checkpointing",
            Self::MixedPrecision => "mixed-precision",
            Self::Int8 => "int8",
            Self::Int4 => "int4",
            Self::HalveBatch => "halve-batch",
            Self::HalveSequence => "halve-sequence",
            Self::Qlora => "qlora",
        }
    }

    /// The inputs with the strategy applied, or `None` where the mode does not know it or it is in use.
    pub fn apply(self, inputs: &Inputs) -> Option<Inputs> {
        let change = |id: Id, value: Value| {
            let is_known = inputs.has_effect(id);
            let res = inputs.clone().with(id, value).ok()?;
            (is_known && res != *inputs).then_some(res)
        };
        let halve = |id: Id| {
            let half = (inputs.values().number(id) / 2.0).floor();
            change(id, Value::Number(half))
        };
        match self {
            Self::GradientCheckpointing => change(Id::GradientCheckpointing, Value::Toggle(true)),
            Self::MixedPrecision => {
                let is_wide = inputs.choice::<Precision>(Id::Precision) == Precision::Fp32;
                is_wide.then(|| change(Id::Precision, at(Precision::Fp16)))?
            }
            Self::Int8 => quantize(inputs, Quantization::Int8, Precision::Int8),
            Self::Int4 => quantize(inputs, Quantization::Int4, Precision::Int4),
            Self::HalveBatch => halve(Id::BatchSize),
            Self::HalveSequence => halve(Id::SequenceLength),
            Self::Qlora => change(Id::FinetuneMethod, at(FinetuneMethod::Qlora)),
        }
    }
}

/// Quantization concerns weights that are not trained: inference, and QLoRA's frozen base.
fn quantize(inputs: &Inputs, quantization: Quantization, precision: Precision) -> Option<Inputs> {
    let is_qlora = inputs.choice::<FinetuneMethod>(Id::FinetuneMethod) == FinetuneMethod::Qlora;
    let applies = inputs.mode() == Mode::Inference || inputs.mode() == Mode::Finetune && is_qlora;
    // A quantization that is as wide as today's weights, or wider, would save nothing.
    let today = inputs.choice::<Quantization>(Id::Quantization).bytes();
    let today = today.unwrap_or_else(|| inputs.choice::<Precision>(Id::Precision).bytes());
    let is_narrower = precision.bytes() < today;
    (applies && is_narrower).then(|| inputs.clone().with(Id::Quantization, at(quantization)).ok())?
}

fn at<T: ChoiceValue>(value: T) -> Value {
    Value::Choice(T::ALL.iter().position(|it| *it == value).unwrap_or(0))
}
