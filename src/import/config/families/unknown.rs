//! Kinds of models for whose layers there are no formulas, with the keys that say what these are. The keys are those of
//! the classes of Transformers 5.24 (`models/*/configuration_*.py`), of SGLang 0.5.23 (`srt/configs`) and of the
//! publishers' own files. What else such a file says is kept.

use crate::estimator::architecture::Layout;
use crate::import::config::families::row::{ModelKind, Quirk, family};

const fn unknown(types: &'static str, quirks: &'static [Quirk]) -> ModelKind {
    family(types, "tieWordEmbeddings:tie_word_embeddings", quirks).with(Layout::Unknown)
}

/// One row a kind.
pub const UNKNOWN: &[ModelKind] = &[
    // An indexer chooses blocks of keys.
    unknown("minimax_m3 minimax_m3_vl_text", &[Quirk::NoFormula("sparse_attention_config index_n_heads")]),
    // Layers with a window have other heads with keys than those without, and values are narrower than keys.
    unknown("mimo_v2_flash mimo_v2", &[Quirk::NoFormula("swa_num_key_value_heads hybrid_layer_pattern v_head_dim")]),
    // Layers with a window have more heads than those without, and each head has a gate.
    unknown("step3p5 step3p7", &[Quirk::NoFormula("num_sliding_attention_heads attention_other_setting layer_types")]),
    // Queries are made in two steps that all heads share.
    unknown("step3_text step3_vl", &[Quirk::NoFormula("share_q_dim")]),
    // A later class writes what the publisher's object says as keys of its own.
    unknown("kimi_linear", &[Quirk::NoFormula("linear_attn_config linear_head_dim")]),
    // Both stacks have learned positions and biases.
    unknown("bart mbart", &[Quirk::NoFormula("max_position_embeddings")]),
    unknown("jamba", &[Quirk::NoFormula("attn_layer_period")]),
    unknown("gemma3n_text", &[Quirk::NoFormula("altup_num_inputs")]),
    unknown("deepseek_v4", &[Quirk::NoFormula("compress_rates compress_ratios")]),
    unknown("longcat_flash", &[Quirk::NoFormula("zero_expert_num")]),
];
