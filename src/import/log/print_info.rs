//! What llama.cpp prints of a model once it is loaded (`llama_model::print_info` in `src/llama-model.cpp`), as keys of
//! its file: where a log begins behind those keys, this is what it says. It knows no model.

use crate::estimator::catalog::formats::FORMATS;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// How its lines begin; the second until the end of 2024.
const BEGINNINGS: &[&str] = &["print_info:", "llm_load_print_meta:"];

/// What is printed, and the key behind the architecture's name that says the same.
const NAMES: &[(&str, &str)] = &[
    ("n_vocab", "vocab_size"),
    ("n_ctx_train", "context_length"),
    ("n_embd", "embedding_length"),
    ("n_layer", "block_count"),
    ("n_head", "attention.head_count"),
    ("n_head_kv", "attention.head_count_kv"),
    ("n_rot", "rope.dimension_count"),
    ("n_swa", "attention.sliding_window"),
    ("n_embd_head_k", "attention.key_length"),
    ("n_ff", "feed_forward_length"),
    ("n_expert", "expert_count"),
    ("n_expert_used", "expert_used_count"),
    ("n_ff_exp", "expert_feed_forward_length"),
    ("n_layer_dense_lead", "leading_dense_block_count"),
    ("n_lora_q", "attention.q_lora_rank"),
    ("n_lora_kv", "attention.kv_lora_rank"),
    ("n_expert_shared", "expert_shared_count"),
];

/// Sizes of mixes as they are printed, and as names of files have them.
const SIZES: &[(&str, &str)] = &[(" - Small", "_S"), (" - Medium", "_M"), (" - Large", "_L")];

/// What was printed, by name.
#[derive(Debug, Default)]
pub struct PrintedModel(BTreeMap<String, String>);

impl PrintedModel {
    /// Reads a line.
    pub fn read_line(&mut self, line: &str) {
        let told = BEGINNINGS.iter().find_map(|it| line.split_once(it)).and_then(|it| it.1.split_once('='));
        let Some((name, value)) = told else { return };
        let name = name.trim_ascii();
        let is_known = ["arch", "file type", "model ftype"].contains(&name) || NAMES.iter().any(|it| it.0 == name);
        if is_known {
            self.0.entry(name.to_owned()).or_insert_with(|| value.trim_ascii().to_owned());
        }
    }

    /// The keys that the file had; none where the architecture is not printed.
    pub fn keys(&self) -> BTreeMap<String, Json> {
        let Some(arch) = self.0.get("arch") else { return BTreeMap::new() };
        let numbers = NAMES.iter().filter_map(|(name, key)| {
            let value = serde_json::from_str::<Json>(self.0.get(*name)?).ok()?;
            // What there is none of is printed as 0.
            (value != json!(0)).then(|| (format!("{arch}.{key}"), value))
        });
        numbers.chain([("general.architecture".to_owned(), json!(arch))]).collect()
    }

    /// The format of the weights with what says it; of one without a name in links what is printed.
    pub fn format(&self) -> Option<(&'static str, Result<&'static str, String>)> {
        let (name, text) = ["file type", "model ftype"].iter().find_map(|it| Some((*it, self.0.get(*it)?)))?;
        let plain = text.trim_end_matches("(guessed)").trim_ascii();
        let of_size = SIZES.iter().find_map(|(end, short)| Some(format!("{}{short}", plain.strip_suffix(end)?)));
        let mix = of_size.unwrap_or_else(|| plain.split(" - ").next().unwrap_or(plain).to_owned());
        let is_it = |it: &&crate::estimator::catalog::formats::Format| {
            crate::import::launch::is_file(it.id) && it.mix.eq_ignore_ascii_case(mix.trim_start_matches("all "))
        };
        Some((name, FORMATS.iter().find(is_it).map(|it| it.id).ok_or_else(|| text.clone())))
    }
}
