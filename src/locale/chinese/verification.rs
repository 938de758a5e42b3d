//! Chinese texts of the Verification view. It knows no figure.

use crate::estimator::Component;
use crate::estimator::verification::{ResultKind, RowNote, Verdict};
use crate::locale::chinese::components::{component, group};
use crate::locale::later::TargetTexts;
use crate::locale::names::name_alone;
use crate::locale::verification::VerificationTexts;

pub(super) const TARGET: TargetTexts = TargetTexts {
    asked: |row, parameter, value, document| {
        let then = match document {
            Some(total) => format!("文档此时印作 {total}"),
            None => "文档此处没有总计，只有方向".to_owned(),
        };
        format!("第 {row} 行：将“{parameter}”拖到 {value}；{then}。")
    },
    reached: |row, ours, document| match document {
        Some(total) => format!("第 {row} 行，已拖到位：验证版得 {ours}，文档印作 {total}。"),
        None => format!("第 {row} 行，已拖到位：验证版得 {ours}，文档没有总计。"),
    },
};

pub(super) const VERIFICATION: VerificationTexts = VerificationTexts {
    title: "验证",
    lede: "下面的每个数字都是此刻在本页中、由“估算”视图所用的同一估算器计算的。",
    tally: "与文档所印数字一致",
    tally_count: |n_matching, n_all| format!("{n_all} 行中 {n_matching} 行"),
    table: "文档的验证表",
    table_note: "总计以 GiB 计；文档对同一单位写作 GB。“本页”指验证版方法。文档印作 8.7、34.3、35.9 和 39.2 之处，滑块实际停在 8.75、35、36 和 40：读数时数字动画尚未停止。“一致（舍入后）”：文档用舍入后的总计相减，本页同样相减即得其数字。",
    examples: "文档的验证示例",
    examples_note: "总计以 GiB 计；示例的中间结果以 GB（10⁹ 字节）计，与文档此处的算法相同。其中“~450 GB”与“~800 GB”用文档的两种算法都得不出，照原样列出。",
    heads: ["模式", "拖动", "文档所载", "本页，验证版", "文档公式", "之前", "之后", "变化", "结论"],
    note: |note| match note {
        RowNote::ReadWhileAnimated { printed } => format!("文档印作 {printed}"),
        RowNote::BeforeTheFix => "modelSize 为 5，即修复之前".to_owned(),
        RowNote::ContinuousDrag => "连续拖动中的一步".to_owned(),
    },
    start: |changed| match changed {
        "" => "从默认值开始".to_owned(),
        _ => format!("从 {changed} 开始"),
    },
    verdict,
    verdict_aloud: |it| format!("，{}", verdict(it)),
    verdict_why: |verdict| match verdict {
        Verdict::Reproduced => "本页的结果舍入后即为所印数字。",
        Verdict::ReproducedFromRounded => "文档用舍入后的总计相减；本页同样相减即得所印数字。",
        Verdict::FollowsFromNeither => "无论文档原文还是验证表背后的应用，都得不出这个数字。",
    },
    direction: "专家更多，显存更少",
    fact: |fact| match fact {
        ResultKind::Gigabytes(it) => {
            format!("{}，文档公式", name_alone(it, component, group))
        }
        ResultKind::Billions(Component::ActiveExperts) => "激活专家的参数量".to_owned(),
        ResultKind::Billions(it) => {
            format!("{}的参数量", name_alone(it, component, group))
        }
        ResultKind::ExpertBillions => "单个专家的参数量".to_owned(),
    },
    fact_unit: |fact| match fact {
        ResultKind::Gigabytes(_) => "GB",
        ResultKind::Billions(_) | ResultKind::ExpertBillions => "B",
    },
    play: "播放",
    pause: "暂停",
    open: "打开",
    for_row: |what, row| format!("{what}第 {row} 行"),
    step: |at, n| format!("第 {at} 步，共 {n} 步，没有缓动：读到的就是算出的"),
    replay: |key| format!("重放：{key}"),
    accuracy: "实测校准与真实运行的对比",
    accuracy_note: "包括逐个张量追踪的运行和已发表的测量。只对比实际测得的部分：追踪的运行取全部张量，不含运行时开销；已发表的测量取张量、权重、缓存或全部。打开案例后的估算包含所有部分，因此可能更大。",
    accuracy_missing: "案例文件未能加载。",
    accuracy_axes: "纵轴为估算值，横轴为实测值，单位 GiB；落在线上表示两者相等。点击可打开该案例。",
    accuracy_heads: ["类别", "案例数", "误差中位数，%", "95 % 低于", "最大误差，%", "带符号均值，%", "最大低估，%"],
    accuracy_family: |name| match name {
        "cnn" => "CNN",
        "dense-full" => "稠密，全量",
        "dense-lora" => "稠密，LoRA",
        "grpo" => "GRPO",
        "dpo" => "DPO",
        "inference" => "推理",
        "moe" => "MoE",
        "vit" => "ViT",
        "vlm" => "视觉语言",
        "typed shapes" => "手动输入的架构",
        "encoders" => "编码器",
        "encoder passes" => "编码器推理",
        "generation with an encoder" => "编码器-解码器推理",
        "quantized fine-tunes" => "量化微调",
        "DDP" => "DDP 各卡",
        "FSDP2" => "FSDP2 各卡",
        "pipelines" => "流水线各阶段",
        "ZeRO" => "ZeRO 各卡",
        "pairs on several GPUs" => "偏好对，多卡",
        "groups on several GPUs" => "组采样，多卡",
        "loss in chunks on several GPUs" => "分块损失，多卡",
        "tensor parallel" => "张量并行各卡",
        "optimizers" => "优化器",
        "seq2seq" => "编码器-解码器",
        "speech" => "语音",
        "contrastive" => "图文对比",
        "KV per token in logs" => "日志：每词元 KV",
        "weights in logs" => "日志：权重",
        "KV cache in logs" => "日志：KV 缓存",
        "KV pool in logs" => "日志：KV 池",
        "published serving runs" => "公开发表的推理运行",
        "published training runs" => "公开发表的训练运行",
        "published runs on several GPUs" => "公开发表的多卡运行",
        "vLLM weights on several GPUs" => "vLLM 多卡：权重",
        "vLLM KV per token on several GPUs" => "vLLM 多卡：每词元 KV",
        "llama.cpp's own fit" => "llama.cpp 自适应",
        "Megatron static, A100" => "Megatron 静态，A100",
        "Megatron static of mixtures, A100" => "Megatron MoE 静态，A100",
        "Megatron peak, A100" => "Megatron 峰值，A100",
        "Megatron peak of mixtures, A100" => "Megatron MoE 峰值，A100",
        "Megatron static, H100" => "Megatron 静态，H100",
        "Megatron static of mixtures, H100" => "Megatron MoE 静态，H100",
        "Megatron peak, H100" => "Megatron 峰值，H100",
        "Megatron peak of mixtures, H100" => "Megatron MoE 峰值，H100",
        "Megatron static, GB200" => "Megatron 静态，GB200",
        "Megatron static of mixtures, GB200" => "Megatron MoE 静态，GB200",
        "Megatron peak, GB200" => "Megatron 峰值，GB200",
        "Megatron peak of mixtures, GB200" => "Megatron MoE 峰值，GB200",
        other => other,
    },
    accuracy_case: |name, predicted, measured, error| {
        format!("{name}：估算 {predicted}，实测 {measured}，误差 {error} %")
    },
    accuracy_worst: "误差最大的十个案例",
};

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Reproduced => "一致",
        Verdict::ReproducedFromRounded => "一致（舍入后）",
        Verdict::FollowsFromNeither => "两种算法都得不出",
    }
}
