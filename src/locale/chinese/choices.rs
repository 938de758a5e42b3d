//! Chinese words for choices. Most choices are names that libraries use, and stay as links write them.

use crate::estimator::parameters::ParameterKind;
use crate::estimator::{
    ChoiceValue, FinetuneMethod, LoraTargets, Optimizer, ParameterId, Precision, Quantization, Task,
};

/// The word of a choice, or its name in links, and what is to be said beside it.
pub(super) fn choice(id: ParameterId, at: usize) -> String {
    let ParameterKind::Choice { ids } = id.spec().kind else { return String::new() };
    let name = word(id, at).unwrap_or_else(|| ids.get(at).copied().unwrap_or_default());
    let note = note(id, at);
    if note.is_empty() { name.to_owned() } else { format!("{name} · {note}") }
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
