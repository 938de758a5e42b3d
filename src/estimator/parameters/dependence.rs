//! Which parameters others depend on, so that a change of any other settles nothing but itself. It knows no value.

use crate::estimator::architecture::BESIDE;
use crate::estimator::parameters::follows::Follows;
use crate::estimator::parameters::table::{PARAMETERS, ParameterId as Id};

impl Follows {
    /// The parameters that the rule reads.
    pub const fn sources(self) -> &'static [Id] {
        match self {
            Self::Nothing | Self::CountedShape => &[],
            Self::Heads => &[Id::NumAttentionHeads],
            Self::HeadsShareWidth => &[Id::HiddenSize, Id::NumAttentionHeads],
            Self::ExpertsShareModel => &[
                Id::ModelSize,
                Id::HiddenSize,
                Id::NumLayers,
                Id::NumAttentionHeads,
                Id::NumKeyValueHeads,
                Id::HeadDim,
                Id::VocabSize,
                Id::GatedMlp,
                Id::NumExperts,
            ],
            Self::Layout => &[Id::Layout],
            Self::Keys => &[Id::KvPrecision],
            Self::Device => &[Id::Rollout, Id::Engine, Id::Gpu],
            Self::DeviceGeneration | Self::Devices => &[Id::Gpu],
            Self::EngineVersion => &[Id::EngineVersion],
            Self::BatchedTokens => &[Id::EngineVersion, Id::GpuMemory, Id::GpuFamily],
            Self::BatchedSequences => &[Id::EngineVersion, Id::GpuMemory, Id::GpuFamily, Id::MaxBatchedTokens],
            Self::Gpus => &[
                Id::GpuCount,
                Id::PipelineParallel,
                Id::TensorParallel,
                Id::ContextParallel,
                Id::Trainer,
                Id::ExpertParallel,
            ],
            Self::Tensor => &[Id::TensorParallel],
            Self::Stages => &[Id::PipelineParallel],
            Self::LayersAndOutput => &[Id::NumLayers],
            Self::WholeSequence => &[Id::SequenceLength],
            Self::TrainersFormat => &[
                Id::Trainer,
                Id::FinetuneMethod,
                Id::DataParallel,
                Id::PipelineParallel,
                Id::TensorParallel,
                Id::ContextParallel,
            ],
            Self::Published => &[Id::Model, Id::Engine],
            Self::TrainedParameters => &[
                Id::Task,
                Id::Trainer,
                Id::TensorParallel,
                Id::PipelineParallel,
                Id::ContextParallel,
                Id::DataParallel,
                Id::OffloadOptimizer,
                Id::OffloadParameters,
                Id::FinetuneMethod,
                Id::Precision,
            ],
            Self::Reference => &[Id::Algorithm, Id::FinetuneMethod],
            Self::LossOfPairs => &[Id::Algorithm],
            Self::Tower => &[Id::VisionFeatureDim, Id::SpatialMerge],
            Self::Experts => &[Id::NumExperts],
            Self::Layers => &[Id::NumLayers],
        }
    }
}

/// The choices on which it depends which others have an effect, and the model, which states the defaults of many.
const DECISIVE: &[Id] = &[
    Id::Model,
    Id::Task,
    Id::Algorithm,
    Id::Rollout,
    Id::Trainer,
    Id::ZeroStage,
    Id::FinetuneMethod,
    Id::Precision,
    Id::Quantization,
    Id::Engine,
    Id::Draft,
    Id::Optimizer,
    Id::Layout,
    Id::TaskHead,
    Id::Gpu,
];

/// Which parameters others depend on: the decisive ones, facts beside which alone others say something, and those that
/// a rule of another row reads.
static DEPENDED_ON: [bool; PARAMETERS.len()] = {
    let mut res = [false; PARAMETERS.len()];
    let mut at = 0;
    while at < DECISIVE.len() {
        res[DECISIVE[at] as usize] = true;
        at += 1;
    }
    let mut at = 0;
    while at < BESIDE.len() {
        if let Some(id) = BESIDE[at].control.parameter() {
            res[id as usize] = true;
        }
        at += 1;
    }
    let mut row = 0;
    while row < PARAMETERS.len() {
        let sources = PARAMETERS[row].follows.sources();
        let mut at = 0;
        while at < sources.len() {
            res[sources[at] as usize] = true;
            at += 1;
        }
        row += 1;
    }
    res
};

impl Id {
    /// Whether the effect or the default of another parameter depends on this one.
    pub const fn is_depended_on(self) -> bool {
        DEPENDED_ON[self as usize]
    }
}
