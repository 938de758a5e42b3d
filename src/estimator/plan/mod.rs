//! Changed inputs, estimated again. It knows no formula.

pub mod advice;
pub mod changes;
pub mod deciding;
pub mod devices;
pub mod fewest;
pub mod fit;
pub mod piles;
pub mod solve;
pub mod spreads;
pub mod strategies;
pub mod strategy;
pub mod sweep;
pub mod sweep_request;
pub mod traffic;
pub mod unread;
pub mod vllm_start;
pub mod ways;
