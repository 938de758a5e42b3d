//! Linear attention of both kinds, gated delta-rule (arXiv 2412.06464) and lightning (arXiv 2501.08313): weights, and
//! the states that stand in serving for keys and values. What training keeps of the first kind `gated_delta` lists; of
//! the second there are no formulas in training.

use crate::estimator::architecture::{Fact, Part};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::parts::counter::{Counter, Linear};
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, element, times};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Engine;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

const DELTA: &str = "modeling_qwen3_next.py, Qwen3NextGatedDeltaNet";
const DELTA_IN_VLLM: &str = "vllm mamba_utils.py, MambaStateShapeCalculator.gated_delta_net_state_shape";
const LLAMA_CPP: &str = "llama-hparams.cpp, n_embd_r, n_embd_s; llama-memory-recurrent.cpp, GGML_TYPE_F32";
const LIGHTNING_IN_VLLM: &str = "vllm mamba_utils.py, MambaStateDtypeCalculator.linear_attention_state_dtype";
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
/// inputs that its convolution still needs.
///
/// Transformers keeps one input more than the convolution reads again. vLLM has room for those of drafted tokens too
/// (`num_spec`); its matrices are FP32 where the model's configuration says so, as that of Qwen3.5 does
/// (`mamba_ssm_dtype`), else half as wide. llama.cpp keeps both in FP32: 11.25 MiB and 288 MiB for two sequences in 48
/// layers of 30,720 inputs (log in llama.cpp's pull request 23792).
pub fn gated_delta_state(run: &ServingRun) -> Expr<Memory> {
    let (keys, values) = widths(|fact| run.fact(fact));
    let convolved = times(2.0) * keys + values.clone();
    let states = values * run.fact(Fact::LinearKeyHeadDim);
    let kernel = run.fact(Fact::LinearConvKernel);
    let (kernel, of_input, source) = match run.shape.reader.choice(Id::Engine) {
        Engine::Transformers => (kernel, run.element.clone(), DELTA),
        Engine::Vllm => (kernel - times(1.0), run.element.clone(), DELTA_IN_VLLM),
        Engine::LlamaCpp => (kernel - times(1.0), element(FP32), LLAMA_CPP),
    };
    let tokens = match run.drafted() {
        Some(drafted) => kernel + drafted,
        None => kernel,
    };
    let inputs = tokens * convolved;
    sum_of(
        Quantity::CachedOfSequence,
        &[
            Cached::new("recurrent_states", states, element(FP32), source),
            Cached::new("conv_states", inputs, of_input, source),
        ],
    )
}

/// The same of lightning attention, which has no convolution. vLLM knows no other format for it than that of
/// activations.
pub fn lightning_state(run: &ServingRun) -> Expr<Memory> {
    let states = run.query.clone() * run.fact(Fact::HeadDim);
    let (of_state, source) = match run.shape.reader.choice(Id::Engine) {
        Engine::Vllm => (run.element.clone(), LIGHTNING_IN_VLLM),
        Engine::Transformers | Engine::LlamaCpp => (element(FP32), LIGHTNING),
    };
    sum_of(Quantity::CachedOfSequence, &[Cached::new("linear_cache", states, of_state, source)])
}
