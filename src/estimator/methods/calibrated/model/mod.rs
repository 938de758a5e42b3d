//! The model that runs: its facts, its parameters, its weights in memory, what images become. It knows no activation.

pub mod adaptable;
pub mod complete;
pub mod counts;
pub mod ends;
pub mod images;
pub mod mesh;
pub mod not_spread;
pub mod pipeline;
pub mod run_kind;
pub mod runnable;
pub mod served;
pub mod shape;
pub mod split;
pub mod spreadable;
mod spreadable_megatron;
mod spreadable_preferences;
pub mod storage;
pub mod support;
pub mod unsupported;
pub mod weights;
pub mod widths;
