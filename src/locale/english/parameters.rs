//! English names of parameters. It knows no range and no default: those come from the table.

use crate::estimator::architecture::Fact;
use crate::estimator::parameters::facts_only;
use crate::estimator::parameters::{ParameterGroup, ParameterUnit};
use crate::estimator::{Impact, Mode, ParameterId};
use crate::locale::english::facts;

pub(super) fn parameter(id: ParameterId) -> &'static str {
    match id {
        ParameterId::Task => "Task",
        ParameterId::FinetuneMethod => "Method",
        ParameterId::ModelSize => "Model size",
        ParameterId::HiddenSize => "Hidden size",
        ParameterId::IntermediateSize => "Intermediate size",
        ParameterId::NumLayers => "Layers",
        ParameterId::NumAttentionHeads => "Attention heads",
        ParameterId::VocabSize => "Vocabulary",
        ParameterId::NumExperts => "Experts",
        ParameterId::NumActiveExperts => "Active experts",
        ParameterId::VisionFeatureDim => "Vision feature width",
        ParameterId::CrossModalAlignmentWeight => "Alignment weight",
        ParameterId::KernelSize => "Kernel size",
        ParameterId::LoraRank => "LoRA rank",
        ParameterId::BatchSize => "Batch size",
        ParameterId::SequenceLength => "Sequence length",
        ParameterId::NumGenerations => "Generations per prompt",
        ParameterId::Algorithm => "Algorithm",
        ParameterId::ReferenceModel => "Reference model",
        ParameterId::Rollout => "Rollout",
        ParameterId::RolloutMemory => "vLLM's share of the GPU",
        ParameterId::RolloutSleep => "vLLM sleeps",
        ParameterId::BatchUnit => "Batch counts",
        ParameterId::GradientAccumulationSteps => "Gradient accumulation",
        ParameterId::ImageResolution => "Image resolution",
        ParameterId::InputImageSize => "Image size",
        ParameterId::PatchSize => "Patch size",
        ParameterId::NumImages => "Images",
        ParameterId::VideoFrames => "Video frames",
        ParameterId::AudioDuration => "Audio",
        ParameterId::ExpertCapacityFactor => "Expert capacity factor",
        ParameterId::Precision => "Precision",
        ParameterId::Quantization => "Quantization",
        ParameterId::Optimizer => "Optimizer",
        ParameterId::GradientCheckpointing => "Gradient checkpointing",
        ParameterId::OtherOverhead => "Other overhead",
        ParameterId::Model => "Model",
        ParameterId::NumKeyValueHeads => "Key-value heads",
        ParameterId::HeadDim => "Head width",
        ParameterId::TieWordEmbeddings => "Tied embeddings",
        ParameterId::GatedMlp => "Gated feed-forward",
        ParameterId::Activation => "Activation function",
        ParameterId::SlidingWindow => "Sliding window",
        ParameterId::MoeIntermediateSize => "Expert width",
        ParameterId::LoraTargets => "LoRA targets",
        ParameterId::LoraVariant => "LoRA variant",
        ParameterId::ModulesToSave => "Modules trained whole",
        ParameterId::AdapterPrecision => "Adapter precision",
        ParameterId::LoraDropout => "LoRA dropout",
        ParameterId::CompletionLength => "Completion length",
        ParameterId::Unquantized => "Unquantized parts",
        ParameterId::DecoderLength => "Decoder length",
        ParameterId::Trainer => "Trainer",
        ParameterId::GpuCount => "GPUs",
        ParameterId::TensorParallel => "Tensor parallel",
        ParameterId::SequenceParallel => "Sequence parallel",
        ParameterId::ContextParallel => "Context parallel",
        ParameterId::DistributedOptimizer => "Distributed optimizer",
        ParameterId::Recompute => "Recompute",
        ParameterId::Deterministic => "Deterministic mode",
        ParameterId::PipelineParallel => "Pipeline parallel",
        ParameterId::Schedule => "Schedule",
        ParameterId::VirtualStages => "Virtual stages",
        ParameterId::MicroBatches => "Micro-batches",
        ParameterId::ReturnOutputs => "Return outputs",
        ParameterId::DataParallel => "Data parallel",
        ParameterId::GradientAsBucketView => "Gradients as views",
        ParameterId::Reshard => "Reshard",
        ParameterId::Wrapping => "Wrapping",
        ParameterId::DataParallelReplicate => "Replicas",
        ParameterId::ReduceDtype => "Reduced in",
        ParameterId::OutputDtype => "Output in",
        ParameterId::GradientSync => "Gradient sync",
        ParameterId::OffloadParameters => "Offload parameters",
        ParameterId::BucketCapMb => "Bucket size",
        ParameterId::Recipe => "Recipe",
        ParameterId::Loss => "Loss",
        ParameterId::KbitPreparation => "k-bit preparation",
        ParameterId::LinearAttentionKernel => "Linear attention kernel",
        ParameterId::FrozenInputs => "Inputs of frozen layers",
        ParameterId::TaskHead => "Task head",
        ParameterId::NumLabels => "Labels",
        ParameterId::OptimizerKernel => "Optimizer kernel",
        ParameterId::Attention => "Attention",
        ParameterId::Padding => "Padded batch",
        ParameterId::FreezeVision => "Frozen vision encoder",
        ParameterId::Engine => "Engine",
        ParameterId::EngineVersion => "Engine version",
        ParameterId::Sampler => "Sampler",
        ParameterId::Draft => "Drafter",
        ParameterId::DraftTokens => "Drafted tokens",
        ParameterId::Logits => "Prompt logits",
        ParameterId::KvPrecision => "KV cache precision",
        ParameterId::KvPrecisionValues => "Cached values",
        ParameterId::Vision => "Vision tower",
        ParameterId::MaxBatchedTokens => "Batched tokens",
        ParameterId::MaxSequences => "Batched sequences",
        ParameterId::Gpu => "GPU",
        ParameterId::GpuMemory => "GPU memory",
        ParameterId::GpuMemoryUtilization => "GPU utilization",
        ParameterId::Ubatch => "Physical batch",
        ParameterId::ParallelSlots => "Parallel slots",
        ParameterId::FlashAttention => "Flash attention",
        ParameterId::GpuFamily => "GPU generation",
        ParameterId::RuntimeOverhead => "Runtime overhead",
        ParameterId::WeightDecay => "Weight decay",
        ParameterId::WarmupSteps => "Warm-up steps",
        ParameterId::GradientClipping => "Gradient clipping",
        ParameterId::DropoutRate => "Dropout rate",
        ParameterId::Layout => "Layout",
        facts_only!() => Fact::of_parameter(id).map_or("", facts::name),
        ParameterId::Depths => "Stages",
        ParameterId::Widths => "Stage widths",
        ParameterId::Projector => "Projector widths",
    }
}

pub(super) fn label_in_mode(id: ParameterId, mode: Mode) -> &'static str {
    match (id, mode) {
        (ParameterId::SequenceLength, Mode::Multimodal | Mode::Vlm) => "Text length",
        (ParameterId::Quantization, Mode::Finetune) => "Quantization (QLoRA)",
        _ => parameter(id),
    }
}

pub(super) fn unit(unit: ParameterUnit) -> &'static str {
    match unit {
        ParameterUnit::None => "",
        ParameterUnit::BillionParameters => "B params",
        ParameterUnit::Dimensions => "dims",
        ParameterUnit::Layers => "layers",
        ParameterUnit::Heads => "heads",
        ParameterUnit::Tokens => "tokens",
        ParameterUnit::Sequences => "seqs",
        ParameterUnit::Experts => "experts",
        ParameterUnit::Completions => "each",
        ParameterUnit::Steps => "steps",
        ParameterUnit::Pixels => "px",
        ParameterUnit::Images => "images",
        ParameterUnit::Frames => "frames",
        ParameterUnit::Milliseconds => "ms",
        ParameterUnit::Gibibytes => "GiB",
        ParameterUnit::Mebibytes => "MiB",
        ParameterUnit::Gpus => "GPUs",
    }
}

pub(super) fn batch_unit(mode: Mode) -> &'static str {
    match mode {
        Mode::Cnn => "images",
        Mode::Vlm | Mode::Multimodal => "samples",
        Mode::Inference | Mode::Finetune | Mode::Train | Mode::Grpo | Mode::Nlp | Mode::Moe => "seqs",
    }
}

pub(super) fn group(group: ParameterGroup) -> &'static str {
    match group {
        ParameterGroup::Model => "Model",
        ParameterGroup::Architecture => "Architecture",
        ParameterGroup::Workload => "Workload",
        ParameterGroup::Training => "Precision and optimizer",
        ParameterGroup::Parallelism => "Parallelism",
        ParameterGroup::Device => "GPU",
        ParameterGroup::Engine => "Engine",
        ParameterGroup::Shape => "More of the architecture",
        ParameterGroup::WithoutEffect => "No effect on memory",
    }
}

pub(super) fn impact(impact: Impact) -> &'static str {
    match impact {
        Impact::High => "high",
        Impact::Medium => "medium",
        Impact::Low => "low",
        Impact::None => "none",
    }
}
