//! A norm: its weights, and what it keeps for the backward pass. It does not know where in a model it stands.
//!
//! What the operations keep is PyTorch's `derivatives.yaml`; which operations there are is Transformers' modelling
//! code.

use crate::estimator::architecture::{Fact, Norm, Part};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::parts::counter::Counter;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, times};
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::units::Count;

const RMS: &str = "modeling_llama.py, LlamaRMSNorm.forward";
const RMS_PLUS_ONE: &str = "modeling_gemma.py, GemmaRMSNorm.forward";
const LAYER: &str = "derivatives.yaml, native_layer_norm";
const WIDE: &str = "modeling_cohere.py, CohereLayerNorm.forward";
const WEIGHTS: &str = "torch.nn.LayerNorm; LlamaRMSNorm has a weight and no bias";

/// Counts `number` norms of the model's kind over the residual stream.
pub fn weights(counter: &mut Counter, name: &'static str, number: Expr<Count>) {
    let elements = number * vectors(counter);
    counter.count(Part::Norms, name, elements, WEIGHTS);
}

/// Counts the one norm of its name.
pub fn weights_of_one(counter: &mut Counter, name: &'static str) {
    let elements = vectors(counter);
    counter.count(Part::Norms, name, elements, WEIGHTS);
}

/// Elements of the vectors of a norm.
fn vectors(counter: &Counter) -> Expr<Count> {
    let (n_vectors, width) = (counter.vectors_of_norm(Fact::Norm), counter.leaf(Fact::HiddenSize));
    if n_vectors == 1.0 { width } else { times(n_vectors) * width }
}

/// What a norm keeps of an input with elements of so many bytes.
pub fn kept(run: &TrainingRun, input_name: &'static str, input: f64) -> Tensors {
    let formats = &run.formats;
    let tensor = |bytes, source| Tensor::new(input_name, bytes, Width::Hidden, source);
    let deviation = |source| Tensor::new("rsqrt(variance)", FP32, Width::One, source);
    let statistics = Tensor::new("mean, rstd", FP32, Width::One, LAYER).times(2.0);
    let [kept, of_rows] = match run.kind(Fact::Norm) {
        // An FP32 copy of the input, or the input itself if it is FP32; the inverse root.
        Norm::Rms | Norm::RmsScaledWide => {
            let share = run.share_of_stream();
            [tensor(FP32, RMS).times(share), deviation(RMS).times(share)]
        }
        Norm::RmsPlusOne => [tensor(FP32, RMS_PLUS_ONE), deviation(RMS_PLUS_ONE)],
        // The input; mean and inverse deviation. Autocast runs the operation in FP32, unless the model converts the
        // input itself because it changes the scale.
        Norm::Layer | Norm::LayerWithoutBias => {
            [tensor(if formats.is_autocast { FP32 } else { input }, LAYER), statistics]
        }
        Norm::LayerPlusOne => [tensor(if formats.is_autocast { formats.compute } else { input }, LAYER), statistics],
        Norm::LayerWithoutWeights => [tensor(FP32, LAYER), statistics],
        // The centred input twice, once for its square; the inverse deviation.
        Norm::LayerWide => [tensor(FP32, WIDE).times(2.0), deviation(WIDE)],
    };
    run.tensors(&[kept, of_rows, normalized_input(run, input)])
}

/// The normalized input, which the gradient of the scale needs.
pub fn normalized(run: &TrainingRun, input: f64) -> Tensors {
    run.tensors(&[normalized_input(run, input)])
}

fn normalized_input(run: &TrainingRun, input: f64) -> Tensor {
    Tensor::new("normalized input", normalized_bytes(run, input), Width::Hidden, "derivatives.yaml, mul")
        .times(run.share_of_stream())
}

/// Bytes of an element of the normalized input, where it is kept; else 0.
fn normalized_bytes(run: &TrainingRun, input: f64) -> f64 {
    if !run.formats.trains_everything() {
        return 0.0;
    }
    match run.kind(Fact::Norm) {
        Norm::Rms => input,
        Norm::RmsScaledWide | Norm::RmsPlusOne | Norm::LayerWide => FP32,
        // One operation, which computes it again; no scale.
        Norm::Layer | Norm::LayerWithoutBias | Norm::LayerPlusOne | Norm::LayerWithoutWeights => 0.0,
    }
}

/// Bytes of an element of a norm's result: autocast runs the operation in FP32 unless the model converts its input
/// itself.
pub fn result_element(run: &TrainingRun) -> f64 {
    let formats = &run.formats;
    match run.kind(Fact::Norm) {
        Norm::Layer | Norm::LayerWithoutBias if formats.is_autocast => FP32,
        Norm::LayerPlusOne => formats.compute,
        Norm::Layer
        | Norm::LayerWithoutBias
        | Norm::LayerWithoutWeights
        | Norm::LayerWide
        | Norm::Rms
        | Norm::RmsScaledWide
        | Norm::RmsPlusOne => formats.stream,
    }
}

/// Whether a norm's result under autocast is in the format of matrix products already, so that all that read it read
/// one tensor.
pub fn is_result_narrow(run: &TrainingRun) -> bool {
    run.kind::<Norm>(Fact::Norm) == Norm::LayerPlusOne
}

/// What the norm of queries, or of keys, keeps of its input of a width, its statistics apart: it is of the layer's
/// kind.
pub fn kept_of_heads(run: &TrainingRun, input_name: &'static str, width: Width) -> Tensors {
    run.tensors(&tensors_of_heads(run, input_name, width))
}

/// The same as a list.
pub fn tensors_of_heads(run: &TrainingRun, input_name: &'static str, width: Width) -> [Tensor; 2] {
    let is_centred = run.kind::<Norm>(Fact::Norm) == Norm::LayerWide;
    let (source, copies) = if is_centred { (WIDE, 2.0) } else { (RMS, 1.0) };
    let normalized = normalized_bytes(run, run.formats.compute);
    [
        Tensor::new(input_name, FP32, width, source).times(copies),
        Tensor::new("normalized input", normalized, width, "derivatives.yaml, mul"),
    ]
}

/// Whether a norm keeps the residual stream itself, and no copy of it.
pub fn keeps_stream(run: &TrainingRun) -> bool {
    let formats = &run.formats;
    match run.kind(Fact::Norm) {
        Norm::Layer | Norm::LayerWithoutBias => !formats.is_autocast || formats.stream == FP32,
        Norm::LayerPlusOne => !formats.is_autocast || formats.stream == formats.compute,
        Norm::LayerWide => false,
        Norm::Rms | Norm::RmsScaledWide | Norm::RmsPlusOne | Norm::LayerWithoutWeights => formats.stream == FP32,
    }
}

/// What lives while a norm behind a block is differentiated, beside what its layer has kept: the gradient that comes
/// in, and what becomes of it. Root mean square runs step by step in FP32, with five tensors at once; a layer norm is
/// one operation.
pub fn in_backward(run: &TrainingRun) -> Tensors {
    let stream = run.formats.stream;
    let inside = match run.kind(Fact::Norm) {
        Norm::Rms | Norm::RmsScaledWide | Norm::RmsPlusOne | Norm::LayerWide => {
            Tensor::new("gradients of pow, mean, rsqrt and mul", FP32, Width::Hidden, RMS).times(5.0)
        }
        Norm::Layer | Norm::LayerWithoutBias | Norm::LayerPlusOne | Norm::LayerWithoutWeights => {
            Tensor::new("gradient of the norm's input", stream, Width::Hidden, LAYER)
        }
    };
    run.tensors(&[inside, Tensor::new("gradient of the stream", stream, Width::Hidden, "autograd")])
}
