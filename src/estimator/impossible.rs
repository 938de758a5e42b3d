//! What is asked of a choice that has no such thing: stages of what divides no layers, a loss over a vocabulary that
//! nobody predicts. Whatever is asked so changes no byte; where it would be possible the table of parameters says.

use crate::estimator::inputs::Inputs;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::choices::{
    Algorithm, ChoiceValue, Draft, Engine, FinetuneMethod, Optimizer, Rollout, Task, TaskHead,
};
use crate::estimator::parameters::spread::{Trainer, ZeroStage};
use crate::estimator::parameters::{Control, Controls, Only, ParameterId as Id, ParameterKind, Value, head_of};

/// What one choice has and another has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Feature {
    /// Layers whose matrices are divided over GPUs.
    DividedLayers,
    /// Stages of a pipeline.
    Stages,
    /// Several stages on each GPU.
    VirtualStages,
    /// Sequences that are divided over GPUs.
    DividedSequences,
    /// What lies between blocks, divided along the sequence.
    SequenceParallel,
    /// A loss of which each GPU has a part of the vocabulary.
    DividedLoss,
    /// Whole experts on some GPUs.
    SharedExperts,
    /// Matrices of experts, divided by a degree of their own.
    DividedExperts,
    /// Replicas that read other sequences.
    Replicas,
    /// Replicas of what is sharded.
    ReplicasOfShards,
    /// States of the optimizer, shared out as Megatron does.
    DistributedOptimizer,
    /// What Megatron recomputes.
    Recomputation,
    /// Gradients that are views of buckets.
    BucketViews,
    /// What ZeRO shares out.
    Zero,
    /// Parameters in the host's memory.
    OffloadedParameters,
    /// States of the optimizer in the host's memory.
    OffloadedOptimizer,
    /// Experts in the host's memory.
    ExpertsInHost,
    /// Tokens that something proposes.
    Drafter,
    /// A loss over a vocabulary.
    VocabularyLoss,
    /// Quantized weights beside what is trained.
    QuantizedBase,
    /// Their preparation.
    PreparedBase,
    /// Completions that are sampled.
    Sampling,
}

/// The parameters that ask for something. All others set how something is that is there or not: those say nothing where
/// it is not.
const ASKING: &[(Id, Feature)] = &[
    (Id::TensorParallel, Feature::DividedLayers),
    (Id::PipelineParallel, Feature::Stages),
    (Id::VirtualStages, Feature::VirtualStages),
    (Id::ContextParallel, Feature::DividedSequences),
    (Id::SequenceParallel, Feature::SequenceParallel),
    (Id::LossParallel, Feature::DividedLoss),
    (Id::ExpertParallel, Feature::SharedExperts),
    (Id::ExpertTensorParallel, Feature::DividedExperts),
    (Id::DataParallel, Feature::Replicas),
    (Id::DataParallelReplicate, Feature::ReplicasOfShards),
    (Id::DistributedOptimizer, Feature::DistributedOptimizer),
    (Id::Recompute, Feature::Recomputation),
    (Id::GradientAsBucketView, Feature::BucketViews),
    (Id::ZeroStage, Feature::Zero),
    (Id::OffloadParameters, Feature::OffloadedParameters),
    (Id::OffloadOptimizer, Feature::OffloadedOptimizer),
    (Id::CpuExpertLayers, Feature::ExpertsInHost),
    (Id::Draft, Feature::Drafter),
    (Id::Loss, Feature::VocabularyLoss),
    (Id::Quantization, Feature::QuantizedBase),
    (Id::KbitPreparation, Feature::PreparedBase),
    (Id::Rollout, Feature::Sampling),
];

/// Something that was asked for and cannot be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Impossible {
    /// The parameter that asks.
    pub id: Id,
    /// For what.
    pub feature: Feature,
    /// What has no such thing.
    pub control: Control,
    controls: Controls,
}

/// Where what was asked for would be possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instead {
    /// With another choice of a parameter, by its place in the list; none where one change alone is not enough.
    Choices(Id, Vec<usize>),
    /// In other modes.
    Modes(Vec<Mode>),
}

/// What a parameter asks for where there is no such thing; `None` where it has an effect or asks for nothing.
pub fn impossible(inputs: &Inputs, id: Id) -> Option<Impossible> {
    let control = inputs.taken_away_by(id)?;
    let &(id, feature) = ASKING.iter().find(|it| it.0 == id)?;
    let asks = match (inputs.given(id)?, id.spec().kind) {
        (Value::Number(number), ParameterKind::Number { min, .. }) => *number > min,
        (Value::Choice(at), _) => *at > 0,
        (Value::Toggle(is_on), _) => *is_on,
        _ => true,
    };
    let res = Impossible { id, feature, control, controls: inputs.controls() };
    // A layout may have it in a way of its own, on which the parameter has no say.
    let is_lacked = asks && (control == Control::Mode || res.lacking().is_some());
    is_lacked.then_some(res)
}

impl Impossible {
    /// The parameters that can ask for what there is not.
    pub fn asking() -> impl Iterator<Item = Id> {
        ASKING.iter().map(|it| it.0)
    }

    /// The choice that has no such thing: its parameter and its place in the list; `None` where it is no choice.
    pub fn lacking(&self) -> Option<(Id, usize)> {
        let it = &self.controls;
        Some(match self.control {
            Control::Task => (Id::Task, it.task as usize),
            Control::Algorithm => (Id::Algorithm, it.algorithm as usize),
            Control::Rollout => (Id::Rollout, it.rollout as usize),
            Control::Method => (Id::FinetuneMethod, it.method as usize),
            Control::Engine => (Id::Engine, it.engine as usize),
            Control::Draft => (Id::Draft, it.draft as usize),
            Control::Trainer => (Id::Trainer, it.trainer as usize),
            Control::ZeroStage => (Id::ZeroStage, it.zero_stage as usize),
            Control::Head => (Id::TaskHead, it.head as usize),
            Control::Optimizer => (Id::Optimizer, it.optimizer as usize),
            Control::Mode
            | Control::Nothing
            | Control::Quantization
            | Control::Layout
            | Control::Slots
            | Control::Windows
            | Control::Gpu
            | Control::Absent(_) => {
                return None;
            }
        })
    }

    /// The mode in which it was asked for.
    pub const fn mode(&self) -> Mode {
        self.controls.mode
    }

    /// The value that asks for nothing, as links write it.
    pub fn nothing(&self) -> String {
        let spec = self.id.spec();
        spec.write(&match spec.kind {
            ParameterKind::Number { min, .. } => Value::Number(min),
            ParameterKind::Toggle => Value::Toggle(false),
            ParameterKind::Choice { .. }
            | ParameterKind::Set { .. }
            | ParameterKind::Model
            | ParameterKind::List { .. } => Value::Choice(0),
        })
    }

    /// Where it would be possible.
    pub fn instead(&self) -> Instead {
        let (Some(usage), Some((id, _))) = (self.id.use_in(self.mode()), self.lacking()) else {
            let has_it = |it: &Mode| self.id.use_in(*it).is_some_and(|usage| usage.only != Only::Never);
            return Instead::Modes(Mode::ALL.into_iter().filter(has_it).collect());
        };
        // Every trainer may be asked for stages, and is refused with its reason; schedules have those that run some.
        let only =
            if self.id == Id::PipelineParallel && usage.only == Only::Spread { Only::Pipelined } else { usage.only };
        let others = self.others().into_iter().filter(|it| only.taken_away_by(&it.1).is_none());
        Instead::Choices(id, others.map(|it| it.0).collect())
    }

    /// The same run with every choice of what has no such thing, each with its place in the list.
    fn others(&self) -> Vec<(usize, Controls)> {
        fn each<T: ChoiceValue>(is_known: impl Fn(&T) -> bool, with: impl Fn(T) -> Controls) -> Vec<(usize, Controls)> {
            T::ALL.iter().enumerate().filter(|it| is_known(it.1)).map(|(at, it)| (at, with(*it))).collect()
        }
        let it = self.controls;
        match self.control {
            Control::Task => each(|_| true, |task: Task| Controls { task, ..it }),
            Control::Algorithm => each(|_| true, |algorithm: Algorithm| Controls { algorithm, ..it }),
            Control::Rollout => each(|_| true, |rollout: Rollout| Controls { rollout, ..it }),
            Control::Method => each(|_| true, |method: FinetuneMethod| Controls { method, ..it }),
            Control::Engine => each(|_| true, |engine: Engine| Controls { engine, ..it }),
            Control::Draft => each(|_| true, |draft: Draft| Controls { draft, ..it }),
            Control::Trainer => each(|_| true, |trainer: Trainer| Controls { trainer, ..it }),
            Control::ZeroStage => each(|_| true, |zero_stage: ZeroStage| Controls { zero_stage, ..it }),
            // Models of a layout predict tokens with one head or the other.
            Control::Head => each(
                |head: &TaskHead| !head.reads_vocabulary() || *head == head_of(it.layout),
                |head| Controls { head, ..it },
            ),
            Control::Optimizer => each(|_| true, |optimizer: Optimizer| Controls { optimizer, ..it }),
            Control::Mode
            | Control::Nothing
            | Control::Quantization
            | Control::Layout
            | Control::Slots
            | Control::Windows
            | Control::Gpu
            | Control::Absent(_) => Vec::new(),
        }
    }
}
