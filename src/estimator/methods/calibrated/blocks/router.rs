//! What chooses experts: its weights, and the format of its scores, which training and serving share. It knows no
//! expert.

use crate::estimator::architecture::{Fact, Part, Router};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::parts::counter::{Counter, Linear};
use crate::estimator::methods::calibrated::tensors::dtype::FP32;
use crate::estimator::units::Count;

/// The code that chooses experts.
pub const ROUTER: &str = "modeling_qwen3_moe.py, Qwen3MoeTopKRouter";
const CORRECTED: &str = "modeling_deepseek_v3.py, DeepseekV3TopkRouter";

/// Counts the routers of `layers` layers.
pub fn weights(counter: &mut Counter, layers: &Expr<Count>) {
    let (width, experts) = (counter.leaf(Fact::HiddenSize), counter.leaf(Fact::NumExperts));
    let gate = Linear::new(&width, &experts, counter.is(Fact::RouterBias));
    counter.linear(Part::Router, "gate", layers, gate, ROUTER);
    if counter.is(Fact::RouterCorrection) {
        counter.count(Part::Router, "e_score_correction_bias", layers.clone() * experts, CORRECTED);
    }
}

/// Bytes of an element of the scores by which outputs of experts are weighted, where activations have `bytes`. What
/// they weight has their format.
pub fn score_element(shape: &Shape, bytes: f64) -> f64 {
    match Router::of(shape.number(Fact::Router)) {
        Router::Wide | Router::WideProduct => FP32,
        Router::Narrow | Router::EveryExpert => bytes,
    }
}
