//! Ollama, which starts a `llama-server` for each model (Ollama 0.33, `llm/llama_server.go`): `ollama run`, the
//! variables of its server, and the parameters of a Modelfile. It does not know its builds before 2026, which had
//! engines of their own, nor what a request asks for.

use crate::estimator::{Inputs, ParameterId as Id};
use crate::import::launch::field::FlagMeaning::{Idle, Model, Number, NumberUnless, Unread};
use crate::import::launch::field::{Field, Tool, ToolDefault, defaults, fields, words};
use crate::import::launch::tools::llama_cpp::{LLAMA_CPP, OF_FILES};
use crate::import::launch::values::{context_of, number_of};

const FIELDS: &[Field] = fields! {
    ["model"] => Model;
    ["num_ctx", "OLLAMA_CONTEXT_LENGTH"] => NumberUnless(Id::SequenceLength, &["0"]);
    // Each request has the whole length for itself: `-c` is the product of both.
    ["OLLAMA_NUM_PARALLEL"] => NumberUnless(Id::BatchSize, &["0"]);
    ["OLLAMA_KV_CACHE_TYPE"] => words! {
        "f16" => [], "q8_0" => [KvPrecision = "q8_0"], "q5_1" => [KvPrecision = "q5_1"],
        "q5_0" => [KvPrecision = "q5_0"], "q4_1" => [KvPrecision = "q4_1"], "q4_0" => [KvPrecision = "q4_0"],
        "iq4_nl" => [KvPrecision = "iq4_nl"],
    };
    ["OLLAMA_FLASH_ATTENTION"] => words! { "true" => [FlashAttention = "true"], "false" => [FlashAttention = "false"] };
    ["num_gpu"] => NumberUnless(Id::GpuLayers, &["-1"]);
    ["num_batch"] => Number(Id::Ubatch);
    ["adapter", "draft"] => Unread(&[]);
    ["main_gpu"] => Unread(&[]);
    ["draft_num_predict"] => Unread(&["0"]);
    ["OLLAMA_SCHED_SPREAD", "OLLAMA_GPU_OVERHEAD", "OLLAMA_NEW_ENGINE"] => Unread(&["0", "false"]);
    ["OLLAMA_HOST", "OLLAMA_MODELS", "OLLAMA_KEEP_ALIVE", "OLLAMA_ORIGINS", "OLLAMA_DEBUG", "OLLAMA_MAX_QUEUE", "OLLAMA_MAX_LOADED_MODELS", "OLLAMA_LOAD_TIMEOUT", "OLLAMA_NOPRUNE", "OLLAMA_NOHISTORY", "OLLAMA_MULTIUSER_CACHE"] => Idle;
    ["use_mmap", "num_thread", "num_predict", "num_keep", "seed", "stop", "temperature", "top_k", "top_p", "min_p"] => Idle;
    ["typical_p", "repeat_last_n", "repeat_penalty", "presence_penalty", "frequency_penalty", "penalize_newline"] => Idle;
    ["mirostat", "mirostat_eta", "mirostat_tau", "tfs_z", "f16_kv", "use_mlock", "numa"] => Idle;
    ["keepalive", "format"] => Idle;
    ["verbose"] => words! { "true" => [], "false" => [] };
    ["insecure"] => words! { "true" => [], "false" => [] };
    ["nowordwrap"] => words! { "true" => [], "false" => [] };
    ["hidethinking"] => words! { "true" => [], "false" => [] };
    ["think"] => words! { "true" => [], "false" => [], "on" => [], "off" => [] };
};

/// The context by the memory of the GPUs (`server/routes.go`, from 23 and 47 GiB on), where a launch says that; no more
/// than the model's.
fn context(inputs: &Inputs) -> Option<String> {
    let memory = number_of(inputs, Id::GpuMemory) * number_of(inputs, Id::GpuCount).max(1.0);
    let by_memory = match memory {
        it if it >= 47.0 => 262_144.0,
        it if it >= 23.0 => 32_768.0,
        _ => 4096.0,
    };
    let own = context_of(inputs).and_then(|it| it.parse::<f64>().ok()).unwrap_or(by_memory);
    Some(own.min(by_memory).to_string())
}

/// It asks for so many slots, and never for one cache.
fn separate(inputs: &Inputs) -> Option<String> {
    (number_of(inputs, Id::BatchSize) > 1.0).then(|| "false".to_owned())
}

const DEFAULTS: &[ToolDefault] = defaults! {
    KvUnified = separate, "Ollama 0.33" OwnCaches;
    SequenceLength = context, "Ollama 0.33" ContextByMemory;
};

/// `ollama run`.
pub const OLLAMA: Tool =
    Tool { id: "ollama", command: "ollama run", fields: &[FIELDS], defaults: &[DEFAULTS, OF_FILES], ..LLAMA_CPP };

/// How the presets begin of models that Ollama runs one request at a time (`server/sched.go`, `load`: mllama, qwen3vl,
/// qwen35, qwen3next, lfm2, nemotron_h).
pub const ONE_AT_A_TIME: &[&str] = &[
    "llama-3.2-11b-vision",
    "llama-3.2-90b-vision",
    "qwen3-vl",
    "qwen3-next",
    "qwen3.5",
    "qwen3.6",
    "qwen3.8",
    "lfm2",
    "nemotron-h",
    "nvidia-nemotron",
];
