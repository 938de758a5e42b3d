//! The moments of a training step under DeepSpeed's ZeRO: those of one GPU, with shares of states, and what is reduced
//! and gathered at each. The tensors of layers and loss are `step`'s. It knows no size of a share.
//!
//! Read and traced with DeepSpeed 0.19.8 (deepspeed/runtime/zero). Ranks differ in which gradients they keep whole; at
//! each moment the one is told that keeps most.

use crate::estimator::component::Component;
use crate::estimator::estimate::{Lines, Moment, Rank, put_any};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::logits::CompletionLogits;
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::phases::dpo::{self, PassWithoutGradients};
use crate::estimator::methods::calibrated::phases::layer_backward::{Inside, LayerBackward};
use crate::estimator::methods::calibrated::phases::preferences;
use crate::estimator::methods::calibrated::phases::reference;
use crate::estimator::methods::calibrated::phases::scoring::Scoring;
use crate::estimator::methods::calibrated::phases::step::{Losses, Step};
use crate::estimator::methods::calibrated::phases::zero_groups;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::run::zero::ZeroRun;
use crate::estimator::methods::calibrated::run::zero_live::LiveParameters;
use crate::estimator::methods::calibrated::run::zero_reductions::Reduction;
use crate::estimator::methods::calibrated::tensors::dtype::{HALF, element, times};
use crate::estimator::methods::calibrated::tensors::instant::InstantSide;
use crate::estimator::methods::calibrated::tensors::list::Tensors;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::spread::ZeroStage;
use crate::estimator::quantity::Quantity;
use crate::estimator::rank::RankKind;
use crate::estimator::units::Memory;

/// The ranks of a run, with their moments, to which `more` is added.
pub fn ranks(shape: &Shape, mesh: &Mesh, more: impl Fn(Vec<Moment>) -> Vec<Moment>) -> Vec<Rank> {
    let run = preferences::run_of(shape);
    let counts = Counts::of(shape);
    let mut zero = ZeroRun::of(&run, &counts, mesh);
    if reference::is_resident(&run) {
        // Below stage 3 an engine that shares out nothing (TRL, `prepare_deepspeed`).
        let is_sliced = zero.stage == ZeroStage::Parameters;
        let all = if is_sliced { zero.part_of_reference() } else { counts.total() * element(HALF) };
        zero.resident = zero.resident.beside(vec![(Component::Weights, all)]);
    }
    let step = Step::with(&run, &counts, zero.resident.clone());
    let mut moments =
        if run.has_groups() { zero_groups::before_training(&run, &step, &counts, &zero) } else { Vec::new() };
    moments.extend(ZeroStep { run: &run, zero: &zero, step, n_layers: run.layers().value() as usize }.moments());
    let kind = if mesh.count() == 1 { RankKind::Only } else { RankKind::Shards { first: 0, last: mesh.count() - 1 } };
    let rank = Rank::new(kind, mesh.count(), more(moments));
    rank.map(|it| it.with_host(zero.host)).into_iter().collect()
}

/// A step of a rank.
struct ZeroStep<'a> {
    run: &'a TrainingRun<'a>,
    zero: &'a ZeroRun<'a>,
    step: Step<'a>,
    n_layers: usize,
}

impl ZeroStep<'_> {
    fn moments(&self) -> Vec<Moment> {
        let losses = preferences::losses(self.run, &self.step);
        let mut res = Vec::from_iter(self.forward_gather());
        res.extend(self.forward_in_adapters());
        let at_loss = |id, lines| self.moment(id, lines, self.gathered(|it| it.at_loss));
        if self.run.has_whole_logits() {
            res.extend(self.loss_of_groups(losses));
        } else {
            res.push(at_loss(MomentId::Loss, self.step.all_kept(losses.output, losses.forward, None)));
            if preferences::scores_inside(self.run) {
                let passes = [PassWithoutGradients::Inside, PassWithoutGradients::Scores];
                let at = |it| at_loss(MomentId::ReferencePass, dpo::at_reference(self.run, &self.step, it));
                res.extend(Moment::fullest(passes.map(at)));
            }
            res.push(at_loss(MomentId::BackwardStart, self.step.all_kept(Tensors::default(), losses.backward, None)));
        }
        res.extend(self.backward_head());
        let stack = self.step.stack().only(is_in_backward_pass);
        let (last, first) = LayerBackward::of(self.run, &stack, &self.zero.resident).fullest();
        let behind = self.n_layers.saturating_sub(1);
        res.extend(last.map(|it| self.in_layer(MomentId::BackwardLastLayer, behind, it)));
        res.extend(first.and_then(|it| self.in_fullest_layer(&it)));
        res.extend(self.in_reduction());
        res.extend(self.entering_layer());
        res.push(self.end());
        res.push(self.optimizer_step());
        res
    }

    /// The loss of whole logits is computed outside of the model, which has let its head go by then and fetches it
    /// again behind it.
    fn loss_of_groups(&self, losses: Losses) -> Vec<Moment> {
        let logits = CompletionLogits::of(self.run);
        let with = |id, logits, more| self.moment(id, self.step.all_kept(Tensors::default(), Some(logits), None), more);
        let in_head = || self.gathered(|it| it.at_loss);
        let of_weight = self.step.head_gradient();
        let behind = of_weight.map_or(logits.of_model(), |it| logits.of_model() + it);
        let all = [
            losses.forward.map(|it| with(MomentId::Loss, it, Lines::new())),
            Some(with(MomentId::Loss, logits.of_model(), in_head())),
            Some(with(MomentId::BackwardStart, logits.differentiated(None), Lines::new())),
            Some(with(MomentId::BackwardStart, behind, in_head())),
        ];
        let of = |id| Moment::fullest(all.iter().flatten().filter(|it| it.id() == id).cloned());
        [MomentId::Loss, MomentId::BackwardStart].into_iter().filter_map(of).collect()
    }

    /// A moment of lines of which several may be of one component; with what earlier micro-batches left.
    fn moment(&self, id: MomentId, lines: Lines, more: Lines) -> Moment {
        let res = Moment::new(id, Vec::new()).with_more(lines).with_more(more);
        if !self.run.accumulates() {
            return res;
        }
        let mut left = Lines::new();
        if !self.zero.reduces_late {
            put_any(&mut left, Component::Gradients, self.zero.kept_for_step());
        } else if matches!(id, MomentId::Loss | MomentId::ReferencePass | MomentId::BackwardStart) {
            // It is let go only once it was used.
            left.push((Component::CollectiveBuffers, self.zero.buckets.clone()));
        } else if self.run.formats.trains_everything() && self.run.is_tied() {
            // The output projection's gradient waits for the embedding's.
            left.push((Component::Gradients, self.run.embedding() * self.zero.resident.gradient.clone()));
        }
        res.with_more(left)
    }

    /// Parameters that are whole, where not all are.
    fn gathered(&self, at: impl Fn(&LiveParameters) -> f64) -> Lines {
        let elements = self.zero.live.as_ref().map_or(0.0, at);
        let gathered = (elements > 0.0).then(|| (Component::GatheredParameters, self.zero.gathered(elements)));
        gathered.into_iter().collect()
    }

    /// The layer at the end of which the forward pass holds most.
    fn forward_gather(&self) -> Option<Moment> {
        let live = self.zero.live.as_ref()?;
        let one = self.step.kept_of_one_layer().value();
        let held = |at: usize| HALF * live.forward[at] + at as f64 * one;
        let gathers = |at: &usize| live.forward[*at] > 0.0;
        let at = (0..self.n_layers).filter(gathers).max_by(|one, other| held(*one).total_cmp(&held(*other)))?;
        let mut lines = self.step.kept_of_layers(at as f64);
        if self.run.has_groups() && self.run.is_checkpointed() {
            // More is fetched ahead than in the backward pass, and so the inside of a layer counts.
            lines.push((Component::Temporaries, Scoring::of(self.run).layers()));
        }
        Some(self.moment(MomentId::ForwardGather, lines, self.gathered(|it| it.forward[at])))
    }

    /// Inside the last layer's adapters, which may be fullest where no logits are whole; nothing where the layer runs
    /// again.
    fn forward_in_adapters(&self) -> Option<Moment> {
        let stack = self.step.stack().only(|it| it == InstantSide::FirstPass);
        let (last, _) = LayerBackward::of(self.run, &stack, &self.zero.resident).fullest();
        let lines = self.step.inside(self.step.masks(), Some(Inside { gradients: None, ..last? }));
        let gathered = self.gathered(|it| it.forward.last().copied().unwrap_or(0.0));
        Some(self.moment(MomentId::BackwardLastLayer, lines, gathered))
    }

    /// The gradient of the output projection is the first for which there is a bucket; the last norm's arrival may have
    /// it reduced.
    fn backward_head(&self) -> Option<Moment> {
        let zero = self.zero;
        if zero.reduces_late && self.run.accumulates() {
            // With gradients of earlier micro-batches this is below the loss.
            return None;
        }
        let gradient = self.step.head_gradient()?;
        let stream = self.run.stream("gradient of the last norm's output", "derivatives.yaml, linear");
        let stream = self.run.tokens() * stream.listed(Quantity::GradientsInside, &self.run.widths);
        let with = |gradient: Option<Expr<Memory>>, made: Option<(Component, Expr<Memory>)>| {
            let mut more: Lines = gradient.map(|it| (Component::Gradients, it)).into_iter().collect();
            more.push((Component::Temporaries, stream.clone()));
            more.extend(self.gathered(|it| it.at_loss));
            if zero.live.is_none() {
                more.push((Component::CollectiveBuffers, zero.buckets.clone()));
            }
            more.extend(made);
            self.moment(MomentId::BackwardHead, self.step.kept_of_layers(self.n_layers as f64), more)
        };
        let waits = zero.is_beside_bucket(self.run.embedding().value());
        let made = self.made(self.n_layers + 1).map(|it| with(waits.then(|| gradient.clone()), Some(it)));
        Moment::fullest(std::iter::once(with(Some(gradient.clone()), None)).chain(made))
    }

    /// The most that is made at once to reduce gradients while the pass is at a place.
    fn made(&self, place: usize) -> Option<(Component, Expr<Memory>)> {
        // They stand in the order of the backward pass, and are as many as tensors where none fits into the bucket.
        let all = &self.zero.reductions;
        let [begin, end] = [place + 1, place].map(|from| all.partition_point(|it| it.place >= from));
        self.zero.made_to_reduce(all[begin..end].iter())
    }

    /// Inside the backward pass of a layer, counted from 0.
    fn in_layer(&self, id: MomentId, at: usize, inside: Inside) -> Moment {
        let zero = self.zero;
        let is_last = at + 1 == self.n_layers;
        let mut more = self.gathered(|it| it.inside[at]);
        if zero.live.is_none() {
            more.push((Component::CollectiveBuffers, zero.buckets.clone()));
        }
        // Of adapters nobody has followed when in a layer their gradients arrive.
        if !self.run.formats.trains_everything() {
            more.extend(self.made(at + 1));
        }
        put_any(&mut more, Component::Gradients, self.kept_inside(at));
        let n_masks = if is_last { self.step.masks() } else { 1.0 };
        self.moment(id, self.step.inside(n_masks, Some(inside)), more)
    }

    /// Gradients that are kept whole where a layer is fullest.
    fn kept_inside(&self, at: usize) -> Option<Expr<Memory>> {
        (!self.zero.reduces_late).then(|| self.zero.kept_inside(at + 1)).flatten()
    }

    /// Gradients are copied to be reduced while the pass is in a layer, where that leaves most; nothing where none is.
    fn in_reduction(&self) -> Option<Moment> {
        let zero = self.zero;
        let one = self.step.kept_of_one_layer();
        let sides = [InstantSide::ArrivalOfDown, InstantSide::ArrivalOfUp, InstantSide::ArrivalOfOther];
        let of_side = |side: InstantSide| {
            let stack = self.step.stack().only(|it| it == side);
            let (last, first) = LayerBackward::of(self.run, &stack, &zero.resident).fullest();
            Some((side, last?, first?))
        };
        let instants: Vec<_> = sides.into_iter().filter_map(of_side).collect();
        let gathered = |at: usize| zero.live.as_ref().map_or(0.0, |it| it.backward[at]);
        let inside = |it: &Reduction| instants.iter().find(|of| of.0 == it.side);
        let held = |it: &Reduction| {
            let of_layer = inside(it).map_or(0.0, |of| of.2.activations.value() + of.2.temporaries.value());
            let kept = zero.kept_before(Some(it)).map_or(0.0, |it| it.value());
            let behind = (it.place - 1) as f64 * one.value();
            behind + HALF * gathered(it.place - 1) + of_layer + kept + zero.bytes_at_arrival(it)
        };
        let in_layers = zero.reductions.iter().filter(|it| it.place > 0 && it.place <= self.n_layers);
        let it = in_layers.max_by(|one, other| held(one).total_cmp(&held(other)))?;
        let (at, (_, last, first)) = (it.place - 1, inside(it)?);
        let is_last = at + 1 == self.n_layers;
        let (id, inside) = if is_last {
            (MomentId::BackwardLastLayer, last.clone())
        } else {
            (MomentId::BackwardLayer, self.moved(first, at))
        };
        let mut more = self.gathered(|it| it.backward[at]);
        if zero.live.is_none() {
            more.push((Component::CollectiveBuffers, zero.buckets.clone()));
        }
        more.extend(zero.made_at_arrival(it));
        put_any(&mut more, Component::Gradients, zero.kept_before(Some(it)));
        let n_masks = if is_last { self.step.masks() } else { 1.0 };
        Some(self.moment(id, self.step.inside(n_masks, Some(inside)), more))
    }

    /// A layer is entered with most parameters whole; nothing where all are.
    fn entering_layer(&self) -> Option<Moment> {
        let live = self.zero.live.as_ref()?;
        let one = self.step.kept_of_one_layer().value();
        let held = |at: &usize| HALF * live.backward[*at] + *at as f64 * one;
        let at = (0..self.n_layers).max_by(|one, other| held(one).total_cmp(&held(other)))?;
        let lines = self.step.behind_layers((at + 1) as f64);
        Some(self.moment(MomentId::BackwardLayer, lines, self.gathered(|it| it.backward[at])))
    }

    /// What is inside the first layer, in a later one.
    fn moved(&self, first: &Inside, at: usize) -> Inside {
        let activations = first.activations.clone();
        let behind = || times(at as f64) * self.step.kept_of_one_layer();
        Inside { activations: if at > 0 { activations + behind() } else { activations }, ..first.clone() }
    }

    /// The first layer, or the one before the last in which most is gathered beside what is kept.
    fn in_fullest_layer(&self, first: &Inside) -> Option<Moment> {
        let one = self.step.kept_of_one_layer();
        let gathered = |at: usize| self.zero.live.as_ref().map_or(0.0, |it| it.inside[at]);
        let kept = |at: usize| self.kept_inside(at).map_or(0.0, |it| it.value());
        let held = |at: usize| at as f64 * one.value() + HALF * gathered(at) + kept(at);
        // Gradients that wait until the pass ends are most when it does.
        let others = 1..if self.zero.reduces_late { 0 } else { self.n_layers.saturating_sub(1) };
        let other = others.max_by(|one, other| held(*one).total_cmp(&held(*other)));
        let moved = |at: usize| self.in_layer(MomentId::BackwardLayer, at, self.moved(first, at));
        Moment::fullest(std::iter::once(0).chain(other).map(moved))
    }

    /// The embedding's gradient is computed; then the rest is reduced, or all.
    fn end(&self) -> Moment {
        let (run, zero) = (self.run, self.zero);
        let more = |made: Option<(Component, Expr<Memory>)>, kept: Option<Expr<Memory>>| {
            let mut res = self.gathered(|it| it.at_end);
            if zero.live.is_none() {
                res.push((Component::CollectiveBuffers, zero.buckets.clone()));
            }
            res.extend(made);
            put_any(&mut res, Component::Gradients, kept);
            res
        };
        let end = |lines: Lines, more: Lines| self.moment(MomentId::BackwardEnd, lines, more);
        let lines = self.step.end();
        if zero.reduces_late {
            let made = end(lines, more(None, None));
            let mut lines = self.step.resident.lines_of_moment();
            lines.push((Component::Inputs, run.ids()));
            let waiting = zero.resident.gradients() - zero.reduced_first();
            lines.push((Component::Temporaries, waiting));
            put_any(&mut lines, Component::Temporaries, zero.norm_of_first());
            let reduced = end(lines, more(None, zero.kept_of_first()));
            return if reduced.total() > made.total() { reduced } else { made };
        }
        let trains = run.formats.trains_everything();
        let table = || run.embedding() * zero.resident.gradient.clone();
        let mut made = lines;
        made.extend((trains && !run.is_tied()).then(|| (Component::Temporaries, table())));
        let made = end(made, more(None, zero.kept_at(0)));
        // What its arrival has reduced; the last reduction, of what is in the bucket, has the embedding's there, unless
        // that is too large.
        let mut reductions = zero.reductions.iter().filter(|it| it.place == 0).peekable();
        let mut all = vec![made];
        while let Some(it) = reductions.next() {
            let is_own = trains && (reductions.peek().is_some() || zero.is_beside_bucket(run.embedding().value()));
            let mut lines = self.step.resident.lines_of_moment();
            lines.push((Component::Inputs, run.ids()));
            lines.extend(is_own.then(|| (Component::Temporaries, table())));
            all.push(end(lines, more(zero.made_to_reduce(std::iter::once(it)), zero.kept_at(0))));
        }
        let first = all.remove(0);
        Moment::fullest(std::iter::once(first.clone()).chain(all)).unwrap_or(first)
    }

    /// Gradients are converted, parameters updated; what was gathered is gone.
    fn optimizer_step(&self) -> Moment {
        let zero = self.zero;
        let mut lines = self.step.resident.lines_of_moment();
        lines.push((Component::Inputs, self.run.ids()));
        if zero.stage != ZeroStage::Parameters {
            put_any(&mut lines, Component::Gradients, zero.kept_for_step());
        }
        put_any(&mut lines, Component::Temporaries, zero.step(self.run));
        Moment::new(MomentId::OptimizerStep, lines)
    }
}

/// Whether an instant is in the backward pass of a layer, and not one at which gradients of weights arrive.
const fn is_in_backward_pass(side: InstantSide) -> bool {
    match side {
        InstantSide::FirstPass
        | InstantSide::ArrivalOfDown
        | InstantSide::ArrivalOfUp
        | InstantSide::ArrivalOfOther => false,
        InstantSide::Forward
        | InstantSide::Gather
        | InstantSide::Experts
        | InstantSide::Reduction
        | InstantSide::Behind => true,
    }
}
