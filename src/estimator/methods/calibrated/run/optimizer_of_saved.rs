//! The optimizer's states and step for modules that are trained whole beside adapters: `optimizer` has the same for
//! adapters. It knows no gradient, and not which modules there may be.

use crate::estimator::constants as c;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::run::optimizer::times_any;
use crate::estimator::methods::calibrated::run::optimizer_states::OptimizerStates;
use crate::estimator::methods::calibrated::run::saved::Saved;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, element, times};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Optimizer, OptimizerKernel};
use crate::estimator::units::{BytesPerElement, Memory};

/// An optimizer of copied modules.
pub struct OptimizerOfSaved<'a> {
    run: &'a TrainingRun<'a>,
    saved: &'a Saved,
}

impl<'a> OptimizerOfSaved<'a> {
    /// That of a run.
    pub const fn of(run: &'a TrainingRun<'a>, saved: &'a Saved) -> Self {
        Self { run, saved }
    }

    /// All states.
    pub fn states(&self) -> Expr<Memory> {
        let elements = || self.saved.elements();
        let states = OptimizerStates::of(self.run.optimizer());
        match states {
            // Tables and output projections are AdamW's where Muon or GaLore has the matrices of hidden layers.
            OptimizerStates::Own(_) | OptimizerStates::Orthogonalized | OptimizerStates::Projected => {
                times_any(states.of_element(), elements()) * self.of_state()
            }
            OptimizerStates::Wide(n) => times_any(n, elements()) * element(FP32),
            OptimizerStates::Packed(n) => self.packed(n),
            OptimizerStates::RowsAndColumns => self.saved.sides() * element(FP32),
        }
    }

    /// So many states of each element: an embedding's in FP32 (`register_module_override`), others quantized in blocks.
    fn packed(&self, n_states: f64) -> Expr<Memory> {
        let of_one = || times(n_states) * self.saved.of_one();
        match (self.saved.embedding, self.saved.head) {
            (true, true) => of_one() * element(FP32) + of_one() * Expr::from(c::BLOCKWISE_STATE),
            (true, false) => of_one() * element(FP32),
            (false, _) => of_one() * Expr::from(c::BLOCKWISE_STATE),
        }
    }

    /// What the step makes, beside what it makes of adapters: at once where one kernel takes all, else of the larger.
    pub fn step_beside(&self, of_adapters: Option<Expr<Memory>>) -> Option<Expr<Memory>> {
        let kernel = self.run.shape.reader.choice::<OptimizerKernel>(Id::OptimizerKernel);
        let is_of_all = self.run.optimizer() != Optimizer::Muon && kernel == OptimizerKernel::Foreach;
        match (of_adapters, self.step(kernel)) {
            (Some(one), Some(other)) => Some(if is_of_all { one + other } else { one.max(other) }),
            (one, other) => one.or(other),
        }
    }

    fn step(&self, kernel: OptimizerKernel) -> Option<Expr<Memory>> {
        let of_one = |n_tensors: f64| self.saved.of_one() * times(n_tensors) * self.of_state();
        let of_all = || self.saved.elements() * self.of_state();
        match (self.run.optimizer(), kernel) {
            (Optimizer::Adam | Optimizer::AdamW | Optimizer::Muon, OptimizerKernel::Fused) => None,
            (Optimizer::Adam | Optimizer::AdamW | Optimizer::Muon, OptimizerKernel::ForLoop) => Some(of_one(2.0)),
            (Optimizer::Adam | Optimizer::AdamW | Optimizer::Muon | Optimizer::Lion, OptimizerKernel::Foreach) => {
                Some(of_all())
            }
            (Optimizer::Lion, OptimizerKernel::Fused | OptimizerKernel::ForLoop) | (Optimizer::GaLoreAdamW, _) => {
                Some(of_one(2.0))
            }
            // As of any matrix: in FP32, two tensors, and two more where gradient and parameter are converted first.
            (Optimizer::Adafactor, _) => {
                let n_tensors = if self.saved.bytes < FP32 { 4.0 } else { 2.0 };
                Some(self.saved.of_one() * element(n_tensors * FP32))
            }
            (
                Optimizer::Sgd
                | Optimizer::AdamW8bit
                | Optimizer::PagedAdamW8bit
                | Optimizer::BnbLion
                | Optimizer::Lion8bit
                | Optimizer::PagedAdamW
                | Optimizer::PagedLion8bit,
                _,
            ) => None,
        }
    }

    fn of_state(&self) -> Expr<BytesPerElement> {
        self.saved.of_state(self.run.shape)
    }
}
