//! The pure core: inputs in, sums of named formulas out. It knows no web, no clock, no text of the page.
//!
//! *Invariant:* nothing here can fail or panic on any [`Inputs`]; outside text becomes a [`Value`] or a
//! [`Refusal`] before it gets this far.

pub mod architecture;
pub mod catalog;
mod component;
mod conflicts;
mod constants;
mod defaults;
mod device;
pub mod digits;
pub mod divide;
mod estimate;
pub mod evidence;
pub mod expr;
mod given;
mod impossible;
mod inputs;
pub mod joined;
mod method;
mod methods;
mod mode;
mod moment;
pub mod order;
pub mod parameters;
pub mod plan;
mod quantity;
mod rank;
mod reader;
mod remembered;
mod running_facts;
mod units;
pub mod values;
pub mod verification;

pub use architecture::{Part, PartCount, Tower};
pub use catalog::{Catalog, Model};
pub use component::{Component, ComponentGroup};
pub use conflicts::{Conflict, conflicts, is_refused_by_vllm};
pub use constants::{Constant, ConstantId};
pub use defaults::DefaultValue;
pub use device::{device_memory, memory_of_fullest, named_device, unlike_devices, usable};
pub use estimate::{Estimate, Line, Moment, Rank};
pub use impossible::{Feature, Impossible, Instead, impossible};
pub use inputs::{Followed, Inputs};
pub use method::{DEFAULT_METHOD, MethodId};
pub use methods::{
    ActivationComparison, Capacity, FIRST_METHODS, METHODS, Method, Missing, NotSpread, RunKind, SequenceParts,
    Unsupported, activation_comparison, active, answers, capacity, capacity_values, covers, estimate_all,
    estimate_values, mode_that_runs, number_of_prompts, number_of_sequences, parts, sequence_parts, support,
    told_default, told_followed, told_value, total, total_parameters, values_of,
};
pub use mode::{Mode, ModeGroup};
pub use moment::MomentId;
pub use parameters::choices::{
    AdapterPrecision, Algorithm, Attention, BatchUnit, ChoiceValue, Draft, Engine, FinetuneMethod, GpuFamily,
    KvPrecision, LoraTargets, Optimizer, OptimizerKernel, Precision, PromptLogits, Quantization, Recipe,
    ReferenceModel, Rollout, Task, TaskHead,
};
pub use parameters::engine_formats::EngineFormats;
pub use parameters::engine_versions::EngineVersion;
pub use parameters::gpu::Gpu;
pub use parameters::spread::{Schedule, Trainer, ZeroStage};
pub use parameters::{Control, Impact, ParameterId, ParameterSpec, Refusal, Value};
pub use quantity::Quantity;
pub use rank::RankKind;
pub use reader::Telling;
pub use remembered::Remembered;
pub use units::{Bytes, MemoryUnit};
