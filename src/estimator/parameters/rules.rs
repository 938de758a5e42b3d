//! What a row of the table may say of other parameters: when it has an effect at all. It evaluates only what a few
//! controlling choices decide.

use crate::estimator::architecture::{Fact, FactGroup, Layout};
use crate::estimator::mode::Mode;
use crate::estimator::parameters::choices::{
    Algorithm, Draft, Engine, FinetuneMethod, Optimizer, Rollout, Task, TaskHead,
};
use crate::estimator::parameters::spread::{Trainer, ZeroStage};

/// The choices that decide which others have an effect. Their own effect is decided by the mode and by those before
/// them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Controls {
    /// The mode.
    pub mode: Mode,
    /// What a multimodal run does; in other modes it says nothing.
    pub task: Task,
    /// How preferences are trained; in other modes it says nothing.
    pub algorithm: Algorithm,
    /// What samples completions; where none are sampled it says nothing.
    pub rollout: Rollout,
    /// Which parameters are trained; `Full` where the mode has no such choice.
    pub method: FinetuneMethod,
    /// What serves the model; Transformers where the mode has no such choice.
    pub engine: Engine,
    /// What proposes tokens; where nothing is served it says nothing.
    pub draft: Draft,
    /// What spreads the run over GPUs; where nothing is trained it says nothing.
    pub trainer: Trainer,
    /// What DeepSpeed's ranks share out; with another trainer it says nothing.
    pub zero_stage: ZeroStage,
    /// What updates the parameters; where nothing is trained it says nothing.
    pub optimizer: Optimizer,
    /// The model's layout.
    pub layout: Layout,
    /// What stands behind the layers; the layout's own where the mode has no such choice.
    pub head: TaskHead,
    /// Whether weights are served in a format below 16 bits.
    pub is_packed: bool,
    /// Whether GPUs of several kinds were chosen, each of which has figures of its own.
    pub has_unlike_gpus: bool,
}

impl Controls {
    /// Whether the method decides what is trained: not where a multimodal run trains everything, or nothing.
    pub fn has_method(&self) -> bool {
        self.mode != Mode::Multimodal || self.task == Task::Finetuning
    }

    /// Whether the stage of ZeRO is one that says something, or the first: with another trainer all are one.
    pub fn tells_stage(&self) -> bool {
        self.trainer == Trainer::DeepSpeed || self.zero_stage == ZeroStage::Nothing
    }

    /// Whether a decoder that attends to an encoder is served: it has a cache as its code makes it, and logits of one
    /// token a step.
    fn is_of_two_stacks(&self) -> bool {
        self.mode == Mode::Inference && FactGroup::TwoStacks.is_of(self.layout)
    }

    /// Whether the run trains anything.
    pub fn trains(&self) -> bool {
        trains(self.mode, self.task)
    }
}

/// Whether a run of a mode trains anything; the task counts in multimodal runs only.
pub fn trains(mode: Mode, task: Task) -> bool {
    match mode {
        Mode::Inference => false,
        Mode::Multimodal => task != Task::Inference,
        Mode::Finetune | Mode::Train | Mode::Grpo | Mode::Nlp | Mode::Vlm | Mode::Moe | Mode::Cnn => true,
    }
}

/// When a parameter that the mode uses has an effect. Whatever is given where it has none is kept, told, and never
/// read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// In any case.
    Always,
    /// In no case: the parameter changes no byte.
    Never,
    /// While all GPUs are of one kind.
    GpusAlike,
    /// While a multimodal run fine-tunes.
    Finetuning,
    /// While something is trained.
    Trained,
    /// While nothing is trained.
    Untrained,
    /// While something is trained by an optimizer whose kernels differ in what they hold.
    Kernels,
    /// While something is trained over GPUs.
    Spread,
    /// While something is trained over GPUs by this.
    SpreadBy(Trainer),
    /// While something is trained over GPUs by what keeps whole experts on some of them.
    ExpertRanks,
    /// While something is trained over GPUs by what runs PyTorch's pipelines.
    Pipelined,
    /// The same, and while a loss over the vocabulary is trained on one GPU.
    Outputs,
    /// While DeepSpeed's ranks share out something.
    ZeroShares,
    /// While they share out no parameters.
    ZeroWhole,
    /// While they share out parameters.
    ZeroParts,
    /// While something is trained over GPUs by what may have shared parameters in the host's memory.
    Offloaded,
    /// While layers may be divided over GPUs: trained by what divides them, or served by Transformers or vLLM.
    TensorParallel,
    /// While PyTorch's plan may divide layers that are trained.
    TorchPlan,
    /// While what divides layers may divide the sequence between them.
    SequencePlan,
    /// While every parameter is trained.
    Whole,
    /// While low-rank adapters are trained.
    LowRank,
    /// While low-rank adapters of a model that predicts the next token are trained.
    BesideAdapters,
    /// While adapters or prefixes are trained beside frozen weights.
    BesideFrozen,
    /// While low-rank adapters are trained beside quantized weights.
    QuantizedBase,
    /// While this serves the model.
    ServedBy(Engine),
    /// While a decoder generates, and trains nothing: an encoder does not, and before a decoder it changes what is
    /// cached.
    Generating,
    /// The same, and keeps keys and values: a stack of a state space has none.
    Caching,
    /// While a decoder generates, served by this.
    GeneratingIn(Engine),
    /// While an engine serves the model whose defaults have moved between versions.
    Versioned,
    /// While something proposes tokens.
    Drafted,
    /// While an engine serves quantized weights of a checkpoint, and not a file of its own.
    Packed,
    /// While completions are sampled.
    Sampled,
    /// While vLLM samples them on the same GPU.
    Colocated,
    /// While a loss over the vocabulary is trained.
    Vocabulary,
    /// While a classifier is trained.
    Classifier,
    /// In layouts that have such facts.
    Layouts(FactGroup),
    /// The same while something is trained.
    TrainedLayouts(FactGroup),
    /// The same while nothing is trained.
    UntrainedLayouts(FactGroup),
    /// The same while Transformers serves the model: other engines have code of their own for what the fact decides.
    LayoutsInTransformers(FactGroup),
}

/// Which choice leaves a parameter without effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Control {
    /// The mode: it does not use the parameter.
    Mode,
    /// Nothing: the parameter changes no byte in any mode.
    Nothing,
    /// The task.
    Task,
    /// The algorithm of preference training.
    Algorithm,
    /// What samples completions.
    Rollout,
    /// The method of fine-tuning.
    Method,
    /// The engine.
    Engine,
    /// What proposes tokens.
    Draft,
    /// That there is one slot.
    Slots,
    /// That layers have windows nowhere, or everywhere.
    Windows,
    /// What spreads the run over GPUs, or that nothing does.
    Trainer,
    /// What DeepSpeed's ranks share out.
    ZeroStage,
    /// What stands behind the layers.
    Head,
    /// The optimizer.
    Optimizer,
    /// The number format of the weights.
    Quantization,
    /// That GPUs are of several kinds.
    Gpu,
    /// The layout of the model, which has no such thing.
    Layout,
    /// A fact that the model has not, or has 0 of: what says something beside it alone says nothing.
    Absent(Fact),
}

impl Only {
    /// What takes the effect away under some choices; `None` where the parameter has one.
    pub fn taken_away_by(self, controls: &Controls) -> Option<Control> {
        let unless = |has_effect: bool, control| (!has_effect).then_some(control);
        // What trains everything leaves the method no say, and is then to be named in its place.
        let has_method = controls.has_method();
        let by_method = if has_method { Control::Method } else { Control::Task };
        let is_low_rank = has_method && matches!(controls.method, FinetuneMethod::Lora | FinetuneMethod::Qlora);
        match self {
            Self::Always => None,
            Self::Never => Some(Control::Nothing),
            Self::GpusAlike => unless(!controls.has_unlike_gpus, Control::Gpu),
            Self::Finetuning => unless(has_method, Control::Task),
            Self::Trained => unless(controls.trains(), Control::Task),
            Self::Kernels => {
                let by_optimizer = || unless(controls.optimizer.has_kernels(), Control::Optimizer);
                Self::Trained.taken_away_by(controls).or_else(by_optimizer)
            }
            Self::Spread => {
                let by_trainer = || unless(controls.trainer != Trainer::None, Control::Trainer);
                Self::Trained.taken_away_by(controls).or_else(by_trainer)
            }
            Self::SpreadBy(trainer) => {
                let by_trainer = || unless(controls.trainer == trainer, Control::Trainer);
                Self::Trained.taken_away_by(controls).or_else(by_trainer)
            }
            Self::ExpertRanks => {
                let shares = matches!(controls.trainer, Trainer::Fsdp2 | Trainer::Megatron);
                Self::Trained.taken_away_by(controls).or_else(|| unless(shares, Control::Trainer))
            }
            Self::Pipelined => {
                let pipelines = matches!(controls.trainer, Trainer::Torch | Trainer::Fsdp2 | Trainer::Megatron);
                Self::Trained.taken_away_by(controls).or_else(|| unless(pipelines, Control::Trainer))
            }
            Self::Outputs if controls.trainer == Trainer::None => Self::Vocabulary.taken_away_by(controls),
            Self::Outputs => Self::Pipelined.taken_away_by(controls),
            Self::ZeroShares | Self::ZeroWhole | Self::ZeroParts => {
                let has_effect = match controls.zero_stage {
                    ZeroStage::Nothing => false,
                    ZeroStage::States | ZeroStage::Gradients => self != Self::ZeroParts,
                    ZeroStage::Parameters => self != Self::ZeroWhole,
                };
                let by_stage = || unless(has_effect, Control::ZeroStage);
                Self::SpreadBy(Trainer::DeepSpeed).taken_away_by(controls).or_else(by_stage)
            }
            Self::Offloaded if controls.trainer == Trainer::DeepSpeed => Self::ZeroParts.taken_away_by(controls),
            Self::Offloaded => Self::SpreadBy(Trainer::Fsdp2).taken_away_by(controls),
            Self::TensorParallel if controls.mode == Mode::Inference => {
                unless(controls.engine != Engine::LlamaCpp, Control::Engine)
            }
            Self::TensorParallel => {
                let by_trainer = || unless(controls.trainer.divides_layers(), Control::Trainer);
                Self::Trained.taken_away_by(controls).or_else(by_trainer)
            }
            Self::SequencePlan => {
                let divides = matches!(controls.trainer, Trainer::Torch | Trainer::Fsdp2 | Trainer::Megatron);
                Self::Trained.taken_away_by(controls).or_else(|| unless(divides, Control::Trainer))
            }
            Self::TorchPlan => {
                let is_torch = matches!(controls.trainer, Trainer::Torch | Trainer::Fsdp2);
                Self::Trained.taken_away_by(controls).or_else(|| unless(is_torch, Control::Trainer))
            }
            Self::Untrained => unless(!controls.trains(), Control::Task),
            Self::Whole | Self::LowRank | Self::BesideAdapters | Self::BesideFrozen | Self::QuantizedBase
                if !controls.trains() =>
            {
                Some(Control::Task)
            }
            Self::Whole => unless(!has_method || controls.method == FinetuneMethod::Full, Control::Method),
            Self::LowRank => unless(is_low_rank, by_method),
            Self::BesideAdapters => unless(is_low_rank, by_method).or_else(|| Self::Vocabulary.taken_away_by(controls)),
            Self::BesideFrozen => unless(has_method && controls.method != FinetuneMethod::Full, by_method),
            Self::QuantizedBase => unless(has_method && controls.method == FinetuneMethod::Qlora, by_method),
            Self::ServedBy(engine) => unless(controls.engine == engine, Control::Engine),
            Self::Generating => Self::Untrained
                .taken_away_by(controls)
                .or_else(|| unless(!FactGroup::Encoder.is_of(controls.layout), Control::Layout))
                .or_else(|| unless(!controls.is_of_two_stacks(), Control::Layout)),
            Self::Caching => Self::Generating
                .taken_away_by(controls)
                .or_else(|| Self::Layouts(FactGroup::Attending).taken_away_by(controls)),
            Self::GeneratingIn(engine) => {
                Self::ServedBy(engine).taken_away_by(controls).or_else(|| Self::Generating.taken_away_by(controls))
            }
            Self::Versioned => unless(controls.engine != Engine::Transformers, Control::Engine),
            Self::Drafted => unless(controls.draft != Draft::None, Control::Draft),
            Self::Packed => unless(controls.engine != Engine::LlamaCpp, Control::Engine)
                .or_else(|| unless(controls.is_packed, Control::Quantization)),
            Self::Sampled => unless(controls.algorithm == Algorithm::Grpo, Control::Algorithm),
            Self::Colocated => Self::Sampled
                .taken_away_by(controls)
                .or_else(|| unless(controls.rollout == Rollout::VllmColocated, Control::Rollout)),
            Self::Vocabulary => unless(controls.trains(), Control::Task)
                .or_else(|| unless(controls.head.reads_vocabulary(), Control::Head))
                // These compute it in one way of their own.
                .or_else(|| unless(!FactGroup::TwoStacks.is_of(controls.layout), Control::Layout)),
            Self::Classifier => unless(controls.head == TaskHead::Classifier, Control::Head),
            Self::Layouts(group) => unless(group.is_of(controls.layout), Control::Layout),
            Self::TrainedLayouts(group) => {
                Self::Layouts(group).taken_away_by(controls).or_else(|| Self::Trained.taken_away_by(controls))
            }
            Self::UntrainedLayouts(group) => {
                Self::Layouts(group).taken_away_by(controls).or_else(|| Self::Untrained.taken_away_by(controls))
            }
            Self::LayoutsInTransformers(group) => {
                let served = Self::ServedBy(Engine::Transformers);
                Self::Layouts(group).taken_away_by(controls).or_else(|| served.taken_away_by(controls))
            }
        }
    }

    /// The facts among which the parameter is one, if it is.
    pub const fn group(self) -> Option<FactGroup> {
        match self {
            Self::Layouts(group)
            | Self::TrainedLayouts(group)
            | Self::UntrainedLayouts(group)
            | Self::LayoutsInTransformers(group) => Some(group),
            Self::Always
            | Self::Never
            | Self::GpusAlike
            | Self::Finetuning
            | Self::Trained
            | Self::Untrained
            | Self::Kernels
            | Self::Spread
            | Self::SpreadBy(_)
            | Self::ExpertRanks
            | Self::Pipelined
            | Self::Outputs
            | Self::ZeroShares
            | Self::ZeroWhole
            | Self::ZeroParts
            | Self::Offloaded
            | Self::TensorParallel
            | Self::TorchPlan
            | Self::SequencePlan
            | Self::Whole
            | Self::LowRank
            | Self::BesideAdapters
            | Self::BesideFrozen
            | Self::QuantizedBase
            | Self::Versioned
            | Self::Drafted
            | Self::Packed
            | Self::Sampled
            | Self::Colocated
            | Self::Vocabulary
            | Self::Classifier
            | Self::Generating
            | Self::Caching
            | Self::GeneratingIn(_)
            | Self::ServedBy(_) => None,
        }
    }
}
