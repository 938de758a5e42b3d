//! Parameters of a model by part, counted from its facts: weights and biases that a checkpoint stores, a tied output
//! projection once, buffers not at all. It knows no number format and no workload.

pub mod count;
pub mod counter;
pub mod decoder;
pub mod encoder;
pub mod vision;
