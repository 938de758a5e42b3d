//! What a rank of DeepSpeed holds while completions are sampled and scored, before a step on groups of them. It knows
//! no layer.
//!
//! Below stage 3 each rank has the whole model, and does what one GPU does. At stage 3 a pass fetches what modules
//! need; what generates is gathered whole (TRL, `unwrap_model_for_generation`, with `ds3_gather_for_generation` as it
//! is by default); and weights that are sent are gathered one by one, or all at once where adapters are merged into
//! them (`VLLMGeneration._iter_named_params`).

use crate::estimator::component::Component;
use crate::estimator::estimate::{Lines, Moment};
use crate::estimator::methods::calibrated::blocks::logits::CompletionLogits;
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::phases::step::Step;
use crate::estimator::methods::calibrated::phases::{grpo, reference, rollout};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::run::zero::ZeroRun;
use crate::estimator::methods::calibrated::run::zero_live::{KnownOrder, LiveParameters};
use crate::estimator::methods::calibrated::run::zero_order::OrderedTensors;
use crate::estimator::methods::calibrated::tensors::dtype::{HALF, element};
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Rollout;

/// The moments of sampling and scoring.
pub fn before_training(run: &TrainingRun, step: &Step, counts: &Counts, zero: &ZeroRun) -> Vec<Moment> {
    // One rank's parts are its parameters (`NoGatherHandle`).
    if zero.live.is_none() || zero.fetch.ranks == 1.0 {
        return grpo::before_training(run, step, counts, None);
    }
    let order = OrderedTensors::of(run, counts);
    let trains_everything = run.formats.trains_everything();
    let beside = (!trains_everything).then(|| run.adapters.parameters(run.shape, &run.widths));
    let all = beside.into_iter().fold(counts.total(), |sum, it| sum + it);
    let whole = || vec![(Component::GatheredParameters, all.clone() * element(HALF))];
    let mut res = Vec::new();
    // `starts` lets no other pass than these.
    if run.shape.reader.choice::<Rollout>(Id::Rollout) == Rollout::Transformers {
        res.push(Moment::new(MomentId::Generation, grpo::generation(run, step)).with_more(whole()));
    } else {
        res.push(if trains_everything {
            rollout::sent_gathered(run, &step.resident, order.trained().map(|it| it.1), HALF)
        } else {
            rollout::sent(run, counts, &step.resident).with_more(whole())
        });
        let live = LiveParameters::of(&order, zero.fetch, KnownOrder::Nothing);
        res.extend(scored(run, step, zero, MomentId::LogProbabilities, &live));
    }
    if reference::is_second_model(run) {
        // An engine of its own, whose passes are all alike.
        let live = LiveParameters::of(&order, zero.fetch, KnownOrder::Forward);
        res.extend(scored(run, step, zero, MomentId::ReferencePass, &live));
    }
    res
}

/// Completions are scored with so many parameters gathered: at the end of the model, behind it, and inside a layer.
fn scored(run: &TrainingRun, step: &Step, zero: &ZeroRun, id: MomentId, live: &LiveParameters) -> Option<Moment> {
    let mut all: Vec<(Lines, f64)> = vec![(grpo::in_model(run, step), live.at_loss)];
    if run.has_whole_logits() {
        all.push((grpo::scoring_pass(run, step, CompletionLogits::of(run).scored()), 0.0));
    }
    let most = live.forward.iter().copied().fold(0.0, f64::max);
    all.push((grpo::inside_pass(run, step), most));
    let moments = all.into_iter().map(|(lines, elements)| {
        let gathered = (elements > 0.0).then(|| (Component::GatheredParameters, zero.gathered(elements)));
        Moment::new(id, lines).with_more(gathered.into_iter().collect())
    });
    Moment::fullest(moments)
}
