//! Kinds of models whose publishers bring code of their own, or whose keys no table reads: a file of one is
//! the preset of that kind whose figures it states, all of them. It knows no number of any model.

use crate::estimator::architecture::Fact;
use crate::estimator::{Catalog, Model};
use crate::import::config::config_part::ConfigPart;
use std::sync::Arc;

/// Names in `model_type`, and how the ids of the presets begin that are of that kind.
const KINDS: &[(&str, &str)] = &[
    ("exaone", "exaone-3"),
    ("internlm2", "internlm2"),
    ("chatglm", "chatglm3"),
    ("chatglm", "glm-4-9b-chat"),
    ("minicpm", "minicpm4"),
    ("phi3small", "phi-3-small"),
    ("baichuan", "baichuan2"),
    ("deepseek", "deepseek-moe"),
    ("hunyuan_v1_moe", "hunyuan-a13b"),
    ("minimax", "minimax-text"),
    ("minimax_text_01", "minimax-text"),
    ("minimax_m1", "minimax-text"),
];

/// Figures with the keys that state them; the first four have to be stated.
const FIGURES: [(Fact, &[&str]); 6] = [
    (Fact::HiddenSize, &["hidden_size"]),
    (Fact::NumLayers, &["num_hidden_layers", "num_layers"]),
    (Fact::NumAttentionHeads, &["num_attention_heads"]),
    (Fact::VocabSize, &["padded_vocab_size", "vocab_size"]),
    (Fact::NumKeyValueHeads, &["num_key_value_heads", "multi_query_group_num"]),
    (Fact::IntermediateSize, &["intermediate_size", "ffn_hidden_size", "ff_intermediate_size"]),
];

/// Figures without which nothing is found.
const NEEDED: usize = 4;

/// The preset of such a kind that has all figures of a file, by preference the one of its name or context.
pub fn preset_of(
    model_type: &str,
    part: &ConfigPart,
    name: Option<&str>,
    context: f64,
    catalog: &Catalog,
) -> Option<Arc<Model>> {
    let mut stated = Vec::new();
    for (at, (fact, keys)) in FIGURES.iter().enumerate() {
        match part.size(keys.iter().copied()).ok()? {
            Some(found) => stated.push((*fact, found.number)),
            None if at < NEEDED => return None,
            None => {}
        }
    }
    let is_of_kind = |it: &Model| KINDS.iter().any(|(kind, id)| *kind == model_type && it.id.starts_with(id));
    let is_same = |it: &Model| stated.iter().all(|(fact, number)| it.architecture.number(*fact) == *number);
    let found = || catalog.models().iter().filter(|it| it.is_known() && is_of_kind(it) && is_same(it));
    let own_name = name.map(|it| it.rsplit('/').next().unwrap_or(it).to_ascii_lowercase());
    let is_named = |it: &&Arc<Model>| own_name.as_deref().is_some_and(|name| *it.id == *name);
    let is_as_long = |it: &&Arc<Model>| it.context_length == context;
    found().find(is_named).or_else(|| found().find(is_as_long)).or_else(|| found().next()).cloned()
}
