//! Chinese words for choices. Names that libraries use stay as they write them.

use crate::estimator::parameters::ParameterKind;
use crate::estimator::{
    ChoiceValue, FinetuneMethod, LoraTargets, Optimizer, ParameterId, Precision, Quantization, Task,
};
use crate::locale::names::name;

/// The word of a choice, or its name in links, and what is to be said beside it.
pub(super) fn choice(id: ParameterId, at: usize) -> String {
    let ParameterKind::Choice { ids } = id.spec().kind else { return String::new() };
    let id_of_choice = ids.get(at).copied().unwrap_or_default();
    let word = word(id, at).or_else(|| plain(id_of_choice)).or_else(|| name(id_of_choice)).unwrap_or(id_of_choice);
    let note = note(id, at);
    if note.is_empty() { word.to_owned() } else { format!("{word} · {note}") }
}

/// A word in place of the name.
fn word(id: ParameterId, at: usize) -> Option<&'static str> {
    match id {
        ParameterId::Task => Some(match Task::ALL[at] {
            Task::Inference => "推理",
            Task::Training => "训练",
            Task::Finetuning => "微调",
        }),
        ParameterId::FinetuneMethod => match FinetuneMethod::ALL[at] {
            FinetuneMethod::Full => Some("全量"),
            FinetuneMethod::Lora | FinetuneMethod::Qlora | FinetuneMethod::Prefix => None,
        },
        ParameterId::Quantization => match Quantization::ALL[at] {
            Quantization::None => Some("不量化"),
            Quantization::Int8 | Quantization::Int4 | Quantization::Format(_) => None,
        },
        ParameterId::LoraTargets => Some(match LoraTargets::ALL[at] {
            LoraTargets::QueryValue => "查询和值",
            LoraTargets::Attention => "注意力",
            LoraTargets::AllLinear => "全部线性层",
        }),
        _ => None,
    }
}

/// Words for names in links that are no names of code or products.
fn plain(id: &str) -> Option<&'static str> {
    Some(match id {
        "none" => "无",
        "same" => "同运行精度",
        "last" => "最后位置",
        "all" => "全部位置",
        "pure" => "单一精度",
        "master" => "带主副本",
        "fused" => "融合",
        "foreach" => "逐批（foreach）",
        "unknown" => "未知",
        "decoder" => "解码器",
        "cross-attention-decoder" => "交叉注意力解码器",
        "gated-delta-hybrid" => "门控 delta 混合",
        "lightning-hybrid" => "lightning 混合",
        "two-head-widths" => "两种头维度",
        "encoder" => "编码器",
        "encoder-decoder" => "编码器加解码器",
        "speech" => "语音",
        "contrastive" => "对比学习",
        "vision-transformer" => "视觉 transformer",
        "rms_scaled_wide" => "RMS，以 FP32 缩放",
        "layer_without_bias" => "LayerNorm，无偏置",
        "layer_wide" => "LayerNorm，FP32",
        "layer_without_weights" => "LayerNorm，无权重",
        "before" => "之前",
        "after" => "之后",
        "around" => "前后",
        "after_sum" => "相加之后",
        "wide" => "FP32 分数",
        "wide_product" => "FP32 乘积",
        "narrow" => "运行精度",
        "every_expert" => "全部专家",
        "per_head" => "每头",
        "full" => "全部头",
        "sequential" => "依次",
        "parallel" => "并行",
        "parallel_shared_norm" => "并行，共用归一化",
        "rotary" => "旋转",
        "learned" => "可学习",
        "relative" => "相对",
        "own_embedding" => "自带词嵌入",
        "shared_embedding" => "共享词嵌入",
        "gated_attention" => "门控注意力",
        "dense" => "稠密",
        "merged_layer" => "LayerNorm，合并后",
        _ => return None,
    })
}

fn note(id: ParameterId, at: usize) -> String {
    let bytes = |bytes: f64| format!("{bytes} 字节");
    match id {
        ParameterId::Precision => bytes(Precision::ALL[at].bytes()),
        ParameterId::Quantization => Quantization::ALL[at].bytes().map_or(String::new(), bytes),
        ParameterId::Optimizer => match Optimizer::ALL[at].factor() {
            0.0 => "行和与列和".to_owned(),
            n => format!("{n} 份状态"),
        },
        _ => String::new(),
    }
}
