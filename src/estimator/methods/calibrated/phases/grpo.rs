//! Group Relative Policy Optimization: completions are sampled for each prompt, scored under the old and the reference
//! policy, and trained on (Shao et al. 2024, arXiv 2402.03300; TRL's `GRPOTrainer`). It knows no layer.
//!
//! All completions of all prompts run as one batch of `B·k` sequences. The reference policy is the model without its
//! adapters; full fine-tuning would need a second model only with a KL term, whose weight is 0 unless asked for (`beta` of
//! TRL). In the same terms, supervised fine-tuning runs `B` sequences with 12 bytes for each logit of all tokens, and
//! direct preference optimization `2·B`, whose chosen and rejected tokens are all scored as completions are here.

use crate::estimator::architecture::Fact;
use crate::estimator::component::Component;
use crate::estimator::constants as c;
use crate::estimator::estimate::Moment;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::phases::step::{Lines, Losses, Step};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, element};
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

/// The moments of sampling, scoring and a training step.
pub fn moments(shape: &Shape) -> Vec<Moment> {
    let inputs = shape.reader;
    let sequences: Expr<Count> = inputs.leaf::<Count>(Id::BatchSize) * inputs.leaf::<Count>(Id::NumGenerations);
    let run = TrainingRun::with(shape, sequences.named(Quantity::Sequences), inputs.leaf(Id::SequenceLength));
    let step = Step::of(&run, &Counts::of(shape));
    let logits = Logits::of(&run);
    let losses =
        Losses { forward: logits.scored(), backward: logits.differentiated(&step), output: Tensors::default() };
    let before = [
        (MomentId::Generation, generation(&run, &step)),
        (MomentId::ReferencePass, reference_pass(&run, &step, &logits)),
    ];
    let before = before.into_iter().map(|(id, lines)| Moment::new(id, lines));
    before.chain(step.moments(losses)).collect()
}

/// The last token of every completion is sampled: keys and values of all sequences, those of one layer concatenated anew,
/// and for each sequence the token's logits with their FP32 copy and its softmax.
fn generation(run: &TrainingRun, step: &Step) -> Lines {
    let activation = || element(run.formats.compute);
    let of_layer = || run.tokens() * run.widths.leaf(Width::Keys) * activation();
    let sampled = element(run.formats.compute + 2.0 * FP32);
    let mut res = step.resident.lines.clone();
    res.push((Component::KvCache, Expr::<Count>::from(c::KEYS_AND_VALUES) * run.layers() * of_layer()));
    res.push((Component::Temporaries, of_layer()));
    res.push((Component::Logits, run.batch.clone() * run.shape.leaf::<Count>(Fact::VocabSize) * sampled));
    res.push((Component::Inputs, run.ids()));
    res
}

/// Completions are scored without gradients: the residual stream before and after its last norm, and the logits.
fn reference_pass(run: &TrainingRun, step: &Step, logits: &Logits) -> Lines {
    let stream = Tensor::new("stream before and after the last norm", run.formats.stream, Width::Hidden, "model.norm");
    let stream = run.tensors(&[stream.times(2.0)]);
    let mut res = step.resident.lines.clone();
    res.push((Component::Activations, run.tokens() * stream.listed(Quantity::ScoredStream, &run.widths)));
    res.push((Component::Logits, logits.scored()));
    res.push((Component::Inputs, run.ids()));
    res
}

/// The logits of completions.
struct Logits {
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

impl Logits {
    fn of(run: &TrainingRun) -> Self {
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
    fn scored(&self) -> Expr<Memory> {
        let each = element(self.element);
        (self.made.clone() + self.scored.clone()) * self.vocabulary.clone() * each
    }

    /// When the backward pass begins.
    ///
    /// FP32 scores are a logit less the logarithm of the sum of exponentials (TRL, `selective_log_softmax`): the divided
    /// logits, the sum's gradient, zeros for the logit's, and the same with its gradient scattered into them. Narrower ones
    /// go through softmax row by row: the gradient of the division, and padded by the position that was cut off.
    fn differentiated(&self, step: &Step) -> Expr<Memory> {
        let of_scores = if self.element == FP32 {
            self.scored.clone() * self.vocabulary.clone() * element(4.0 * FP32)
        } else {
            self.scored()
        };
        let Some(of_head) = step.head_gradient() else { return of_scores };
        // A little later: the gradients of the output projection's result and of its weight.
        let result = self.made.clone() * self.vocabulary.clone() * element(self.compute);
        of_scores.max(result + of_head)
    }
}
