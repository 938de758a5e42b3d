//! The end of a decoder: the last norm, the logits, and what the loss makes of them. It knows no layer and no moment.

use crate::estimator::architecture::Fact;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::layer::norm;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::element;
use crate::estimator::methods::calibrated::tensors::list::Tensors;
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::units::{Count, Memory};

/// What the last norm and the output projection keep for each token, and the mask of dropout over the embedding.
pub fn saved(run: &TrainingRun) -> Tensors {
    let is_trained = run.formats.trains_everything();
    let input = Tensors::of(&[(run.formats.compute, Width::Hidden)]).only_if(is_trained);
    let dropped = Tensors::of(&[(1.0, Width::Hidden)]).only_if(is_trained && run.shape.is(Fact::EmbeddingDropout));
    norm(run, run.formats.stream) + input + dropped
}

/// The model's output beside the logits: the last norm's result, unless that is what the output projection keeps anyway.
pub fn output(run: &TrainingRun) -> Tensors {
    let is_kept = run.formats.trains_everything() && !run.formats.is_autocast;
    Tensors::of(&[(run.formats.stream, Width::Hidden)]).only_if(!is_kept)
}

/// Logits while the loss is computed: in the run's format, converted to FP32, and their logarithm of softmax (Transformers,
/// `ForCausalLMLoss`); bounded ones keep the tangent too.
pub fn logits_at_loss(run: &TrainingRun) -> Expr<Memory> {
    let converted = if run.formats.compute < 4.0 { run.formats.compute } else { 0.0 };
    logits(run, converted + 8.0 + capped(run))
}

/// Logits when the backward pass begins, in FP32: their logarithm of softmax, and the gradients of its result and input.
pub fn logits_at_backward(run: &TrainingRun) -> Expr<Memory> {
    logits(run, 12.0 + capped(run))
}

fn capped(run: &TrainingRun) -> f64 {
    if run.shape.is(Fact::FinalSoftCap) { run.formats.compute } else { 0.0 }
}

fn logits(run: &TrainingRun, bytes: f64) -> Expr<Memory> {
    run.tokens() * run.shape.leaf::<Count>(Fact::VocabSize) * element(bytes)
}
