//! The sizes that every text model has, under the names that its kind has for them. It knows no kind by name.

use crate::estimator::ParameterId as Id;
use crate::import::config::config_part::{ConfigPart, KeyNumber};
use crate::import::config::families::{ModelKind, Quirk};
use crate::import::config::sheet::{Origin, Sheet};
use crate::import::imported::{NotTaken, Whose};

/// Sizes without which there is no model: the first name is the usual one.
const NEEDED: &[(Id, &[&str])] = &[
    (Id::NumLayers, &["num_hidden_layers", "n_layer", "n_layers", "num_layers", "encoder_layers"]),
    (Id::HiddenSize, &["hidden_size", "n_embd", "d_model", "n_embed", "dim"]),
    (Id::NumAttentionHeads, &["num_attention_heads", "n_head", "n_heads", "num_heads", "encoder_attention_heads"]),
    (Id::VocabSize, &["vocab_size"]),
];

/// Names of the number of heads with keys, in the order of vLLM (`transformers_utils/config.py`).
const KEY_HEADS: &[&str] =
    &["n_head_kv", "num_kv_heads", "num_key_value_heads", "multi_query_group_num", "num_attention_groups"];

/// Names of the width of a head.
const HEAD_WIDTH: &[&str] = &["head_dim", "attention_head_dim", "hidden_size_per_head", "kv_channels", "d_kv"];

/// Names of the width of a feed-forward block.
const INNER_WIDTH: &[&str] = &[
    "intermediate_size",
    "n_inner",
    "ffn_hidden_size",
    "d_ff",
    "hidden_dim",
    "ffn_dim",
    "encoder_ffn_dim",
    "block_ff_dim",
];

/// Names of the longest context.
const CONTEXT: &[&str] = &["max_position_embeddings", "n_positions", "max_seq_len", "seq_length", "model_max_length"];

/// The size at the first of some keys, or in an inner object the class' own.
pub fn size_or_default(
    keys: &[&str],
    family: &ModelKind,
    is_inner: bool,
    part: &ConfigPart,
    sheet: &mut Sheet,
) -> Option<(KeyNumber, bool)> {
    if let Some(found) = {
        let looked_up = part.size(keys.iter().copied());
        sheet.found(looked_up)
    } {
        return Some((found, false));
    }
    let is_absent = !keys.iter().any(|key| part.has(key));
    let own = family.defaults.split_whitespace().filter_map(|it| it.split_once('='));
    let (key, number) = own.filter(|_| is_inner && is_absent).find(|(key, _)| keys.contains(key))?;
    Some((KeyNumber { number: number.parse().ok()?, place: part.place(key) }, true))
}

fn put(id: Id, found: &(KeyNumber, bool), sheet: &mut Sheet) {
    let (KeyNumber { number, place }, is_default) = found;
    let origin =
        if *is_default { Origin::Whose(Whose::DefaultOf(place.clone())) } else { Origin::Place(place.clone()) };
    sheet.put(id, &number.to_string(), origin);
}

/// Reads the sizes; one that is needed and absent is a problem.
pub fn read_sizes(family: &ModelKind, is_inner: bool, part: &ConfigPart, sheet: &mut Sheet) {
    for (id, keys) in NEEDED {
        match size_or_default(keys, family, is_inner, part, sheet) {
            Some(found) => put(*id, &found, sheet),
            // A kind without formulas is refused by what it has, not by what it need not have: Mamba has no heads.
            None if family.is_without_formulas() => {}
            // Its list of layers says how many there are.
            None if *id == Id::NumLayers && family.quirks.contains(&Quirk::SingleMixers) => {}
            None if *id == Id::NumAttentionHeads && family.layout.is_state_space() => {}
            None => sheet.out.leave(&part.place(keys[0]), "", NotTaken::Missing),
        }
    }
    // What else is called heads or inner width is of the mixers, which read it themselves.
    if family.layout.is_state_space() {
        return sheet.forget(Id::NumAttentionHeads);
    }
    match size_or_default(KEY_HEADS, family, is_inner, part, sheet) {
        Some(found) => put(Id::NumKeyValueHeads, &found, sheet),
        // All heads have keys of their own.
        None => sheet.follow(Id::NumKeyValueHeads, sheet.number(Id::NumAttentionHeads), "num_attention_heads"),
    }
    if let Some(found) = size_or_default(HEAD_WIDTH, family, is_inner, part, sheet) {
        put(Id::HeadDim, &found, sheet);
    } else {
        let (hidden, heads) = (sheet.number(Id::HiddenSize), sheet.number(Id::NumAttentionHeads));
        if heads >= 1.0 {
            sheet.follow(Id::HeadDim, (hidden / heads).floor(), "hidden_size / num_attention_heads");
        }
    }
    match size_or_default(INNER_WIDTH, family, is_inner, part, sheet) {
        Some(found) => put(Id::IntermediateSize, &found, sheet),
        None if family.quirks.contains(&Quirk::FourTimes) => {
            sheet.follow(Id::IntermediateSize, 4.0 * sheet.number(Id::HiddenSize), "4 · hidden_size");
        }
        None => {}
    }
}

/// Tokens that the positions are made for; endless where nothing is stated.
pub fn context(part: &ConfigPart) -> f64 {
    let found = CONTEXT.iter().filter_map(|key| part.size([*key]).ok().flatten().map(|it| it.number));
    found.fold(f64::INFINITY, f64::min)
}
