//! Tensors by width and format, which add up to readable sums, and the instants at which they live. It knows no layer.

pub mod alive;
pub mod cached;
pub mod dtype;
pub mod instant;
pub mod list;
pub mod width;
