//! The states of an optimizer, and what its step adds, as each implementation has them. It knows neither weights nor
//! gradients, nor when the step comes.
//!
//! Gradient clipping adds nothing (`torch.nn.utils.clip_grad_norm_`): a norm for each gradient, and a product in place.

use crate::estimator::architecture::{Part, PartCount, TensorSums};
use crate::estimator::constants as c;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::counts::{Counts, is_vision};
use crate::estimator::methods::calibrated::run::formats::Trained;
use crate::estimator::methods::calibrated::run::optimizer_states::OptimizerStates;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, element, times};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Optimizer, OptimizerKernel, Precision};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// What decides which tensors are trained.
const TENSORS_FROM: &[Id] = &[Id::Model, Id::HiddenSize, Id::LoraTargets];

/// Bytes of an element in which Muon orthogonalizes, whatever the parameters have.
const BF16: f64 = Precision::Bf16.bytes();

/// So many of what is updated; one is itself.
pub fn times_any(n: f64, elements: Expr<Count>) -> Expr<Count> {
    if n == 1.0 { elements } else { times(n) * elements }
}

/// An optimizer with what it updates.
pub struct OptimizerRun<'a> {
    run: &'a TrainingRun<'a>,
    optimizer: Optimizer,
    kernel: OptimizerKernel,
    trained: &'a Expr<Count>,
    tensors: TensorSums,
    /// Elements of the largest tensor that is no matrix of a hidden layer.
    beside: f64,
}

impl<'a> OptimizerRun<'a> {
    /// The optimizer of a run that trains so many parameters.
    pub fn of(run: &'a TrainingRun<'a>, counts: &Counts, trained: &'a Expr<Count>) -> Self {
        let kernel = run.shape.reader.choice(Id::OptimizerKernel);
        let mut beside = 0.0;
        let tensors = match run.formats.trained {
            Trained::Everything => {
                beside = run.embedding().value();
                tensors_of_model(run, counts, trained.value())
            }
            Trained::Adapters => run.adapters.matrices(run.shape, &run.widths),
            // One table of all layers' keys and values.
            Trained::Prefixes => {
                let rows = c::PREFIX_TOKENS.value();
                TensorSums::stacks(1.0, 1.0, [rows, trained.value() / rows])
            }
        };
        Self { run, optimizer: run.optimizer(), kernel, trained, tensors, beside }
    }

    /// Whether the states are on the device during the step only. Those of fewer than 100,000 elements, and scales of
    /// blocks, count as if they were too.
    pub const fn is_paged(&self) -> bool {
        self.optimizer.is_paged()
    }

    /// All states.
    pub fn states(&self) -> Expr<Memory> {
        let trained = || self.trained.clone();
        match OptimizerStates::of(self.optimizer) {
            OptimizerStates::Own(n) => times_any(n, trained()) * self.of_state(),
            OptimizerStates::Wide(n) => times_any(n, trained()) * element(FP32),
            OptimizerStates::Packed(n) => self.packed(n),
            // One number in thousands.
            OptimizerStates::RowsAndColumns => {
                self.leaf(Quantity::RowAndColumnSums, self.tensors.sides) * element(FP32)
            }
            OptimizerStates::Orthogonalized => {
                (self.in_matrices() + times(2.0) * self.beside_matrices()) * self.of_state()
            }
            OptimizerStates::Projected => {
                let kept = self.leaf(Quantity::ProjectedElements, self.tensors.projected.elements);
                let moments = times(2.0) * (kept + self.beside_matrices());
                (moments + self.projectors()) * self.of_state()
            }
        }
    }

    /// So many states of each parameter, quantized in blocks (bitsandbytes, `Optimizer1State`, `Optimizer2State`).
    fn packed(&self, n_states: f64) -> Expr<Memory> {
        let packed = (times(n_states) * self.trained.clone()).named(Quantity::OptimizerStates);
        // The Trainer keeps the states of embeddings in FP32 (`register_module_override`).
        let kept = if self.run.formats.trains_everything() {
            (times(n_states) * self.run.embedding()).min(packed.clone())
        } else {
            Expr::number(0.0)
        };
        (packed - kept.clone()) * Expr::from(c::BLOCKWISE_STATE) + kept * element(FP32)
    }

    /// Tensors that the step makes beside the states.
    pub fn step(&self) -> Option<Expr<Memory>> {
        match (self.optimizer, self.kernel) {
            (Optimizer::Adam | Optimizer::AdamW, _) => self.step_of_adam(self.trained.clone()),
            // `updates`: copies of all moments.
            (Optimizer::Lion, OptimizerKernel::Foreach) => Some(self.trained.clone() * self.of_state()),
            // One parameter after the other: a copy of the moment, and its sum with the gradient.
            (Optimizer::Lion, _) => Some(self.largest() * times(2.0) * self.of_state()),
            // One parameter after the other, in FP32: the update and what it is made of; of 16-bit parameters, the
            // gradient and the parameter besides.
            (Optimizer::Adafactor, _) => {
                let n_tensors = if self.run.formats.state < FP32 { 4.0 } else { 2.0 };
                Some(self.largest() * element(n_tensors * FP32))
            }
            (Optimizer::Muon, _) => {
                let orthogonalized = self.orthogonalized();
                Some(match self.step_of_adam(self.beside_matrices()) {
                    Some(beside) => beside.max(orthogonalized),
                    None => orthogonalized,
                })
            }
            (Optimizer::GaLoreAdamW, _) => Some(self.step_of_galore()),
            // One kernel reads and writes each element; the momentum is added in place.
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

    /// What AdamW's step makes of so many parameters.
    fn step_of_adam(&self, trained: Expr<Count>) -> Option<Expr<Memory>> {
        match self.kernel {
            OptimizerKernel::Fused => None,
            // `_foreach_sqrt` makes the roots of all second moments at once.
            OptimizerKernel::Foreach => Some(trained * self.of_state()),
            // `_single_tensor_adam`: the root of one second moment, and the same corrected.
            OptimizerKernel::ForLoop => Some(self.largest().min(trained) * times(2.0) * self.of_state()),
        }
    }

    /// What Muon's step makes of the largest matrix (`torch/optim/_muon.py`, `_zeropower_via_newtonschulz`): the
    /// momentum that it looks ahead with, the iterate before and after in BF16, and two products of its shorter side.
    fn orthogonalized(&self) -> Expr<Memory> {
        let [longer, shorter] = self.tensors.matrix;
        let of_matrix = || self.leaf(Quantity::LargestMatrix, longer * shorter);
        let of_shorter = || self.leaf(Quantity::ShorterSide, shorter);
        let iterates: Expr<Count> = times(2.0) * of_matrix();
        let products: Expr<Count> = times(2.0) * (of_shorter() * of_shorter());
        of_matrix() * self.of_state() + (iterates + products) * element(BF16)
    }

    /// What GaLore projects with (`GaLoreProjector.get_orthogonal_matrix`): of FP32 gradients the first rows or columns
    /// of singular vectors, as a view that keeps them all; of others a copy of those.
    fn projectors(&self) -> Expr<Count> {
        let it = self.tensors.projected;
        self.leaf(Quantity::Projectors, if self.run.formats.state < FP32 { it.projectors } else { it.squares })
    }

    /// What GaLore's step makes, tensor by tensor (`galore_torch/adamw.py`): of one that is no matrix of a hidden layer
    /// the root of the second moment and the quotient, which live until the next tensor has its own: an output
    /// projection's while the first matrix is decomposed, and a matrix's last update while the largest is.
    fn step_of_galore(&self) -> Expr<Memory> {
        let [longer, shorter] = self.tensors.matrix;
        let largest = || self.leaf(Quantity::LargestMatrix, longer * shorter);
        let decomposed = self.decomposed(largest(), self.leaf(Quantity::ShorterSide, shorter));
        let inside = decomposed + largest() * self.of_state();
        let beside = self.leaf(Quantity::LargestTensor, self.beside) * times(2.0) * self.of_state();
        if self.run.is_tied() {
            return beside.max(inside);
        }
        let [hidden, queries] = [Width::Hidden, Width::Queries].map(|it| self.run.widths.leaf(it));
        let first = self.decomposed(hidden.clone() * queries.clone(), hidden.min(queries));
        (beside + first).max(inside)
    }

    /// A gradient that is decomposed, at the first step and every 200 steps: an FP32 copy of one in 16 bits, the copy
    /// that is overwritten, and the singular vectors of both sides (`svd_cusolver` in PyTorch's
    /// `BatchLinearAlgebraLib.cpp`). cuSOLVER's own workspace is not known, and not counted.
    fn decomposed(&self, matrix: Expr<Count>, shorter: Expr<Count>) -> Expr<Memory> {
        let n_copies = if self.run.formats.state < FP32 { 3.0 } else { 2.0 };
        (times(n_copies) * matrix + shorter.clone() * shorter) * element(FP32)
    }

    fn in_matrices(&self) -> Expr<Count> {
        self.leaf(Quantity::HiddenMatrices, self.tensors.in_matrices).min(self.trained.clone())
    }

    /// What is no matrix of a hidden layer: AdamW updates it.
    fn beside_matrices(&self) -> Expr<Count> {
        self.trained.clone() - self.in_matrices()
    }

    fn largest(&self) -> Expr<Count> {
        self.leaf(Quantity::LargestTensor, self.tensors.largest)
    }

    fn leaf(&self, quantity: Quantity, value: f64) -> Expr<Count> {
        self.run.shape.reader.counted(quantity, value, TENSORS_FROM)
    }

    fn of_state(&self) -> Expr<BytesPerElement> {
        self.run.format(Quantity::BytesOfState, self.run.formats.state, self.run.formats_from())
    }
}

/// The tensors of a model of which so many parameters are trained. Matrices are those of hidden layers.
fn tensors_of_model(run: &TrainingRun, counts: &Counts, trained: f64) -> TensorSums {
    let has_vision = trained >= counts.number(|_| true);
    let is_trained = |it: &PartCount| has_vision || !is_vision(it);
    let is_hidden = |it: &PartCount| !matches!(it.part, Part::Embedding | Part::LmHead);
    let all = counts.tensors(is_trained);
    let hidden = counts.tensors(|it| is_trained(it) && is_hidden(it));
    // Of a model of unknown layout only widths are known.
    let largest = if all.largest > 0.0 { all.largest } else { run.largest_matrix().value() };
    TensorSums { largest, in_matrices: hidden.in_matrices, matrix: hidden.matrix, projected: hidden.projected, ..all }
}
