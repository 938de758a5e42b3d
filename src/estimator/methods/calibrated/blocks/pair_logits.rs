//! Whole logits of pairs, as TRL 1.9 scores them (`dpo_trainer.py`, `DPOTrainer._compute_loss`): what the step's loss
//! and its backward pass make of them. It knows no layer and no moment.
//!
//! Logits of the trained model and of the reference both live until the loss returns, since metrics are computed of
//! them. Under Accelerate's autocast they are converted to FP32, whatever the weights are (`convert_outputs_to_fp32`).

use crate::estimator::architecture::{Fact, Loss};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::logits::SOFT_CAP;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, element, times};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

const LOSS: &str = "dpo_trainer.py, DPOTrainer._compute_loss";
const SELECTIVE: &str = "trl/trainer/utils.py, selective_log_softmax";
const LINEAR: &str = "torch.nn.Linear";
const ENTROPY: &str = "trl/trainer/utils.py, entropy_from_logits";

/// Rows whose entropies TRL computes at once (`entropy_from_logits`, `chunk_size`).
const ROWS: f64 = 128.0;

/// The logits of a run's pairs.
pub struct PairLogits<'a> {
    run: &'a TrainingRun<'a>,
    /// Bytes of one.
    bytes: f64,
}

impl<'a> PairLogits<'a> {
    /// Those of a run; `None` where a head scores its tokens without them.
    pub fn of(run: &'a TrainingRun<'a>) -> Option<Self> {
        let is_wide = run.formats.is_autocast || run.loss() == Some(Loss::Fp32);
        let bytes = if is_wide { FP32 } else { run.formats.compute };
        run.scored.is_none().then_some(Self { run, bytes })
    }

    /// What the trained model's pass leaves: its logits, and of narrow ones the logarithms of softmax.
    pub fn scored(&self) -> Expr<Memory> {
        sum_of(Quantity::LossTensors, &self.left())
    }

    /// While the reference's output projection runs, behind the trained model's pass: its result, and what autocast
    /// converts for it.
    pub fn at_reference(&self) -> Expr<Memory> {
        let (run, compute) = (self.run, || element(self.run.formats.compute));
        let mut all = self.left();
        all.push(Cached::new("logits of the reference", run.tokens() * self.vocabulary(), compute(), LINEAR));
        if run.formats.is_autocast && run.formats.stream == FP32 {
            let hidden = run.tokens() * run.widths.leaf(Width::Hidden);
            all.push(Cached::new("input of lm_head in 16 bits", hidden, compute(), LINEAR));
        }
        if run.formats.is_autocast && (run.formats.converts_weights() || run.is_prepared()) {
            all.push(Cached::new("lm_head of the reference in 16 bits", run.output_projection(), compute(), LINEAR));
        }
        sum_of(Quantity::LossTensors, &all)
    }

    /// While entropies are computed: logits without their last position are copied for it, and some rows go through
    /// softmax at once.
    pub fn at_metrics(&self, is_referenced: bool) -> Expr<Memory> {
        let mut all = self.left();
        if is_referenced {
            all.push(self.of_all("logits of the reference", LOSS));
        }
        all.push(self.of_predicted("shift_logits.reshape", 1.0, ENTROPY));
        let rows = ROWS.min(self.predicted().value());
        let rows: Expr<Count> =
            self.run.shape.reader.counted(Quantity::LossPiece, rows, &[Id::BatchSize, Id::SequenceLength]);
        let chunk = times(3.0) * (rows * self.vocabulary());
        all.push(Cached::new("logps, exp(logps), their product", chunk, element(self.bytes), ENTROPY));
        sum_of(Quantity::LossTensors, &all)
    }

    /// When the backward pass begins; `of_head` is the gradient of the output projection's weight, if that is trained.
    pub fn differentiated(&self, of_head: Option<Expr<Memory>>) -> Expr<Memory> {
        let of_scores = if self.bytes == FP32 {
            vec![
                self.of_all("logits", LOSS),
                self.of_predicted("gradient of logsumexp", 1.0, SELECTIVE),
                self.of_predicted("gradient of gather, and its zeros", 2.0, SELECTIVE),
            ]
        } else {
            vec![self.of_all("gradient of logits", LOSS), self.of_predicted("gradients of rows", 1.0, SELECTIVE)]
        };
        let of_scores: Vec<Cached> = of_scores.into_iter().chain(self.bound()).collect();
        let of_scores = sum_of(Quantity::LossTensors, &of_scores);
        let Some(of_head) = of_head else { return of_scores };
        let all = self.run.tokens() * self.vocabulary();
        let result = Cached::new("gradient of lm_head's output", all, element(self.run.formats.compute), LOSS);
        of_scores.max(sum_of(Quantity::LossTensors, &[result]) + of_head)
    }

    fn left(&self) -> Vec<Cached> {
        let mut res = vec![self.of_all("logits", LOSS)];
        if self.bytes < FP32 {
            res.push(self.of_predicted("log_softmax", 1.0, SELECTIVE));
        }
        res.extend(self.bound());
        res
    }

    /// What a bound of the trained model's logits keeps.
    fn bound(&self) -> Option<Cached> {
        let all = self.run.tokens() * self.vocabulary();
        let bounded = Cached::new("tanh of bounded logits", all, element(self.run.formats.compute), SOFT_CAP);
        self.run.shape.is(Fact::FinalSoftCap).then_some(bounded)
    }

    fn of_all(&self, name: &'static str, source: &'static str) -> Cached {
        Cached::new(name, self.run.tokens() * self.vocabulary(), element(self.bytes), source)
    }

    /// So many of all positions that predict another, which the last of each sequence does not.
    fn of_predicted(&self, name: &'static str, n: f64, source: &'static str) -> Cached {
        Cached::new(name, times(n) * (self.predicted() * self.vocabulary()), element(self.bytes), source)
    }

    fn predicted(&self) -> Expr<Count> {
        self.run.tokens() - self.run.batch.clone()
    }

    fn vocabulary(&self) -> Expr<Count> {
        self.run.shape.leaf(Fact::VocabSize)
    }
}
