//! A feed-forward block: its weights, what it keeps for the backward pass, and what lives inside that pass. It knows
//! neither attention nor experts.
//!
//! Functions of one operation keep its input; those that a library writes out in Python keep what each step needs.

use crate::estimator::architecture::{Activation, Fact, Part};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::adapters::Site;
use crate::estimator::methods::calibrated::parts::counter::{Counter, Linear};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, times};
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::units::Count;

const GATED: &str = "modeling_llama.py, LlamaMLP";
const FUSED: &str = "modeling_phi3.py, Phi3MLP";
const PLAIN: &str = "modeling_gpt2.py, GPT2MLP";
const FUNCTIONS: &str = "transformers activations.py";
const LINEAR: &str = "derivatives.yaml, linear";
const PRODUCT: &str = "derivatives.yaml, mul";

/// Counts the blocks of `layers` layers.
pub fn weights(counter: &mut Counter, layers: &Expr<Count>) {
    let (width, inner) = (counter.leaf(Fact::HiddenSize), counter.leaf(Fact::IntermediateSize));
    let has_bias = counter.is(Fact::MlpBias);
    let (inward, outward) = (Linear::new(&width, &inner, has_bias), Linear::new(&inner, &width, has_bias));
    let part = Part::FeedForward;
    if !counter.is(Fact::GatedMlp) {
        counter.linear(part, "c_fc", layers, inward, PLAIN);
        counter.linear(part, "c_proj", layers, outward, PLAIN);
        return;
    }
    if counter.is(Fact::FusedGateUp) {
        counter.linear(part, "gate_up_proj", &(times(2.0) * layers.clone()), inward, FUSED);
    } else {
        counter.linear(part, "gate_proj", layers, inward, GATED);
        counter.linear(part, "up_proj", layers, inward, GATED);
    }
    counter.linear(part, "down_proj", layers, outward, GATED);
}

/// What the projections inward keep: their input, once for each if autocast converts it anew, unless they read the very
/// tensor that attention's projections keep.
pub fn inputs(run: &TrainingRun, is_same_as_projections: bool) -> Tensors {
    let is_split = run.shape.is(Fact::GatedMlp) && !run.shape.is(Fact::FusedGateUp);
    let n_inputs = if run.formats.is_autocast && is_split { 2.0 } else { 1.0 };
    inputs_of(run, n_inputs, is_same_as_projections)
}

/// The same of so many linear layers.
pub fn inputs_of(run: &TrainingRun, n_inputs: f64, is_same_as_projections: bool) -> Tensors {
    let is_kept = run.formats.trains_everything() || run.adapters.keep_input(Site::FeedForward);
    let input = Tensor::new("input of the projections inward", run.formats.compute, Width::Hidden, LINEAR);
    let inputs = run.tensors(&[input.times(n_inputs)]);
    inputs.only_if(is_kept && !is_same_as_projections) + run.adapters.kept(Site::FeedForward)
}

/// A feed-forward block between its projections.
#[derive(Clone, Debug, Default)]
pub struct FeedForward {
    /// What the activation, and the gate's product, keep.
    pub kept: Tensors,
    /// The down projection's input.
    pub product: Tensors,
    /// Gradients at the block's fullest instant: of the product, and of what it was made from.
    pub gradients: Tensors,
}

impl FeedForward {
    /// The block of a run's layers.
    pub fn of(run: &TrainingRun) -> Self {
        let element = run.formats.compute;
        let inner = |name, bytes, source| Tensor::new(name, bytes, Width::Intermediate, source);
        let is_gated = run.shape.is(Fact::GatedMlp);
        let activation = run.kind::<Activation>(Fact::Activation);
        let function = of_activation(run, activation);
        let keeps_product = run.formats.trains_everything() || run.adapters.keep_input(Site::Down);
        // A gate's product keeps both factors.
        let factors = [inner("act_fn(gate_proj)", element, PRODUCT), inner("up_proj output", element, PRODUCT)];
        let product = run.tensors(&[inner("input of down_proj", element, LINEAR)]);
        let gradient = function.gradient;
        Self {
            kept: run.tensors(&function.kept) + run.tensors(&factors).only_if(is_gated),
            product: product.only_if(keeps_product || !is_gated && activation == Activation::Relu),
            gradients: match activation {
                _ if is_gated => run.tensors(&[
                    inner("gradient of down_proj's input", element, LINEAR),
                    inner("gradient of up_proj's output", element, PRODUCT),
                    inner("gradient of gate_proj's output", gradient, FUNCTIONS),
                ]),
                // Three steps of the written-out function meet.
                Activation::GeluNew | Activation::GeluFast => {
                    run.tensors(&[inner("gradients inside the activation", gradient, FUNCTIONS).times(3.0)])
                }
                Activation::Silu
                | Activation::Gelu
                | Activation::GeluTanh
                | Activation::GeluCustom
                | Activation::QuickGelu
                | Activation::Relu
                | Activation::ReluSquared
                | Activation::ClampedSwiglu => run.tensors(&[
                    inner("gradient of c_proj's input", element, LINEAR),
                    inner("gradient of c_fc's output", gradient, FUNCTIONS),
                ]),
            },
        }
    }
}

/// What a function keeps, and bytes of an element of a gradient inside it.
struct Function {
    kept: [Tensor; 2],
    gradient: f64,
}

fn of_activation(run: &TrainingRun, activation: Activation) -> Function {
    let element = run.formats.compute;
    // Powers, and what follows from them, run in FP32 under autocast.
    let wide = if run.formats.is_autocast { FP32 } else { element };
    let tensor = |name, bytes, source| Tensor::new(name, bytes, Width::Intermediate, source);
    let input = |name| tensor(name, element, FUNCTIONS);
    let nothing = tensor("nothing else", 0.0, FUNCTIONS);
    let (kept, gradient) = match activation {
        // One operation, which keeps its input.
        Activation::Silu => ([tensor("input of silu", element, "derivatives.yaml, silu"), nothing], element),
        Activation::Gelu | Activation::GeluTanh => {
            ([tensor("input of gelu", element, "derivatives.yaml, gelu"), nothing], element)
        }
        Activation::GeluCustom => {
            ([tensor("input of GeLUFunction", element, "modeling_bloom.py, GeLUFunction"), nothing], element)
        }
        // `0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))`: x, 0.5·x, the tangent, and one more than it.
        Activation::GeluNew => (
            [
                input("input of NewGELUActivation"),
                tensor("0.5·x, tanh, 1 + tanh of NewGELUActivation", wide, FUNCTIONS).times(3.0),
            ],
            wide,
        ),
        // `0.5·x·(1 + tanh(0.798·x·(1 + 0.0447·x·x)))`: x, three multiples of it, the sum, the tangent, one more than it.
        Activation::GeluFast => (
            [
                input("input of FastGELUActivation"),
                tensor("multiples, sum, tanh, 1 + tanh of FastGELUActivation", element, FUNCTIONS).times(6.0),
            ],
            element,
        ),
        // x and the sigmoid.
        Activation::QuickGelu => {
            ([input("input of QuickGELUActivation"), input("sigmoid of QuickGELUActivation")], element)
        }
        Activation::ClampedSwiglu => {
            let source = "modeling_gpt_oss.py, GptOssExperts._apply_gate";
            ([tensor("clamped gate", element, source), tensor("sigmoid", element, source)], element)
        }
        // Its result, which is the next layer's input.
        Activation::Relu => ([nothing, nothing], element),
        // The rectified input, and under autocast its FP32 copy, which is squared.
        Activation::ReluSquared => {
            let copy = if run.formats.is_autocast { FP32 } else { 0.0 };
            ([input("relu of ReLUSquaredActivation"), tensor("FP32 copy for square", copy, FUNCTIONS)], wide)
        }
    };
    Function { kept, gradient }
}
