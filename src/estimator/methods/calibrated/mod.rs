//! `calibrated`: what PyTorch, vLLM and llama.cpp really allocate, derived tensor by tensor. Every term names a
//! tensor or buffer, its shape, its format and the moment at which it lives; nothing is fitted to a case
//! but two terms of Megatron-LM's ranks, its workspaces and its buffers between stages (`run/megatron.rs`), which are what
//! was left over in its own tests.

mod answer;
mod blocks;
mod device;
mod model;
mod parts;
mod phases;
mod run;
mod serving;
mod starts;
mod tensors;

pub use answer::estimate;
pub use blocks::multi_axis::fills_windows;
pub use device::overhead_range;
pub use model::complete::Missing;
pub use model::counts::size_of_typed_shape;
pub use model::not_spread::NotSpread;
pub use model::run_kind::RunKind;
pub use model::storage::weights_format;
pub use model::support::mode_that_runs;
pub use model::unsupported::Unsupported;
pub use parts::count::{active, parts, total};
pub use phases::network::largest_feature_map;
pub use serving::pool::{Capacity, capacity, capacity_values, taken_by_vllm};
pub use starts::support;
