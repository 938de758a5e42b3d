//! Chinese: the small charts of some modes. It knows no component.

use crate::estimator::EngineVersion;
use crate::locale::later::ComparisonTexts;

pub(super) const COMPARISON: ComparisonTexts = ComparisonTexts {
    preference_title: "偏好训练的激活值",
    preference_note: "文档给出的对比：单个序列、一对序列与一组 k 个回答的激活值。",
    calibrated_title: "整次运行，实测校准",
    calibrated_note: "同样的模型、适配器和数值格式，每条提示词对应一个序列、一对序列（一个被选、一个被拒），或一组 k 个序列时的峰值；GRPO 还要采样回答并为其打分。TRL 的 DPO 训练器不生成完整的 logits，因此 DPO 可能比 SFT 占用更少。",
    preference_bars: |k| ["SFT 1×".to_owned(), "DPO 2×".to_owned(), format!("GRPO {k}×")],
    sequence_title: "序列的组成",
    sequence_note: |tokens| format!("每个序列 {tokens} 个词元；激活值按比例增长。"),
    sequence_parts: ["文本", "图像", "视频", "音频"],
    capacity_title: "GPU 能容纳多少",
    capacity_note: |gpu, used, version| {
        let rules = match version {
            EngineVersion::Latest | EngineVersion::LlamaCppB9272 | EngineVersion::LlamaCpp2025 => {
                "此处采用 vLLM 0.33 的默认值和规则：CUDA graph 也计入该比例。"
            }
            EngineVersion::Vllm031 => "此处采用 vLLM 0.31 的默认值和规则：CUDA graph 也计入该比例。",
            EngineVersion::Vllm028 => "此处采用 vLLM 0.28 的默认值和规则：CUDA graph 也计入该比例。",
            EngineVersion::Vllm025 => "此处采用 vLLM 0.25 的默认值和规则：CUDA graph 也计入该比例。",
            EngineVersion::Vllm020 => "此处采用 vLLM 0.19 的默认值和规则：CUDA graph 另计。",
            EngineVersion::Vllm08 => "此处采用 vLLM 0.8 的默认值和规则：驱动上下文计入该比例，CUDA graph 另计。",
        };
        format!(
            "无论负载如何，vLLM 都会占用 {gpu} 的 {used}：扣除权重、最大的一步和各库之后，剩下的部分用作键值缓存池。{rules}"
        )
    },
    capacity_format: |format, from| {
        format!(
            "这张 GPU 太旧，读不了 {format} 格式的权重（vLLM 要求 {from} 及以后）：请换一种格式或 GPU。vLLM 无法启动。"
        )
    },
    capacity_bfloat16: "这张 GPU 不支持 bfloat16（vLLM 要求 Ampere 及以后）：请选 FP16。vLLM 无法启动。",
    capacity_step: |tokens, sequences| {
        format!("一步只有 {tokens} 个词元，却有 {sequences} 条序列，每条分不到一个：vLLM 无法启动。")
    },
    capacity_none: |gpu, used| format!("权重、最大的一步和驱动已超过 {gpu} 的 {used}：vLLM 无法启动。"),
    capacity_short: |pool, length| {
        format!("键值缓存池只能容纳 {pool} 个词元，放不下一个 {length} 词元的序列：vLLM 无法启动。")
    },
    capacity_beyond: |length, positions| {
        format!("序列长 {length} 词元，超过模型学到的 {positions} 个位置：这样的运行会报错停止。")
    },
    capacity_taken: |gpu, used, free| {
        format!("{gpu} 的 {used} 超过 vLLM 启动时空闲的 {free}：vLLM 拒绝启动。请调低显存占比。")
    },
    capacity_room: |tokens, sequences, length| {
        format!("缓存池可放 {tokens} 个词元，即 {sequences} 个长 {length} 的序列。")
    },
    capacity_waits: |fitting, asked| format!("批次的 {asked} 个序列中可同时容纳 {fitting} 个，其余排队等待。"),
    capacity_formula: "键值缓存池为 ",
    capacity_rows: |length| {
        [
            "vLLM 可用".to_owned(),
            "权重、最大的一步、驱动".to_owned(),
            "键值缓存池".to_owned(),
            "池中词元数".to_owned(),
            format!("长 {length} 词元的序列数"),
        ]
    },
};
