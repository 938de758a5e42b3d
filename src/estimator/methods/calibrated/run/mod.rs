//! What a run is made of: how a model is trained, with its number formats and what is resident from the first step to
//! the last, and how it is served. It knows no layer.

pub mod formats;
pub mod megatron;
pub mod megatron_experts;
pub mod optimizer;
pub mod optimizer_of_saved;
pub mod optimizer_states;
pub mod resident;
pub mod saved;
pub mod serving;
pub mod shard_groups;
pub mod sharded;
pub mod shares;
pub mod stages;
pub mod training;
pub mod zero;
pub mod zero_live;
pub mod zero_order;
pub mod zero_reductions;
pub mod zero_shares;
pub mod zero_touched;
