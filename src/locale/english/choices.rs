//! English words for choices. Most choices are names that libraries use, and stay as links write them.

use crate::estimator::parameters::ParameterKind;
use crate::estimator::{ChoiceValue, Optimizer, ParameterId, Precision, Quantization, Task};

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
            Task::Inference => "Inference",
            Task::Training => "Training",
            Task::Finetuning => "Fine-tuning",
        }),
        _ => None,
    }
}

fn note(id: ParameterId, at: usize) -> String {
    let bytes = |bytes: f64| if bytes == 1.0 { "1 byte".to_owned() } else { format!("{bytes} bytes") };
    match id {
        ParameterId::Precision => bytes(Precision::ALL[at].bytes()),
        ParameterId::Quantization => Quantization::ALL[at].bytes().map_or(String::new(), bytes),
        ParameterId::Optimizer => match Optimizer::ALL[at].factor() {
            1.0 => "1 state".to_owned(),
            0.0 => "row and column sums".to_owned(),
            n => format!("{n} states"),
        },
        _ => String::new(),
    }
}
