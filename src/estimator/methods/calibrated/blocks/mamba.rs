//! Mamba (arXiv 2312.00752): the weights of its layers, the states that stand in serving for keys and values, and what
//! lives inside it while a prompt or a token runs. It knows no training, for which it has no formulas yet.
//!
//! Its facts are those of linear attention, which it is another form of (arXiv 2405.21060): each channel is a head one
//! element wide, `B` and `C` are keys and queries that all of them share, and a state is as wide as a key
//! (`state_size`).

use crate::estimator::architecture::{Fact, Part};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::parts::counter::{Counter, Linear};
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, element, times};
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Engine;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

const LAYER: &str = "modeling_mamba.py, MambaMixer.forward";
const SCAN: &str = "modeling_mamba.py, mamba_selective_scan";
const UPDATE: &str = "modeling_mamba.py, mamba_selective_state_update";
const CACHE: &str = "cache_utils.py, LinearAttentionLayer; modeling_mamba.py, mamba_selective_scan";
const VLLM: &str = "vllm mamba_utils.py, MambaStateShapeCalculator.mamba1_state_shape, _mamba_state_dtype";
const MIXER_IN_VLLM: &str = "vllm mamba_mixer.py, MambaMixer.forward_impl";

/// Counts the mixers of `layers` layers.
pub fn weights(counter: &mut Counter, layers: &Expr<Count>) {
    let width = counter.leaf(Fact::HiddenSize);
    let inner = counter.leaf(Fact::LinearNumValueHeads) * counter.leaf(Fact::LinearValueHeadDim);
    let keys = counter.leaf(Fact::LinearNumKeyHeads) * counter.leaf(Fact::LinearKeyHeadDim);
    let (state, rank) = (counter.leaf(Fact::LinearKeyHeadDim), counter.leaf(Fact::TimeStepRank));
    let part = Part::LinearAttention;
    let mut add = |name, from: &Expr<Count>, to: &Expr<Count>, has_bias| {
        counter.linear(part, name, layers, Linear::new(from, to, has_bias), LAYER);
    };
    add("in_proj", &width, &(times(2.0) * inner.clone()), false);
    add("x_proj", &inner, &(rank.clone() + times(2.0) * keys), false);
    add("dt_proj", &rank, &inner, true);
    add("out_proj", &inner, &width, false);
    let kernel = counter.leaf(Fact::LinearConvKernel);
    counter.count(part, "conv1d", layers.clone() * inner.clone() * kernel, LAYER);
    counter.count(Part::Norms, "conv1d.bias, D", layers.clone() * times(2.0) * inner.clone(), LAYER);
    counter.count(Part::Norms, "A_log", layers.clone() * inner * state, LAYER);
}

/// Elements of a matrix of all channels and their states.
fn states(run: &ServingRun) -> Expr<Count> {
    run.widths.leaf(Width::LinearValues) * run.fact(Fact::LinearKeyHeadDim)
}

/// Bytes that a sequence's state takes in a layer: one row for each channel, and the inputs that its convolution still
/// needs.
///
/// Transformers keeps one input more than the convolution reads again, and the rows as its scan puts them out, in FP32.
/// vLLM keeps both in the format of activations.
pub fn state(run: &ServingRun) -> Expr<Memory> {
    let kernel: Expr<Count> = run.fact(Fact::LinearConvKernel);
    let (inputs, of_state, source) = match run.shape.reader.choice(Id::Engine) {
        Engine::Transformers => (kernel, element(FP32), CACHE),
        Engine::Vllm | Engine::LlamaCpp => (kernel - times(1.0), run.element.clone(), VLLM),
    };
    let convolved = inputs * run.widths.leaf(Width::LinearValues);
    sum_of(
        Quantity::CachedOfSequence,
        &[
            Cached::new("ssm_states", states(run), of_state, source),
            Cached::new("conv_states", convolved, run.element.clone(), source),
        ],
    )
}

/// What all layers hold beside their parameters: in vLLM `A`, which it makes of `A_log` in FP32, as far as that is
/// wider (`mamba_mixer.py`); in Transformers what norms without weights have in their place, which are buffers and in
/// no checkpoint (`b_c_rms` and `dt_rms` of `FalconMambaMixer`).
pub fn beside_weights(run: &ServingRun) -> Option<Expr<Memory>> {
    let layers: Expr<Count> = run.leaf(Id::NumLayers);
    match run.shape.reader.choice(Id::Engine) {
        Engine::Vllm if run.bytes() < FP32 => Some(layers * states(run) * (element(FP32) - run.element.clone())),
        Engine::Transformers if run.shape.is(Fact::StateSpaceNorm) => {
            let keys = times(2.0) * run.fact(Fact::LinearKeyHeadDim);
            Some(layers * (run.widths.leaf(Width::LinearValues) + keys) * run.element.clone())
        }
        Engine::Transformers | Engine::Vllm | Engine::LlamaCpp => None,
    }
}

/// What there is once while a prompt runs, whatever its length: `A`, and copies in FP32 of what is added to the time
/// steps and of `D`.
pub fn once(run: &ServingRun) -> [Cached; 2] {
    let is_narrow = run.bytes() < FP32;
    of_once(run, "dt_proj.bias.float(), D.float()", if is_narrow { 2.0 } else { 0.0 })
}

/// The same while a token runs, which takes `D` as it is.
pub fn once_in_step(run: &ServingRun) -> [Cached; 2] {
    of_once(run, "dt_proj.bias.float()", if run.bytes() < FP32 { 1.0 } else { 0.0 })
}

fn of_once(run: &ServingRun, name: &'static str, vectors: f64) -> [Cached; 2] {
    let copied = run.widths.leaf(Width::LinearValues) * times(vectors);
    [Cached::new("A", states(run), element(FP32), LAYER), Cached::new(name, copied, element(FP32), LAYER)]
}

/// What a token has from the projections on: gate and input, the convolution's output, what time step, `B` and `C` are
/// made of, of which norms leave the last two, and the time steps, before and behind softplus.
fn projected(run: &ServingRun) -> [Tensor; 4] {
    let number = |fact| run.shape.number(fact);
    let shared = 2.0 * number(Fact::LinearNumKeyHeads) * number(Fact::LinearKeyHeadDim);
    let (name, made) = if run.shape.is(Fact::StateSpaceNorm) {
        ("B, C, normed", shared)
    } else {
        ("time_step, B, C", number(Fact::TimeStepRank) + shared)
    };
    [
        run.tensor("projected_states: x, gate", Width::LinearValues, LAYER).times(2.0),
        run.tensor("x behind the convolution", Width::LinearValues, LAYER),
        run.tensor(name, Width::One, LAYER).times(made),
        run.tensor("time_step; dt behind softplus", Width::LinearValues, LAYER).times(2.0),
    ]
}

/// What lives inside the layer at its fullest instant while a prompt runs in Transformers, whose code without the
/// library mamba-ssm makes the matrices of all tokens at once: when the outputs of all tokens have been put together
/// and what `D` lets pass is added. Traced.
pub fn inside(run: &ServingRun) -> [Tensor; 8] {
    let state = run.shape.number(Fact::LinearKeyHeadDim);
    let [gate, convolved, shared, steps] = projected(run);
    let wide = |name, count| Tensor::new(name, FP32, Width::LinearValues, SCAN).times(count);
    [
        gate,
        convolved,
        shared,
        steps,
        wide("discrete_A, discrete_B, deltaB_u", 3.0 * state),
        run.tensor("scan_outputs", Width::LinearValues, SCAN),
        run.tensor("scan_output", Width::LinearValues, SCAN),
        wide("hidden_states * D, and their sum", 2.0),
    ]
}

/// The same while one token of each sequence runs: when its state is added up. Traced.
pub fn inside_step(run: &ServingRun) -> [Tensor; 5] {
    let state = run.shape.number(Fact::LinearKeyHeadDim);
    let [gate, convolved, shared, steps] = projected(run);
    let states = Tensor::new("dA, dB, dBx, state * dA, and their sum", FP32, Width::LinearValues, UPDATE);
    [gate, convolved, shared, steps, states.times(5.0 * state)]
}

/// In vLLM, as its profile run sees it.
pub fn in_vllm(run: &ServingRun) -> [Tensor; 3] {
    [
        run.tensor("projected_states", Width::LinearValues, MIXER_IN_VLLM).times(2.0),
        run.tensor("hidden_states_BC, contiguous", Width::LinearValues, MIXER_IN_VLLM),
        run.tensor("output of out_proj", Width::Hidden, MIXER_IN_VLLM),
    ]
}
