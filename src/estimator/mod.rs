//! The pure core: inputs in, sums of named formulas out. It knows no web, no clock, no text of the page.
//!
//! *Invariant:* nothing here can fail or panic on any [`Inputs`]; outside text becomes a [`Value`] or a
//! [`Refusal`] before it gets this far.

pub mod architecture;
mod choices;
mod component;
mod constants;
mod estimate;
pub mod expr;
pub mod formats;
mod inputs;
mod methods;
mod mode;
mod moment;
pub mod parameters;
mod remembered;
pub mod strategies;
mod units;
pub mod verification;

pub use architecture::Preset;
pub use choices::{
    AdapterPrecision, Attention, ChoiceValue, Engine, FinetuneMethod, GpuFamily, KvPrecision, LoraTargets, Optimizer,
    OptimizerKernel, Precision, PromptLogits, Quantization, Recipe, Task,
};
pub use component::{Component, ComponentGroup};
pub use constants::{Constant, ConstantId};
pub use estimate::{Estimate, Line, Moment};
pub use inputs::{Conflict, Inputs};
pub use methods::{
    ActivationComparison, Capacity, DEFAULT_METHOD, METHODS, Method, MethodId, SequenceParts, activation_comparison,
    capacity, estimate_all, sequence_parts,
};
pub use mode::{Mode, ModeGroup};
pub use moment::MomentId;
pub use parameters::{Impact, ParameterId, ParameterSpec, Refusal, Value};
pub use remembered::Remembered;
pub use units::{Bytes, MemoryUnit};
