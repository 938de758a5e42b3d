//! Ways to need less memory, applied to some inputs: what each changes `changes` says. It knows no text.

use crate::estimator::inputs::Inputs;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::{ParameterId as Id, trains};
use crate::estimator::plan::changes::changes;
pub use crate::estimator::plan::strategy::Strategy;

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
    /// Those of the document's "memory strategies" and of its OOM checklist, in its order.
    pub const OF_DOCUMENT: [Self; 7] = [
        Self::GradientCheckpointing,
        Self::MixedPrecision,
        Self::Int8,
        Self::Int4,
        Self::HalveBatch,
        Self::HalveSequence,
        Self::Qlora,
    ];

    /// Whether it spreads a run over more GPUs.
    pub fn spreads(self) -> bool {
        matches!(self, Self::TensorParallel | Self::LayersOverGpus | Self::Shard | Self::MoreGpus)
    }

    /// Whether the run comes to the same result, however long it takes and on however many GPUs: as those do that cost
    /// least, up to what lies in the host's memory, and what spreads a run.
    pub fn keeps_result(self) -> bool {
        self.spreads() || (self as usize) <= Self::HostExperts as usize && self != Self::PagedOptimizer
    }

    /// Whether it makes another task of a run that trains a model itself: what is adapted has been trained.
    pub fn is_another_task(self, mode: Mode) -> bool {
        mode == Mode::Train && matches!(self, Self::Lora | Self::Qlora)
    }

    /// Why [`Self::apply`] gives nothing, where it does: of a strategy of the document.
    pub fn obstacle(self, inputs: &Inputs) -> Obstacle {
        let (is_known, then) = match self {
            Self::MixedPrecision => (trains(inputs.mode(), inputs.choice(Id::Task)), Obstacle::InUse),
            Self::Int8 | Self::Int4 => (inputs.has_effect(Id::Quantization), Obstacle::InUse),
            Self::HalveBatch => (inputs.has_effect(Id::BatchSize), Obstacle::AtItsLeast),
            Self::HalveSequence => (inputs.has_effect(Id::SequenceLength), Obstacle::AtItsLeast),
            Self::Qlora => (inputs.has_effect(Id::FinetuneMethod), Obstacle::InUse),
            // Of the others the Guide shows none.
            _ => (inputs.has_effect(Id::GradientCheckpointing), Obstacle::InUse),
        };
        if is_known { then } else { Obstacle::NotOfMode }
    }

    /// The inputs with the strategy applied, or `None` where the mode does not know it or it is in use.
    pub fn apply(self, inputs: &Inputs) -> Option<Inputs> {
        let changes = changes(self, inputs);
        let mut res = inputs.clone();
        for (id, value) in changes {
            // What one choice brings along has an effect only once that is made.
            res = res.has_effect(id).then(|| res.with(id, value).ok())??;
        }
        (res != *inputs).then_some(res)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::mode::Mode;
    use crate::estimator::parameters::Value;

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
