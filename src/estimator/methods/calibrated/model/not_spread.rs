//! Why a run has no answer over several GPUs: the reason, the parameter to which it belongs and what that may be
//! instead. It judges no run.

use crate::estimator::inputs::Inputs;
use crate::estimator::parameters::ParameterId;
use crate::estimator::parameters::choices::Precision;

/// Layers up to which modules are followed one by one; no model has a quarter of it.
pub const MOST_LAYERS: f64 = 4096.0;

/// Why a run has no answer over several GPUs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotSpread {
    /// Runs of the kind have no formulas over several GPUs.
    Run,
    /// What a parameter asks for was not read or traced in runs of the kind, which the value beside it would mend.
    Only(ParameterId, &'static str),
    /// Gradients that are views of DDP's buckets were not followed in runs of the kind.
    Views,
    /// The trainer was not traced with such a model or method.
    Model,
    /// The optimizer does not update parts of tensors, or was not traced doing so.
    Optimizer,
    /// The recipe is another trainer's.
    Recipe,
    /// A stage of ZeRO that nobody has traced.
    Stage,
    /// States go to a disk at stage 3 alone.
    NvmeStage,
    /// The ranks are no multiple of the replicas.
    Replicas,
    /// A trainer that runs no pipelines, or PyTorch's own without one.
    PipelineTrainer,
    /// DeepSpeed's pipelines run without ZeRO 2 and 3, and without these nobody has read them.
    PipelineOfZero,
    /// Pipelines were not traced with such a model, recipe or optimizer.
    Pipeline,
    /// Megatron's rules were not read for such a model, optimizer or attention.
    Megatron,
    /// Megatron's rules were read in one format alone.
    MegatronFormat,
    /// Megatron has another switch for recomputation.
    MegatronCheckpoints,
    /// A packed base was read in one format of computing alone.
    PackedPrecision,
    /// FSDP2 was not read with such a packed base.
    PackedAdapters,
    /// Megatron has no such schedule.
    MegatronSchedule,
    /// Heads, inner width or sequence cannot be divided so.
    MegatronDegree {
        /// The nearest degree below with which they can.
        below: u32,
        /// The nearest above, if there is one.
        above: Option<u32>,
    },
    /// The sequence cannot be divided so.
    MegatronContext {
        /// The nearest degree below with which it can.
        nearest: u32,
    },
    /// Experts or tokens cannot be shared out so.
    MegatronExperts,
    /// FSDP2 was not traced so inside the stages of a pipeline.
    PipelineShards,
    /// The layers cannot be shared out in equal parts.
    Stages {
        /// Layers of the model.
        layers: u32,
        /// The nearest number of ranks that can.
        ranks: u32,
        /// Stages of each of these.
        stages_of_rank: u32,
    },
    /// The schedule was not traced.
    Schedule,
    /// The schedule has one stage on each rank.
    VirtualStages,
    /// The interleaved schedule does not start with so many micro-batches.
    Rounds {
        /// The nearest number with which it does.
        nearest: u32,
    },
    /// The degrees that were given do not come to so many GPUs.
    Gpus {
        /// The nearest number to which they do.
        nearest: u32,
    },
    /// Layers of the kind, or a run of the kind, were not traced divided over GPUs.
    Layers,
    /// Heads, inner widths, the vocabulary or the sequence cannot be divided so: the nearest degrees that can.
    Degree {
        /// The largest below.
        below: u32,
        /// The smallest above, if there is one.
        above: Option<u32>,
    },
    /// A plan that divides layers was not traced beside ranks that read other sequences.
    DataOfPlan,
    /// That plan was not traced beside FSDP2.
    Plan,
    /// Divided layers were traced in one format alone.
    RecipeOfPlan,
    /// Modules are followed one by one, and these are more than any model has.
    ModulesFollowed,
    /// vLLM's code for such a model over several GPUs was not read.
    Served,
    /// vLLM's stages of such a model were not read, or are more than it has layers.
    ServedStages {
        /// The nearest number of stages that was read.
        nearest: u32,
    },
    /// Heads or widths of the model cannot be shared out evenly among so many; the nearest numbers of ranks that can.
    Heads {
        /// Fewer.
        below: u32,
        /// More, if there are any.
        above: Option<u32>,
    },
    /// vLLM's ranks share out no cache of such a model, or none in the version.
    CacheRanks,
    /// The cache cannot be shared out among so many ranks: the nearest numbers that can.
    CacheDegree {
        /// Fewer.
        below: u32,
        /// More, if there are any.
        above: Option<u32>,
    },
    /// Experts are shared out among all ranks or none, and among no more than there are.
    ExpertRanks,
    /// FSDP2 was not traced so beside ranks that have different experts.
    ExpertsOfShards,
    /// So many ranks do not divide the experts: the nearest numbers that do.
    ExpertDegree {
        /// Fewer.
        below: u32,
        /// More, if there are any.
        above: Option<u32>,
    },
    /// The ranks are no multiple of those that have different experts: the nearest that are.
    ExpertReplicas {
        /// Fewer, if there are any.
        below: Option<u32>,
        /// More.
        above: u32,
    },
    /// Replicas of a mixture exchange tokens, which was not read.
    ReplicasOfMixture,
    /// llama.cpp shares out parts of layers, which was not read.
    PartsOfLayers,
    /// Layers whose order nobody has read, or a model of several stacks, of which GPUs have whole layers each.
    UnlikeLayers,
    /// llama.cpp knows no more GPUs, and no machine has more for Transformers.
    Devices {
        /// As many as it knows.
        most: u32,
    },
    /// llama.cpp has the output projection in the host's memory, or layers that are not alike.
    PartOnGpu,
    /// What spreads the run divides it evenly, and was not read over GPUs of several kinds.
    UnlikeGpus,
    /// GPUs of several makers, or such as no machine has beside another.
    GpusApart,
    /// The kinds of GPU come to another number than was given.
    NumberOfGpus {
        /// That of the kinds.
        named: u32,
    },
}

impl NotSpread {
    /// The parameter of some inputs to which the reason belongs: of several that it asks for, the first that is not as
    /// it asks.
    pub fn parameter(self, inputs: &Inputs) -> ParameterId {
        let is_bf16 = || inputs.choice::<Precision>(ParameterId::Precision) == Precision::Bf16;
        match self {
            Self::Run | Self::Model => ParameterId::Trainer,
            Self::Only(id, _) => id,
            Self::Views => ParameterId::GradientAsBucketView,
            Self::Optimizer => ParameterId::Optimizer,
            Self::Recipe | Self::RecipeOfPlan => ParameterId::Recipe,
            Self::Layers | Self::Degree { .. } => ParameterId::TensorParallel,
            Self::DataOfPlan => ParameterId::DataParallel,
            Self::Plan => ParameterId::TensorParallelPlan,
            Self::Stage => ParameterId::ZeroStage,
            Self::NvmeStage => ParameterId::OffloadOptimizer,
            Self::Replicas => ParameterId::DataParallelReplicate,
            Self::PipelineTrainer => ParameterId::Trainer,
            Self::Pipeline
            | Self::PipelineOfZero
            | Self::PipelineShards
            | Self::Stages { .. }
            | Self::ServedStages { .. } => ParameterId::PipelineParallel,
            Self::Megatron => ParameterId::Trainer,
            Self::MegatronFormat if is_bf16() => ParameterId::Recipe,
            Self::MegatronFormat | Self::PackedPrecision => ParameterId::Precision,
            Self::PackedAdapters if inputs.values().is_on(ParameterId::KbitPreparation) => ParameterId::KbitPreparation,
            Self::PackedAdapters => ParameterId::Quantization,
            Self::MegatronCheckpoints => ParameterId::GradientCheckpointing,
            Self::MegatronDegree { .. } => ParameterId::TensorParallel,
            Self::MegatronContext { .. } => ParameterId::ContextParallel,
            Self::MegatronExperts => ParameterId::ExpertParallel,
            Self::Schedule | Self::MegatronSchedule => ParameterId::Schedule,
            Self::VirtualStages => ParameterId::VirtualStages,
            Self::Rounds { .. } => ParameterId::MicroBatches,
            Self::Gpus { .. } => ParameterId::GpuCount,
            Self::ModulesFollowed => ParameterId::NumLayers,
            Self::Served | Self::Heads { .. } => ParameterId::TensorParallel,
            Self::CacheRanks | Self::CacheDegree { .. } => ParameterId::DecodeContextParallel,
            Self::ExpertRanks | Self::ExpertsOfShards | Self::ExpertDegree { .. } => ParameterId::ExpertParallel,
            Self::ReplicasOfMixture | Self::ExpertReplicas { .. } => ParameterId::DataParallel,
            Self::PartsOfLayers => ParameterId::SplitMode,
            Self::UnlikeLayers | Self::Devices { .. } => ParameterId::GpuCount,
            Self::PartOnGpu => ParameterId::GpuLayers,
            Self::UnlikeGpus | Self::GpusApart => ParameterId::Gpu,
            Self::NumberOfGpus { .. } => ParameterId::GpuCount,
        }
    }

    /// Values of that parameter to try instead, if it is a number: the nearest that divide, or 1 where nothing is to be
    /// divided.
    pub fn nearest(self) -> Vec<u32> {
        match self {
            Self::Heads { below, above }
            | Self::Degree { below, above }
            | Self::CacheDegree { below, above }
            | Self::MegatronDegree { below, above }
            | Self::ExpertDegree { below, above } => [Some(below), above].into_iter().flatten().collect(),
            Self::ExpertReplicas { below, above } => [below, Some(above)].into_iter().flatten().collect(),
            Self::Stages { ranks: nearest, .. }
            | Self::Rounds { nearest }
            | Self::MegatronContext { nearest }
            | Self::Gpus { nearest }
            | Self::ServedStages { nearest }
            | Self::NumberOfGpus { named: nearest }
            | Self::Devices { most: nearest } => vec![nearest],
            Self::Layers
            | Self::Replicas
            | Self::DataOfPlan
            | Self::ReplicasOfMixture
            | Self::ExpertRanks
            | Self::CacheRanks
            | Self::ExpertsOfShards
            | Self::VirtualStages
            | Self::Pipeline
            | Self::PipelineOfZero
            | Self::PipelineShards
            | Self::UnlikeLayers
            | Self::Only(ParameterId::GradientAccumulationSteps, _)
            | Self::Served => vec![1],
            Self::Run
            | Self::Only(..)
            | Self::Views
            | Self::Model
            | Self::Optimizer
            | Self::Recipe
            | Self::RecipeOfPlan
            | Self::Plan
            | Self::Stage
            | Self::NvmeStage
            | Self::PipelineTrainer
            | Self::Megatron
            | Self::MegatronFormat
            | Self::MegatronCheckpoints
            | Self::MegatronExperts
            | Self::PackedPrecision
            | Self::PackedAdapters
            | Self::Schedule
            | Self::MegatronSchedule
            | Self::ModulesFollowed
            | Self::PartsOfLayers
            | Self::UnlikeGpus
            | Self::GpusApart
            | Self::PartOnGpu => Vec::new(),
        }
    }
}
