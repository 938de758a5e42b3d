//! What tells one engine from another where formulas ask a single question of it. A new engine does not compile until
//! each is answered; whatever takes more than a word is a file of the engine's own. It knows no formula.

use crate::estimator::parameters::choices::Engine;

/// The answers of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EngineTraits {
    /// Whether it loads files of its own mix of formats in place of the tensors of a checkpoint.
    pub loads_gguf: bool,
    /// Whether it takes what is left of its share of the GPU as a pool for keys and values.
    pub fills_gpu: bool,
    /// Whether it records CUDA graphs.
    pub records_graphs: bool,
    /// Whether its kernels want experts of MXFP4 in widths of their own.
    pub pads_experts: bool,
    /// Whether its cache takes keys as attention multiplies them, unless a format was asked for.
    pub caches_as_made: bool,
    /// What it makes of "INT8" and "INT4" when it loads a 16-bit checkpoint, or the checkpoints of such widths that are
    /// common there: names of formats in links. `None` where its files have formats of their own, which `mixes` knows.
    pub of_widths: Option<[&'static str; 2]>,
}

impl EngineTraits {
    /// Those of an engine.
    pub const fn of(engine: Engine) -> Self {
        match engine {
            Engine::Transformers => Self {
                loads_gguf: false,
                fills_gpu: false,
                records_graphs: false,
                pads_experts: false,
                caches_as_made: true,
                of_widths: Some(["llm-int8", "nf4"]),
            },
            Engine::Vllm => Self {
                loads_gguf: false,
                fills_gpu: true,
                records_graphs: true,
                pads_experts: true,
                caches_as_made: false,
                of_widths: Some(["llm-int8", "awq-4bit-g128"]),
            },
            Engine::LlamaCpp => Self {
                loads_gguf: true,
                fills_gpu: false,
                records_graphs: false,
                pads_experts: false,
                caches_as_made: false,
                of_widths: None,
            },
        }
    }
}
