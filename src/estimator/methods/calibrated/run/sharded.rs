//! What a rank of FSDP2 holds of a decoder, dense or a mixture, group by group: what one call of `fully_shard` shares
//! out, gathers and reduces together (torch/distributed/fsdp/_fully_shard/_fsdp_param_group.py). It knows no moment.

use crate::estimator::component::Component;
use crate::estimator::estimate::Lines;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::mesh::{Mesh, Shards};
use crate::estimator::methods::calibrated::run::optimizer_states::OptimizerStates;
use crate::estimator::methods::calibrated::run::resident::{HeldGradients, Resident};
use crate::estimator::methods::calibrated::run::shard_groups::{
    HeldGroups, SHARES_FROM, ShardGroup, sharding_ranks, sum,
};
use crate::estimator::methods::calibrated::run::shares::SharedElements;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, HALF, element, times};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Optimizer, OptimizerKernel};
use crate::estimator::parameters::spread::{OffloadPlace, WireFormat};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// The groups of a run as one rank holds them, and the formats of what is held and exchanged.
#[derive(Clone)]
pub struct ShardedRun {
    /// Embedding of tokens; also the output projection where both are one table.
    pub embedding: ShardGroup,
    /// One layer, without experts that are a group of their own.
    pub layer: ShardGroup,
    /// Those.
    pub experts: Option<ShardGroup>,
    /// The last norm, and the output projection where it is a table of its own.
    pub end: ShardGroup,
    /// What lives all the time, and what the optimizer's step makes.
    pub resident: Resident,
    /// What is kept in the host's memory.
    pub host: Lines,
    /// What is trained of all groups on this rank.
    trained: Expr<Count>,
    /// Bytes of a parameter of the model as it is shared out.
    pub bytes_of_weight: f64,
    compute: f64,
    reduce: f64,
    stored: Expr<BytesPerElement>,
    is_replicated: bool,
    is_offloaded: bool,
}

impl ShardedRun {
    /// What ranks hold that hold the same.
    pub fn of(run: &TrainingRun, counts: &Counts, mesh: &Mesh, shards: Shards) -> Self {
        let reader = run.shape.reader;
        let elements = SharedElements::of(run, counts, mesh, shards);
        let held = HeldGroups::of(run, counts, mesh, &elements);
        let HeldGroups { groups, experts, trained, stored, bytes_of_weight, mut lines, scales } = held;
        let n_states = OptimizerStates::of(run.optimizer()).of_element();
        lines.push((Component::Optimizer, times(n_states) * trained.clone() * stored.clone()));
        let is_offloaded = reader.choice::<OffloadPlace>(Id::OffloadParameters) == OffloadPlace::Cpu;
        let step = if is_offloaded { None } else { made_by_step(run, &trained, &stored, elements.largest) };
        let mut host = Vec::new();
        if is_offloaded {
            // Gradients follow the parameters once they are reduced.
            host = std::mem::take(&mut lines);
            host.push((Component::Gradients, trained.clone() * stored.clone()));
        }
        if let Some(scales) = scales {
            match lines.iter_mut().find(|it| it.0 == Component::Weights) {
                Some((_, weights)) => *weights = weights.clone() + scales,
                None => lines.push((Component::Weights, scales)),
            }
        }
        let gradient = run.format(Quantity::BytesOfGradient, run.formats.gradient, run.formats_from());
        let compute = run.formats.compute;
        let reduce = match reader.choice(Id::ReduceDtype) {
            WireFormat::Same => compute,
            WireFormat::Fp32 => FP32,
            WireFormat::Bf16 | WireFormat::Fp16 => HALF,
        };
        let reduced = groups[1].reduced.clone().unwrap_or_else(|| Expr::number(0.0));
        let of_layers = sharding_ranks(run, mesh) * (run.layers() * reduced);
        let [embedding, layer, end] = groups;
        Self {
            resident: Resident {
                lines,
                trained: of_layers,
                gradient,
                held: HeldGradients::OfLayer,
                paged: None,
                step,
                saved: None,
            },
            embedding,
            layer,
            experts,
            end,
            host,
            trained,
            bytes_of_weight,
            compute,
            reduce,
            stored,
            is_replicated: mesh.is_replicated(),
            is_offloaded,
        }
    }

    /// The same beside a second model, whose parameters are shared out as those of the trained one.
    pub fn with_reference(mut self) -> Self {
        let of_model = self.resident.lines.iter().find(|it| it.0 == Component::Weights).cloned();
        self.resident = self.resident.beside(of_model.into_iter().collect());
        self
    }

    /// The same of a rank of a pipeline that has so many of the layers, one of the ends or none, and `more` all the
    /// time.
    pub fn of_stage(mut self, run: &TrainingRun, ends: [bool; 2], more: Lines) -> Self {
        let [is_first, is_last] = ends;
        let of_ends = [(is_first, &self.embedding), (is_last, &self.end)];
        let of_ends = of_ends.into_iter().filter(|it| it.0).filter_map(|it| it.1.trained.clone());
        let of_layers = self.layer.trained.clone().map(|it| run.layers() * it);
        let held = of_layers.into_iter().chain(of_ends).reduce(|sum, it| sum + it);
        self.trained = held.unwrap_or_else(|| Expr::number(0.0));
        let n_states = OptimizerStates::of(run.optimizer()).of_element();
        let bytes = || self.trained.clone() * self.stored.clone();
        let states = times(n_states) * self.trained.clone() * self.stored.clone();
        // `_foreach_sqrt`, as of the whole model; `starts` lets no loop over tensors pass.
        self.resident.step = self.resident.step.map(|_| bytes());
        self.resident.lines = vec![(Component::Weights, bytes()), (Component::Optimizer, states)];
        self.resident.lines.extend(more);
        self
    }

    /// Parameters of a group while they are put together: a copy on each rank.
    pub fn gathered(&self, it: &ShardGroup) -> Expr<Memory> {
        let unpacked = it.ranks.clone() * it.exchanged.clone() * element(self.compute);
        match &it.packed {
            Some(packed) => unpacked + it.ranks.clone() * packed.clone(),
            None => unpacked,
        }
    }

    /// Gradients of a group as autograd makes them.
    pub fn gradients(&self, it: &ShardGroup) -> Option<Expr<Memory>> {
        Some(it.ranks.clone() * it.reduced.clone()? * element(self.compute))
    }

    /// The input of a group's reduce-scatter: gradients of the whole group.
    pub fn scattered(&self, it: &ShardGroup) -> Option<Expr<Memory>> {
        Some(it.ranks.clone() * it.reduced.clone()? * element(self.reduce))
    }

    /// Its output.
    pub fn output(&self, it: &ShardGroup) -> Option<Expr<Memory>> {
        Some(it.reduced.clone()? * element(self.reduce))
    }

    /// What that becomes where it is reduced in another format than gradients are kept in.
    pub fn converted(&self, it: &ShardGroup) -> Option<Expr<Memory>> {
        let is_converted = self.reduce != self.stored.value();
        is_converted.then(|| Some(it.trained.clone()? * self.stored.clone())).flatten()
    }

    /// What is there beside the experts' input while their gradients are reduced, `all` elements and `last` of the last
    /// tensor: buffers and gradients.
    ///
    /// Gradients are dropped once they are copied in, but a loop's variable holds the last (`foreach_reduce`). A rank
    /// that holds the experts alone runs no loop, and divides a copy of the input.
    pub fn reducing_experts(
        &self,
        it: &ShardGroup,
        all: Expr<Count>,
        last: Expr<Count>,
    ) -> Option<[Vec<Expr<Memory>>; 2]> {
        let (input, output) = (self.scattered(it)?, self.output(it)?);
        let converted = (self.reduce != self.stored.value()).then(|| it.trained.clone()).flatten();
        let converted = converted.map(|it| it * self.stored.clone());
        let bytes = || element(self.compute);
        let made = if it.ranks.value() > 1.0 {
            [converted, Some(last * bytes())]
        } else {
            let copy = output.clone();
            [Some(converted.map_or(copy.clone(), |it| it.max(copy))), None]
        };
        let [buffer, held] = made;
        let total = |all: &[Expr<Memory>]| all.iter().map(Expr::value).sum::<f64>();
        let (copied_in, mut reduced) = (vec![all * bytes()], vec![output]);
        reduced.extend(buffer);
        let held = Vec::from_iter(held);
        Some(if total(&copied_in) > total(&reduced) + total(&held) {
            [vec![input], copied_in]
        } else {
            reduced.insert(0, input);
            [reduced, held]
        })
    }

    /// What is gathered of a layer's last group lives on in its all-gather's output; none of experts that no other rank
    /// has.
    pub fn copied_out(&self) -> Option<Expr<Memory>> {
        match &self.experts {
            Some(it) => (it.ranks.value() > 1.0).then(|| self.gathered(it)),
            None => Some(self.gathered(&self.layer)),
        }
    }

    /// The gradients of a layer that this rank keeps for the optimizer.
    pub fn kept_of_layer(&self) -> Option<Expr<Memory>> {
        let of_experts = self.experts.as_ref().and_then(|it| self.kept(it));
        sum(&self.kept(&self.layer), &of_experts)
    }

    /// What replicas have reduced among each other, which lives until the pass ends; `None` where it is the gradient
    /// itself.
    pub fn reduced_over_replicas(&self, it: &ShardGroup) -> Option<Expr<Memory>> {
        let is_own = self.is_replicated && self.reduce != self.stored.value();
        is_own.then(|| self.output(it)).flatten()
    }

    /// The gradients of a group that this rank keeps for the optimizer; none where they lie on the host.
    pub fn kept(&self, it: &ShardGroup) -> Option<Expr<Memory>> {
        if self.is_offloaded {
            return None;
        }
        Some(it.trained.clone()? * self.stored.clone())
    }

    /// The same of all groups.
    pub fn all_kept(&self) -> Option<Expr<Memory>> {
        (!self.is_offloaded).then(|| self.trained.clone() * self.stored.clone())
    }

    /// Bytes of an element of a gradient on this rank: of the format that is computed.
    pub fn gradient(&self) -> Expr<BytesPerElement> {
        self.resident.gradient.clone()
    }

    /// What lives all the time.
    pub fn lines(&self) -> Lines {
        self.resident.lines_of_moment()
    }
}

/// What the optimizer's step makes of `largest` elements of the largest tensor at the most; nothing of SGD, nor by a
/// fused kernel.
fn made_by_step(
    run: &TrainingRun,
    trained: &Expr<Count>,
    stored: &Expr<BytesPerElement>,
    largest: f64,
) -> Option<Expr<Memory>> {
    match (run.optimizer(), run.shape.reader.choice::<OptimizerKernel>(Id::OptimizerKernel)) {
        (Optimizer::Sgd, _) | (_, OptimizerKernel::Fused) => None,
        // `_foreach_sqrt` makes the roots of all second moments at once.
        (_, OptimizerKernel::Foreach) => Some(trained.clone() * stored.clone()),
        // `_single_tensor_adam`: the root of one second moment, and the same corrected.
        (_, OptimizerKernel::ForLoop) => {
            let largest = run.shape.reader.counted::<Count>(Quantity::LargestShard, largest, SHARES_FROM);
            Some(times(2.0) * largest * stored.clone())
        }
    }
}
