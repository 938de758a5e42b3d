//! A feed-forward block: its weights, what it keeps for the backward pass, and what lives inside that pass. It knows
//! neither attention nor experts, nor what an activation function takes.

use crate::estimator::architecture::{Fact, Part};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::activation::{FUNCTIONS, Function};
use crate::estimator::methods::calibrated::blocks::norm;
use crate::estimator::methods::calibrated::blocks::site::Site;
use crate::estimator::methods::calibrated::parts::counter::{Counter, Linear};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{BYTE, times};
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::units::Count;

const GATED: &str = "modeling_llama.py, LlamaMLP";
const FUSED: &str = "modeling_phi3.py, Phi3MLP";
const PLAIN: &str = "modeling_gpt2.py, GPT2MLP";
const LINEAR: &str = "derivatives.yaml, linear";
const PRODUCT: &str = "derivatives.yaml, mul";
const DROPOUT: &str = "derivatives.yaml, native_dropout";

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
        let both = times(2.0) * inner.clone();
        counter.linear(part, "gate_up_proj", layers, Linear::new(&width, &both, has_bias), FUSED);
    } else {
        counter.linear(part, "gate_proj", layers, inward, GATED);
        counter.linear(part, "up_proj", layers, inward, GATED);
    }
    counter.linear(part, "down_proj", layers, outward.outward(), GATED);
}

/// Elements of the projections inward: `H·I`, or twice as many with a gate.
pub fn inward_elements(run: &TrainingRun) -> Expr<Count> {
    let one = run.widths.leaf(Width::Hidden) * run.widths.leaf(Width::Intermediate);
    if run.shape.is(Fact::GatedMlp) { times(2.0) * one } else { one }
}

/// What the projections inward keep: their input, once for each if autocast converts it anew, unless they read the very
/// tensor that attention's projections keep.
pub fn inputs(run: &TrainingRun, is_same_as_projections: bool) -> Tensors {
    let is_split = run.shape.is(Fact::GatedMlp) && !run.shape.is(Fact::FusedGateUp);
    let is_converted = run.formats.converts_inputs() && !norm::is_result_narrow(run);
    let n_inputs = if is_converted && is_split { 2.0 } else { 1.0 };
    inputs_of(run, n_inputs, is_same_as_projections)
}

/// The same of so many linear layers.
pub fn inputs_of(run: &TrainingRun, n_inputs: f64, is_same_as_projections: bool) -> Tensors {
    let is_kept = run.formats.trains_everything() || run.adapters.keep_input(Site::FeedForward);
    let input = Tensor::new("input of the projections inward", run.formats.compute, Width::Hidden, LINEAR);
    let input = input.times(n_inputs).only_if(is_kept && !is_same_as_projections);
    run.tensors(&[input]) + run.adapters.kept(Site::FeedForward)
}

/// A feed-forward block between its projections.
#[derive(Clone, Debug, Default)]
pub struct FeedForward {
    /// What the activation, and the gate's product, keep.
    pub kept: Tensors,
    /// Of it, what the activation has made of the gate.
    pub activated: Tensors,
    /// The down projection's input.
    pub product: Tensors,
    /// Gradients at the block's fullest instant: of the product, and of what it was made from.
    pub gradients: Tensors,
}

impl FeedForward {
    /// The block of a run's layers.
    pub fn of(run: &TrainingRun) -> Self {
        let element = run.formats.inner;
        let inner = |name, bytes, source| Tensor::new(name, bytes, Width::Intermediate, source);
        let is_gated = run.shape.is(Fact::GatedMlp);
        let function = Function::of(run.kind(Fact::Activation));
        let keeps_product = run.formats.trains_everything() || run.adapters.keep_input(Site::Down);
        // A gate's product keeps both factors.
        let gradient = function.gradient(&run.formats);
        let [first, second] = function.kept(&run.formats);
        let keeps_result = !is_gated && function.keeps_result;
        // Dropout makes another tensor of the product: of a function that keeps its result, both are kept.
        let is_dropped = run.shape.is(Fact::ActivationDropout);
        let product = inner("input of down_proj", element, LINEAR);
        let activated = inner("act_fn(gate_proj)", gradient, PRODUCT).only_if(is_gated);
        Self {
            activated: run.tensors(&[activated]),
            kept: run.tensors(&[
                first,
                second,
                activated,
                inner("up_proj output", element, PRODUCT).only_if(is_gated),
                inner("mask of the inner dropout", BYTE, DROPOUT).only_if(is_dropped),
                inner("result of the activation", element, FUNCTIONS).only_if(is_dropped && keeps_result),
            ]),
            product: run.tensors(&[product.only_if(keeps_product || keeps_result)]),
            gradients: if is_gated {
                run.tensors(&[
                    inner("gradient of down_proj's input", gradient, LINEAR),
                    inner("gradient of up_proj's output", gradient, PRODUCT),
                    inner("gradient of gate_proj's output", gradient, FUNCTIONS),
                ])
            } else if function.n_gradients > 0.0 {
                run.tensors(
                    &[inner("gradients inside the activation", gradient, FUNCTIONS).times(function.n_gradients)],
                )
            } else {
                run.tensors(&[
                    inner("gradient of c_proj's input", element, LINEAR),
                    inner("gradient of c_fc's output", gradient, FUNCTIONS),
                ])
            },
        }
    }
}
