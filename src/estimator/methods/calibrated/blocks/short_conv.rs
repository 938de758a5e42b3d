//! Gated short convolutions (LFM2, arXiv 2511.23404): a projection to two gates and an input, a depthwise convolution
//! of a few tokens between the gates, and a projection back: weights, the state that stands in serving for keys and
//! values, a prompt, and what training keeps and makes. Traced in Transformers' own code, which runs unless the library
//! causal-conv1d is installed.

use crate::estimator::architecture::{Fact, Part};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::site::Site;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::parts::counter::{Counter, Linear};
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::dtype::times;
use crate::estimator::methods::calibrated::tensors::instant::Instant;
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Engine;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

const LAYER: &str = "modeling_lfm2.py, Lfm2ShortConv.forward";
const LINEAR: &str = "derivatives.yaml, linear";
const CACHE: &str = "cache_utils.py, LinearAttentionLayer.update_conv_state";
const VLLM: &str = "vllm layers/mamba/short_conv.py, ShortConv.forward_cuda; mamba_utils.py, short_conv_state_shape";

/// Counts the mixers of `layers` layers.
pub fn weights(counter: &mut Counter, layers: &Expr<Count>) {
    let (width, part) = (counter.leaf(Fact::HiddenSize), Part::LinearAttention);
    counter.linear(part, "in_proj", layers, Linear::new(&width, &(times(3.0) * width.clone()), false), LAYER);
    counter.linear(part, "out_proj", layers, Linear::new(&width, &width, false), LAYER);
    let kernel = counter.leaf(Fact::LinearConvKernel);
    counter.count(part, "conv", layers.clone() * width * kernel, LAYER);
}

/// Bytes that a sequence's state takes in a layer: the inputs that the convolution reads again, and in Transformers one
/// more.
pub fn state(run: &ServingRun) -> Expr<Memory> {
    let kernel: Expr<Count> = run.fact(Fact::LinearConvKernel);
    let (inputs, source) = match run.shape.reader.choice(Id::Engine) {
        Engine::Transformers => (kernel, CACHE),
        Engine::Vllm | Engine::LlamaCpp => (kernel - times(1.0), VLLM),
    };
    let states = inputs * run.fact(Fact::HiddenSize);
    sum_of(Quantity::CachedOfSequence, &[Cached::new("conv_states", states, run.element.clone(), source)])
}

/// What lives inside the layer while a prompt runs in Transformers, at its fullest: when the gated output is copied
/// into the order of tokens. The convolution pads the sequence at its front and puts out as much more.
pub fn inside(run: &ServingRun) -> [Tensor; 3] {
    [
        run.tensor("BCx", Width::Hidden, LAYER).times(3.0),
        run.tensor("output of the convolution", Width::Hidden, LAYER).times(longer(run.shape, &run.sequence)),
        run.tensor("y, and y in the order of tokens", Width::Hidden, LAYER).times(2.0),
    ]
}

/// In vLLM, as its profile run sees it.
pub fn in_vllm(run: &ServingRun) -> [Tensor; 2] {
    [
        run.tensor("BCx", Width::Hidden, VLLM).times(3.0),
        run.tensor("Bx; C * Bx; output", Width::Hidden, VLLM).times(3.0),
    ]
}

/// What the projection inward keeps: its input, and adapters.
pub fn kept_by_projections(run: &TrainingRun) -> Tensors {
    let is_kept = run.formats.trains_everything() || run.adapters.keep_input(Site::LinearProjections);
    let input = Tensor::new("input of in_proj", run.formats.compute, Width::Hidden, LINEAR);
    run.tensors(&[input]).only_if(is_kept) + run.adapters.kept(Site::LinearProjections)
}

/// What is kept between the projections, and by the one outward.
pub fn kept(run: &TrainingRun) -> Tensors {
    let is_kept = run.formats.trains_everything() || run.adapters.keep_input(Site::LinearOutput);
    let input = Tensor::new("input of out_proj", run.formats.compute, Width::Hidden, LINEAR);
    until_output(run) + run.tensors(&[input]).only_if(is_kept) + run.adapters.kept(Site::LinearOutput)
}

/// Both products keep their factors, which are parts of one tensor, and the convolution its input. What it puts out is
/// longer by the padding.
fn until_output(run: &TrainingRun) -> Tensors {
    let of = |name, count| Tensor::new(name, run.formats.compute, Width::Hidden, LAYER).times(count);
    run.tensors(&[of("BCx", 3.0), of("input of conv", 1.0), of("output of conv", longer(run.shape, &run.sequence))])
}

/// Tokens that a causal convolution of PyTorch puts out for each of the sequence: it pads what it reads.
pub fn longer(shape: &Shape, sequence: &Expr<Count>) -> f64 {
    1.0 + (shape.number(Fact::LinearConvKernel) - 1.0).max(0.0) / sequence.value().max(1.0)
}

/// Elements of what is differentiated after the gates: the projection inward, and the convolution.
pub fn projected(run: &TrainingRun) -> Expr<Count> {
    let width = run.widths.leaf(Width::Hidden);
    let of_width = times(3.0) * width.clone() + run.shape.leaf::<Count>(Fact::LinearConvKernel);
    width * of_width
}

/// The instant inside the backward pass of a layer that has kept `before` until the mixer: while the convolution gets
/// its gradients, when that of the second gate waits.
pub fn backward(run: &TrainingRun, before: Tensors) -> Instant {
    let of = |name, count| Tensor::new(name, run.formats.compute, Width::Hidden, LAYER).times(count);
    let gradients = run.tensors(&[
        of("gradients of C, and of the input of conv", 2.0),
        of("gradient of the output of conv", longer(run.shape, &run.sequence)),
    ]);
    Instant {
        projected: Some(projected(run)),
        ..Instant::waiting(before + until_output(run), gradients + run.stream("gradient of the stream", "autograd"))
    }
}
