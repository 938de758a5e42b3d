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
];

/// The id of what a library calls so.
pub(super) fn id_of(name: &str) -> Option<&'static str> {
    NAMES.iter().find(|it| it.name == name).map(|it| it.id)
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
