//! The step of a run that is shared out over GPUs, whatever it trains on: a plain batch, pairs or groups. It knows no
//! layer and no share.

use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::phases::step::{Losses, Step};
use crate::estimator::methods::calibrated::phases::{dpo, grpo, reference};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Algorithm;

/// The run of such a step: on pairs, on groups, or on the batch that the inputs describe.
pub fn run_of<'a>(shape: &'a Shape<'a>) -> TrainingRun<'a> {
    match (shape.reader.mode(), shape.reader.choice(Id::Algorithm)) {
        (Mode::Grpo, Algorithm::Dpo) => dpo::pairs(shape),
        (Mode::Grpo, Algorithm::Grpo) => grpo::groups(shape),
        _ => TrainingRun::of(shape),
    }
}

/// Whether the reference scores while the step's own pass lives, as it does of pairs.
pub fn scores_inside(run: &TrainingRun) -> bool {
    run.has_pairs() && reference::scores(run)
}

/// What the loss makes, and what it reads of the model's output.
pub fn losses(run: &TrainingRun, step: &Step) -> Losses {
    if run.has_groups() { grpo::losses(run, step) } else { Losses::of(run) }
}
