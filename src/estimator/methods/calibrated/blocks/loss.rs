//! The loss over the vocabulary's logits: what it takes while it is computed and when its backward pass begins, by the
//! way in which it is computed. It knows no layer; scores of preference training are `logits`' own.

use crate::estimator::architecture::{Fact, Loss};
use crate::estimator::constants as c;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::logits::{Named, SOFT_CAP, each};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, element, times};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

const CAUSAL: &str = "loss_utils.py, ForCausalLMLoss";
const DIVIDED: &str = "torch/distributed/tensor/parallel/loss.py, _log_softmax";
const GATHERED: &str = "torch/distributed/_functional_collectives.py, all_gather_tensor";
const NATIVE: &str = "modeling_bert.py, BertForMaskedLM.forward";
const FUSED: &str = "unsloth kernels/cross_entropy_loss.py, Fast_CrossEntropyLoss";
const TRL: &str = "trl kernels/chunked_logprob.py, ChunkedLogProbFunction";
const OUTPUTS: &str = "transformers modeling_outputs.py, CausalLMOutputWithPast";
const LIGER: &str = "liger_kernel ops/fused_linear_cross_entropy.py";

/// While the loss is computed.
pub fn forward(run: &TrainingRun) -> Option<Expr<Memory>> {
    let compute = run.formats.compute;
    let converted = if compute < FP32 { compute } else { 0.0 };
    if run.is_loss_divided() {
        // The logarithm of softmax step by step (`_nll_loss_and_log_softmax` of DTensor's `loss.py`).
        return Some(logits(
            run,
            &[
                ("logits", converted, CAUSAL),
                ("logits.float()", FP32, CAUSAL),
                ("shifted", FP32, DIVIDED),
                ("exp(shifted), then log_softmax", FP32, DIVIDED),
            ],
        ));
    }
    if run.tensor_ranks() > 1.0 && compute == FP32 {
        // Putting the parts together is fuller than the loss: a part, all of them, and what becomes of them.
        let part = compute / run.tensor_ranks();
        return Some(logits(
            run,
            &[("part of the logits", part, GATHERED), ("all_gather, chunk, cat", 3.0 * compute, GATHERED)],
        ));
    }
    Some(match way(run)? {
        // In the run's format, converted to FP32, and their logarithm of softmax.
        Loss::Fp32 => logits(
            run,
            &[("logits", converted, CAUSAL), ("logits.float()", FP32, CAUSAL), ("log_softmax", FP32, CAUSAL)],
        ),
        Loss::Native => logits(run, &[("logits", compute, NATIVE), ("log_softmax", compute, NATIVE)]),
        Loss::Fused => overwritten(run),
        Loss::Chunked => sum_of(Quantity::LossTensors, &scoring(run)),
        Loss::Liger => {
            let piece = piece(run) * run.shape.leaf::<Count>(Fact::VocabSize);
            let mut all = vec![Cached::new("logits_chunk", piece, element(compute), LIGER)];
            all.extend(of_liger(run));
            // Autocast converts the transposed weight for each product anew.
            if run.formats.is_autocast && run.formats.parameter == FP32 {
                all.push(Cached::new("16-bit copy of lm_head", run.embedding(), element(compute), LIGER));
            }
            sum_of(Quantity::LossTensors, &all)
        }
    })
}

/// When the gradient of the logits is there.
pub fn backward(run: &TrainingRun) -> Option<Expr<Memory>> {
    let compute = run.formats.compute;
    Some(match way(run)? {
        Loss::Fp32 => logits(
            run,
            &[
                ("log_softmax", FP32, CAUSAL),
                ("gradient of log_softmax", FP32, CAUSAL),
                ("gradient of logits.float()", FP32, CAUSAL),
            ],
        ),
        Loss::Native => logits(
            run,
            &[
                ("log_softmax", compute, NATIVE),
                ("gradient of log_softmax", compute, NATIVE),
                ("gradient of logits", compute, NATIVE),
            ],
        ),
        Loss::Fused => overwritten(run),
        Loss::Chunked => of_chunks(run),
        // Both gradients were made in the forward pass.
        Loss::Liger => sum_of(Quantity::LossTensors, &of_liger(run)),
    })
}

/// Logits as the model returns them, beside those that its loss reads: Accelerate converts what it runs under autocast
/// to FP32 (`convert_outputs_to_fp32`). A loss that makes no more than pieces of them returns none; Unsloth's, which
/// overwrites them, neither (`EMPTY_LOGITS`).
pub fn returned(run: &TrainingRun) -> Option<Expr<Memory>> {
    let bytes = if run.formats.is_autocast { FP32 } else { run.formats.compute };
    matches!(way(run)?, Loss::Fp32 | Loss::Native).then(|| {
        let vocabulary = run.shape.leaf(Fact::VocabSize);
        run.tokens() * each(&vocabulary, Quantity::Logits, &[("outputs.logits", bytes, OUTPUTS)])
    })
}

/// How the loss is computed in the end: autocast runs cross entropy in FP32.
fn way(run: &TrainingRun) -> Option<Loss> {
    run.loss().map(|it| if it == Loss::Native && run.formats.is_autocast { Loss::Fp32 } else { it })
}

/// Logits of all tokens. A bound keeps the tangent too.
fn logits(run: &TrainingRun, tensors: &[Named]) -> Expr<Memory> {
    let vocabulary = run.shape.leaf(Fact::VocabSize);
    let vocabulary = if run.is_loss_divided() {
        vocabulary / run.shape.reader.leaf::<Count>(Id::TensorParallel)
    } else {
        vocabulary
    };
    if !run.shape.is(Fact::FinalSoftCap) {
        return run.tokens() * each(&vocabulary, Quantity::Logits, tensors);
    }
    let bounded = [("tanh of bounded logits", run.formats.compute, SOFT_CAP)];
    run.tokens() * each(&vocabulary, Quantity::Logits, &[tensors, &bounded].concat())
}

fn overwritten(run: &TrainingRun) -> Expr<Memory> {
    logits(run, &[("logits, overwritten by their gradient", run.formats.compute, FUSED)])
}

/// What a chunked loss makes in a pass forward, with or without gradients: the tile, of each token the largest logit
/// before and with the target, sums of exponentials, the target's logit and others, and what autocast has converted of
/// the operands.
pub fn scoring(run: &TrainingRun) -> Vec<Cached> {
    let statistics = Cached::new("statistics of a row", times(7.0) * run.scored(), element(FP32), TRL);
    let mut res = vec![tile(run), statistics];
    res.extend(converted_operands(run, 1.0));
    res
}

/// The gradients of a chunked loss: FP32 sums, which are converted at the end, while the tile of logits is still there.
fn of_chunks(run: &TrainingRun) -> Expr<Memory> {
    let gradient = |name, elements: Expr<Count>, bytes| Cached::new(name, elements, element(bytes), TRL);
    let hidden = || run.scored() * run.widths.leaf(Width::Hidden);
    let mut sums = vec![tile(run), gradient("grad_hidden", hidden(), FP32)];
    if run.trains_head() {
        sums.push(gradient("grad_weight", run.embedding(), FP32));
    }
    if run.scored.is_some() {
        sums.push(gradient("grad_logprobs", run.scored(), FP32));
    }
    let mut converted = sums.clone();
    if run.formats.stream < FP32 {
        converted.push(gradient("grad_hidden.to(hidden.dtype)", hidden(), run.formats.stream));
    }
    if run.trains_head() && run.bytes_of_head() < FP32 {
        converted.push(gradient("grad_weight.to(weight.dtype)", run.embedding(), run.bytes_of_head()));
    }
    // A piece of the weight is converted before the one before it is let go.
    let n_pieces = if run.shape.number(Fact::VocabSize) > c::TILE_WIDTH.value() { 2.0 } else { 1.0 };
    sums.extend(converted_operands(run, n_pieces));
    let bytes = |all: &[Cached]| all.iter().map(Cached::value).sum::<f64>();
    sum_of(Quantity::LossTensors, if bytes(&sums) > bytes(&converted) { &sums } else { &converted })
}

/// What a chunked loss converts to autocast's format for its products: the hidden states of a tile, and pieces of the
/// weight.
fn converted_operands(run: &TrainingRun, n_pieces: f64) -> Vec<Cached> {
    let formats = &run.formats;
    let mut res = Vec::new();
    if formats.is_autocast && formats.stream == FP32 {
        let elements = tokens_of_tile(run) * run.widths.leaf(Width::Hidden);
        res.push(Cached::new("hidden_chunk", elements, element(formats.compute), TRL));
    }
    if formats.is_autocast && (formats.parameter == FP32 || run.is_prepared()) {
        let rows = run.shape.number(Fact::VocabSize).min(c::TILE_WIDTH.value());
        let rows: Expr<Count> = run.shape.reader.counted(Quantity::LossColumns, rows, &[Id::VocabSize]);
        let elements = times(n_pieces) * (rows * run.widths.leaf(Width::Hidden));
        res.push(Cached::new("w_chunk", elements, element(formats.compute), TRL));
    }
    res
}

/// The tile of logits that TRL's chunked loss fills again and again.
fn tile(run: &TrainingRun) -> Cached {
    Cached::new("mm_buf", tokens_of_tile(run) * Expr::from(c::TILE_WIDTH), element(run.formats.compute), TRL)
}

fn tokens_of_tile(run: &TrainingRun) -> Expr<Count> {
    let from: &[Id] = if run.has_pairs() || run.has_groups() {
        &[Id::BatchSize, Id::SequenceLength, Id::CompletionLength]
    } else {
        &[Id::BatchSize, Id::SequenceLength]
    };
    let tokens = run.scored().value().min(c::TILE_TOKENS.value());
    run.shape.reader.counted(Quantity::LossPiece, tokens, from)
}

/// The gradients that Liger's loss makes in the forward pass and keeps: of the last norm's output, and of the
/// projection's weight.
fn of_liger(run: &TrainingRun) -> Vec<Cached> {
    let hidden = run.tokens() * run.widths.leaf(Width::Hidden);
    let mut res = vec![Cached::new("grad_input", hidden, element(run.formats.stream), LIGER)];
    if run.trains_head() {
        res.push(Cached::new("grad_weight", run.embedding(), element(run.bytes_of_head()), LIGER));
    }
    res
}

/// Tokens whose logits Liger makes at once: so many that they take about as much as the hidden states,
/// `min(t, 2^⌈log2⌈t/⌈V/H⌉⌉⌉)`.
fn piece(run: &TrainingRun) -> Expr<Count> {
    let (tokens, vocabulary) = (run.tokens().value(), run.shape.number(Fact::VocabSize));
    let share = (tokens / (vocabulary / run.widths.value(Width::Hidden)).ceil().max(1.0)).ceil().max(1.0);
    let piece = share.log2().ceil().exp2().min(tokens);
    run.shape.reader.counted(
        Quantity::LossPiece,
        piece,
        &[Id::BatchSize, Id::SequenceLength, Id::VocabSize, Id::HiddenSize],
    )
}

/// Whether autocast's copy of the output projection lives from the loss to its gradient.
pub fn keeps_copy(run: &TrainingRun) -> bool {
    match run.loss() {
        Some(Loss::Fp32 | Loss::Native | Loss::Fused) => true,
        // Piece by piece, or inside an operation of its own.
        Some(Loss::Chunked | Loss::Liger) | None => false,
    }
}
