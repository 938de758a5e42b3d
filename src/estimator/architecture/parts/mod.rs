//! Parameters of a model by part, counted from its facts: weights and biases that a checkpoint stores, a tied output
//! projection once, buffers not at all. It knows no number format and no workload.

mod convolutional;
mod count;
mod counter;
mod decoder;
mod encoder;
mod vision;

pub use convolutional::{INVERTED_STAGES, InvertedStage, scaled_channels};
pub use count::{active, parts, total};
pub use counter::{Part, PartCount, Tower};
