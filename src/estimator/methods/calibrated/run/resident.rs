//! What lives through a whole training run: weights, adapters, the master copy, the optimizer's states; and what the
//! optimizer's step adds. `formats` says in which number formats. It knows no activation.

use crate::estimator::component::Component;
use crate::estimator::constants as c;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::counts::{Counts, is_expert};
use crate::estimator::methods::calibrated::model::{storage, weights};
use crate::estimator::methods::calibrated::run::formats::Trained;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, element, times};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Optimizer, OptimizerKernel};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// What decides the formats.
const FORMATS_FROM: &[Id] = &[Id::Precision, Id::Recipe, Id::FinetuneMethod];

/// The same where everything is trained, whatever the link says.
const NETWORK_FORMATS_FROM: &[Id] = &[Id::Precision, Id::Recipe];

fn formats_from(run: &TrainingRun) -> &'static [Id] {
    let has_methods = run.shape.reader.has_effect(Id::FinetuneMethod);
    if has_methods { FORMATS_FROM } else { NETWORK_FORMATS_FROM }
}

/// What the model and its optimizer take during the whole run, and what the optimizer's step adds.
pub struct Resident {
    /// Weights, adapters, master copy and states.
    pub lines: Vec<(Component, Expr<Memory>)>,
    /// Trained parameters: `P_counted`, `P_a` or `P_prefix`.
    pub trained: Expr<Count>,
    /// Bytes of one gradient: `b_g`.
    pub gradient: Expr<BytesPerElement>,
    /// States that are on the device during the optimizer's step only.
    pub paged: Option<Expr<Memory>>,
    /// Tensors that the optimizer's step makes beside its states.
    pub step: Option<Expr<Memory>>,
}

/// Lines that a moment may have beside what lives all the time.
const LINES_OF_A_MOMENT: usize = 8;

impl Resident {
    /// What lives all the time, with room for what a moment adds.
    pub fn lines_of_moment(&self) -> Vec<(Component, Expr<Memory>)> {
        let mut res = Vec::with_capacity(self.lines.len() + LINES_OF_A_MOMENT);
        res.extend_from_slice(&self.lines);
        res
    }

    /// All gradients.
    pub fn gradients(&self) -> Expr<Memory> {
        self.trained.clone() * self.gradient.clone()
    }

    /// What a run holds from its first step to its last.
    pub fn of(run: &TrainingRun, counts: &Counts) -> Self {
        Self::training(run, counts, counts.total())
    }

    /// The same where full training trains `own` of the model's parameters.
    pub fn training(run: &TrainingRun, counts: &Counts, own: Expr<Count>) -> Self {
        let formats = &run.formats;
        let trained = match formats.trained {
            Trained::Everything => own,
            Trained::Adapters => run.adapters.parameters(run.shape, &run.widths),
            Trained::Prefixes => prefixes(run),
        };
        let mut lines = weights(run, counts);
        if !formats.trains_everything() {
            let of_adapter = run.format(Quantity::BytesOfAdapter, formats.adapter, &[Id::AdapterPrecision]);
            lines.push((Component::Adapter, trained.clone() * of_adapter));
        }
        if formats.master > 0.0 {
            let copy: Expr<Memory> = trained.clone() * element(formats.master);
            lines.push((Component::MasterWeights, copy));
        }
        let states = states(run, &trained);
        let is_paged = run.optimizer() == Optimizer::PagedAdamW8bit;
        if !is_paged {
            lines.push((Component::Optimizer, states.clone()));
        }
        Self {
            lines,
            gradient: run.format(Quantity::BytesOfGradient, formats.gradient, formats_from(run)),
            paged: is_paged.then_some(states),
            step: step(run, &trained),
            trained,
        }
    }
}

/// All weights: quantized ones under QLoRA, else in the run's format; those of a mixture's experts are a component of their own.
fn weights(run: &TrainingRun, counts: &Counts) -> Vec<(Component, Expr<Memory>)> {
    if run.is_quantized() {
        // Dettmers et al. 2023, arXiv 2305.14314; what is not quantized stays in 16 bits.
        let quantized = match storage::chosen_format(run.shape) {
            Some(it) => weights::quantized(run.shape, counts, it),
            None => counts.total() * storage::unquantized(run.shape),
        };
        return vec![(Component::Weights, quantized)];
    }
    let of_parameter = || run.format(Quantity::BytesOfParameter, run.formats.parameter, formats_from(run));
    if counts.number(is_expert) == 0.0 {
        return vec![(Component::Weights, counts.total() * of_parameter())];
    }
    vec![
        (Component::Weights, counts.leaf(Quantity::ParametersBesideExperts, |it| !is_expert(it)) * of_parameter()),
        (Component::Experts, counts.leaf(Quantity::ParametersOfExperts, is_expert) * of_parameter()),
    ]
}

/// Prefixes of keys and values for every layer: `n_prefix·2·kv·L` (Li and Liang 2021, arXiv 2101.00190).
fn prefixes(run: &TrainingRun) -> Expr<Count> {
    let per_layer: Expr<Count> = Expr::<Count>::from(c::PREFIX_TOKENS) * Expr::from(c::KEYS_AND_VALUES);
    (per_layer * run.widths.leaf(Width::Keys) * run.layers()).named(Quantity::PrefixParameters)
}

/// States of the optimizer for the trained parameters.
fn states(run: &TrainingRun, trained: &Expr<Count>) -> Expr<Memory> {
    let state = || run.format(Quantity::BytesOfState, run.formats.state, formats_from(run));
    let trained = trained.clone();
    let res: Expr<Memory> = match run.optimizer() {
        Optimizer::Adam | Optimizer::AdamW => times(2.0) * trained * state(),
        // The momentum; the moment.
        Optimizer::Sgd | Optimizer::Lion => trained * state(),
        Optimizer::AdamW8bit | Optimizer::PagedAdamW8bit => {
            let packed = (times(2.0) * trained).named(Quantity::OptimizerStates);
            // The Trainer keeps the states of embeddings in FP32 (`register_module_override`).
            let kept = if run.formats.trains_everything() {
                (times(2.0) * run.embedding()).min(packed.clone())
            } else {
                Expr::number(0.0)
            };
            (packed - kept.clone()) * Expr::from(c::BLOCKWISE_STATE) + kept * element(FP32)
        }
        // Sums of rows and columns of each matrix: one number in thousands.
        Optimizer::Adafactor => run.shape.reader.bare(0.0),
    };
    res
}

/// Tensors that the step makes beside the states.
fn step(run: &TrainingRun, trained: &Expr<Count>) -> Option<Expr<Memory>> {
    let of_state = || run.format(Quantity::BytesOfState, run.formats.state, formats_from(run));
    let kernel = run.shape.reader.choice::<OptimizerKernel>(Id::OptimizerKernel);
    let res: Expr<Memory> = match (run.optimizer(), kernel) {
        // `_foreach_sqrt` makes the roots of all second moments at once; momentum is added in place.
        (Optimizer::Adam | Optimizer::AdamW, OptimizerKernel::Foreach) => trained.clone() * of_state(),
        // One parameter after the other, in FP32: the gradient, the update and, of 16-bit parameters, the parameter.
        (Optimizer::Adafactor, _) => run.largest_matrix() * element(3.0 * FP32),
        // One parameter after the other: the direction whose sign counts.
        (Optimizer::Lion, _) => run.largest_matrix() * of_state(),
        // One kernel reads and writes each element.
        (Optimizer::Adam | Optimizer::AdamW, OptimizerKernel::Fused)
        | (Optimizer::Sgd | Optimizer::AdamW8bit | Optimizer::PagedAdamW8bit, _) => return None,
    };
    Some(res)
}
