//! The embedding of tokens and positions: its weights, what it keeps for the backward pass, and what it reads in
//! serving. It knows no layer.

use crate::estimator::architecture::{Fact, Layout, Part, TensorSums};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::norm;
use crate::estimator::methods::calibrated::parts::counter::Counter;
use crate::estimator::methods::calibrated::run::formats::Trained;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::cached::Cached;
use crate::estimator::methods::calibrated::tensors::dtype::{BYTE, INT64, element};
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::units::Count;

const LEAF: &str = "modeling_utils.py, PreTrainedModel.enable_input_require_grads";
const TABLE: &str = "torch.nn.Embedding";

/// Counts the tables in front of the layers: tokens, positions, segments, and a norm behind them.
pub fn weights(counter: &mut Counter) {
    tokens(counter);
    positions(counter);
    rows(counter, "token_type_embeddings", Fact::TokenTypes);
    if counter.is(Fact::EmbeddingNorm) {
        norm::weights_of_one(counter, "word_embeddings_layernorm");
    }
}

/// Counts a vector for each token of the vocabulary, and for the rows beyond it.
pub fn tokens(counter: &mut Counter) {
    rows(counter, "embed_tokens", Fact::VocabSize);
    rows(counter, "embed_tokens, rows beyond the vocabulary", Fact::ExtraEmbeddings);
}

/// Counts a vector for each position that has one.
pub fn positions(counter: &mut Counter) {
    rows(counter, "embed_positions", Fact::LearnedPositions);
}

/// Counts a vector as wide as the residual stream for each of a thing; nothing where there is none.
pub fn rows(counter: &mut Counter, name: &'static str, number: Fact) {
    if counter.is(number) {
        let elements: Expr<Count> = counter.leaf(number) * counter.leaf(Fact::HiddenSize);
        let table = TensorSums::matrices(1.0, [counter.n(number), counter.n(Fact::HiddenSize)]);
        counter.put_rows(Part::Embedding, 1.0, [counter.n(number), counter.n(Fact::HiddenSize)]);
        counter.count_tensors(Part::Embedding, name, elements, table, TABLE);
    }
}

/// What is kept until the backward pass ends, beside the stream that enters the first layer: what a norm of the
/// embedding's output keeps, and dropout's mask; and that output itself, where it is a leaf that asks for a gradient,
/// as adapters with checkpoints let it be.
pub fn kept_before_layers(run: &TrainingRun) -> Tensors {
    let formats = &run.formats;
    let is_normed = run.shape.is(Fact::EmbeddingNorm) || run.shape.layout() == Layout::Encoder;
    if run.trains_embedding() {
        let mask =
            Tensor::new("mask of the embedding's dropout", BYTE, Width::Hidden, "derivatives.yaml, native_dropout");
        let dropped = run.tensors(&[mask.only_if(run.shape.is(Fact::EmbeddingDropout))]);
        if !is_normed {
            return dropped;
        }
        return norm::kept(run, "input of the embedding's norm", formats.embedded) + dropped;
    }
    let has_leaf = run.is_checkpointed() && formats.trained == Trained::Adapters;
    let is_converted = is_normed && formats.stream != formats.embedded;
    // What is added to it makes another tensor of it, and dropout one more.
    let is_summed = run.shape.is(Fact::LearnedPositions);
    let is_kept = has_leaf && (is_normed || is_summed || run.shape.is(Fact::ScaledStream));
    let is_dropped = has_leaf && run.shape.is(Fact::EmbeddingDropout);
    let embedded = |name, bytes| Tensor::new(name, bytes, Width::Hidden, LEAF);
    run.tensors(&[
        embedded("inputs_embeds", formats.embedded).only_if(is_kept),
        embedded("inputs_embeds, converted for its norm", formats.stream).only_if(is_kept && is_converted),
        embedded("mask of the embedding's dropout", BYTE).only_if(is_dropped),
    ])
}

/// Token ids of a served run.
pub fn ids(run: &ServingRun) -> Cached {
    Cached::new("input_ids", run.tokens.clone(), element(INT64), "generation/utils.py, GenerationMixin._sample")
}

/// The token of each sequence that a step runs.
pub fn ids_of_step(run: &ServingRun) -> Cached {
    Cached::new(
        "input_ids of the step",
        run.leaf(Id::BatchSize),
        element(INT64),
        "generation/utils.py, GenerationMixin._sample",
    )
}

/// Positions of a prompt's tokens, the same for all sequences.
pub fn position_ids(run: &ServingRun) -> Cached {
    Cached::new("position_ids", run.sequence.clone(), element(INT64), "modeling_llama.py, LlamaModel.forward")
}
