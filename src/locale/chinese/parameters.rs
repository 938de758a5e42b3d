//! Chinese names of parameters. It knows no range and no default: those come from the table.

use crate::estimator::architecture::Fact;
use crate::estimator::parameters::facts_only;
use crate::estimator::parameters::{ParameterGroup, ParameterUnit};
use crate::estimator::{Impact, Mode, ParameterId};
use crate::locale::chinese::facts;

pub(super) fn parameter(id: ParameterId) -> &'static str {
    match id {
        ParameterId::Task => "任务",
        ParameterId::FinetuneMethod => "方法",
        ParameterId::ModelSize => "模型规模",
        ParameterId::HiddenSize => "隐藏层维度",
        ParameterId::IntermediateSize => "FFN 中间维度",
        ParameterId::NumLayers => "层数",
        ParameterId::NumAttentionHeads => "注意力头数",
        ParameterId::VocabSize => "词表大小",
        ParameterId::NumExperts => "专家总数",
        ParameterId::NumActiveExperts => "激活专家数",
        ParameterId::VisionFeatureDim => "视觉特征宽度",
        ParameterId::CrossModalAlignmentWeight => "对齐权重",
        ParameterId::KernelSize => "卷积核大小",
        ParameterId::LoraRank => "LoRA 秩",
        ParameterId::BatchSize => "批次大小",
        ParameterId::SequenceLength => "序列长度",
        ParameterId::NumGenerations => "每条提示词的回答数",
        ParameterId::Algorithm => "算法",
        ParameterId::ReferenceModel => "参考模型",
        ParameterId::Rollout => "采样方式",
        ParameterId::RolloutMemory => "vLLM 占 GPU 的份额",
        ParameterId::RolloutSleep => "vLLM 休眠",
        ParameterId::BatchUnit => "批大小计数",
        ParameterId::GradientAccumulationSteps => "梯度累积步数",
        ParameterId::ImageResolution => "图像分辨率",
        ParameterId::InputImageSize => "图像大小",
        ParameterId::PatchSize => "图块大小",
        ParameterId::NumImages => "图像数",
        ParameterId::VideoFrames => "视频帧数",
        ParameterId::AudioDuration => "音频",
        ParameterId::ExpertCapacityFactor => "专家容量因子",
        ParameterId::Precision => "精度",
        ParameterId::Quantization => "量化",
        ParameterId::Optimizer => "优化器",
        ParameterId::GradientCheckpointing => "梯度检查点",
        ParameterId::OtherOverhead => "其他开销",
        ParameterId::Model => "模型",
        ParameterId::NumKeyValueHeads => "键值头数",
        ParameterId::HeadDim => "头维度",
        ParameterId::TieWordEmbeddings => "共享词嵌入",
        ParameterId::GatedMlp => "门控前馈",
        ParameterId::Activation => "激活函数",
        ParameterId::SlidingWindow => "滑动窗口",
        ParameterId::MoeIntermediateSize => "专家宽度",
        ParameterId::LoraTargets => "LoRA 位置",
        ParameterId::LoraVariant => "LoRA 变体",
        ParameterId::ModulesToSave => "完整训练的模块",
        ParameterId::AdapterPrecision => "适配器精度",
        ParameterId::LoraDropout => "LoRA dropout 率",
        ParameterId::CompletionLength => "回答长度",
        ParameterId::Unquantized => "未量化的部分",
        ParameterId::DecoderLength => "解码器长度",
        ParameterId::Trainer => "并行训练方式",
        ParameterId::GpuCount => "GPU 数量",
        ParameterId::TensorParallel => "张量并行",
        ParameterId::SequenceParallel => "序列并行",
        ParameterId::ContextParallel => "上下文并行",
        ParameterId::DistributedOptimizer => "分布式优化器",
        ParameterId::Recompute => "重计算",
        ParameterId::Deterministic => "确定性模式",
        ParameterId::PipelineParallel => "流水线并行",
        ParameterId::Schedule => "流水线调度",
        ParameterId::VirtualStages => "虚拟阶段",
        ParameterId::MicroBatches => "微批数",
        ParameterId::ReturnOutputs => "返回输出",
        ParameterId::DataParallel => "数据并行",
        ParameterId::GradientAsBucketView => "梯度作为桶的视图",
        ParameterId::Reshard => "重新切分",
        ParameterId::Wrapping => "分组方式",
        ParameterId::DataParallelReplicate => "副本数",
        ParameterId::ReduceDtype => "规约格式",
        ParameterId::OutputDtype => "输出格式",
        ParameterId::GradientSync => "梯度同步",
        ParameterId::OffloadParameters => "参数卸载",
        ParameterId::BucketCapMb => "桶大小",
        ParameterId::Recipe => "训练方案",
        ParameterId::Loss => "损失",
        ParameterId::KbitPreparation => "k-bit 准备",
        ParameterId::LinearAttentionKernel => "线性注意力内核",
        ParameterId::FrozenInputs => "冻结层的输入",
        ParameterId::TaskHead => "任务头",
        ParameterId::NumLabels => "类别数",
        ParameterId::OptimizerKernel => "优化器内核",
        ParameterId::Attention => "注意力",
        ParameterId::Padding => "批次填充",
        ParameterId::FreezeVision => "冻结视觉编码器",
        ParameterId::Engine => "引擎",
        ParameterId::EngineVersion => "引擎版本",
        ParameterId::Sampler => "采样器",
        ParameterId::Draft => "草稿模型",
        ParameterId::DraftTokens => "草稿词元数",
        ParameterId::Logits => "提示词的 logits",
        ParameterId::KvPrecision => "KV 缓存精度",
        ParameterId::KvPrecisionValues => "缓存的值",
        ParameterId::Vision => "视觉塔",
        ParameterId::MaxBatchedTokens => "每步词元数",
        ParameterId::MaxSequences => "每步序列数",
        ParameterId::Gpu => "GPU 型号",
        ParameterId::GpuMemory => "GPU 显存",
        ParameterId::GpuMemoryUtilization => "GPU 占用比例",
        ParameterId::Ubatch => "物理批次",
        ParameterId::ParallelSlots => "并行槽位",
        ParameterId::FlashAttention => "Flash 注意力",
        ParameterId::GpuFamily => "GPU 架构",
        ParameterId::RuntimeOverhead => "运行时开销",
        ParameterId::WeightDecay => "权重衰减",
        ParameterId::WarmupSteps => "预热步数",
        ParameterId::GradientClipping => "梯度裁剪",
        ParameterId::DropoutRate => "Dropout 率",
        ParameterId::Layout => "布局",
        facts_only!() => Fact::of_parameter(id).map_or("", facts::name),
        ParameterId::Depths => "各阶段层数",
        ParameterId::Widths => "各阶段宽度",
        ParameterId::Projector => "投影器宽度",
    }
}

pub(super) fn label_in_mode(id: ParameterId, mode: Mode) -> &'static str {
    match (id, mode) {
        (ParameterId::SequenceLength, Mode::Multimodal | Mode::Vlm) => "文本长度",
        (ParameterId::Quantization, Mode::Finetune) => "量化（QLoRA）",
        _ => parameter(id),
    }
}

pub(super) fn unit(unit: ParameterUnit) -> &'static str {
    match unit {
        ParameterUnit::None => "",
        ParameterUnit::BillionParameters => "B 参数",
        ParameterUnit::Dimensions => "维",
        ParameterUnit::Layers => "层",
        ParameterUnit::Heads => "头",
        ParameterUnit::Tokens => "词元",
        ParameterUnit::Sequences => "条",
        ParameterUnit::Experts => "个",
        ParameterUnit::Completions => "个",
        ParameterUnit::Steps => "步",
        ParameterUnit::Pixels => "px",
        ParameterUnit::Images => "张",
        ParameterUnit::Frames => "帧",
        ParameterUnit::Milliseconds => "ms",
        ParameterUnit::Gibibytes => "GiB",
        ParameterUnit::Mebibytes => "MiB",
        ParameterUnit::Gpus => "张 GPU",
    }
}

pub(super) fn batch_unit(mode: Mode) -> &'static str {
    match mode {
        Mode::Cnn => "张",
        Mode::Vlm | Mode::Multimodal => "个样本",
        Mode::Inference | Mode::Finetune | Mode::Train | Mode::Grpo | Mode::Nlp | Mode::Moe => "条",
    }
}

pub(super) fn group(group: ParameterGroup) -> &'static str {
    match group {
        ParameterGroup::Model => "模型",
        ParameterGroup::Architecture => "结构",
        ParameterGroup::Workload => "负载",
        ParameterGroup::Training => "精度与优化器",
        ParameterGroup::Parallelism => "并行",
        ParameterGroup::Device => "GPU 设备",
        ParameterGroup::Engine => "引擎",
        ParameterGroup::Shape => "更多结构参数",
        ParameterGroup::WithoutEffect => "不影响显存",
    }
}

pub(super) fn impact(impact: Impact) -> &'static str {
    match impact {
        Impact::High => "高",
        Impact::Medium => "中",
        Impact::Low => "低",
        Impact::None => "无",
    }
}
