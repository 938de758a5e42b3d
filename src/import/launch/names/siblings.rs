//! Models that have the shape of a preset with another name, vocabulary and all: aliases of `data/models.json`, and
//! what publishers say that they tuned without another vocabulary. It knows no format.

/// A model with a preset's shape.
pub struct Sibling {
    /// The name of its repository, in lower case and without its publisher.
    name: &'static str,
    /// The preset.
    pub preset: &'static str,
    /// Tokens that it is made for (`max_position_embeddings`), where the preset is made for another number.
    pub context: Option<f64>,
    /// The format in which it is published, with what that leaves in 16 bits, where the preset is in another.
    pub format: Option<(&'static str, &'static str)>,
}

const fn sibling(name: &'static str, preset: &'static str) -> Sibling {
    Sibling { name, preset, context: None, format: None }
}

const fn longer(name: &'static str, preset: &'static str, context: f64) -> Sibling {
    Sibling { name, preset, context: Some(context), format: None }
}

/// All of them. Not here are those that only seem so: Mistral 7B v0.2, which has no window and the smaller vocabulary;
/// Hermes 2 Pro, which has 32 words more; BERT with capitals, whose vocabulary is its own.
const SIBLINGS: &[Sibling] = &[
    sibling("deepseek-v3.1", "deepseek-v3"),
    sibling("deepseek-v3.1-base", "deepseek-v3"),
    sibling("deepseek-v3.1-terminus", "deepseek-v3"),
    sibling("deepseek-v3.2-exp", "deepseek-v3.2"),
    sibling("deepseek-v3.2-speciale", "deepseek-v3.2"),
    longer("glm-4.6", "glm-4.5", 202_752.0),
    longer("glm-4.7", "glm-4.5", 202_752.0),
    sibling("minimax-m2.1", "minimax-m2"),
    sibling("phi-3-mini-128k-instruct", "phi-3.5-mini-instruct"),
    longer("kimi-k2-instruct-0905", "kimi-k2-instruct", 262_144.0),
    Sibling {
        // Routed experts alone are in four bits (`quantization_config` of its `config.json`), as in Kimi K2.5.
        format: Some(("int4-g32", "embedding_head_attention_router_shared-experts_feed-forward_vision")),
        ..longer("kimi-k2-thinking", "kimi-k2-instruct", 262_144.0)
    },
    longer("devstral-small-2505", "mistral-small-24b-instruct-2501", 131_072.0),
    longer("devstral-small-2507", "mistral-small-24b-instruct-2501", 131_072.0),
    sibling("vicuna-7b-v1.5", "llama-2-7b-hf"),
    sibling("vicuna-13b-v1.5", "llama-2-13b-hf"),
    sibling("hermes-3-llama-3.1-8b", "llama-3.1-8b"),
    sibling("hermes-3-llama-3.1-70b", "llama-3.1-70b"),
];

/// The one of a name.
pub fn sibling_of(name: &str) -> Option<&'static Sibling> {
    SIBLINGS.iter().find(|it| it.name.eq_ignore_ascii_case(name))
}
