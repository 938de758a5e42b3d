//! The moments of a step in a pipeline of PyTorch with FSDP2 inside its stages, rank by rank: those of a pipeline, with
//! parts of parameters in the place of whole ones, and what is gathered and not yet reduced. It knows no size of a
//! shard.
//!
//! Read in torch/distributed/pipelining/stage.py, `backward_maybe_with_nosync`: until the last micro-batch is done,
//! what the backward pass has gathered stays, and so do whole gradients in the format of reducing. Then each group is
//! reduced after the other, the root first. A forward pass lets a layer's parameters go (`reshard_after_forward`), so
//! that at the loss the root's alone are gathered.

use crate::estimator::component::Component;
use crate::estimator::estimate::{Lines, Moment, Rank, put_any};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::{head, loss};
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::phases::layer_backward::{Differentiated, Inside, LayerBackward};
use crate::estimator::methods::calibrated::phases::pipeline::{MicroBatchTurn, Pipelined, StageOfRank, keep_fuller};
use crate::estimator::methods::calibrated::run::shard_groups::ShardGroup;
use crate::estimator::methods::calibrated::run::sharded::ShardedRun;
use crate::estimator::methods::calibrated::run::shares;
use crate::estimator::methods::calibrated::run::stages::{layers_of_stage, receive_buffers};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::times;
use crate::estimator::moment::MomentId;
use crate::estimator::order::sorted;
use crate::estimator::quantity::Quantity;
use crate::estimator::rank::RankKind;
use crate::estimator::units::Memory;

/// The ranks of a pipeline in their order, each with its moments, to which `more` is added.
pub fn ranks(shape: &Shape, mesh: &Mesh, more: impl Fn(Vec<Moment>) -> Vec<Moment>) -> Vec<Rank> {
    let (whole, counts) = (TrainingRun::of(shape), Counts::of(shape));
    let run = TrainingRun::of_stage(shape, layers_of_stage(shape));
    let mut pipelined = Pipelined::of(&run, &whole, &counts);
    pipelined.stack.put_ends(&run);
    // `starts` lets no other pass than those of which all hold the same.
    let shards = shares::shards(&whole, mesh).into_iter().next();
    let sharded = shards.map(|it| ShardedRun::of(&whole, &counts, mesh, it));
    let rank = |at: usize| {
        let ends = [at == 0, at + 1 == pipelined.pipeline.ranks];
        let buffers = vec![(Component::PipelineBuffers, receive_buffers(&run, at, &pipelined.pipeline))];
        let sharded = sharded.clone()?.of_stage(&run, ends, buffers);
        let root = match ends {
            [true, _] => Some(sharded.embedding.clone()),
            [_, true] => Some(sharded.end.clone()),
            [false, false] => None,
        };
        let stages = pipelined.stages(at);
        let stage = ShardedStage { pipelined: &pipelined, stage: stages.first()?, stages: &stages, sharded, root };
        Rank::new(RankKind::Stage { at }, mesh.data() as usize, more(stage.moments(at)))
    };
    (0..pipelined.pipeline.ranks).filter_map(rank).collect()
}

/// The stage of a rank, of which there is one.
struct ShardedStage<'a> {
    pipelined: &'a Pipelined<'a>,
    stage: &'a StageOfRank,
    stages: &'a [StageOfRank],
    sharded: ShardedRun,
    /// What is beside the layers: one end of the model, or nothing.
    root: Option<ShardGroup>,
}

impl ShardedStage<'_> {
    fn run(&self) -> &TrainingRun<'_> {
        self.pipelined.run
    }

    fn layers(&self) -> f64 {
        self.run().layers().value()
    }

    fn moments(&self, rank: usize) -> Vec<Moment> {
        let pipelined = self.pipelined;
        let mut res = Vec::new();
        for turn in pipelined.turns(rank, self.stages, &self.sharded.resident) {
            self.of_turn(&turn).into_iter().for_each(|it| keep_fuller(&mut res, it));
        }
        self.reduced().into_iter().for_each(|it| keep_fuller(&mut res, it));
        let mut res = sorted(res, |a, b| (a.id() as usize).cmp(&(b.id() as usize)));
        let outputs = pipelined.outputs_of(rank);
        if let Some(outputs) = &outputs {
            let mut lines = self.base();
            put_any(&mut lines, Component::Gradients, self.sharded.all_kept());
            lines.push((Component::Logits, times(2.0) * outputs.clone()));
            res.push(Moment::new(MomentId::OutputsJoined, lines));
        }
        let mut lines = self.base();
        put_any(&mut lines, Component::Gradients, self.sharded.all_kept());
        put_any(&mut lines, Component::Temporaries, self.sharded.resident.step.clone());
        put_any(&mut lines, Component::Logits, outputs);
        res.push(Moment::new(MomentId::OptimizerStep, lines));
        res
    }

    fn base(&self) -> Lines {
        self.pipelined.base(&self.sharded.resident, self.stages)
    }

    /// So many layers of something.
    fn several(number: f64, of: Expr<Memory>) -> Option<Expr<Memory>> {
        (number > 0.0).then(|| if number == 1.0 { of.clone() } else { times(number) * of })
    }

    /// Whole gradients of so many layers in the format of reducing, and of the root.
    fn unreduced(&self, n_layers: f64, has_root: bool) -> Option<Expr<Memory>> {
        let layers = self.sharded.scattered(&self.sharded.layer).and_then(|it| Self::several(n_layers, it));
        let root = self.root.as_ref().filter(|_| has_root).and_then(|it| self.sharded.scattered(it));
        Expr::sum_of_any(layers, root)
    }

    /// The root, and so many layers, gathered.
    fn gathered(&self, n_layers: f64, has_root: bool) -> Option<Expr<Memory>> {
        let layers = Self::several(n_layers, self.sharded.gathered(&self.sharded.layer));
        let root = self.root.as_ref().filter(|_| has_root).map(|it| self.sharded.gathered(it));
        Expr::sum_of_any(root, layers)
    }

    /// The moments of a micro-batch that runs backward.
    fn of_turn(&self, turn: &MicroBatchTurn) -> Vec<Moment> {
        let (run, pipelined, sharded) = (self.run(), self.pipelined, &self.sharded);
        let accumulates = turn.before > 0;
        let mut res = Vec::new();
        let mut put = |id, lines: Lines, held: Lines| {
            let others = pipelined.beside(turn, self.stages, &sharded.resident);
            let others = others.into_iter().filter(|it| it.0 != Component::Gradients).collect();
            keep_fuller(&mut res, Moment::new(id, lines).with_more(others).with_more(held));
        };
        let all = || if accumulates { self.unreduced(self.layers(), true) } else { None };
        if self.stage.is_last {
            let held = || {
                let ahead = sharded.gathered(&sharded.layer);
                held([self.gathered(0.0, true), Some(ahead), all()])
            };
            for (id, logits) in [
                (MomentId::Loss, loss::forward(run)),
                (MomentId::BackwardStart, loss::backward(run).map(|it| it + pipelined.returned(1))),
            ] {
                let mut lines = self.base();
                let head = head::kept(run).listed(Quantity::KeptOfHead, &run.widths);
                let kept = pipelined.kept_of_layers(self.stage.is_first) + head;
                lines.push((Component::Activations, run.tokens() * kept + pipelined.positions.clone()));
                put_any(&mut lines, Component::Logits, logits);
                put(id, lines, held());
            }
        }
        let of_stack = Differentiated { before: Expr::number(0.0), behind: self.stage.parameters.clone() };
        let layers =
            LayerBackward::of_stage(run, &pipelined.stack, &sharded.resident, of_stack, Expr::number(0.0), true);
        let (last, first) = layers.fullest();
        let n = self.layers();
        let one = || match pipelined.stack.sums.kinds.first() {
            Some(kind) if !run.is_checkpointed() => run.tokens() * kind.kept.clone(),
            _ => run.tokens() * pipelined.stack.sums.input.clone(),
        };
        let moved = |it: &Inside, further: bool| {
            let activations = it.activations.clone();
            Inside { activations: if further { activations + one() } else { activations - one() }, ..it.clone() }
        };
        let first_moved = first.as_ref().filter(|_| n > 1.0).map(|it| (1.0, moved(it, true)));
        let last_moved = last.as_ref().filter(|_| n > 1.0).map(|it| (n - 2.0, moved(it, false)));
        for (id, of) in [
            (MomentId::BackwardLastLayer, [last.map(|it| (n - 1.0, it)), last_moved]),
            (MomentId::BackwardLayer, [first.map(|it| (0.0, it)), first_moved]),
        ] {
            for (at, mut it) in of.into_iter().flatten() {
                let made = it.gradients.take();
                let lines = pipelined.inside(it, self.stage, self.stages, &sharded.resident);
                // The pass gathers the layer before it ahead.
                let ahead = (at > 0.0).then(|| sharded.gathered(&sharded.layer));
                let done = if accumulates { all() } else { self.unreduced(n - 1.0 - at, false) };
                // The root's are converted when the whole pass is over.
                let root = self.root.as_ref().filter(|_| self.stage.is_last).and_then(|it| sharded.gradients(it));
                let gradients = Expr::sum_of_any(Expr::sum_of_any(done, root), made);
                put(id, lines, held([self.gathered(n - at, true), ahead, gradients]));
            }
        }
        if self.stage.is_first {
            let stream = run.stream("gradient of the embedding's output", "derivatives.yaml, embedding");
            let stream = run.tokens() * stream.listed(Quantity::GradientsInside, &run.widths);
            let table = self.root.as_ref().and_then(|it| sharded.gradients(it));
            let mut lines = self.base();
            lines.push((Component::Temporaries, table.into_iter().fold(stream, |sum, it| sum + it)));
            put(MomentId::BackwardEnd, lines, held([self.gathered(n, true), None, self.unreduced(n, accumulates)]));
        }
        res
    }

    /// Groups are reduced, the root before the layers: the fuller of the first two.
    fn reduced(&self) -> Vec<Moment> {
        let (run, pipelined, sharded) = (self.run(), self.pipelined, &self.sharded);
        let n = self.layers();
        let moment = |held: Lines| {
            let mut lines = self.base();
            // What `_step_microbatches` of the schedule still names: the last micro-batch's output, and the gradient
            // that was sent.
            let stream = || run.tokens() * pipelined.stack.sums.input.clone();
            if self.stage.is_last {
                let n_outputs = if pipelined.returns { pipelined.pipeline.micro_batches } else { 1 };
                lines.push((Component::Logits, pipelined.returned(n_outputs)));
            } else {
                lines.push((Component::Activations, stream()));
            }
            if !self.stage.is_first {
                lines.push((Component::Temporaries, stream()));
            }
            Moment::new(MomentId::GradientsReduced, lines).with_more(held)
        };
        let buffers = |it: &ShardGroup| Some(sharded.scattered(it)? + sharded.output(it)?);
        let of_root =
            self.root.as_ref().map(|it| held([self.gathered(n, false), buffers(it), self.unreduced(n, true)]));
        // The input of the group before is kept until the next is made.
        let before = self.root.as_ref().and_then(|it| sharded.scattered(it));
        let kept = self.root.as_ref().and_then(|it| sharded.kept(it));
        let in_layer = Expr::sum_of_any(buffers(&sharded.layer), before);
        let gradients = Expr::sum_of_any(self.unreduced(n, false), kept);
        let of_layer = held([self.gathered(n - 1.0, false), in_layer, gradients]);
        of_root.into_iter().chain([of_layer]).map(moment).collect()
    }
}

/// What is gathered, in buffers of collectives, and made of gradients.
fn held([gathered, buffers, gradients]: [Option<Expr<Memory>>; 3]) -> Lines {
    let piles = [
        (Component::GatheredParameters, gathered),
        (Component::CollectiveBuffers, buffers),
        (Component::Gradients, gradients),
    ];
    piles.into_iter().filter_map(|(pile, it)| Some((pile, it?))).collect()
}
