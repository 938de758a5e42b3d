//! Where what a rank of ZeRO holds all the time lies: on the GPU, or in the host's memory. It knows no order of tensors
//! and no moment.

use crate::estimator::component::Component;
use crate::estimator::estimate::Lines;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::run::optimizer_states::OptimizerStates;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, HALF, element, times};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::spread::{OffloadPlace, OptimizerPlace};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// What decides how large shares are.
pub const SHARES_FROM: &[Id] = &[Id::Model, Id::LoraRank, Id::LoraTargets, Id::DataParallel, Id::ZeroStage];

/// What a rank holds, in elements, and the buffers beside it.
pub struct ZeroShares<'a> {
    /// The run.
    pub run: &'a TrainingRun<'a>,
    /// Whether each parameter is sliced by itself, as at stage 3.
    pub is_sliced: bool,
    /// The rank's share of what is trained.
    pub own: Expr<Count>,
    /// The shares of all ranks, with what they are filled up by.
    pub padded: f64,
    /// What is frozen, as the rank holds it.
    pub frozen: f64,
    /// The largest tensor that is trained.
    pub largest: f64,
    /// Bytes of an element of a gradient.
    pub gradient: Expr<BytesPerElement>,
    /// The buckets in which gradients are reduced.
    pub buckets: Expr<Memory>,
}

impl ZeroShares<'_> {
    /// What lies on the GPU, and what in the host's memory.
    pub fn lines(&self) -> [Lines; 2] {
        // `offload_param`: parts are on the host (`_create_param_groups_fp16_flat_cpu_memory`), and what is gathered of
        // them is not.
        let [mut on_gpu, mut in_host] =
            if self.sends_parameters() { [Lines::new(), self.parameters()] } else { [self.parameters(), Lines::new()] };
        on_gpu.extend(self.beside_parameters());
        in_host.extend(self.states_in_host());
        [on_gpu, in_host]
    }

    /// Whether parameters are in the host's memory.
    pub fn sends_parameters(&self) -> bool {
        self.is_sliced && self.run.shape.reader.choice::<OffloadPlace>(Id::OffloadParameters) == OffloadPlace::Cpu
    }

    fn place_of_states(&self) -> OptimizerPlace {
        self.run.shape.reader.choice(Id::OffloadOptimizer)
    }

    fn counted(&self, quantity: Quantity, elements: f64) -> Expr<Count> {
        self.run.shape.reader.counted(quantity, elements, SHARES_FROM)
    }

    /// Weights in 16 bits, and adapters.
    fn parameters(&self) -> Lines {
        let stored = if self.is_sliced { self.own.clone() } else { self.counted(Quantity::ZeroPadded, self.padded) };
        let own: Expr<Memory> = stored * element(HALF);
        if self.run.formats.trains_everything() {
            vec![(Component::Weights, own)]
        } else {
            let frozen: Expr<Memory> = self.counted(Quantity::ZeroFrozen, self.frozen) * element(HALF);
            vec![(Component::Weights, frozen), (Component::Adapter, own)]
        }
    }

    /// Master copy and states unless they are elsewhere, gradients, and buffers.
    fn beside_parameters(&self) -> Lines {
        let mut res = Lines::new();
        let is_offloaded = self.place_of_states() != OptimizerPlace::None;
        if !is_offloaded {
            let n_states = OptimizerStates::of(self.run.optimizer()).of_element();
            res.push((Component::MasterWeights, self.own.clone() * element(FP32)));
            res.push((Component::Optimizer, times(n_states) * self.own.clone() * element(FP32)));
        } else if !self.is_sliced {
            // `temp_grad_buffer_for_gpu_offload`.
            let buffer: Expr<Memory> = self.counted(Quantity::ZeroLeaving, self.largest) * self.gradient.clone();
            res.push((Component::GradientBuckets, buffer));
        }
        if self.is_sliced {
            res.extend((!is_offloaded).then(|| (Component::Gradients, self.own.clone() * self.gradient.clone())));
            res.push((Component::CollectiveBuffers, self.buckets.clone()));
        }
        res
    }

    /// Master copy, states and gradients that were sent to the host. On a disk nothing is told: of the buffers before
    /// it nobody has read how large they get.
    fn states_in_host(&self) -> Lines {
        if self.place_of_states() != OptimizerPlace::Cpu {
            return Lines::new();
        }
        let n_states = OptimizerStates::of(self.run.optimizer()).of_element();
        // `single_partition_of_fp32_groups` or `fp32_partitioned_groups_flat`, their gradients, and in 16 bits either
        // the updated parameters (`param_buffer_of_bit16_for_cpu_offload_groups`) or the gradients
        // (`grad_partitions_flat_buffer`).
        let half = (if self.is_sliced { Component::GradientBuckets } else { Component::Weights }, HALF);
        let all = [
            (Component::MasterWeights, FP32),
            (Component::Optimizer, n_states * FP32),
            (Component::Gradients, FP32),
            half,
        ];
        let mut res = Lines::new();
        res.extend(all.map(|(component, bytes)| (component, self.own.clone() * element(bytes))));
        if self.run.accumulates() && !self.is_sliced {
            // `accumulated_grads_in_cpu`: of every parameter, on every rank.
            let whole = self.counted(Quantity::ZeroPadded, self.padded);
            res.push((Component::GradientBuckets, whole * element(HALF)));
        }
        res
    }
}
