//! How a model is trained: number formats, what is resident from the first step to the last. It knows no layer.

pub mod formats;
pub mod resident;
pub mod training;
