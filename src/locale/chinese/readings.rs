//! Chinese: how far the total can be trusted, and what nvidia-smi will show. It knows no component.

use crate::estimator::RunKind;
use crate::estimator::evidence::Evidence;
use crate::locale::later::{CardScope, ReadingTexts};

pub(super) const READINGS: ReadingTexts = ReadingTexts {
    title: "有多可靠，nvidia-smi 会显示多少",
    range: |low, high| format!("{low} 至 {high}"),
    card_with_reserved: |range, reserved| format!("{range}；nvidia-smi 显示 {reserved}"),
    median_error: |median| format!("误差中位数 {median}"),
    scope: |it| match it {
        CardScope::OneGpu => "只算单张 GPU，不分片",
        CardScope::Groups => "INT4 基座，训练 1 %",
        CardScope::Network => "固定 20 层，非该网络",
        CardScope::StatedSize => "按模型规模计，不按结构",
    },
    total: "张量与驱动",
    reserved: "nvidia-smi 显示",
    least: "能跑完的最小显存",
    host: "主机内存",
    host_note: |parts, is_each| {
        format!("{} 对应：{parts}。不计入总量。", if is_each { "每张 GPU" } else { "整个运行" })
    },
    kind,
    evidence: |evidence, n_cases, kind, median, p95| {
        let runs = match evidence {
            Evidence::Measured => "公开发表",
            Evidence::Traced | Evidence::Rule => "追踪得到",
        };
        let driver = match evidence {
            Evidence::Measured => "",
            Evidence::Traced | Evidence::Rule => "驱动占用的部分只能精确到几百 MiB。",
        };
        format!("{n_cases} 次{runs}的运行（{kind}）：半数误差在 {median} 以内，95 % 的误差在 {p95} 以内。{driver}")
    },
    no_case: |kind| format!("追踪或实测过的运行太少（{kind}），这里给出的是所有类别中最宽的范围。"),
    few_cases: "已知的运行中，此方法能回答的太少，误差尚不清楚。",
    took_more: |most| format!("公开发表的运行最多多占用 {most}。"),
    allocator: |n_runs, kind, expandable| {
        format!(
            "PyTorch 的分配器占住的比张量多：这里是 {n_runs} 次模拟运行（{kind}）的中位数和范围。启用 expandable_segments:True 时约为 {expandable}。"
        )
    },
    exact_buffers: "llama.cpp 的缓冲区只建立一次，大小正好够用。",
    fills_share: "无论序列需要多少，vLLM 都会占满 GPU 上分给它的那份显存。",
    least_note: "PyTorch 在报告显存不足之前，会先归还完全空闲的内存段；这时运行会变慢。",
    no_rule: "还没有模拟过这类运行，分配器另外占住多少尚不清楚。",
    held_by_allocator: "分配器占住的部分，nvidia-smi 会显示",
    held_by_vllm: "vLLM 占住的部分，nvidia-smi 会显示",
    band_mark: "误差范围",
};

fn kind(kind: RunKind) -> &'static str {
    match kind {
        RunKind::FullTraining => "全参数训练",
        RunKind::Adapters => "适配器训练",
        RunKind::QuantizedAdapters => "量化基座上的适配器训练",
        RunKind::DataParallel => "数据并行训练",
        RunKind::Pipelined => "流水线训练",
        RunKind::Sharded => "切分参数的训练",
        RunKind::Zero => "ZeRO 训练",
        RunKind::Divided => "层内切分的训练",
        RunKind::Megatron => "Megatron-LM 训练",
        RunKind::MegatronMixtures => "Megatron-LM 混合专家模型训练",
        RunKind::Mixtures => "混合专家模型训练",
        RunKind::LinearAttention => "线性注意力模型训练",
        RunKind::Encoders => "编码器",
        RunKind::EncoderDecoders => "编码器-解码器模型",
        RunKind::Speech => "语音模型",
        RunKind::Contrastive => "对比学习双塔模型",
        RunKind::VisionLanguage => "视觉语言模型训练",
        RunKind::Networks => "图像网络",
        RunKind::Groups => "GRPO 成组采样的训练",
        RunKind::SpreadGroups => "多 GPU 的 GRPO 训练",
        RunKind::Pairs => "偏好对训练",
        RunKind::SpreadPairs => "多 GPU 的偏好对训练",
        RunKind::Transformers => "Transformers 推理",
        RunKind::EncoderPasses => "编码器推理",
        RunKind::Derived => "此类",
        RunKind::Vllm => "vLLM 推理服务",
        RunKind::LlamaCpp => "llama.cpp 推理",
    }
}
