//! Names that libraries give to values which have an id of their own here, and what such a name says besides. Links are
//! written with ids.

use crate::estimator::parameters::choices::{ChoiceValue, OptimizerKernel};
use crate::estimator::parameters::table::ParameterId;
use crate::estimator::parameters::value::Value;

/// A name that a library gives to a value.
struct LibraryName {
    name: &'static str,
    id: &'static str,
}

const fn named(name: &'static str, id: &'static str) -> LibraryName {
    LibraryName { name, id }
}

/// PyTorch's AdamW as Transformers calls it where no kernel is asked for.
const ADAMW_TORCH: &str = "adamw_torch";

/// `optim` of Transformers 5 (`training_args.py`, `OptimizerNames`). Its `sgd` has no momentum, and is none of these.
const NAMES: &[LibraryName] = &[
    named(ADAMW_TORCH, "AdamW"),
    named("adamw_torch_fused", "AdamW"),
    named("adamw_bnb_8bit", "AdamW8bit"),
    named("adamw_8bit", "AdamW8bit"),
    named("paged_adamw_32bit", "PagedAdamW"),
    named("paged_adamw_8bit", "PagedAdamW8bit"),
    named("lion_32bit", "BnbLion"),
    named("lion_8bit", "Lion8bit"),
    named("paged_lion_8bit", "PagedLion8bit"),
    named("adafactor", "Adafactor"),
    named("galore_adamw", "GaLoreAdamW"),
    // `--quantization` of vLLM 0.25; checkpoints of the first two state groups of 128 nearly always.
    named("awq", "awq-4bit-g128"),
    named("gptq", "gptq-4bit-g128"),
    named("fp8", "fp8-per-tensor"),
    named("bitsandbytes", "nf4"),
    named("llama.cpp", "llamacpp"),
];

/// What ids put before the names that llama.cpp gives to files (`Q4_K_M`), and to types of tensors.
const BEFORE_NAMES: [&str; 2] = ["gguf-file-", "gguf-"];

/// The place of the id that somebody means: the id itself, a library's name for it, or llama.cpp's name of a format in
/// large letters or small.
pub(super) fn meant(ids: &[&str], text: &str) -> Option<usize> {
    let place = |text: &str| ids.iter().position(|id| *id == text);
    let named = || NAMES.iter().filter(|it| it.name == text).find_map(|it| place(it.id));
    let is_format = |id: &str, before| id.strip_prefix(before).is_some_and(|it| it.eq_ignore_ascii_case(text));
    let format = |before| ids.iter().position(|id| is_format(id, before));
    place(text).or_else(named).or_else(|| BEFORE_NAMES.into_iter().find_map(format))
}

impl ParameterId {
    /// What the text of a parameter's value says of another one that was not given: without a kernel, PyTorch's AdamW
    /// takes `foreach` on a GPU (`torch/optim/optimizer.py`, `_default_to_fused_or_foreach`).
    pub fn implied(self, by: Self, text: &str) -> Option<Value> {
        let is_adamw = self == Self::OptimizerKernel && by == Self::Optimizer && text.trim() == ADAMW_TORCH;
        let at = OptimizerKernel::ALL.iter().position(|it| *it == OptimizerKernel::Foreach)?;
        is_adamw.then_some(Value::Choice(at))
    }
}
