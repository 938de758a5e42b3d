//! Ways to need less memory, as changed inputs: each is applied by estimating again. It knows no text.

use crate::estimator::inputs::Inputs;
use crate::estimator::parameters::choices::{ChoiceValue, FinetuneMethod, Precision, Quantization};
use crate::estimator::parameters::{ParameterId as Id, Value, trains};

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

/// Why a strategy cannot be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Obstacle {
    /// It is in use, or weights are as narrow already.
    InUse,
    /// The mode does not know it.
    NotOfMode,
    /// There is nothing left to halve.
    AtItsLeast,
}

impl Obstacle {
    /// Every obstacle.
    pub const ALL: [Self; 3] = [Self::InUse, Self::NotOfMode, Self::AtItsLeast];
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

    /// Why [`Self::apply`] gives nothing, where it does.
    pub fn obstacle(self, inputs: &Inputs) -> Obstacle {
        let (is_known, then) = match self {
            Self::GradientCheckpointing => (inputs.has_effect(Id::GradientCheckpointing), Obstacle::InUse),
            Self::MixedPrecision => (trains(inputs.mode(), inputs.choice(Id::Task)), Obstacle::InUse),
            Self::Int8 | Self::Int4 => (can_quantize(inputs), Obstacle::InUse),
            Self::HalveBatch => (inputs.has_effect(Id::BatchSize), Obstacle::AtItsLeast),
            Self::HalveSequence => (inputs.has_effect(Id::SequenceLength), Obstacle::AtItsLeast),
            Self::Qlora => (inputs.has_effect(Id::FinetuneMethod), Obstacle::InUse),
        };
        if is_known { then } else { Obstacle::NotOfMode }
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
fn can_quantize(inputs: &Inputs) -> bool {
    inputs.has_effect(Id::Quantization)
}

fn quantize(inputs: &Inputs, quantization: Quantization, precision: Precision) -> Option<Inputs> {
    // A quantization that is as wide as today's weights, or wider, would save nothing.
    let today = inputs.choice::<Quantization>(Id::Quantization).bytes();
    let today = today.unwrap_or_else(|| inputs.choice::<Precision>(Id::Precision).bytes());
    let is_narrower = precision.bytes() < today;
    (can_quantize(inputs) && is_narrower).then(|| inputs.clone().with(Id::Quantization, at(quantization)).ok())?
}

fn at<T: ChoiceValue>(value: T) -> Value {
    Value::Choice(T::ALL.iter().position(|it| *it == value).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::mode::Mode;

    /// "In use already, or not part of this mode" left the reader to find out which.
    #[test]
    fn what_stands_in_the_way_is_known() {
        let check = |strategy: Strategy, inputs: &Inputs, obstacle: Obstacle| {
            assert_eq!((strategy.apply(inputs), strategy.obstacle(inputs)), (None, obstacle), "{strategy:?}");
        };
        let with = |mode, id, value| Inputs::defaults(mode).with(id, value).expect("a value");
        let checkpointed = with(Mode::Train, Id::GradientCheckpointing, Value::Toggle(true));
        check(Strategy::GradientCheckpointing, &checkpointed, Obstacle::InUse);
        check(Strategy::GradientCheckpointing, &Inputs::defaults(Mode::Inference), Obstacle::NotOfMode);
        check(Strategy::Int8, &Inputs::defaults(Mode::Train), Obstacle::NotOfMode);
        check(Strategy::HalveBatch, &Inputs::defaults(Mode::Inference), Obstacle::AtItsLeast);
        check(Strategy::HalveSequence, &Inputs::defaults(Mode::Cnn), Obstacle::NotOfMode);
        check(Strategy::Qlora, &Inputs::defaults(Mode::Inference), Obstacle::NotOfMode);
        check(Strategy::MixedPrecision, &Inputs::defaults(Mode::Inference), Obstacle::NotOfMode);
        check(Strategy::MixedPrecision, &Inputs::defaults(Mode::Train), Obstacle::InUse);
    }
}
