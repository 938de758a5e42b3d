//! The moments of a training step under FSDP2, for each kind of rank: those of one GPU, with parts of parameters in the place of
//! whole ones, and what is gathered, reduced and kept at each. The tensors of layers and loss are `step`'s. It knows no size of a
//! shard.
//!
//! Read in torch/distributed/fsdp/_fully_shard, `_fsdp_param_group.py` and `_fsdp_collectives.py`. A group's all-gather has an output
//! that parameters are copied out of, and lives until the next group's copies are made; in the backward pass the group before is
//! gathered ahead. The input of a group's reduce-scatter lives until the backward pass of the next group ends.

use crate::estimator::component::Component;
use crate::estimator::estimate::{Lines, Moment, Rank, put_any};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::counts::{Counts, is_expert};
use crate::estimator::methods::calibrated::model::mesh::{Mesh, Shards};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::phases::dpo;
use crate::estimator::methods::calibrated::phases::fsdp_piles::{HeldForSharding, of_reference};
use crate::estimator::methods::calibrated::phases::layer_backward::{Inside, LayerBackward};
use crate::estimator::methods::calibrated::phases::reference;
use crate::estimator::methods::calibrated::phases::stack::Stack;
use crate::estimator::methods::calibrated::phases::step::{Losses, Step, shared_table};
use crate::estimator::methods::calibrated::run::sharded::{ShardGroup, ShardedRun};
use crate::estimator::methods::calibrated::run::shares;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::times;
use crate::estimator::methods::calibrated::tensors::instant::InstantSide;
use crate::estimator::methods::calibrated::tensors::list::Tensors;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::spread::{GradientSync, Reshard, Wrapping};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

/// The ranks of a run, those with the largest parts first, each with its moments, to which `more` is added.
pub fn ranks(shape: &Shape, mesh: &Mesh, more: impl Fn(Vec<Moment>) -> Vec<Moment>) -> Vec<Rank> {
    let run = dpo::run_of(shape);
    let counts = Counts::of(shape);
    let rank = |shards: Shards| {
        let sharded = ShardedRun::of(&run, &counts, mesh, shards);
        let sharded = if reference::is_resident(&run) { sharded.with_reference() } else { sharded };
        let (kind, count) = mesh.kind(shards);
        let rank = Rank::new(kind, count, more(ShardedStep::of(&run, &counts, &sharded).moments()))?;
        Some(rank.with_host(sharded.host))
    };
    shares::shards(&run, mesh).into_iter().filter_map(rank).collect()
}

/// A step of a rank.
struct ShardedStep<'a> {
    run: &'a TrainingRun<'a>,
    sharded: &'a ShardedRun,
    step: Step<'a>,
    /// What is gathered before the first layer and stays until the pass ends: the root, or the last group where the embedding is in it.
    root: Option<ShardGroup>,
    /// The last group, where the output projection is apart from the embedding.
    tail: Option<ShardGroup>,
    /// Whether gathered parameters are kept for the backward pass.
    keeps: bool,
    /// Whether parameters outside of groups are the root's own, of which the backward pass gathers the last layer ahead.
    has_root: bool,
    /// Elements of a layer's experts that are a group of their own.
    experts: Option<Expr<Count>>,
    layers: f64,
}

impl<'a> ShardedStep<'a> {
    fn of(run: &'a TrainingRun<'a>, counts: &Counts, sharded: &'a ShardedRun) -> Self {
        let reader = run.shape.reader;
        let has_root = reader.choice::<Wrapping>(Id::Wrapping) == Wrapping::Layers;
        let is_joined = has_root || run.is_tied();
        Self {
            run,
            step: Step::with(run, counts, sharded.resident.clone()).with_ends_of_layers(),
            root: is_joined.then(|| sharded.embedding.and(&sharded.end)),
            tail: (!is_joined).then(|| sharded.end.clone()),
            keeps: reader.choice::<Reshard>(Id::Reshard) == Reshard::None,
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
        let losses = Losses::of(self.run);
        let mut res = vec![self.forward_gather(), self.loss(losses.output, losses.forward)];
        if self.run.has_pairs() && reference::scores(self.run) {
            res.extend(self.reference_pass());
        }
        res.push(self.backward_start(losses.backward));
        res.extend(self.backward_head());
        let sides = match &self.experts {
            Some(experts) => {
                InstantSide::BACKWARD.map(|it| self.on_side(it, &self.step.stack().on(it, experts))).to_vec()
            }
            None => vec![self.on_side(InstantSide::Experts, self.step.stack())],
        };
        let (last, first): (Vec<_>, Vec<_>) = sides.into_iter().unzip();
        res.extend(Self::fullest(last.into_iter().flatten()));
        res.extend(Self::fullest(first.into_iter().flatten()));
        res.push(self.end());
        res.push(self.optimizer_step());
        res
    }

    fn moment(&self, id: MomentId, lines: Lines, held: HeldForSharding) -> Moment {
        Moment::new(id, lines).with_more(held.lines())
    }

    /// The fuller of some moments.
    fn fullest(of: impl IntoIterator<Item = Moment>) -> Option<Moment> {
        of.into_iter().reduce(|one, other| if other.total() > one.total() { other } else { one })
    }

    /// So many layers, as a factor.
    fn several(number: f64, of: Expr<Memory>) -> Option<Expr<Memory>> {
        match number {
            1.0 => Some(of),
            _ if number > 0.0 => Some(times(number) * of),
            _ => None,
        }
    }

    /// What groups that are kept hold once `n_layers` have run forward, or before the backward pass has left them.
    fn kept_gathered(&self, n_layers: f64, held: &mut HeldForSharding) {
        held.gathered.extend(self.root.as_ref().map(|it| self.sharded.gathered(it)));
        if self.keeps {
            held.gathered.extend(Self::several(n_layers, self.sharded.gathered(&self.sharded.layer)));
            held.gathered.extend(self.tail.as_ref().map(|_| self.sharded.gathered(&self.sharded.embedding)));
        }
    }

    /// Gradients of earlier micro-batches: parts that were reduced, or whole ones of `n_layers` and the rest, that were not.
    fn accumulated(&self, n_layers: f64, has_tail: bool, held: &mut HeldForSharding) {
        if !self.run.accumulates() {
            return;
        }
        let sharded = self.sharded;
        if !self.syncs_last() {
            return held.gradients.extend(sharded.all_kept());
        }
        let of = |it: &ShardGroup| sharded.scattered(it);
        held.gradients.extend(of(&sharded.layer).and_then(|it| Self::several(n_layers, it)));
        held.gradients.extend(of(&sharded.embedding));
        held.gradients.extend((has_tail || self.root.is_some()).then(|| of(&sharded.end)).flatten());
    }

    fn syncs_last(&self) -> bool {
        self.run.shape.reader.choice::<GradientSync>(Id::GradientSync) == GradientSync::Last
    }

    /// Parameters of the first layer, of the last, or of the last group are gathered.
    fn forward_gather(&self) -> Moment {
        let sharded = self.sharded;
        let (gathered, layer) = (|it: &ShardGroup| sharded.gathered(it), sharded.gathered(&sharded.layer));
        let before_layers = self.root.as_ref().unwrap_or(&sharded.embedding);
        let mut first = HeldForSharding {
            gathered: vec![layer.clone()],
            buffers: vec![gathered(before_layers), layer.clone()],
            ..HeldForSharding::default()
        };
        self.kept_gathered(0.0, &mut first);
        self.accumulated(self.layers, true, &mut first);
        let stream = self.run.stream("output of the embedding", "torch.nn.Embedding");
        let mut lines = self.step.base(1.0);
        lines.push((Component::Activations, self.run.tokens() * stream.listed(Quantity::LayerInput, &self.run.widths)));
        let mut all = vec![self.moment(MomentId::ForwardGather, lines, first)];
        if self.layers > 1.0 {
            let mut last = HeldForSharding {
                gathered: vec![layer.clone()],
                buffers: sharded.copied_out().into_iter().chain([layer.clone()]).collect(),
                ..HeldForSharding::default()
            };
            self.kept_gathered(self.layers - 1.0, &mut last);
            self.accumulated(self.layers, true, &mut last);
            let lines = self.step.kept_of_layers(self.layers - 1.0);
            all.push(self.moment(MomentId::ForwardGather, lines, last));
        }
        if let Some(tail) = &self.tail {
            let mut last = HeldForSharding {
                gathered: vec![gathered(tail)],
                buffers: sharded.copied_out().into_iter().chain([gathered(tail)]).collect(),
                ..HeldForSharding::default()
            };
            self.kept_gathered(self.layers, &mut last);
            self.accumulated(self.layers, true, &mut last);
            all.push(self.moment(MomentId::ForwardGather, self.step.behind_layers(), last));
        }
        all.extend(self.forward_in_experts());
        let first = all.remove(0);
        Self::fullest(std::iter::once(first.clone()).chain(all)).unwrap_or(first)
    }

    fn loss(&self, output: Tensors, logits: Option<Expr<Memory>>) -> Moment {
        let sharded = self.sharded;
        let last = self.tail.as_ref().map(|it| sharded.gathered(it)).or_else(|| sharded.copied_out());
        let mut held = HeldForSharding { buffers: Vec::from_iter(last), ..HeldForSharding::default() };
        self.kept_gathered(self.layers, &mut held);
        held.gathered.extend(self.tail.as_ref().map(|it| sharded.gathered(it)));
        self.accumulated(self.layers, true, &mut held);
        self.moment(MomentId::Loss, self.step.all_kept(output, logits, None), held)
    }

    /// The reference scores the batch.
    fn reference_pass(&self) -> Option<Moment> {
        let groups = [&self.root, &self.tail].map(Option::as_ref);
        let moment = |(at, mut held): (_, HeldForSharding)| {
            self.kept_gathered(self.layers, &mut held);
            held.gathered.extend(self.tail.as_ref().map(|it| self.sharded.gathered(it)));
            self.accumulated(self.layers, true, &mut held);
            self.moment(MomentId::ReferencePass, dpo::at_reference(self.run, &self.step, at), held)
        };
        Self::fullest(of_reference(self.run, self.sharded, groups, self.keeps).into_iter().map(moment))
    }

    fn backward_start(&self, logits: Option<Expr<Memory>>) -> Moment {
        let sharded = self.sharded;
        let mut held = HeldForSharding::default();
        self.kept_gathered(self.layers, &mut held);
        held.gathered.extend(self.tail.as_ref().map(|it| sharded.gathered(it)));
        // So does a last group whose projection runs in the head of pairs, outside of its own module.
        if (self.has_root || self.run.scored.is_some()) && !self.keeps {
            held.buffers.push(sharded.gathered(&sharded.layer));
        }
        self.accumulated(self.layers, true, &mut held);
        self.moment(MomentId::BackwardStart, self.step.all_kept(Tensors::default(), logits, None), held)
    }

    /// The gradient of the output projection is copied into the input of its reduce-scatter; nothing where it has no group of its own or
    /// is not trained.
    fn backward_head(&self) -> Option<Moment> {
        let (sharded, tail) = (self.sharded, self.tail.as_ref()?);
        let mut held = HeldForSharding {
            buffers: vec![sharded.scattered(tail)?, sharded.output(tail)?],
            gradients: sharded.gradients(tail).into_iter().chain(sharded.converted(tail)).collect(),
            ..HeldForSharding::default()
        };
        self.kept_gathered(self.layers, &mut held);
        if !self.keeps {
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
        Self::fullest(
            [Some((own, inside)), moved].into_iter().flatten().map(|(at, it)| self.in_layer(id, side, at, it)),
        )
    }

    /// The last layer's experts run forward; nothing where they are no group of their own.
    fn forward_in_experts(&self) -> Option<Moment> {
        let elements = self.experts.as_ref()?;
        let stack = self.step.stack().on(InstantSide::Forward, elements);
        let (last, _) = LayerBackward::of(self.run, &stack, &self.sharded.resident).fullest();
        let lines = self.step.inside(self.step.masks(), last.map(|it| Inside { gradients: None, ..it }));
        let mut held = HeldForSharding::default();
        held.gathered.push(self.sharded.gathered(&self.sharded.layer));
        held.on_side(InstantSide::Forward, self.run, self.sharded, None, Some(elements));
        self.accumulated(self.layers, true, &mut held);
        Some(self.moment(MomentId::ForwardGather, lines, held))
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
        self.kept_gathered(at + 1.0, &mut held);
        if !self.keeps {
            held.gathered.push(sharded.gathered(&sharded.layer));
        }
        if !self.keeps && side != InstantSide::Gather {
            let ahead = if at > 0.0 { Some(&sharded.layer) } else { self.tail.as_ref().map(|_| &sharded.embedding) };
            held.buffers.extend(ahead.map(|it| sharded.gathered(it)));
        }
        let before = if is_last { self.tail.as_ref() } else { Some(&sharded.layer) };
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
        held.buffers.extend(replicas(&sharded.layer).and_then(|it| Self::several(n_layers, it)));
        held.buffers.extend(self.tail.as_ref().and_then(replicas));
        if !self.run.accumulates() || self.syncs_last() {
            held.gradients.extend(sharded.kept_of_layer().and_then(|it| Self::several(n_layers, it)));
            held.gradients.extend(self.tail.as_ref().and_then(|it| sharded.kept(it)));
        }
    }

    /// The same, and the whole gradient of an output projection that waits for its group.
    fn done(&self, n_layers: f64, held: &mut HeldForSharding) {
        self.reduced(n_layers, held);
        if self.root.is_some() && self.run.formats.trains_everything() {
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
        let group = self.root.as_ref().unwrap_or(&sharded.embedding);
        let mut made = HeldForSharding {
            buffers: Vec::from_iter(sharded.scattered(&sharded.layer)),
            ..HeldForSharding::default()
        };
        made.gathered.push(sharded.gathered(group));
        self.done(self.layers, &mut made);
        self.accumulated(0.0, false, &mut made);
        let mut lines = base();
        let ranks = run.tensor_ranks();
        match (&self.root, run.formats.trains_everything()) {
            // The gradient of a divided table is whole on each rank, and its part is cut out; `starts` lets no other pass.
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
            self.moment(MomentId::BackwardEnd, base(), held)
        };
        // Gradients are dropped once copied in, but a loop's variable holds the last (`foreach_reduce`): of a root an own projection's.
        let last = if self.has_root { (!run.is_tied()).then(table) } else { Some(gradients.clone()) };
        let reduced = last.into_iter().chain(sharded.converted(group)).collect();
        let all = [beside(vec![input.clone(), output], reduced), beside(vec![input], vec![gradients])];
        Self::fullest(std::iter::once(made.clone()).chain(all)).unwrap_or(made)
    }

    fn optimizer_step(&self) -> Moment {
        let mut lines = self.sharded.lines();
        lines.push((Component::Inputs, self.run.ids()));
        put_any(&mut lines, Component::Gradients, self.sharded.all_kept());
        put_any(&mut lines, Component::Temporaries, self.sharded.resident.step.clone());
        Moment::new(MomentId::OptimizerStep, lines)
    }
}
