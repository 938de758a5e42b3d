//! English words for choices. Names that libraries use stay as they write them.

use crate::estimator::parameters::ParameterKind;
use crate::estimator::{ChoiceValue, Optimizer, ParameterId, Precision, Quantization, Task};
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
            Task::Inference => "Inference",
            Task::Training => "Training",
            Task::Finetuning => "Fine-tuning",
        }),
        _ => None,
    }
}

/// Words for names in links that are no words.
fn plain(id: &str) -> Option<&'static str> {
    Some(match id {
        "all-linear" => "all linear layers",
        "attn" => "attention",
        "qv" => "query and value",
        "same" => "as the run",
        "last" => "last position",
        "all" => "all positions",
        "cross-attention-decoder" => "cross-attention decoder",
        "gated-delta-hybrid" => "gated delta hybrid",
        "lightning-hybrid" => "lightning hybrid",
        "two-head-widths" => "two head widths",
        "vision-transformer" => "vision transformer",
        "rms_scaled_wide" => "RMS, scaled in FP32",
        "layer_without_bias" => "LayerNorm, no bias",
        "layer_wide" => "LayerNorm in FP32",
        "layer_without_weights" => "LayerNorm, no weights",
        "after_sum" => "after the sum",
        "wide" => "FP32 scores",
        "wide_product" => "FP32 product",
        "every_expert" => "every expert",
        "per_head" => "per head",
        "parallel_shared_norm" => "parallel, one norm",
        "own_embedding" => "own embedding",
        "shared_embedding" => "shared embedding",
        "gated_attention" => "gated attention",
        "merged_layer" => "LayerNorm, merged",
        _ => return None,
    })
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
