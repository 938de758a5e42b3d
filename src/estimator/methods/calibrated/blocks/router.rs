//! What chooses experts: the format of its scores, which training and serving share. It knows no expert.

use crate::estimator::architecture::{Fact, Router};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::tensors::dtype::FP32;

/// Bytes of an element of the scores by which outputs of experts are weighted, where activations have `bytes`. What
/// they weight has their format.
pub fn score_element(shape: &Shape, bytes: f64) -> f64 {
    match Router::of(shape.number(Fact::Router)) {
        Router::Wide | Router::WideProduct => FP32,
        Router::Narrow | Router::EveryExpert => bytes,
    }
}
