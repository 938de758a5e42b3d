//! Cross entropy that a model's own code computes of its logits as they are, without making them wider (T5, Whisper).
//! It knows no layer and no moment.
//!
//! `aten/src/ATen/native/LossNLL.cpp`, `cross_entropy_loss`, gives the logarithm of softmax the format of the logits;
//! autocast runs what follows, the negative log-likelihood, in FP32. Accelerate then converts the logits that the model
//! returns.

use crate::estimator::architecture::Fact;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::logits::{Named, each};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::FP32;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::Memory;

const LOSS: &str = "modeling_t5.py, T5ForConditionalGeneration.forward";
const RETURNED: &str = "accelerate utils/operations.py, convert_outputs_to_fp32";

/// Logits while the loss is computed.
pub fn at_loss(run: &TrainingRun) -> Expr<Memory> {
    of_all(run, &[("logits", logit(run), LOSS), ("log_softmax", logit(run), LOSS), widened(run)])
}

/// Logits when the model has returned, which under autocast converts them.
pub fn returned(run: &TrainingRun) -> Expr<Memory> {
    let returned = ("logits.float() of the model's output", wide(run), RETURNED);
    of_all(run, &[("logits", logit(run), LOSS), ("log_softmax", logit(run), LOSS), widened(run), returned])
}

/// Logits when the backward pass begins: under autocast at the gradient of the likelihood, else at that of softmax; or
/// a little later `of_head`, the gradient of the output projection's weight, beside that of its result. Autocast
/// converts the former when the latter is gone, and the narrow one has taken the place of the weight's copy.
pub fn at_backward(run: &TrainingRun, of_head: Expr<Memory>) -> Expr<Memory> {
    let of_head = if run.formats.is_autocast {
        of_head
    } else {
        of_each(run, Quantity::LogitGradients, &[("gradient of logits", logit(run), LOSS)]) + of_head
    };
    of_loss(run).max(of_head)
}

fn of_loss(run: &TrainingRun) -> Expr<Memory> {
    let narrow = if run.formats.is_autocast { 0.0 } else { logit(run) };
    of_all(
        run,
        &[
            ("log_softmax", logit(run), LOSS),
            widened(run),
            ("gradient of log_softmax", narrow.max(wide(run)), LOSS),
            ("gradient of logits", narrow, LOSS),
        ],
    )
}

fn logit(run: &TrainingRun) -> f64 {
    run.formats.compute
}

fn wide(run: &TrainingRun) -> f64 {
    if run.formats.is_autocast { FP32 } else { 0.0 }
}

fn widened(run: &TrainingRun) -> Named {
    ("log_softmax in FP32", wide(run), LOSS)
}

fn of_all(run: &TrainingRun, tensors: &[Named]) -> Expr<Memory> {
    of_each(run, Quantity::Logits, tensors)
}

fn of_each(run: &TrainingRun, quantity: Quantity, tensors: &[Named]) -> Expr<Memory> {
    run.tokens() * each(&run.shape.leaf(Fact::VocabSize), quantity, tensors)
}
