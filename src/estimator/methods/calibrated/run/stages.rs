//! What a rank of a pipeline holds: layers in equal shares; the embedding beside the first, the last norm and the
//! output projection beside the last. It knows no moment.

use crate::estimator::architecture::{Fact, Part};
use crate::estimator::component::Component;
use crate::estimator::estimate::Lines;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::pipeline::Pipeline;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::parts::count::count;
use crate::estimator::methods::calibrated::run::optimizer_states::OptimizerStates;
use crate::estimator::methods::calibrated::run::resident::{HeldGradients, Resident};
use crate::estimator::methods::calibrated::run::shares::norms;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{element, times};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Optimizer, OptimizerKernel};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

/// What decides how many parameters are where.
const FROM: &[Id] = &[Id::Model, Id::ModelSize];

/// What decides between whom a rank stands.
const NEIGHBOURS_FROM: &[Id] = &[Id::PipelineParallel, Id::VirtualStages];

/// Layers of one stage: `L/(p·v)`.
pub fn layers_of_stage(shape: &Shape) -> Expr<Count> {
    let stages = shape.reader.leaf::<Count>(Id::PipelineParallel) * shape.reader.leaf::<Count>(Id::VirtualStages);
    (shape.leaf::<Count>(Fact::NumLayers) / stages).named(Quantity::LayersOfStage)
}

/// Elements of a layer and of both ends, and of the largest tensor of each.
pub struct StageElements {
    /// The token embedding.
    pub embedding: Expr<Count>,
    /// One layer.
    pub layer: Expr<Count>,
    /// The last norm and the output projection.
    pub end: Expr<Count>,
    largest_of_layer: f64,
    largest_of_ends: f64,
}

impl StageElements {
    /// Those of a shape.
    pub fn of(shape: &Shape, counts: &Counts) -> Self {
        let counter = count(shape);
        let layers = shape.number(Fact::NumLayers);
        let [_, of_last] = norms(&counter, layers).map(|it| counts.scale() * it);
        let of = |part: Part| counts.number(|it| it.part == part);
        let (embedding, head) = (of(Part::Embedding), of(Part::LmHead));
        let of_layers = counts.number(|it| !matches!(it.part, Part::Embedding | Part::LmHead)) - of_last;
        let counted = |quantity, value| shape.reader.counted(quantity, value, FROM);
        let largest = |is_of_ends: bool| {
            let rows = counter.rows.iter();
            let of_part = rows.filter(|it| matches!(it.part, Part::Embedding | Part::LmHead) == is_of_ends);
            of_part.map(|it| it.rows * it.of_row).fold(0.0, f64::max)
        };
        Self {
            embedding: counted(Quantity::HeldOfEmbedding, embedding),
            layer: counted(Quantity::HeldOfLayer, of_layers / layers),
            end: counted(Quantity::HeldOfEnd, head + of_last),
            largest_of_layer: largest(false),
            largest_of_ends: largest(true),
        }
    }

    /// Those of one stage among all.
    pub fn of_stage(&self, run: &TrainingRun, place: usize, pipeline: &Pipeline) -> Expr<Count> {
        let mut res = run.layers() * self.layer.clone();
        if place == 0 {
            res = res + self.embedding.clone();
        }
        if place + 1 == pipeline.stages() {
            res = res + self.end.clone();
        }
        res
    }

    /// Those of all stages of a rank.
    pub fn of_rank(&self, run: &TrainingRun, rank: usize, pipeline: &Pipeline) -> Expr<Count> {
        let layers = match pipeline.stages_of_rank {
            1 => run.layers(),
            _ => run.shape.reader.leaf::<Count>(Id::VirtualStages) * run.layers(),
        };
        let mut res = layers * self.layer.clone();
        if rank == 0 {
            res = res + self.embedding.clone();
        }
        if rank + 1 == pipeline.ranks {
            res = res + self.end.clone();
        }
        res
    }
}

/// Buffers into which a rank receives, made in the first step and kept: for each micro-batch and stage one for what the
/// stage before sends, and one for the gradient that the stage behind sends (stage.py, `_setup_forward_recv_info`,
/// `_setup_backward_recv_info`).
pub fn receive_buffers(run: &TrainingRun, rank: usize, pipeline: &Pipeline) -> Expr<Memory> {
    let last = pipeline.stages() - 1;
    let of_stage = |at| {
        let place = pipeline.place(rank, at);
        usize::from(place > 0) + usize::from(place < last)
    };
    let number = (0..pipeline.stages_of_rank).map(of_stage).sum::<usize>() as f64;
    let number: Expr<Count> = run.shape.reader.counted(Quantity::ReceiveBuffers, number, NEIGHBOURS_FROM);
    let stream = run.stream("output of a stage", "stage.py, _make_tensor_from_meta");
    let of_micro_batch = run.tokens() * stream.listed(Quantity::LayerInput, &run.widths);
    run.shape.reader.leaf::<Count>(Id::MicroBatches) * (number * of_micro_batch)
}

/// What a rank holds all the time, and what its optimizer's step makes.
pub fn resident(run: &TrainingRun, elements: &StageElements, rank: usize, pipeline: &Pipeline) -> Resident {
    let formats = &run.formats;
    let held = elements.of_rank(run, rank, pipeline);
    let of_parameter = run.format(Quantity::BytesOfParameter, formats.parameter, run.formats_from());
    let of_state = run.format(Quantity::BytesOfState, formats.state, run.formats_from());
    let mut lines: Lines = vec![(Component::Weights, held.clone() * of_parameter)];
    if formats.master > 0.0 {
        lines.push((Component::MasterWeights, held.clone() * element(formats.master)));
    }
    let n_states = OptimizerStates::of(run.optimizer()).of_element();
    lines.push((Component::Optimizer, times(n_states) * held.clone() * of_state.clone()));
    lines.push((Component::PipelineBuffers, receive_buffers(run, rank, pipeline)));
    let step = match (run.optimizer(), run.shape.reader.choice::<OptimizerKernel>(Id::OptimizerKernel)) {
        (Optimizer::Sgd, _) | (_, OptimizerKernel::Fused) => None,
        // `_foreach_sqrt` makes the roots of all second moments at once.
        (_, OptimizerKernel::Foreach) => Some(held.clone() * of_state),
        // `_single_tensor_adam`: the root of one second moment, and the same corrected.
        (_, OptimizerKernel::ForLoop) => {
            let has_ends = rank == 0 || rank + 1 == pipeline.ranks;
            let of_ends = if has_ends { elements.largest_of_ends } else { 0.0 };
            let largest = elements.largest_of_layer.max(of_ends);
            let largest = run.shape.reader.counted::<Count>(Quantity::LargestTensor, largest, FROM);
            Some(times(2.0) * largest * of_state)
        }
    };
    Resident {
        lines,
        trained: held,
        gradient: run.format(Quantity::BytesOfGradient, formats.gradient, run.formats_from()),
        held: HeldGradients::Own,
        paged: None,
        step,
        saved: None,
    }
}
