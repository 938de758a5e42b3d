//! The moments of a step in a pipeline of PyTorch, rank by rank: those of one GPU with a stage's layers, and what the
//! micro-batches have left that went forward and not yet backward. The tensors of layers and loss are `step`'s. It
//! knows no order of a schedule.
//!
//! Read in torch/distributed/pipelining/stage.py, `forward_one_chunk` and `backward_one_chunk`. Whatever a stage puts
//! out lives until its backward pass is over, and what it reads is the buffer into which it was received.

use crate::estimator::architecture::Fact;
use crate::estimator::component::Component;
use crate::estimator::estimate::{Lines, Moment, Rank, put_any};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::{head, loss, norm, rotation};
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::model::pipeline::{Backward, Pipeline};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::phases::layer_backward::{Differentiated, Inside, LayerBackward};
use crate::estimator::methods::calibrated::phases::stack::Stack;
use crate::estimator::methods::calibrated::run::resident::Resident;
use crate::estimator::methods::calibrated::run::stages::{StageElements, layers_of_stage, resident};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, element, times};
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::moment::MomentId;
use crate::estimator::order::sorted;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::spread::Schedule;
use crate::estimator::quantity::Quantity;
use crate::estimator::rank::RankKind;
use crate::estimator::units::{Count, Memory};

const LINEAR: &str = "derivatives.yaml, linear";
const STAGE: &str = "stage.py, forward_one_chunk, fwd_cache";

/// What decides how many micro-batches are on their way.
const FLIGHT_FROM: &[Id] = &[Id::PipelineParallel, Id::VirtualStages, Id::Schedule, Id::MicroBatches];

/// The ranks of a pipeline in their order, each with its moments, to which `more` is added.
pub fn ranks(shape: &Shape, mesh: &Mesh, more: impl Fn(Vec<Moment>) -> Vec<Moment>) -> Vec<Rank> {
    let (whole, counts) = (TrainingRun::of(shape), Counts::of(shape));
    let run = TrainingRun::of_stage(shape, layers_of_stage(shape));
    let pipelined = Pipelined::of(&run, &whole, &counts);
    let rank = |at: usize| Rank::new(RankKind::Stage { at }, mesh.data() as usize, more(pipelined.moments(at)));
    (0..pipelined.pipeline.ranks).filter_map(rank).collect()
}

/// A run in a pipeline, prepared so that its ranks share their formulas.
pub struct Pipelined<'a> {
    /// The run of one stage.
    pub run: &'a TrainingRun<'a>,
    /// Its layers.
    pub stack: Stack,
    elements: StageElements,
    /// The order in which stages run.
    pub pipeline: Pipeline,
    /// What tells positions to the layers, of each micro-batch.
    pub positions: Expr<Memory>,
    /// Whether the last stage keeps what it puts out for the caller.
    pub returns: bool,
}

/// When one micro-batch runs backward: what [`Backward`] says, kept.
pub struct MicroBatchTurn {
    stage: usize,
    others: Vec<usize>,
    done: Vec<bool>,
    /// Micro-batches that have gone through the stage before it.
    pub before: usize,
}

/// What one stage of a rank is made of.
pub struct StageOfRank {
    /// Whether it has the embedding.
    pub is_first: bool,
    /// Whether it has the last norm and the output projection.
    pub is_last: bool,
    /// What one micro-batch leaves.
    kept: Expr<Memory>,
    /// Its parameters.
    pub parameters: Expr<Count>,
}

impl<'a> Pipelined<'a> {
    /// A run of which `run` is that of one stage, and `whole` that of all layers.
    pub fn of(run: &'a TrainingRun<'a>, whole: &TrainingRun, counts: &Counts) -> Self {
        Self {
            stack: Stack::of(whole, counts).of_stage(run),
            elements: StageElements::of(run.shape, counts),
            pipeline: Pipeline::of(&run.shape.reader),
            positions: rotation::of_batch(run),
            returns: run.shape.reader.is_on(Id::ReturnOutputs),
            run,
        }
    }

    fn moments(&self, rank: usize) -> Vec<Moment> {
        let resident = resident(self.run, &self.elements, rank, &self.pipeline);
        let stages = self.stages(rank);
        let mut res = Vec::new();
        for turn in self.turns(rank, &stages, &resident) {
            for it in self.of_turn(&turn, &stages, &resident) {
                keep_fuller(&mut res, it);
            }
        }
        let mut res = sorted(res, |a, b| (a.id() as usize).cmp(&(b.id() as usize)));
        let outputs = self.outputs_of(rank);
        if let Some(outputs) = &outputs {
            // Joined for the caller (`_merge_outputs`), while the parts are still there.
            let mut lines = self.base(&resident, &stages);
            lines.push((Component::Gradients, resident.gradients()));
            lines.push((Component::Logits, times(2.0) * outputs.clone()));
            res.push(Moment::new(MomentId::OutputsJoined, lines));
        }
        let mut lines = resident.at_step(self.base(&resident, &stages));
        put_any(&mut lines, Component::Logits, outputs);
        res.push(Moment::new(MomentId::OptimizerStep, lines));
        res
    }

    /// What a rank keeps for the caller, once all micro-batches are done.
    pub fn outputs_of(&self, rank: usize) -> Option<Expr<Memory>> {
        let is_last = rank + 1 == self.pipeline.ranks;
        (self.returns && is_last).then(|| self.returned(self.pipeline.micro_batches))
    }

    /// The stages of a rank.
    pub fn stages(&self, rank: usize) -> Vec<StageOfRank> {
        (0..self.pipeline.stages_of_rank).map(|at| self.stage(rank, at)).collect()
    }

    fn stage(&self, rank: usize, at: usize) -> StageOfRank {
        let (run, place) = (self.run, self.pipeline.place(rank, at));
        let (is_first, is_last) = (place == 0, place + 1 == self.pipeline.stages());
        let kept = self.kept_of_layers(is_first);
        let kept = if is_last {
            kept + head::kept(run).listed(Quantity::KeptOfHead, &run.widths)
        } else {
            kept + self.stack.sums.input.clone()
        };
        let symbol = match (is_first, is_last) {
            (true, _) => Quantity::KeptOfFirstStage,
            (false, true) => Quantity::KeptOfLastStage,
            (false, false) => Quantity::KeptOfStage,
        };
        let kept = (run.tokens() * kept + self.positions.clone()).named(symbol);
        StageOfRank { is_first, is_last, kept, parameters: self.elements.of_stage(run, place, &self.pipeline) }
    }

    /// What the layers of a stage keep for each token; what the first of them reads is a receive buffer, unless it is
    /// the embedding's.
    pub fn kept_of_layers(&self, is_first: bool) -> Expr<Memory> {
        let kept = self.stack.sums.kept.clone();
        if self.is_input_received(is_first) { kept - self.stack.sums.input.clone() } else { kept }
    }

    /// Whether the input of a stage is kept, and was received.
    fn is_input_received(&self, is_first: bool) -> bool {
        !is_first && (self.run.is_checkpointed() || norm::keeps_stream(self.run))
    }

    /// Of each stage of a rank the first backward pass and the fullest behind it.
    pub fn turns(&self, rank: usize, stages: &[StageOfRank], resident: &Resident) -> Vec<MicroBatchTurn> {
        let of_gradient = resident.gradient.value();
        let logits = self.logits_on_way().value();
        let of_output = self.returned(1).value();
        let of_others: Vec<_> =
            stages.iter().map(|it| it.kept.value() + if it.is_last { logits } else { 0.0 }).collect();
        let bytes = |it: &Backward| {
            let others: f64 = it.others.iter().zip(&of_others).map(|(n, of_one)| *n as f64 * of_one).sum();
            let gradients: f64 =
                it.done.iter().zip(stages).filter(|it| *it.0).map(|it| it.1.parameters.value() * of_gradient).sum();
            let outputs = if self.returns && stages[it.stage].is_last { it.before as f64 * of_output } else { 0.0 };
            others + gradients + outputs
        };
        let mut found: Vec<Option<(f64, MicroBatchTurn)>> = Vec::new();
        found.resize_with(2 * stages.len(), || None);
        self.pipeline.visit(rank, self.returns && rank + 1 == self.pipeline.ranks, |it| {
            let place = &mut found[2 * it.stage + usize::from(it.before > 0)];
            let total = bytes(it);
            if place.as_ref().is_none_or(|(fullest, _)| total > *fullest) {
                let turn = MicroBatchTurn {
                    stage: it.stage,
                    others: it.others.into(),
                    done: it.done.into(),
                    before: it.before,
                };
                *place = Some((total, turn));
            }
        });
        found.into_iter().flatten().map(|it| it.1).collect()
    }

    /// The moments of a micro-batch that runs backward.
    fn of_turn(&self, turn: &MicroBatchTurn, stages: &[StageOfRank], resident: &Resident) -> Vec<Moment> {
        let (run, stage) = (self.run, &stages[turn.stage]);
        let accumulates = turn.before > 0 || run.accumulates();
        let mut own = resident.clone();
        own.trained = stage.parameters.clone();
        let others = self.beside(turn, stages, resident);
        let moment = |id, lines: Lines| Moment::new(id, lines).with_more(others.clone());
        let mut res = Vec::new();
        if stage.is_last {
            let all_kept = |logits: Option<Expr<Memory>>| {
                let mut lines = self.base(resident, stages);
                let head = head::kept(run).listed(Quantity::KeptOfHead, &run.widths);
                let kept = self.kept_of_layers(stage.is_first) + head;
                lines.push((Component::Activations, run.tokens() * kept + self.positions.clone()));
                put_any(&mut lines, Component::Logits, logits);
                lines.extend(accumulates.then(|| (Component::Gradients, own.gradients())));
                lines
            };
            res.push(moment(MomentId::Loss, all_kept(loss::forward(run))));
            let logits = loss::backward(run).map(|it| it + self.returned(1));
            res.push(moment(MomentId::BackwardStart, all_kept(logits)));
        }
        let of_stack = Differentiated {
            before: if stage.is_last { run.output_projection() } else { Expr::number(0.0) },
            behind: stage.parameters.clone(),
        };
        let tables = if stage.is_first { run.tables() } else { Expr::number(0.0) };
        let layers = LayerBackward::of_stage(run, &self.stack, &own, of_stack, tables, accumulates);
        let (last, first) = layers.fullest();
        for (id, inside) in [(MomentId::BackwardLastLayer, last), (MomentId::BackwardLayer, first)] {
            res.extend(inside.map(|it| moment(id, self.inside(it, stage, stages, resident))));
        }
        if accumulates {
            res.push(moment(MomentId::BackwardLastLayer, self.behind_layer(stage, stages, resident, &own)));
        }
        if stage.is_first {
            let mut lines = self.base(resident, stages);
            let stream = run.stream("gradient of the embedding's output", "derivatives.yaml, embedding");
            let stream = run.tokens() * stream.listed(Quantity::GradientsInside, &run.widths);
            let table = run.embedding() * resident.gradient.clone();
            lines.push((Component::Temporaries, if accumulates { table + stream } else { stream }));
            lines.push((Component::Gradients, own.gradients()));
            res.push(moment(MomentId::BackwardEnd, lines));
        }
        res
    }

    /// What lives at an instant inside a layer of a stage.
    pub fn inside(&self, it: Inside, stage: &StageOfRank, stages: &[StageOfRank], resident: &Resident) -> Lines {
        let run = self.run;
        let mut lines = self.base(resident, stages);
        let activations = if self.is_input_received(stage.is_first) {
            it.activations - run.tokens() * self.stack.sums.input.clone()
        } else {
            it.activations
        };
        lines.push((Component::Activations, activations + self.positions.clone()));
        lines.push((Component::Temporaries, it.temporaries));
        put_any(&mut lines, Component::AutocastCopies, it.copies);
        put_any(&mut lines, Component::Gradients, it.gradients);
        if stage.is_last {
            lines.push((Component::Logits, self.returned(1)));
        }
        lines
    }

    /// At the end of the last layer, whose last weight has a gradient that is to be added to those of earlier
    /// micro-batches.
    fn behind_layer(&self, stage: &StageOfRank, stages: &[StageOfRank], resident: &Resident, own: &Resident) -> Lines {
        let run = self.run;
        let mut lines = self.base(resident, stages);
        let kept = self.kept_of_layers(stage.is_first);
        let kept = match self.stack.sums.kinds.first() {
            // It is recomputed beside its stored input, unless its norm keeps that.
            Some(it) if run.is_checkpointed() && norm::keeps_stream(run) => {
                kept + it.kept.clone() - self.stack.sums.input.clone()
            }
            Some(it) if run.is_checkpointed() => kept + it.kept.clone(),
            _ => kept,
        };
        lines.push((Component::Activations, run.tokens() * kept + self.positions.clone()));
        let inner = Tensor::new("gradient of down_proj's input", run.formats.compute, Width::Intermediate, LINEAR);
        let made = run.stream("gradient of the layer's output", "autograd") + run.tensors(&[inner]);
        let weight = run.widths.leaf(Width::Intermediate) * run.widths.leaf(Width::Hidden);
        let made = run.tokens() * made.listed(Quantity::GradientsInside, &run.widths);
        lines.push((Component::Temporaries, made + weight * resident.gradient.clone()));
        lines.push((Component::Gradients, own.gradients()));
        if stage.is_last {
            lines.push((Component::Logits, self.returned(1)));
        }
        lines
    }

    /// What lives all the time, and the tokens of all micro-batches: what the first stage reads, and what the last is
    /// to predict.
    pub fn base(&self, resident: &Resident, stages: &[StageOfRank]) -> Lines {
        let mut res = resident.lines_of_moment();
        if stages.iter().any(|it| it.is_first || it.is_last) {
            res.push((Component::Inputs, self.run.shape.reader.leaf::<Count>(Id::MicroBatches) * self.run.ids()));
        }
        res
    }

    /// What other micro-batches have left, and gradients of the rank's other stages.
    pub fn beside(&self, turn: &MicroBatchTurn, stages: &[StageOfRank], resident: &Resident) -> Lines {
        let run = self.run;
        // Of several stages each has a number of its own, and the symbol is that of one.
        let number = |n: usize| match stages.len() {
            1 => run.shape.reader.counted::<Count>(Quantity::InFlight, n as f64, FLIGHT_FROM),
            _ => times(n as f64),
        };
        let on_way = || turn.others.iter().zip(stages).filter(|it| *it.0 > 0);
        let kept = on_way().map(|(n, it)| number(*n) * it.kept.clone()).reduce(|sum, it| sum + it);
        let mut res: Lines = kept.map(|it| (Component::Activations, it)).into_iter().collect();
        if self.keeps_sent(turn, stages) {
            res.push((Component::Temporaries, run.tokens() * self.stack.sums.input.clone()));
        }
        let logits = on_way().filter(|it| it.1.is_last).map(|(n, _)| number(*n) * self.logits_on_way());
        let outputs =
            (self.returns && stages[turn.stage].is_last && turn.before > 0).then(|| self.returned(turn.before));
        let logits = logits.chain(outputs).reduce(|sum, it| sum + it);
        put_any(&mut res, Component::Logits, logits);
        let is_other = |at: usize| at != turn.stage && (turn.done[at] || run.accumulates());
        let others = stages.iter().enumerate().filter(|it| is_other(it.0)).map(|it| it.1.parameters.clone());
        let others = others.reduce(|sum, it| sum + it);
        res.extend(others.map(|it| (Component::Gradients, it * resident.gradient.clone())));
        res
    }

    /// Whether the gradient lives that the micro-batch before has sent to the stage before: `bwd_sends` of
    /// `Schedule1F1B` holds it.
    pub fn keeps_sent(&self, turn: &MicroBatchTurn, stages: &[StageOfRank]) -> bool {
        let is_held = self.pipeline.schedule == Schedule::OneForwardOneBackward;
        is_held && turn.before > 0 && !stages[turn.stage].is_first
    }

    /// What the last stage keeps of a micro-batch's logits until it runs backward.
    fn logits_on_way(&self) -> Expr<Memory> {
        let run = self.run;
        let of = |name, bytes| {
            Cached::new(name, run.tokens() * run.shape.leaf::<Count>(Fact::VocabSize), element(bytes), STAGE)
        };
        sum_of(Quantity::LogitsOnWay, &[of("log_softmax", FP32), of("logits", run.formats.compute)])
    }

    /// Logits of so many micro-batches as they are put out.
    pub fn returned(&self, number: usize) -> Expr<Memory> {
        let run = self.run;
        let of_one = run.tokens() * run.shape.leaf::<Count>(Fact::VocabSize) * element(run.formats.compute);
        if number == 1 {
            return of_one;
        }
        let from = &[Id::MicroBatches, Id::Schedule];
        run.shape.reader.counted::<Count>(Quantity::ReturnedOutputs, number as f64, from) * of_one
    }
}

/// Keeps the fuller of two moments of a name.
pub fn keep_fuller(known: &mut Vec<Moment>, it: Moment) {
    match known.iter_mut().find(|other| other.id() == it.id()) {
        Some(other) if it.total() > other.total() => *other = it,
        Some(_) => {}
        None => known.push(it),
    }
}
