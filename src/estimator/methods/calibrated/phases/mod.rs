//! What a run passes through, moment by moment. Tensors of layers are listed by `blocks`; a phase lists those alone that
//! only its own moments have: what a pair of towers hands over, what sampling holds, what stages send.

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
