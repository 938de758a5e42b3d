//! What a run passes through, moment by moment. It knows no tensor by itself: blocks list them.

pub mod contrastive;
pub mod dpo;
pub mod encoder_decoder;
pub mod fsdp;
pub mod fsdp_forward;
pub mod fsdp_groups;
pub mod fsdp_piles;
pub mod grpo;
pub mod held;
pub mod layer_backward;
pub mod megatron;
pub mod multimodal;
pub mod network;
pub mod pipeline;
pub mod pipeline_shards;
pub mod preferences;
pub mod reference;
pub mod rollout;
pub mod scoring;
pub mod stack;
pub mod step;
pub mod sums;
pub mod zero;
pub mod zero_groups;
