//! Chinese words for what a program does where nobody says anything. Names in its code are its own.

use crate::import::{OwnDefault, OwnSource};

/// A place with what is done there.
pub fn own_source(it: OwnSource) -> String {
    let code = it.code;
    match it.default {
        None => code.to_owned(),
        Some(default @ OwnDefault::PublishedIn) => format!("{} {code}", said(default)),
        Some(default) if code.is_empty() => said(default).to_owned(),
        Some(default) => format!("{code}：{}", said(default)),
    }
}

const fn said(it: OwnDefault) -> &'static str {
    match it {
        OwnDefault::On => "开启",
        OwnDefault::Off => "关闭",
        OwnDefault::HasToBeSaid => "必须写明",
        OwnDefault::PublishedIn => "发布于",
        OwnDefault::OfWhatPrinted => "由打印它的程序决定",
        OwnDefault::FormatOfLlamaCpp => "GGUF 是 llama.cpp 的格式",
        OwnDefault::TypesOfTensors => "由全部张量的类型得出",
        OwnDefault::WordsOfGpt2 => "GPT-2 分词器的词表",
        OwnDefault::NoDevice => "没有说明在哪种 GPU 上运行",
        OwnDefault::NotRead => "所写的值没有读取：此处取默认值",
        OwnDefault::NoCount => "没有说明使用多少 GPU",
        OwnDefault::OnlyBounded => "max-num-seqs 只是同时运行的序列数的上限",
        OwnDefault::PresetOfTuned => "取微调所用原模型的预设，假定两者形状相同",
        OwnDefault::ContextOfTuned => "程序取微调模型 config.json 中的 max_position_embeddings",
        OwnDefault::UsualFormat => "按模型名称结尾取常见格式，确切格式见其 config.json",
        OwnDefault::OtherModules => "列出的这组模块尚无公式：此处取默认值",
        OwnDefault::FormatOfCheckpoint => "检查点自身的格式（其 config.json 中的 quantization_config）",
        OwnDefault::WholeOfCheckpoint => "检查点 config.json 中的 modules_to_not_convert",
        OwnDefault::TypeOfCheckpoint => "auto，即检查点的类型，多为 BF16",
        OwnDefault::TypeLoaded => "dtype auto，即检查点的 16 位格式",
        OwnDefault::ContextOfModel => "模型的上下文长度",
        OwnDefault::ContextByZero => "0，即模型的上下文长度",
        OwnDefault::OwnMemoryUnknown => "SGLang 的缓存池和工作区尚无公式：权重和每个词元的缓存与引擎无关",
        OwnDefault::OneCache => "-np 未给出数字时，各槽位才共用一个缓存",
        OwnDefault::FourSlots => "-np 未给出数字时为 4 个槽位，共用一个缓存",
        OwnDefault::OwnCaches => "每个槽位各有一个缓存",
        OwnDefault::ContextByMemory => "4096 个词元；GPU 显存达到 23 GiB 时为 32768，达到 47 时为 262144",
        OwnDefault::FormatOfLibrary => "库中的标签未写明类型时为 Q4_K_M",
        OwnDefault::FormatOfRepository => "没有用冒号写出格式时取 Q4_K_M，没有则取仓库的第一个文件",
        OwnDefault::TowerOfRepository => "同时加载仓库中的 mmproj 文件",
        OwnDefault::NoTowerInFile => "模型文件本身不含视觉塔",
        OwnDefault::UnnamedFormat => "文件名中没有格式，按 F16 计",
        OwnDefault::ValuesInF16 => "F16，与键的格式无关",
        OwnDefault::PartForEachGpu => "每个 GPU 有一份",
        OwnDefault::LayersAndEnds => "各层、嵌入和末端",
        OwnDefault::PlanOfModel => "模型自带的方案",
        OwnDefault::TargetModules => "Llama、Qwen、Mixtral、Gemma 的目标模块",
        OwnDefault::ModulesUnsaid => "必须写明其一，此处取默认值",
        OwnDefault::WholeLogits => "完整 logits",
        OwnDefault::AdaptersInBf16 => "QLoRA 的适配器转为 BF16",
        OwnDefault::Bf16UnlessFp16 => "未指定 fp16 时为 bf16",
        OwnDefault::Bf16WhereThere => "auto，GPU 支持时即开启",
        OwnDefault::NoMixedPrecision => "bf16 和 fp16 均关闭",
        OwnDefault::InPrecisionOfRun => "模型按运行精度加载",
        OwnDefault::WithoutAdapter => "没有适配器时训练全部参数",
        OwnDefault::Replicas => "启动器启动多个进程时用 DistributedDataParallel",
        OwnDefault::TrainedInFp32 => "未指定 pure_bf16 时训练的权重为 FP32",
        OwnDefault::PromptUnbounded => "不限制提示长度，在最长回答之外至少留 512 个词元给提示",
        OwnDefault::BlockLength => "至多 1024，除非分词器的 model_max_length 不大于上下文长度，那时取它",
        OwnDefault::LengthUnsaid => "没有参数说明序列长度：此处取默认值",
    }
}
