//! The formats of few bits in which each engine keeps weights and caches, declared once. It knows no formula.

use crate::estimator::parameters::choices::Engine;

/// An engine's own formats, by their ids.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EngineFormats {
    /// Of weights in 8 bits.
    pub weights_8: &'static str,
    /// Of weights in 4 bits.
    pub weights_4: &'static str,
    /// Of caches in 8 bits.
    pub cache_8: &'static str,
    /// Of caches in 4 bits, where it has such.
    pub cache_4: Option<&'static str>,
}

impl EngineFormats {
    /// Those of an engine. vLLM makes no integers of a checkpoint in 16 bits, but floats of 8 bits, and loads one that
    /// is in AWQ (`QUANTIZATION_METHODS` in vLLM 0.33); its caches of 8 bits are floats too (`CacheDType`). llama.cpp
    /// reads files, each of its own formats, and calls its caches by their names (`--cache-type-k`).
    pub const fn of(engine: Engine) -> Self {
        match engine {
            Engine::Transformers => {
                Self { weights_8: "INT8", weights_4: "INT4", cache_8: "INT8", cache_4: Some("INT4") }
            }
            Engine::Vllm => {
                Self { weights_8: "fp8-per-tensor", weights_4: "awq-4bit-g128", cache_8: "FP8", cache_4: None }
            }
            Engine::LlamaCpp => Self {
                weights_8: "gguf-file-q8_0",
                weights_4: "gguf-file-q4_k_m",
                cache_8: "q8_0",
                cache_4: Some("q4_0"),
            },
        }
    }
}
