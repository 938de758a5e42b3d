//! The end of a decoder: the last norm and the output projection. `logits` has what comes of them. It knows no layer and no
//! moment.

use crate::estimator::architecture::{Fact, Part, TensorSums};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::{embedding, norm};
use crate::estimator::methods::calibrated::parts::counter::Counter;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::units::Count;

const LINEAR: &str = "torch.nn.Linear";

/// Counts the last norm, and the output projection unless it is the token embedding.
pub fn weights(counter: &mut Counter) {
    if !counter.is(Fact::TieWordEmbeddings) {
        projection(counter, "lm_head");
    }
    if counter.is(Fact::LmHeadBias) {
        counter.count(Part::LmHead, "lm_head.bias", counter.leaf(Fact::VocabSize), LINEAR);
    }
    norm::weights_of_one(counter, "norm");
}

/// Counts a projection to the vocabulary.
pub fn projection(counter: &mut Counter, name: &'static str) {
    let elements: Expr<Count> = counter.leaf(Fact::VocabSize) * counter.leaf(Fact::HiddenSize);
    let matrix = TensorSums::matrices(1.0, [counter.n(Fact::VocabSize), counter.n(Fact::HiddenSize)]);
    counter.count_tensors(Part::LmHead, name, elements, matrix, LINEAR);
}

/// What the last norm and the output projection keep for each token, and what the embedding did.
pub fn kept(run: &TrainingRun) -> Tensors {
    let input = Tensor::new("input of lm_head", run.formats.compute, Width::Hidden, "derivatives.yaml, linear");
    let input = run.tensors(&[input]).only_if(run.formats.trains_everything());
    norm::kept(run, "input of the last norm", run.formats.stream) + input + embedding::kept(run)
}

/// The model's output beside the logits: the last norm's result, unless that is what the output projection keeps anyway.
pub fn output(run: &TrainingRun) -> Tensors {
    let is_kept = run.formats.trains_everything() && !run.formats.is_autocast;
    run.stream("hidden_states of the model's output", "modeling_llama.py, LlamaForCausalLM.forward").only_if(!is_kept)
}
