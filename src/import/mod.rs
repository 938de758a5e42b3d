//! What other programs are told about a run, as inputs of an estimate. It knows no formula, and no link.

pub mod launch;
mod megatron;

pub use megatron::{ImportRefusal, assumed_words, of_megatron};
