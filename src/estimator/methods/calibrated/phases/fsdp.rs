//! The moments of a training step under FSDP2, for each kind of rank: those of one GPU, with parts of parameters in the
//! place of whole ones, and what is gathered, reduced and kept at each. The tensors of layers and loss are `step`'s. It
//! knows no size of a shard.
//!
//! Read in torch/distributed/fsdp/_fully_shard, `_fsdp_param_group.py` and `_fsdp_collectives.py`. A group's all-gather
//! has an output that parameters are copied out of, and lives until the next group's copies are made; in the backward
//! pass the group before is gathered ahead. The input of a group's reduce-scatter lives until the backward pass of the
//! next group ends.

use crate::estimator::component::Component;
use crate::estimator::estimate::{Lines, Moment, Rank, put_any};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::logits::CompletionLogits;
use crate::estimator::methods::calibrated::model::counts::{Counts, is_expert};
use crate::estimator::methods::calibrated::model::mesh::{Mesh, Shards};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::phases::dpo;
use crate::estimator::methods::calibrated::phases::fsdp_groups;
use crate::estimator::methods::calibrated::phases::fsdp_piles::{GatheredGroups, HeldForSharding, several};
use crate::estimator::methods::calibrated::phases::layer_backward::{Inside, LayerBackward};
use crate::estimator::methods::calibrated::phases::preferences;
use crate::estimator::methods::calibrated::phases::reference;
use crate::estimator::methods::calibrated::phases::stack::Stack;
use crate::estimator::methods::calibrated::phases::step::{Step, shared_table};
use crate::estimator::methods::calibrated::run::shard_groups::ShardGroup;
use crate::estimator::methods::calibrated::run::sharded::ShardedRun;
use crate::estimator::methods::calibrated::run::shares;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::times;
use crate::estimator::methods::calibrated::tensors::instant::InstantSide;
use crate::estimator::methods::calibrated::tensors::list::Tensors;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::spread::{GradientSync, Reshard, Wrapping};
use crate::estimator::quantity::Quantity;
use crate::estimator::rank::RankKind;
use crate::estimator::units::{Count, Memory};

/// The ranks of a run, those with the largest parts first, each with its moments, to which `more` is added.
pub fn ranks(shape: &Shape, mesh: &Mesh, more: impl Fn(Vec<Moment>) -> Vec<Moment>) -> Vec<Rank> {
    let run = preferences::run_of(shape);
    let counts = Counts::of(shape);
    let rank = |shards: Shards| {
        let sharded = ShardedRun::of(&run, &counts, mesh, shards);
        let sharded = if reference::is_resident(&run) { sharded.with_reference() } else { sharded };
        let (kind, count) = mesh.kind(shards);
        let step = ShardedStep::of(&run, &counts, &sharded);
        let mut moments = Vec::new();
        if run.has_groups() {
            let is_first = !matches!(kind, RankKind::Shards { first, .. } if first > 0);
            moments = fsdp_groups::before_training(&run, &step.step, &counts, &step.groups, is_first);
        }
        moments.extend(step.moments());
        Some(Rank::new(kind, count, more(moments))?.with_host(sharded.host))
    };
    shares::shards(&run, mesh).into_iter().filter_map(rank).collect()
}

/// A step of a rank.
pub(super) struct ShardedStep<'a> {
    pub(super) run: &'a TrainingRun<'a>,
    pub(super) sharded: &'a ShardedRun,
    pub(super) step: Step<'a>,
    pub(super) groups: GatheredGroups<'a>,
    /// Whether parameters outside of groups are the root's own, of which the backward pass gathers the last layer
    /// ahead.
    has_root: bool,
    /// Elements of a layer's experts that are a group of their own.
    pub(super) experts: Option<Expr<Count>>,
    pub(super) layers: f64,
}

impl<'a> ShardedStep<'a> {
    fn of(run: &'a TrainingRun<'a>, counts: &Counts, sharded: &'a ShardedRun) -> Self {
        let reader = run.shape.reader;
        let has_root = reader.choice::<Wrapping>(Id::Wrapping) == Wrapping::Layers;
        let is_joined = has_root || run.is_tied();
        Self {
            run,
            step: Step::with(run, counts, sharded.resident.clone()).with_ends_of_layers(),
            groups: GatheredGroups {
                sharded,
                root: is_joined.then(|| sharded.embedding.and(&sharded.end)),
                tail: (!is_joined).then(|| sharded.end.clone()),
                keeps: reader.choice::<Reshard>(Id::Reshard) == Reshard::None,
                layers: run.layers().value(),
            },
            has_root,
            experts: sharded
                .experts
                .is_some()
                .then(|| counts.leaf(Quantity::ParametersOfExperts, is_expert) / run.layers()),
            layers: run.layers().value(),
            sharded,
        }
    }

    fn moments(&self) -> Vec<Moment> {
        let losses = preferences::losses(self.run, &self.step);
        let mut res = Vec::from_iter(self.forward_gather());
        res.extend(self.loss(losses.output, losses.forward));
        if preferences::scores_inside(self.run) {
            res.extend(self.reference_pass());
        }
        res.push(self.backward_start(losses.backward));
        res.extend(self.backward_head());
        let sides = match &self.experts {
            Some(experts) => {
                InstantSide::BACKWARD.map(|it| self.on_side(it, &self.step.stack().on(it, experts))).to_vec()
            }
            None => {
                let stack = self.step.stack().only(|it| it != InstantSide::FirstPass);
                vec![self.on_side(InstantSide::Experts, &stack)]
            }
        };
        let (last, first): (Vec<_>, Vec<_>) = sides.into_iter().unzip();
        res.extend(Moment::fullest(last.into_iter().flatten()));
        res.extend(Moment::fullest(first.into_iter().flatten()));
        res.push(self.end());
        res.push(self.optimizer_step());
        res
    }

    pub(super) fn moment(&self, id: MomentId, lines: Lines, held: HeldForSharding) -> Moment {
        Moment::new(id, lines).with_more(held.lines())
    }

    /// Gradients of earlier micro-batches: parts that were reduced, or whole ones of `n_layers` and the rest, that were
    /// not.
    pub(super) fn accumulated(&self, n_layers: f64, has_tail: bool, held: &mut HeldForSharding) {
        if !self.run.accumulates() {
            return;
        }
        let sharded = self.sharded;
        if !self.syncs_last() {
            return held.gradients.extend(sharded.all_kept());
        }
        let of = |it: &ShardGroup| sharded.scattered(it);
        held.gradients.extend(of(&sharded.layer).and_then(|it| several(n_layers, it)));
        held.gradients.extend(of(&sharded.embedding));
        held.gradients.extend((has_tail || self.groups.root.is_some()).then(|| of(&sharded.end)).flatten());
    }

    fn syncs_last(&self) -> bool {
        self.run.shape.reader.choice::<GradientSync>(Id::GradientSync) == GradientSync::Last
    }

    /// Whether a pass of this step was before, which left gathered what stays.
    pub(super) fn is_behind_pass(&self) -> bool {
        self.run.has_groups() && !self.run.accumulates()
    }

    /// What a pass gathers where `n_layers` have run, in a group or none.
    pub(super) fn gathering(
        &self,
        n_layers: f64,
        group: Option<&ShardGroup>,
        before: Option<Expr<Memory>>,
    ) -> HeldForSharding {
        let of_group = group.map(|it| self.sharded.gathered(it));
        let mut held = HeldForSharding { gathered: Vec::from_iter(of_group.clone()), ..HeldForSharding::default() };
        held.buffers.extend(before.into_iter().chain(of_group));
        self.groups.kept(n_layers, &mut held);
        self.accumulated(self.layers, true, &mut held);
        held
    }

    fn loss(&self, output: Tensors, logits: Option<Expr<Memory>>) -> Option<Moment> {
        let is_behind = self.is_behind_pass();
        let tail = self.groups.kept_tail().filter(|_| !is_behind).or_else(|| self.sharded.copied_out());
        let last = tail.filter(|_| !(is_behind && self.groups.keeps));
        let at = |output: Tensors, logits, last: Option<Expr<Memory>>| {
            let mut held = self.gathering(self.layers, None, last);
            held.gathered.extend(self.groups.kept_tail());
            self.moment(MomentId::Loss, self.step.all_kept(output, logits, None), held)
        };
        if !self.run.has_whole_logits() {
            return Some(at(output, logits, last));
        }
        // That of whole logits is computed outside of the model, at whose end the last all-gather's output is let go.
        let of_model = Some(CompletionLogits::of(self.run).of_model());
        Moment::fullest([at(Tensors::default(), of_model, last), at(output, logits, None)])
    }

    /// The reference scores the batch.
    fn reference_pass(&self) -> Option<Moment> {
        let moment = |(at, mut held): (_, HeldForSharding)| {
            self.groups.kept(self.layers, &mut held);
            held.gathered.extend(self.groups.kept_tail());
            self.accumulated(self.layers, true, &mut held);
            self.moment(MomentId::ReferencePass, dpo::at_reference(self.run, &self.step, at), held)
        };
        Moment::fullest(self.groups.of_reference(self.run).into_iter().map(moment))
    }

    fn backward_start(&self, logits: Option<Expr<Memory>>) -> Moment {
        // So does a last group whose projection runs in the head of pairs, outside of its own module.
        let is_ahead = (self.has_root || self.run.scored.is_some()) && !self.groups.keeps;
        let ahead = is_ahead.then(|| self.sharded.gathered(&self.sharded.layer));
        let mut held = self.gathering(self.layers, None, ahead);
        held.gathered.extend(self.groups.kept_tail());
        self.moment(MomentId::BackwardStart, self.step.all_kept(Tensors::default(), logits, None), held)
    }

    /// The gradient of the output projection is copied into the input of its reduce-scatter; nothing where it has no
    /// group of its own or is not trained.
    fn backward_head(&self) -> Option<Moment> {
        let (sharded, tail) = (self.sharded, self.groups.tail.as_ref()?);
        let mut held = HeldForSharding {
            buffers: vec![sharded.scattered(tail)?, sharded.output(tail)?],
            gradients: sharded.gradients(tail).into_iter().chain(sharded.converted(tail)).collect(),
            ..HeldForSharding::default()
        };
        self.groups.kept(self.layers, &mut held);
        if !self.groups.keeps {
            held.buffers.push(sharded.gathered(&sharded.layer));
        }
        self.accumulated(self.layers, true, &mut held);
        let stream = self.run.stream("gradient of the last norm's output", "derivatives.yaml, linear");
        let mut lines = self.step.kept_of_layers(self.layers);
        let stream = self.run.tokens() * stream.listed(Quantity::GradientsInside, &self.run.widths);
        lines.push((Component::Temporaries, stream));
        Some(self.moment(MomentId::BackwardHead, lines, held))
    }

    /// The fuller of two layers: that of which the instant is known, and one beside it.
    fn in_layers(
        &self,
        (id, side): (MomentId, InstantSide),
        inside: Option<Inside>,
        own: f64,
        beside: f64,
    ) -> Option<Moment> {
        let inside = inside?;
        let moved = (0.0..self.layers).contains(&beside).then(|| {
            let one = self.step.kept_of_one_layer();
            let activations = inside.activations.clone();
            let activations = if beside > own { activations + one } else { activations - one };
            (beside, Inside { activations, ..inside.clone() })
        });
        Moment::fullest(
            [Some((own, inside)), moved].into_iter().flatten().map(|(at, it)| self.in_layer(id, side, at, it)),
        )
    }

    /// The fullest instants of some that are on one side of experts, in the last layers and in the first.
    fn on_side(&self, side: InstantSide, stack: &Stack) -> (Option<Moment>, Option<Moment>) {
        let (last, first) = LayerBackward::of(self.run, stack, &self.sharded.resident).fullest();
        let last = self.in_layers((MomentId::BackwardLastLayer, side), last, self.layers - 1.0, self.layers - 2.0);
        (last, self.in_layers((MomentId::BackwardLayer, side), first, 0.0, 1.0))
    }

    /// Inside the backward pass of a layer, counted from 0.
    fn in_layer(&self, id: MomentId, side: InstantSide, at: f64, inside: Inside) -> Moment {
        let sharded = self.sharded;
        let (is_last, n_done) = (at == self.layers - 1.0, self.layers - 1.0 - at);
        let mut held = HeldForSharding::default();
        self.groups.kept(at + 1.0, &mut held);
        if !self.groups.keeps {
            held.gathered.push(sharded.gathered(&sharded.layer));
        }
        if !self.groups.keeps && side != InstantSide::Gather {
            let ahead =
                if at > 0.0 { Some(&sharded.layer) } else { self.groups.tail.as_ref().map(|_| &sharded.embedding) };
            held.buffers.extend(ahead.map(|it| sharded.gathered(it)));
        }
        let before = if is_last { self.groups.tail.as_ref() } else { Some(&sharded.layer) };
        held.on_side(side, self.run, sharded, before, self.experts.as_ref());
        self.done(n_done, &mut held);
        self.accumulated(at + 1.0, false, &mut held);
        let lines = self.step.inside(if is_last { self.step.masks() } else { 1.0 }, Some(inside));
        self.moment(id, lines, held)
    }

    /// What is left of groups that the backward pass is done with: so many layers, and the last group.
    fn reduced(&self, n_layers: f64, held: &mut HeldForSharding) {
        let sharded = self.sharded;
        let replicas = |it: &ShardGroup| sharded.reduced_over_replicas(it);
        held.buffers.extend(replicas(&sharded.layer).and_then(|it| several(n_layers, it)));
        held.buffers.extend(self.groups.tail.as_ref().and_then(replicas));
        if !self.run.accumulates() || self.syncs_last() {
            held.gradients.extend(sharded.kept_of_layer().and_then(|it| several(n_layers, it)));
            held.gradients.extend(self.groups.tail.as_ref().and_then(|it| sharded.kept(it)));
        }
    }

    /// The same, and the whole gradient of an output projection that waits for its group.
    fn done(&self, n_layers: f64, held: &mut HeldForSharding) {
        self.reduced(n_layers, held);
        if self.groups.root.is_some() && self.run.formats.trains_everything() {
            held.gradients.push(self.run.embedding() * self.sharded.gradient());
        }
    }

    /// The embedding's gradient is made and reduced.
    fn end(&self) -> Moment {
        let (run, sharded) = (self.run, self.sharded);
        let base = || {
            let mut res = sharded.lines();
            res.push((Component::Inputs, run.ids()));
            res
        };
        let stream = run.stream("gradient of the embedding's output", "derivatives.yaml, embedding");
        let stream = run.tokens() * stream.listed(Quantity::GradientsInside, &run.widths);
        let table = || run.embedding() * sharded.gradient();
        let group = self.groups.root.as_ref().unwrap_or(&sharded.embedding);
        // Behind the embedding in the order of passes stands the last group of the one before, which nobody needs
        // (`_backward_prefetch`).
        let is_ahead = self.is_behind_pass() && run.formats.trains_everything();
        let ahead = || self.groups.tail.as_ref().filter(|_| is_ahead).map(|it| sharded.gathered(it));
        let mut made = HeldForSharding {
            buffers: Vec::from_iter(sharded.scattered(&sharded.layer)),
            ..HeldForSharding::default()
        };
        made.gathered.push(sharded.gathered(group));
        made.buffers.extend(ahead());
        self.done(self.layers, &mut made);
        self.accumulated(0.0, false, &mut made);
        let mut lines = base();
        let ranks = run.tensor_ranks();
        match (&self.groups.root, run.formats.trains_everything()) {
            // The gradient of a divided table is whole on each rank, and its part is cut out; `starts` lets no other
            // pass.
            _ if ranks > 1.0 => {
                lines.push((Component::Temporaries, times(ranks) * table() + stream.max(table())));
            }
            // A loss in chunks hands over its gradient of the table, to which the embedding's is added in place.
            (Some(_), true) if run.is_tied() && run.scored.is_none() => {
                lines.push((Component::Temporaries, shared_table(run, true, table(), stream)));
            }
            (Some(_), true) => lines.push((Component::Temporaries, table() + stream)),
            // What was gathered ahead is as large as the gradient that is made once it is gone.
            (None, true) => {
                made.buffers.push(sharded.gathered(group));
                lines.push((Component::Temporaries, stream));
            }
            (Some(_), false) => {}
            // Nobody needs the frozen embedding: it was gathered ahead, and is dropped as it is.
            (None, false) => {
                made.gathered.clear();
                made.buffers.push(sharded.gathered(group));
            }
        }
        let made = self.moment(MomentId::BackwardEnd, lines, made);
        let all = || Some([sharded.scattered(group)?, sharded.output(group)?, sharded.gradients(group)?]);
        let Some([input, output, gradients]) = all() else { return made };
        let beside = |buffers: Vec<Expr<Memory>>, gradients: Vec<Expr<Memory>>| {
            let mut held = HeldForSharding { buffers, gradients, ..HeldForSharding::default() };
            self.reduced(self.layers, &mut held);
            let is_added = run.accumulates() && !self.syncs_last();
            held.gradients.extend(sharded.all_kept().filter(|_| is_added));
            held.buffers.extend(ahead());
            self.moment(MomentId::BackwardEnd, base(), held)
        };
        // Gradients are dropped once copied in, but a loop's variable holds the last (`foreach_reduce`): of a root an
        // own projection's.
        let last = if self.has_root { (!run.is_tied()).then(table) } else { Some(gradients.clone()) };
        let reduced = last.into_iter().chain(sharded.converted(group)).collect();
        let all = [beside(vec![input.clone(), output], reduced), beside(vec![input], vec![gradients])];
        Moment::fullest(std::iter::once(made.clone()).chain(all)).unwrap_or(made)
    }

    fn optimizer_step(&self) -> Moment {
        let mut lines = self.sharded.lines();
        lines.push((Component::Inputs, self.run.ids()));
        put_any(&mut lines, Component::Gradients, self.sharded.all_kept());
        put_any(&mut lines, Component::Temporaries, self.sharded.resident.step.clone());
        Moment::new(MomentId::OptimizerStep, lines)
    }
}
