//! What a rank of FSDP2 holds while completions are sampled and scored, before a step on groups of them. It knows no
//! layer.
//!
//! TRL samples and scores through the model that FSDP2 has prepared, without gradients: each pass gathers the groups
//! anew and lets layers go, but what is kept for a backward pass stays until the next one (`_fsdp_state.py`,
//! `_post_forward`). Whatever samples elsewhere gets the weights from the first rank, which puts them together one by
//! one (`VLLMGeneration._iter_fsdp2_params`, `full_tensor`).

use crate::estimator::component::Component;
use crate::estimator::estimate::{Lines, Moment};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::logits::CompletionLogits;
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::phases::fsdp_piles::{GatheredGroups, HeldForSharding};
use crate::estimator::methods::calibrated::phases::step::Step;
use crate::estimator::methods::calibrated::phases::{grpo, reference, rollout};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::run::zero_order::OrderedTensors;
use crate::estimator::methods::calibrated::tensors::dtype::times;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Rollout;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::Memory;

/// The moments of sampling and scoring, on a rank that sends weights where it `is_first`.
pub fn before_training(
    run: &TrainingRun,
    step: &Step,
    counts: &Counts,
    groups: &GatheredGroups,
    is_first: bool,
) -> Vec<Moment> {
    let before = BeforeTraining { run, step, groups };
    let mut res = Vec::new();
    // `starts` lets no other pass than these.
    if run.shape.reader.choice::<Rollout>(Id::Rollout) == Rollout::Transformers {
        res.extend(before.generation());
    } else {
        if is_first {
            let order = OrderedTensors::of(run, counts);
            let sizes: Vec<f64> = if run.formats.trains_everything() {
                order.trained().map(|it| it.1).collect()
            } else {
                order.frozen().collect()
            };
            let bytes = groups.sharded.bytes_of_weight;
            res.push(rollout::sent_gathered(run, &step.resident, sizes.into_iter(), bytes));
        }
        res.extend(before.scored(MomentId::LogProbabilities, true));
    }
    if reference::is_second_model(run) {
        res.extend(before.scored_by_second());
    } else if reference::scores(run) {
        res.extend(before.scored(MomentId::ReferencePass, false));
    }
    res
}

struct BeforeTraining<'a> {
    run: &'a TrainingRun<'a>,
    step: &'a Step<'a>,
    groups: &'a GatheredGroups<'a>,
}

impl BeforeTraining<'_> {
    fn fullest(id: MomentId, of: Vec<(Lines, HeldForSharding)>) -> Option<Moment> {
        Moment::fullest(of.into_iter().map(|(lines, held)| Moment::new(id, lines).with_more(held.lines())))
    }

    /// What stays gathered behind the layers of a pass.
    fn kept_of_layers(&self) -> HeldForSharding {
        let mut held = HeldForSharding::default();
        self.groups.kept(self.groups.layers, &mut held);
        held
    }

    /// The same behind a pass.
    fn kept(&self) -> HeldForSharding {
        let mut held = self.kept_of_layers();
        held.gathered.extend(self.groups.kept_tail());
        held
    }

    fn with_buffer(mut held: HeldForSharding, buffer: Option<Expr<Memory>>) -> HeldForSharding {
        held.buffers.extend(buffer);
        held
    }

    /// Between layers: so many tensors as wide as the residual stream.
    fn between(&self, n_streams: f64) -> Lines {
        let stream =
            self.run.stream("output of the embedding, and of a layer", "modeling_llama.py, LlamaModel.forward");
        let of_token = stream.listed(Quantity::LayerInput, &self.run.widths);
        let mut res = self.step.resident.lines_of_moment();
        res.push((Component::Inputs, self.run.ids()));
        res.push((Component::Activations, self.run.tokens() * (times(n_streams) * of_token)));
        res
    }

    /// The first layer is gathered in the first pass of the step, in which nothing was kept yet.
    fn first_gather(&self) -> (Lines, HeldForSharding) {
        let sharded = self.groups.sharded;
        let layer = sharded.gathered(&sharded.layer);
        let before = sharded.gathered(self.groups.root.as_ref().unwrap_or(&sharded.embedding));
        let mut held = HeldForSharding {
            gathered: vec![layer.clone()],
            buffers: vec![before, layer],
            ..HeldForSharding::default()
        };
        self.groups.kept(0.0, &mut held);
        (self.between(1.0), held)
    }

    /// A further layer is gathered, in the first pass of the step or a later one; nothing where all are kept.
    fn next_gather(&self, is_first: bool) -> Option<HeldForSharding> {
        let sharded = self.groups.sharded;
        let layer = sharded.gathered(&sharded.layer);
        (!self.groups.keeps && self.groups.layers > 1.0).then(|| {
            let mut held = if is_first { self.kept_of_layers() } else { self.kept() };
            held.gathered.push(layer.clone());
            held.buffers.extend([layer.clone(), layer]);
            held
        })
    }

    /// Inside a layer of a pass.
    fn inside(&self, is_first: bool) -> (Lines, HeldForSharding) {
        let mut held = if is_first { self.kept_of_layers() } else { self.kept() };
        if !self.groups.keeps {
            let layer = self.groups.sharded.gathered(&self.groups.sharded.layer);
            held.gathered.push(layer.clone());
            held.buffers.push(layer);
        }
        (grpo::inside_pass(self.run, self.step), held)
    }

    /// What the last all-gather of a pass leaves until the model returns.
    fn last_buffer(&self, is_first: bool) -> Option<Expr<Memory>> {
        let sharded = self.groups.sharded;
        let tail = self.groups.kept_tail().filter(|_| is_first);
        tail.or_else(|| (is_first || !self.groups.keeps).then(|| sharded.gathered(&sharded.layer)))
    }

    /// The last token of every completion is sampled.
    fn generation(&self) -> Option<Moment> {
        let lines = grpo::generation(self.run, self.step);
        let inside = lines.iter().filter(|it| it.0 != Component::Logits).cloned().collect();
        let mut all = vec![self.first_gather()];
        all.extend(self.next_gather(false).map(|held| (inside, held)));
        all.push((lines, Self::with_buffer(self.kept(), self.last_buffer(false))));
        Self::fullest(MomentId::Generation, all)
    }

    /// The trained model scores completions, in the first pass of the step or a later one.
    fn scored(&self, id: MomentId, is_first: bool) -> Option<Moment> {
        let at_end = |lines| (lines, Self::with_buffer(self.kept(), self.last_buffer(is_first)));
        let mut all = if self.run.has_whole_logits() {
            let logits = CompletionLogits::of(self.run);
            let pass = |logits| grpo::scoring_pass(self.run, self.step, logits);
            vec![(pass(logits.scored()), self.kept()), at_end(pass(logits.of_model()))]
        } else {
            vec![at_end(grpo::at_head(self.run, self.step)), self.inside(is_first)]
        };
        all.extend(is_first.then(|| self.first_gather()));
        all.extend(self.next_gather(is_first).map(|held| (self.between(2.0), held)));
        Self::fullest(id, all)
    }

    /// A second model scores them, which lets nothing go before it returns.
    fn scored_by_second(&self) -> Option<Moment> {
        let held = || {
            let (mut held, more) = (self.kept(), self.groups.second_model(self.run));
            held.gathered.extend(more.gathered);
            held.buffers.extend(more.buffers);
            held
        };
        let inside = grpo::inside_pass(self.run, self.step);
        let scores = grpo::in_model(self.run, self.step);
        Self::fullest(MomentId::ReferencePass, vec![(inside, held()), (scores, held())])
    }
}
