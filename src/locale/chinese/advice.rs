//! Chinese: what fits, and what to change. It knows no figure.

use crate::estimator::ParameterId;
use crate::estimator::plan::fit::VerdictKind;
use crate::estimator::plan::strategies::Strategy;
use crate::locale::chinese::ui::spaced;
use crate::locale::decide::AdviceTexts;

pub(super) const ADVICE: AdviceTexts = AdviceTexts {
    make_fit: "怎样放得下",
    make_start: "怎样跑起来",
    get_more: "还能更省",
    note: "每项都按其余设置重新估算。后退即可撤销。",
    strategy,
    cost,
    sets: |choices| spaced(&["将设置", choices, "。"]),
    brings: |choices| spaced(&["随之变为", choices, "，节省量已计入。"]),
    in_host: |it| format!("占用主机内存 {it}。"),
    another_task: "属于另一种任务：只适合已训练好的模型。",
    left: |word, spare, is_missing| {
        if is_missing { format!("{word}，超出 {spare}") } else { format!("{word}，余 {spare}") }
    },
    apply: "采用",
    choose: |choices| spaced(&["改用", choices]),
    more: "更多改动",
    nothing: "这里没有能省显存的改动。",
    answers: "最多放得下多少",
    answers_note: "与上方的判断同一标准；其他不变。后退即可撤销。",
    question,
    now: "当前",
    every: "任何值都放得下",
    none: "无",
    tight: |value| spaced(&["无；", value, "以内勉强放得下"]),
    tight_way: |way| format!("无；勉强放得下：{way}"),
    fits_to: |value| spaced(&["至", value, "放得下"]),
    no_value: "任何取值都放不下",
    unjudged: |method, other| {
        let other = other.map_or_else(String::new, |it| format!("如要按{it}的总量判断，请在上方选择{it}。"));
        format!("{method}在此没有公式，因此不判断是否放得下，也不给出答案和建议。{other}")
    },
    enough: |then, n| match (then, n) {
        (VerdictKind::Fits, 1) => "改一处就够。",
        (VerdictKind::Fits, 2) => "改两处就够。",
        (VerdictKind::Fits, 3) => "改三处就够。",
        (VerdictKind::Fits, _) => "同时改几处就够。",
        (VerdictKind::Tight, 1) => "改一处可勉强放下。",
        (VerdictKind::Tight, _) => "同时改几处可勉强放下。",
        _ => "这里的改法都不够。",
    },
};

pub(super) fn strategy(it: Strategy) -> &'static str {
    match it {
        Strategy::FusedKernel => "融合的优化器步骤",
        Strategy::FlashAttention => "Flash 注意力",
        Strategy::LastLogits => "只算最后一个位置的 logits",
        Strategy::BucketViews => "梯度作为桶的视图",
        Strategy::DroppedInputs => "更新 bitsandbytes",
        Strategy::LigerLoss => "融合的线性损失（Liger）",
        Strategy::LinearKernels => "线性注意力内核",
        Strategy::FlashInfer => "FlashInfer 采样器",
        Strategy::LargerShare => "vLLM 占用 GPU 的 95 %",
        Strategy::Published => "按发布的格式加载",
        Strategy::NoVision => "不加载视觉塔",
        Strategy::ChunkedLoss => "分块损失",
        Strategy::Reshard => "前向之后释放各层",
        Strategy::ReduceEach => "每个微批都归约梯度",
        Strategy::DistributedOptimizer => "分布式优化器",
        Strategy::SmallerBuffer => "物理批减半",
        Strategy::SmallerSteps => "每步词元数减半",
        Strategy::FewerSequences => "每步序列数减半",
        Strategy::GradientCheckpointing => "梯度检查点",
        Strategy::Accumulate => "批次减半，累积加倍",
        Strategy::OneByOne => "逐条累积",
        Strategy::Sleep => "训练时 vLLM 休眠",
        Strategy::RolloutElsewhere => "在其他 GPU 上采样",
        Strategy::ReferenceInHost => "参考模型放在主机内存",
        Strategy::PagedOptimizer => "分页 8 位 AdamW",
        Strategy::OffloadStates => "优化器状态放在主机内存（DeepSpeed）",
        Strategy::Offload => "参数和状态放在主机内存",
        Strategy::HostExperts => "全部专家放在 CPU 上",
        Strategy::FrozenVision => "不训练视觉塔",
        Strategy::EightBitOptimizer => "8 位 AdamW",
        Strategy::Adafactor => "Adafactor 优化器",
        Strategy::NativeLoss => "16 位损失",
        Strategy::EightBitCache => "8 位 KV 缓存",
        Strategy::DoubleQuantization => "NF4 双重量化",
        Strategy::PackedExperts => "打包专家",
        Strategy::NoPreparation => "不做 k-bit 准备",
        Strategy::NarrowAdapters => "BF16 适配器",
        Strategy::MixedPrecision => "混合精度",
        Strategy::Float16 => "以 FP16 代替 BF16",
        Strategy::NoSavedModules => "不整体训练任何模块",
        Strategy::PlainAdapters => "用 LoRA 代替 DoRA",
        Strategy::Int8 => "8 位权重",
        Strategy::AttentionAdapters => "只在 q 和 v 上加适配器",
        Strategy::HalveRank => "LoRA 秩减半",
        Strategy::PureRecipe => "全程 16 位",
        Strategy::FourBitCache => "4 位 KV 缓存",
        Strategy::Int4 => "4 位权重",
        Strategy::Lora => "LoRA 微调",
        Strategy::Qlora => "QLoRA 微调",
        Strategy::TensorParallel => "张量并行：每层由更多 GPU 分担",
        Strategy::LayersOverGpus => "各层分到更多 GPU 上",
        Strategy::Shard => "在多张 GPU 上分片（FSDP2 或 ZeRO 3）",
        Strategy::MoreGpus => "更多 GPU",
        Strategy::HalveGroup => "每个提示词的回答减半",
        Strategy::HalveCompletion => "回答长度减半",
        Strategy::FewerImages => "图像减半",
        Strategy::HalveBatch => "批次减半",
        Strategy::HalveSequence => "序列长度减半",
    }
}

pub(super) fn cost(it: Strategy) -> &'static str {
    match it {
        Strategy::FusedKernel => "结果相同，而且更快。",
        Strategy::FlashAttention => "除舍入外结果相同，而且更快（Dao et al. 2022）。",
        Strategy::LastLogits => "生成的文本相同；不再算提示词的得分。",
        Strategy::BucketViews => "结果相同；梯度不能就地 detach。",
        Strategy::DroppedInputs => "结果相同；需要 bitsandbytes 0.43.1 或更新版本。",
        Strategy::LigerLoss => "除舍入外结果相同；需安装 Liger Kernel（Hsu et al. 2024）。",
        Strategy::LinearKernels => {
            "除舍入外结果相同，而且更快；需安装 flash-linear-attention（Mamba2 则是 mamba-ssm）和 causal-conv1d。"
        }
        Strategy::FlashInfer => "分布相同；需安装 FlashInfer。",
        Strategy::LargerShare => "留给同一张 GPU 上其他程序的更少。",
        Strategy::Published => "结果相同：发布的检查点本来就是更少的位数，要用 16 位反而须先转换。",
        Strategy::NoVision => "不能再读图像。",
        Strategy::ChunkedLoss => "除舍入外结果相同；logits 要算两遍。",
        Strategy::Reshard => "结果相同；每层每步要收集两次。",
        Strategy::ReduceEach => "结果相同；GPU 间通信更多。",
        Strategy::DistributedOptimizer => "结果相同；梯度和参数分块传送。",
        Strategy::SmallerBuffer => "文本相同；读提示词更慢。",
        Strategy::SmallerSteps => "文本相同；长提示词要走更多步。",
        Strategy::FewerSequences => "文本相同；同时回答的用户更少。",
        Strategy::GradientCheckpointing => "结果相同；多做一遍前向，每步约慢三分之一（Chen et al. 2016）。",
        Strategy::Accumulate => "全局批次不变；GPU 填不满时每步更慢。",
        Strategy::OneByOne => "全局批次不变；GPU 难以填满，每步更慢。",
        Strategy::Sleep => "结果相同；每步都要搬动其权重。",
        Strategy::RolloutElsewhere => "结果相同；需要另有 GPU 的服务器。",
        Strategy::ReferenceInHost => "结果相同；打分要等主机。",
        Strategy::PagedOptimizer => "显存紧张时状态会移到主机，较慢；结果几乎不变（Dettmers et al. 2023）。",
        Strategy::OffloadStates => "结果相同；由主机更新参数，每步都要等它（Ren 等，2021）。",
        Strategy::Offload => "结果相同；每步都要等主机，慢得多。",
        Strategy::HostExperts => "文本相同；专家由 CPU 计算，慢得多，并占用主机内存。",
        Strategy::FrozenVision => "不再重新学习图像的样子。",
        Strategy::EightBitOptimizer => "结果几乎不变（Dettmers et al. 2022）；需安装 bitsandbytes。",
        Strategy::Adafactor => "换了优化器：学习率要重新调（Shazeer and Stern 2018）。",
        Strategy::NativeLoss => "损失会舍入到 logits 的格式。",
        Strategy::EightBitCache => "文本几乎不变；有些内核较慢。",
        Strategy::DoubleQuantization => "结果几乎不变（Dettmers et al. 2023）。",
        Strategy::PackedExperts => {
            "更慢：每一遍都要展开专家。axolotl 支持（quantize_moe_experts）；TRL 和 Transformers 不支持。"
        }
        Strategy::NoPreparation => "归一化、嵌入和输出投影保留 16 位；PEFT 为训练更稳定会转成 FP32。",
        Strategy::NarrowAdapters => "适配器的小更新会被舍入掉。",
        Strategy::MixedPrecision => "结果几乎不变，而且更快（Micikevicius et al. 2018）；FP16 需要损失缩放。",
        Strategy::Float16 => "输出几乎不变；为 BF16 训练的模型可能溢出。",
        Strategy::NoSavedModules => "嵌入和输出投影保持不变。",
        Strategy::PlainAdapters => "往往略差（Liu et al. 2024），但更快。",
        Strategy::Int8 => "精度略低（Dettmers et al. 2022）。",
        Strategy::AttentionAdapters => "训练的参数更少，往往略差。",
        Strategy::HalveRank => "适配器能学到的更少。",
        Strategy::PureRecipe => "一切都舍入到 16 位；若没有 FP32 副本，小更新会丢失（Micikevicius et al. 2018）。",
        Strategy::FourBitCache => "精度较低，长文本尤甚。",
        Strategy::Int4 => "精度较低（Frantar et al. 2022）。",
        Strategy::Lora => "只训练适配器：学得少，忘得也少（Biderman et al. 2024）。",
        Strategy::Qlora => {
            "在 4 位权重旁训练适配器：较慢，适配器学得也少（Dettmers et al. 2023；Biderman et al. 2024）。"
        }
        Strategy::TensorParallel => "需要相同的 GPU；每一层都要等 GPU 之间的通信。",
        Strategy::LayersOverGpus => "需要更多 GPU；每个词元依次经过它们。",
        Strategy::Shard => "至少需要两张相同的 GPU；各层经其间的连线收集。",
        Strategy::MoreGpus => "需要更多 GPU；全局批次随之增大。",
        Strategy::HalveGroup => "优势在更小的组内比较，噪声更大。",
        Strategy::HalveCompletion => "更长的回答会被截断。",
        Strategy::FewerImages => "每个序列的图像更少。",
        Strategy::HalveBatch => "同时处理的样本更少。",
        Strategy::HalveSequence => "更长的文本会被截断或拆开。",
    }
}

fn question(id: ParameterId) -> &'static str {
    match id {
        ParameterId::BatchSize => "最大批次",
        ParameterId::SequenceLength => "最长序列",
        ParameterId::LoraRank => "最大 LoRA 秩",
        ParameterId::NumGenerations => "每个提示词最多的回答",
        ParameterId::CompletionLength => "最长回答",
        ParameterId::ParallelSlots => "最多的槽位",
        ParameterId::GpuLayers => "GPU 上最多的层数",
        ParameterId::CpuExpertLayers => "专家须留在主机内存的最少层数",
        ParameterId::GpuCount | ParameterId::TensorParallel => "最少的 GPU",
        ParameterId::Gpu => "最小的 GPU",
        ParameterId::Trainer => "最省的切分（按通信）",
        // No other parameter is solved for.
        _ => "",
    }
}
