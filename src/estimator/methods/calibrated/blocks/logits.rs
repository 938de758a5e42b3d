//! Logits, and what a loss makes of them: of cross entropy over all tokens, and of scored completions. It knows no layer and
//! no moment.

use crate::estimator::architecture::Fact;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, element};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

const LOSS: &str = "loss_utils.py, ForCausalLMLoss";
const SOFT_CAP: &str = "modeling_gemma2.py, Gemma2ForCausalLM.forward";
const TRL: &str = "grpo_trainer.py, _get_per_token_logps";
const SELECTIVE: &str = "trl/trainer/utils.py, selective_log_softmax";
const SAMPLING: &str = "generation/utils.py, GenerationMixin._sample";

/// A tensor as wide as the vocabulary: its name, bytes of an element, and the code that makes it.
type Named = (&'static str, f64, &'static str);

/// Bytes for each token of tensors as wide as the vocabulary, under a symbol that opens to them.
fn each(vocabulary: &Expr<Count>, quantity: Quantity, tensors: &[Named]) -> Expr<Memory> {
    if !vocabulary.is_told() {
        return Expr::untold(tensors.iter().map(|(_, bytes, _)| vocabulary.value() * bytes).sum());
    }
    let made = tensors.iter().filter(|(_, bytes, _)| *bytes > 0.0);
    let cached = |(name, bytes, source): &Named| Cached::new(name, vocabulary.clone(), element(*bytes), source);
    sum_of(quantity, &made.map(cached).collect::<Vec<_>>())
}

/// Logits while the loss is computed: in the run's format, converted to FP32, and their logarithm of softmax (Transformers,
/// `ForCausalLMLoss`); bounded ones keep the tangent too.
pub fn at_loss(run: &TrainingRun) -> Expr<Memory> {
    let compute = run.formats.compute;
    let converted = if compute < FP32 { compute } else { 0.0 };
    of_all(
        run,
        &[
            ("logits", converted, LOSS),
            ("logits.float()", FP32, LOSS),
            ("log_softmax", FP32, LOSS),
            ("tanh of bounded logits", capped(run), SOFT_CAP),
        ],
    )
}

/// Logits when the backward pass begins, in FP32: their logarithm of softmax, and the gradients of its result and input.
pub fn at_backward(run: &TrainingRun) -> Expr<Memory> {
    of_all(
        run,
        &[
            ("log_softmax", FP32, LOSS),
            ("gradient of log_softmax", FP32, LOSS),
            ("gradient of logits.float()", FP32, LOSS),
            ("tanh of bounded logits", capped(run), SOFT_CAP),
        ],
    )
}

fn capped(run: &TrainingRun) -> f64 {
    if run.shape.is(Fact::FinalSoftCap) { run.formats.compute } else { 0.0 }
}

fn of_all(run: &TrainingRun, tensors: &[Named]) -> Expr<Memory> {
    run.tokens() * each(&run.shape.leaf(Fact::VocabSize), Quantity::Logits, tensors)
}

/// Logits from which the next token of every sequence is drawn: in the run's format, their FP32 copy and its softmax.
pub fn sampled(run: &TrainingRun) -> Expr<Memory> {
    let tensors =
        [("logits", run.formats.compute, SAMPLING), ("logits.float()", FP32, SAMPLING), ("softmax", FP32, SAMPLING)];
    run.batch.clone() * each(&run.shape.leaf(Fact::VocabSize), Quantity::SampledLogits, &tensors)
}

/// The logits of completions.
pub struct CompletionLogits {
    vocabulary: Expr<Count>,
    /// Tokens that are scored: those of all completions.
    scored: Expr<Count>,
    /// Positions that have logits: one more for each sequence, because a position predicts the next token.
    made: Expr<Count>,
    /// Bytes of one: autocast's outputs are converted to FP32 (Accelerate, `convert_outputs_to_fp32`).
    element: f64,
    /// Of the output projection's result and its gradient.
    compute: f64,
}

impl CompletionLogits {
    /// Those of a run's completions.
    pub fn of(run: &TrainingRun) -> Self {
        // Links may ask for more completion than sequence.
        let completion: Expr<Count> = run.shape.reader.leaf::<Count>(Id::CompletionLength).min(run.sequence.clone());
        let positions = (completion.clone() + Expr::number(1.0)).min(run.sequence.clone());
        Self {
            vocabulary: run.shape.leaf(Fact::VocabSize),
            scored: (run.batch.clone() * completion).named(Quantity::CompletionTokens),
            made: run.batch.clone() * positions,
            element: if run.formats.is_autocast { FP32 } else { run.formats.compute },
            compute: run.formats.compute,
        }
    }

    /// In the forward pass: as the model makes them, and divided by the temperature.
    pub fn scored(&self) -> Expr<Memory> {
        self.both("logits", "logits / temperature")
    }

    /// When the backward pass begins; `of_head` is the gradient of the output projection's weight, if that is trained.
    ///
    /// FP32 scores are a logit less the logarithm of the sum of exponentials (TRL, `selective_log_softmax`): the divided
    /// logits, the sum's gradient, zeros for the logit's, and the same with its gradient scattered into them. Narrower ones
    /// go through softmax row by row: the gradient of the division, and padded by the position that was cut off.
    pub fn differentiated(&self, of_head: Option<Expr<Memory>>) -> Expr<Memory> {
        let of_scores = if self.element == FP32 {
            let tensors = [
                ("logits / temperature", FP32, TRL),
                ("gradient of logsumexp", FP32, SELECTIVE),
                ("zeros for the gradient of gather", FP32, SELECTIVE),
                ("gradient of gather", FP32, SELECTIVE),
            ];
            self.scored.clone() * each(&self.vocabulary, Quantity::Scores, &tensors)
        } else {
            self.both("gradient of logits[:, :-1]", "gradient of logits / temperature")
        };
        let Some(of_head) = of_head else { return of_scores };
        // A little later: the gradients of the output projection's result and of its weight.
        let result = [("gradient of lm_head's output", self.compute, TRL)];
        of_scores.max(self.made.clone() * each(&self.vocabulary, Quantity::LogitGradients, &result) + of_head)
    }

    /// A tensor for each position that has logits, and one for each token that is scored.
    fn both(&self, of_made: &'static str, of_scored: &'static str) -> Expr<Memory> {
        let one = |quantity, name| each(&self.vocabulary, quantity, &[(name, self.element, TRL)]);
        self.made.clone() * one(Quantity::Logits, of_made) + self.scored.clone() * one(Quantity::Scores, of_scored)
    }
}
