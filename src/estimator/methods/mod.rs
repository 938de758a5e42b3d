//! The methods, side by side: `document` states what the formula document says and did, `calibrated` what is really
//! allocated. Neither imports the other.

mod calibrated;
mod document;
mod list;
mod prompts;
mod size;

pub use calibrated::{
    Capacity, Missing, NotSpread, RunKind, Unsupported, active, capacity, capacity_values, fills_windows,
    largest_feature_map, mode_that_runs, overhead_range, parts, support, taken_by_vllm, total as total_parameters,
    weights_format,
};
pub use document::preference::{ActivationComparison, activation_comparison};
pub use document::quantities::{SequenceParts, expert_parameters};
pub use document::sequence::sequence_parts;
pub use list::{FIRST_METHODS, METHODS, Method, answers, covers, estimate_all, estimate_values, total, values_of};
pub use prompts::{number_of_prompts, number_of_sequences};
pub use size::{told_default, told_followed, told_value};
