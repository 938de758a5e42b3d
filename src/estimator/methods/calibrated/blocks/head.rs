//! The end of a decoder: the last norm and the output projection. `logits` has what comes of them. It knows no layer
//! and no moment.

use crate::estimator::architecture::{Fact, Layout, Loss, NormPlacement, Part, TensorSums};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::{layer, norm};
use crate::estimator::methods::calibrated::parts::counter::Counter;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{BYTE, FP32, INT64};
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::choices::TaskHead;
use crate::estimator::units::Count;

const LINEAR: &str = "torch.nn.Linear";
const LINEAR_BACKWARD: &str = "derivatives.yaml, linear";
const CHUNKED: &str = "trl kernels/chunked_logprob.py, ChunkedLogProbFunction.forward";
const FUSED_HEAD: &str = "trl trainer/utils.py, add_fused_lm_head";

/// Counts the last norm, and the output projection unless it is the token embedding.
pub fn weights(counter: &mut Counter) {
    if !counter.is(Fact::TieWordEmbeddings) {
        projection(counter, "lm_head");
    }
    if counter.is(Fact::LmHeadBias) {
        counter.put_rows(Part::LmHead, 1.0, [counter.n(Fact::VocabSize), 1.0]);
        counter.count(Part::LmHead, "lm_head.bias", counter.leaf(Fact::VocabSize), LINEAR);
    }
    norm::weights_of_one(counter, "norm");
}

/// Counts a projection to the vocabulary.
pub fn projection(counter: &mut Counter, name: &'static str) {
    let elements: Expr<Count> = counter.leaf(Fact::VocabSize) * counter.leaf(Fact::HiddenSize);
    let matrix = TensorSums::matrices(1.0, [counter.n(Fact::VocabSize), counter.n(Fact::HiddenSize)]);
    counter.put_rows(Part::LmHead, 1.0, [counter.n(Fact::VocabSize), counter.n(Fact::HiddenSize)]);
    counter.count_tensors(Part::LmHead, name, elements, matrix, LINEAR);
}

/// What stands behind the layers keeps for each token.
pub fn kept(run: &TrainingRun) -> Tensors {
    let last_norm = || norm::kept(run, "input of the last norm", run.formats.stream);
    let is_encoder = run.shape.layout() == Layout::Encoder;
    match run.head {
        TaskHead::Lm => last_norm() + input_of_projection(run),
        // A dense layer, its function and a norm before the projection.
        TaskHead::Mlm => {
            let compute = run.formats.compute;
            let transform = run.tensors(&[
                Tensor::new("input of transform.dense", compute, Width::Hidden, LINEAR_BACKWARD),
                Tensor::new("input of transform_act_fn", compute, Width::Hidden, "derivatives.yaml, gelu"),
            ]);
            let norm = norm::kept(run, "input of transform.LayerNorm", compute);
            last_norm().only_if(run.shape.is(Fact::FinalNorm)) + transform + norm + input_of_projection(run)
        }
        // An encoder's head reads the first token alone.
        TaskHead::Classifier | TaskHead::None if is_encoder => last_norm().only_if(run.shape.is(Fact::FinalNorm)),
        TaskHead::Classifier => last_norm() + input_of_projection(run),
        TaskHead::None => last_norm(),
    }
}

/// What the projection behind the layers keeps of its input.
fn input_of_projection(run: &TrainingRun) -> Tensors {
    if let Some(scored) = &run.scored {
        return of_scored(run, scored.value() / run.tokens().value());
    }
    let (bytes, is_kept) = match run.loss() {
        // It keeps the gradient of its input instead.
        Some(Loss::Liger) => (run.formats.stream, false),
        // Read again in the backward pass, whether or not the weight is trained.
        Some(Loss::Chunked) => (run.formats.stream, true),
        Some(Loss::Fp32 | Loss::Native | Loss::Fused) | None => (run.formats.compute, run.trains_head()),
    };
    run.tensors(&[Tensor::new("input of lm_head", bytes, Width::Hidden, LINEAR_BACKWARD)]).only_if(is_kept)
}

/// What a head keeps that scores a share of all tokens: their hidden states and targets, chosen by a mask, and what
/// became of them.
fn of_scored(run: &TrainingRun, share: f64) -> Tensors {
    let of_scored = |name, bytes, width| Tensor::new(name, bytes, width, CHUNKED).times(share);
    run.tensors(&[
        of_scored("hidden_states[mask]", run.formats.stream, Width::Hidden),
        of_scored("labels[mask]", INT64, Width::One),
        of_scored("log_z", FP32, Width::One),
        of_scored("entropy", FP32, Width::One),
        Tensor::new("mask", BYTE, Width::One, FUSED_HEAD).times(predicting(run)),
    ])
}

/// The share of a sequence's positions that predict another: all but the last.
fn predicting(run: &TrainingRun) -> f64 {
    1.0 - 1.0 / run.sequence.value()
}

/// What a head that scores tokens returns beside what it keeps, of completions with the labels that told it which: it
/// lives as long as the loss is computed.
pub fn scores(run: &TrainingRun) -> Tensors {
    let of_positions = |name, bytes, n| Tensor::new(name, bytes, Width::One, FUSED_HEAD).times(n * predicting(run));
    let made = run.tensors(&[of_positions("log_probs, entropy", FP32, 2.0)]);
    if run.has_groups() {
        let source = "grpo_trainer.py, _get_per_token_logps_and_entropies";
        return made + run.tensors(&[Tensor::new("labels, attention_mask", INT64, Width::One, source).times(2.0)]);
    }
    made + run.tensors(&[of_positions("is_top1", BYTE, 1.0)])
        + run
            .tensors(&[
                Tensor::new("labels", INT64, Width::One, "dpo_trainer.py, DPOTrainer._compute_loss"),
                of_positions("mean_logits", FP32, 1.0),
            ])
            .only_if(run.has_pairs())
}

/// The model's output beside the logits: the last norm's result, unless that is what the projection keeps anyway.
pub fn output(run: &TrainingRun) -> Tensors {
    if run.scored.is_some() {
        return scores(run) + run.stream("last_hidden_state", FUSED_HEAD);
    }
    let reads_tokens =
        run.head.reads_vocabulary() || run.head == TaskHead::Classifier && run.shape.layout() != Layout::Encoder;
    let is_kept = match run.loss() {
        Some(Loss::Chunked) => true,
        Some(Loss::Liger) => false,
        Some(Loss::Fp32 | Loss::Native | Loss::Fused) | None => {
            // What a frozen model hands to a projection that is trained whole is what that reads, unless autocast
            // converts it.
            let is_read =
                if run.saved.is_some() { run.formats.compute == run.formats.stream } else { !run.formats.is_autocast };
            reads_tokens && run.trains_head() && is_read
        }
    };
    let output = run
        .stream("hidden_states of the model's output", "modeling_llama.py, LlamaForCausalLM.forward")
        .only_if(!is_kept);
    let is_summed = run.kind::<NormPlacement>(Fact::NormPlacement) == NormPlacement::AfterSum;
    if reads_tokens || !is_summed {
        return output;
    }
    // The last layer's end is then fuller than the loss: its output is the model's, and its input lives, too.
    let source = "modeling_bert.py, BertModel.forward";
    let named = Tensor::new("embedding_output, input of the last layer", run.formats.stream, Width::Hidden, source);
    layer::end_of_layer(run) + run.tensors(&[named.times(2.0)]).only_if(run.formats.is_autocast)
}
