//! Linear attention of both kinds, gated delta-rule (arXiv 2412.06464) and lightning (arXiv 2501.08313): weights, and
//! the states that stand in serving for keys and values. What training keeps of the first kind `gated_delta` lists; of the
//! second there are no formulas in training.

use crate::estimator::architecture::{Fact, Part};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::parts::counter::{Counter, Linear};
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, element, times};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

const DELTA: &str = "modeling_qwen3_next.py, Qwen3NextGatedDeltaNet";
const LIGHTNING: &str = "modeling_minimax.py, MiniMaxLightningAttention";

/// Widths of all keys and of all values of gated delta-rule attention.
fn widths(leaf: impl Fn(Fact) -> Expr<Count>) -> (Expr<Count>, Expr<Count>) {
    let keys = leaf(Fact::LinearNumKeyHeads) * leaf(Fact::LinearKeyHeadDim);
    (keys, leaf(Fact::LinearNumValueHeads) * leaf(Fact::LinearValueHeadDim))
}

/// Counts gated delta-rule attention in `layers` layers.
pub fn gated_delta_weights(counter: &mut Counter, layers: &Expr<Count>) {
    let (keys, values) = widths(|fact| counter.leaf(fact));
    let (width, n_values) = (counter.leaf(Fact::HiddenSize), counter.leaf(Fact::LinearNumValueHeads));
    let convolved = times(2.0) * keys.clone() + values.clone();
    let part = Part::LinearAttention;
    let mut add = |name, from: &Expr<Count>, to: &Expr<Count>| {
        counter.linear(part, name, layers, Linear::new(from, to, false), DELTA);
    };
    // Query, key, value and gate; write strength and decay.
    add("in_proj_qkvz", &width, &(times(2.0) * keys + times(2.0) * values.clone()));
    add("in_proj_ba", &width, &(times(2.0) * n_values.clone()));
    add("out_proj", &values, &width);
    let kernel = counter.leaf(Fact::LinearConvKernel);
    counter.count(part, "conv1d", layers.clone() * convolved * kernel, DELTA);
    counter.count(Part::Norms, "dt_bias, A_log", layers.clone() * times(2.0) * n_values, DELTA);
    counter.count(Part::Norms, "norm", layers.clone() * counter.leaf(Fact::LinearValueHeadDim), DELTA);
}

/// Counts lightning attention in `layers` layers.
pub fn lightning_weights(counter: &mut Counter, layers: &Expr<Count>) {
    let width = counter.leaf(Fact::HiddenSize);
    let inner = counter.leaf(Fact::NumAttentionHeads) * counter.leaf(Fact::HeadDim);
    let mut add = |name, from: &Expr<Count>, to: &Expr<Count>| {
        counter.linear(Part::LinearAttention, name, layers, Linear::new(from, to, false), LIGHTNING);
    };
    add("qkv_proj", &width, &(times(3.0) * inner.clone()));
    add("output_gate", &width, &inner);
    add("out_proj", &inner, &width);
    counter.count(Part::Norms, "norm", layers.clone() * inner, LIGHTNING);
}

/// Bytes that a sequence's state takes in a layer of gated delta-rule attention: one FP32 matrix for each head, and the
/// inputs that its convolution still needs; vLLM's has room for drafted tokens too (`gated_delta_net_state_shape`,
/// `num_spec`).
pub fn gated_delta_state(run: &ServingRun) -> Expr<Memory> {
    let (keys, values) = widths(|fact| run.fact(fact));
    let convolved = times(2.0) * keys + values.clone();
    let states = values * run.fact(Fact::LinearKeyHeadDim);
    let kernel = run.fact(Fact::LinearConvKernel);
    let tokens = match run.drafted() {
        Some(drafted) => kernel + drafted,
        None => kernel,
    };
    let inputs = tokens * convolved;
    sum_of(
        Quantity::CachedOfSequence,
        &[
            Cached::new("recurrent_states", states, element(FP32), DELTA),
            Cached::new("conv_states", inputs, run.element.clone(), DELTA),
        ],
    )
}

/// The same of lightning attention, which has no convolution.
pub fn lightning_state(run: &ServingRun) -> Expr<Memory> {
    let states = run.query.clone() * run.fact(Fact::HeadDim);
    sum_of(Quantity::CachedOfSequence, &[Cached::new("linear_cache", states, element(FP32), LIGHTNING)])
}
