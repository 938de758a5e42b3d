//! Group Relative Policy Optimization: completions are sampled for each prompt, scored under the old and the reference
//! policy, and trained on (Shao et al. 2024, arXiv 2402.03300; TRL's `GRPOTrainer`). It knows no layer.
//!
//! All completions of all prompts run as one batch of `B·k` sequences. A reference is asked for with the weight of a KL
//! term, which is 0 by default (`beta` of TRL). Logits of completions are whole, as TRL made them before its version
//! 1.15, or its head scores completions in chunks, in the passes that keep nothing too.

use crate::estimator::architecture::{Fact, Layout, Loss};
use crate::estimator::component::Component;
use crate::estimator::estimate::{Lines, Moment, fuller, put_any};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::logits::{self, CompletionLogits};
use crate::estimator::methods::calibrated::blocks::{attention, latent_attention, linear_attention};
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::phases::reference;
use crate::estimator::methods::calibrated::phases::rollout::{self, Colocated};
use crate::estimator::methods::calibrated::phases::scoring::Scoring;
use crate::estimator::methods::calibrated::phases::step::{Losses, Step};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::element;
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::methods::prompts::sequences;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Rollout;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

/// The moments of sampling, scoring and a training step.
pub fn moments(shape: &Shape) -> Vec<Moment> {
    let run = groups(shape);
    let counts = Counts::of(shape);
    let step = Step::with(&run, &counts, reference::resident(&run, &counts));
    let losses = losses(&run, &step);
    let colocated = Colocated::of(&run, &counts);
    let mut res = before_training(&run, &step, &counts, colocated.as_ref());
    let beside = |moment| beside(colocated.as_ref(), moment);
    res.extend(step.moments(losses).into_iter().map(beside));
    res
}

/// A moment of training beside vLLM, if that is on the same GPU.
fn beside(colocated: Option<&Colocated>, moment: Moment) -> Moment {
    match colocated {
        Some(it) => it.training(moment),
        None => moment,
    }
}

/// The moments of sampling and scoring, by a model whose parameters are whole.
pub fn before_training(run: &TrainingRun, step: &Step, counts: &Counts, colocated: Option<&Colocated>) -> Vec<Moment> {
    let scored = |id| Moment::new(id, scored(run, step));
    let mut res = Vec::new();
    let rollout = run.shape.reader.choice(Id::Rollout);
    match (rollout, colocated) {
        (Rollout::VllmColocated, Some(it)) => {
            res.extend([it.sync(run, &step.resident), it.generation(run, &step.resident)]);
        }
        (Rollout::Elsewhere, _) => res.push(rollout::sent(run, counts, &step.resident)),
        (Rollout::Transformers | Rollout::VllmColocated, _) => {
            res.push(Moment::new(MomentId::Generation, generation(run, step)));
        }
    }
    // What another program sampled is scored again by the trained model (TRL, `vllm_importance_sampling_correction`).
    match rollout {
        Rollout::Transformers => {}
        Rollout::VllmColocated | Rollout::Elsewhere => {
            res.push(beside(colocated, scored(MomentId::LogProbabilities)));
        }
    }
    if reference::scores(run) {
        res.push(beside(colocated, reference::moment(run, scored(MomentId::ReferencePass))));
    }
    res
}

/// The run of a step on groups: all completions of all prompts.
pub fn groups<'a>(shape: &'a Shape<'a>) -> TrainingRun<'a> {
    let batch: Expr<Count> = sequences(&shape.reader).named(Quantity::Sequences);
    let run = TrainingRun::with(shape, batch, shape.reader.leaf(Id::SequenceLength));
    if run.loss() == Some(Loss::Chunked) { run.scoring_completions() } else { run }
}

/// Logits at the loss, which the model has returned, and when its gradient is computed; or what its head makes in their
/// place.
pub fn losses(run: &TrainingRun, step: &Step) -> Losses {
    if !run.has_whole_logits() {
        return Losses::of(run);
    }
    let logits = CompletionLogits::of(run);
    Losses {
        forward: Some(logits.scored()),
        backward: Some(logits.differentiated(step.head_gradient())),
        output: Tensors::default(),
    }
}

/// The last token of every completion is sampled: keys and values of all sequences, those of one layer concatenated
/// anew, the states of layers that keep neither, and for each sequence the token's logits with their FP32 copy and its
/// softmax.
pub fn generation(run: &TrainingRun, step: &Step) -> Lines {
    // Unlike in serving's decode step no window cuts a layer, and no keys are repeated for eager attention: no traced
    // run had either.
    let bytes = run.formats.compute;
    let is_latent = run.shape.is(Fact::KvLoraRank);
    let keys = if is_latent {
        Width::CompressedKeys
    } else if run.shape.is(Fact::ExpandedKeys) {
        Width::Queries
    } else {
        Width::Keys
    };
    let of_layer = run.tokens() * run.widths.leaf(keys) * element(bytes);
    let cached = if is_latent {
        latent_attention::cached(run.shape, &element(bytes))
    } else {
        attention::cached(Quantity::CachedOfToken, run.widths.leaf(keys), [element(bytes), element(bytes)], None)
    };
    let growing = if run.shape.layout() == Layout::GatedDeltaHybrid {
        run.shape.leaf(Fact::NumFullAttentionLayers)
    } else {
        run.layers()
    };
    let others = run.layers() - growing.clone();
    let mut cache = growing * run.tokens() * cached;
    if others.value() > 0.0 {
        let state = linear_attention::gated_delta_state(&run.served(bytes));
        cache = cache + others * run.batch.clone() * state;
    }
    let mut res = step.resident.lines_of_moment();
    res.push((Component::KvCache, cache));
    res.push((Component::Temporaries, of_layer));
    res.push((Component::Logits, logits::sampled(run)));
    res.push((Component::Inputs, run.ids()));
    res
}

/// Completions are scored without gradients, where that holds most: at the end, or inside a layer where no logits are
/// whole.
fn scored(run: &TrainingRun, step: &Step) -> Lines {
    if run.has_whole_logits() {
        return scoring_pass(run, step, CompletionLogits::of(run).scored());
    }
    fuller(at_head(run, step), inside_pass(run, step))
}

/// What the end of the model holds in such a pass: its logits, or what scores without them.
pub fn in_model(run: &TrainingRun, step: &Step) -> Lines {
    if run.has_whole_logits() {
        return scoring_pass(run, step, CompletionLogits::of(run).of_model());
    }
    at_head(run, step)
}

/// The head scores completions without gradients, and makes no whole logits.
pub fn at_head(run: &TrainingRun, step: &Step) -> Lines {
    let scoring = Scoring::of(run);
    let mut res = in_pass(run, step, &scoring, None);
    res.push((Component::Temporaries, scoring.head()));
    res.push((Component::Logits, scoring.scores()));
    res
}

/// Inside a layer of such a pass.
pub fn inside_pass(run: &TrainingRun, step: &Step) -> Lines {
    let scoring = Scoring::of(run);
    let mut res = in_pass(run, step, &scoring, Some(scoring.still_to_convert()));
    res.push((Component::Temporaries, scoring.layers()));
    res
}

/// What lives throughout such a pass; with autocast's copies, but for those of the elements that are `left`.
fn in_pass(run: &TrainingRun, step: &Step, scoring: &Scoring, left: Option<Expr<Count>>) -> Lines {
    let mut res = step.resident.lines_of_moment();
    res.push((Component::Inputs, run.ids()));
    put_any(&mut res, Component::AutocastCopies, scoring.copies(step, left));
    res
}

/// The end of a pass that makes whole logits: the residual stream before and after its last norm, and the logits.
pub fn scoring_pass(run: &TrainingRun, step: &Step, logits: Expr<Memory>) -> Lines {
    let stream = Tensor::new("stream before and after the last norm", run.formats.stream, Width::Hidden, "model.norm");
    let stream = run.tensors(&[stream.times(2.0)]);
    let mut res = step.resident.lines_of_moment();
    res.push((Component::Activations, run.tokens() * stream.listed(Quantity::ScoredStream, &run.widths)));
    res.push((Component::Logits, logits));
    res.push((Component::Inputs, run.ids()));
    res
}
