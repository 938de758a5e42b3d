//! What GGUF's keys are called in Transformers' configurations, whose reader knows the kinds of models: llama.cpp's
//! converter (`convert_hf_to_gguf.py`, names in gguf-py's `constants.py`) went the other way. It knows no number of any
//! model.

use crate::import::gguf::header::GgufHeader;
use serde_json::{Map, Value as Json, json};

/// llama.cpp's names of architectures, and the kinds of models that they are.
const KINDS: &[(&str, &str)] = &[
    ("llama", "llama"),
    ("qwen2", "qwen2"),
    ("qwen2moe", "qwen2_moe"),
    ("qwen3", "qwen3"),
    ("qwen3moe", "qwen3_moe"),
    ("gemma", "gemma"),
    ("gemma2", "gemma2"),
    ("gemma3", "gemma3_text"),
    ("phi2", "phi"),
    ("phi3", "phi3"),
    ("gpt2", "gpt2"),
    ("starcoder2", "starcoder2"),
    ("command-r", "cohere"),
    ("cohere2", "cohere2"),
    ("olmo", "olmo"),
    ("olmo2", "olmo2"),
    ("olmoe", "olmoe"),
    ("granite", "granite"),
    ("granitemoe", "granitemoe"),
    ("glm4", "glm4"),
    ("glm4moe", "glm4_moe"),
    ("exaone4", "exaone4"),
    ("smollm3", "smollm3"),
    ("seed_oss", "seed_oss"),
    ("ernie4_5", "ernie4_5"),
    ("hunyuan-dense", "hunyuan_v1_dense"),
    ("nemotron", "nemotron"),
    ("deepseek2", "deepseek_v2"),
    ("gpt-oss", "gpt_oss"),
    ("minimax-m2", "minimax_m2"),
];

/// Keys behind the name of the architecture, and what configurations call the same.
pub const KEYS: &[(&str, &str)] = &[
    ("block_count", "num_hidden_layers"),
    ("embedding_length", "hidden_size"),
    ("feed_forward_length", "intermediate_size"),
    ("attention.head_count", "num_attention_heads"),
    ("attention.head_count_kv", "num_key_value_heads"),
    ("attention.key_length", "head_dim"),
    ("attention.kv_lora_rank", "kv_lora_rank"),
    ("attention.q_lora_rank", "q_lora_rank"),
    ("attention.sliding_window", "sliding_window"),
    ("attn_logit_softcapping", "attn_logit_softcapping"),
    ("final_logit_softcapping", "final_logit_softcapping"),
    ("context_length", "max_position_embeddings"),
    ("expert_count", "num_experts"),
    ("expert_used_count", "num_experts_per_tok"),
    ("expert_feed_forward_length", "moe_intermediate_size"),
    ("expert_shared_feed_forward_length", "shared_expert_intermediate_size"),
    ("expert_shared_count", "n_shared_experts"),
    ("leading_dense_block_count", "first_k_dense_replace"),
    ("nextn_predict_layers", "num_nextn_predict_layers"),
    ("vocab_size", "vocab_size"),
    ("rope.dimension_count", "partial_rotary_factor"),
];

/// Keys of an architecture that change no byte, by how they begin.
pub const WITHOUT_BYTES: &[&str] = &[
    "attention.layer_norm",
    "attention.causal",
    "attention.scale",
    "attention.temperature",
    "expert_gating_func",
    "expert_group",
    "expert_weights",
    "logit_scale",
    "pooling_type",
    "rope.",
    "tensor_data_layout",
    "embedding_scale",
    "residual_scale",
];

/// A header as a configuration, and the architecture's name, where the table of words is or is not the output's too;
/// `None` where the name is not there or nobody read that kind.
pub fn as_config(header: &GgufHeader, is_tied: bool) -> Option<(Json, &str)> {
    let arch = header.keys.get("general.architecture")?.as_str()?;
    let kind = KINDS.iter().find(|it| it.0 == arch)?.1;
    let own = |key: &str| header.keys.get(&format!("{arch}.{key}"));
    let number = |key: &str| own(key).and_then(Json::as_f64);
    let has = |name: &str| header.tensors.iter().any(|it| it.name == name);
    let mut res = Map::new();
    for (key, theirs) in KEYS {
        if let Some(value) = own(key) {
            res.insert((*theirs).to_owned(), value.clone());
        }
    }
    let is_mixture = number("expert_count").is_some_and(|it| it > 0.0);
    let is_corrected = header.tensors.iter().any(|it| it.name.contains("exp_probs_b"));
    let kind = match kind {
        "llama" if is_mixture => "mixtral",
        "deepseek_v2" if is_corrected => "deepseek_v3",
        other => other,
    };
    res.insert("model_type".to_owned(), json!(kind));
    res.insert("tie_word_embeddings".to_owned(), json!(is_tied));
    if kind == "llama" {
        res.insert("attention_bias".to_owned(), json!(has("blk.0.attn_q.bias")));
    }
    if !res.contains_key("vocab_size") {
        // The table has a row a word, those that only fill it up too.
        let table = header.tensors.iter().find(|it| it.name == "token_embd.weight");
        let words = table.and_then(|it| it.shape.first()).map(|it| json!(it));
        res.extend(
            words.or_else(|| header.keys.get("tokenizer.ggml.tokens").cloned()).map(|it| ("vocab_size".to_owned(), it)),
        );
    }
    // Blocks that predict further tokens are counted with the layers, and are none.
    if let (Some(all), Some(further)) = (number("block_count"), number("nextn_predict_layers")) {
        res.insert("num_hidden_layers".to_owned(), json!(all - further));
    }
    rotated(kind, number, &mut res);
    if matches!(kind, "mixtral" | "gpt_oss" | "olmoe" | "granitemoe" | "minimax_m2") {
        // All experts are as wide as what is stated of either.
        let width = res.remove("moe_intermediate_size").or_else(|| res.get("intermediate_size").cloned());
        res.extend(width.map(|it| ("intermediate_size".to_owned(), it)));
    }
    Some((Json::Object(res), arch))
}

/// The rotated part of a head, and the widths of latent attention.
fn rotated(kind: &str, number: impl Fn(&str) -> Option<f64>, res: &mut Map<String, Json>) {
    let rotated = number("rope.dimension_count");
    res.remove("partial_rotary_factor");
    if kind.starts_with("deepseek") {
        let whole = number("attention.key_length_mla").or_else(|| number("attention.key_length"));
        let value = number("attention.value_length_mla").or_else(|| number("attention.value_length"));
        let put = [
            ("qk_rope_head_dim", rotated),
            ("qk_nope_head_dim", whole.zip(rotated).map(|(whole, rotated)| whole - rotated)),
            ("v_head_dim", value),
        ];
        res.extend(put.into_iter().filter_map(|(key, it)| Some((key.to_owned(), json!(it?)))));
        // Of latent attention a file tells one head, which is what is cached.
        res.insert("num_key_value_heads".to_owned(), res.get("num_attention_heads").cloned().unwrap_or_default());
        return;
    }
    let heads = number("embedding_length").zip(number("attention.head_count")).map(|(width, n)| width / n);
    let head = number("attention.key_length").or(heads);
    match rotated.zip(head) {
        Some((rotated, head)) if rotated > 0.0 && rotated < head => match kind {
            "minimax_m2" => drop(res.insert("rotary_dim".to_owned(), json!(rotated))),
            _ => drop(res.insert("partial_rotary_factor".to_owned(), json!(rotated / head))),
        },
        _ => {}
    }
}
