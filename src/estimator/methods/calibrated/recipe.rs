//! Number formats of a training run, and what weights, gradients and the optimizer take in them. It knows no activation.

use crate::estimator::choices::{
    AdapterPrecision, FinetuneMethod, Optimizer, OptimizerKernel, Precision, Recipe, Task,
};
use crate::estimator::component::Component;
use crate::estimator::constants as c;
use crate::estimator::expr::Expr;
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::calibrated::counts::{Counts, is_expert};
use crate::estimator::methods::calibrated::run::Run;
use crate::estimator::methods::calibrated::tensors::{Width, element, format, times};
use crate::estimator::methods::calibrated::weights;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// Which parameters a run trains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trained {
    /// All.
    Everything,
    /// Low-rank adapters beside frozen weights.
    Adapters,
    /// Prefixes of keys and values.
    Prefixes,
}

/// Bytes of an element of each kind of tensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Formats {
    /// What is trained.
    pub trained: Trained,
    /// Whether matrix products convert their operands to 16 bits as they go (`torch.autocast`).
    pub is_autocast: bool,
    /// Of the model's parameters.
    pub parameter: f64,
    /// Of what a matrix product reads and writes.
    pub compute: f64,
    /// Of the residual stream: the embedding's format, to which every block's output is added.
    pub stream: f64,
    /// Of adapters.
    pub adapter: f64,
    /// Of a gradient of a trained parameter.
    pub gradient: f64,
    /// Of the FP32 copy that the optimizer updates; 0 where it updates the parameters themselves.
    pub master: f64,
    /// Of an unquantized state of the optimizer, which PyTorch gives the format of what it updates.
    pub state: f64,
}

impl Formats {
    /// The formats that the inputs' recipe means.
    ///
    /// Autograd keeps no tensor narrower than 16 bits: a run in FP8, INT8 or INT4 stores weights so and computes in
    /// 16 bits.
    pub fn of(inputs: &Inputs) -> Self {
        let is_pretraining = inputs.mode() == Mode::Multimodal && inputs.choice::<Task>(Id::Task) == Task::Training;
        let trained = match inputs.choice::<FinetuneMethod>(Id::FinetuneMethod) {
            _ if is_pretraining || Id::FinetuneMethod.spec().use_in(inputs.mode()).is_none() => Trained::Everything,
            FinetuneMethod::Full => Trained::Everything,
            FinetuneMethod::Lora | FinetuneMethod::Qlora => Trained::Adapters,
            FinetuneMethod::Prefix => Trained::Prefixes,
        };
        let precision = inputs.choice::<Precision>(Id::Precision);
        let recipe = inputs.choice::<Recipe>(Id::Recipe);
        let compute = precision.bytes().max(Precision::Bf16.bytes());
        // Autocast converts FP32 to a 16-bit format; there is nothing to convert in an FP32 run.
        let is_autocast = recipe == Recipe::Autocast && precision != Precision::Fp32;
        let is_full = trained == Trained::Everything;
        let parameter = if is_autocast && is_full { Precision::Fp32.bytes() } else { precision.bytes() };
        let adapter = match inputs.choice::<AdapterPrecision>(Id::AdapterPrecision) {
            AdapterPrecision::Fp32 => Precision::Fp32.bytes(),
            AdapterPrecision::Bf16 => Precision::Bf16.bytes(),
        };
        let updated = if is_full { parameter } else { adapter };
        let has_master = recipe == Recipe::Master && updated < Precision::Fp32.bytes();
        Self {
            trained,
            is_autocast,
            parameter,
            compute,
            stream: parameter.max(compute),
            adapter,
            gradient: updated.max(Precision::Bf16.bytes()),
            master: if has_master { Precision::Fp32.bytes() } else { 0.0 },
            state: if has_master { Precision::Fp32.bytes() } else { updated.max(Precision::Bf16.bytes()) },
        }
    }

    /// Whether the model's own parameters are trained.
    pub fn trains_everything(&self) -> bool {
        self.trained == Trained::Everything
    }
}

/// What decides the formats.
const FORMATS_FROM: &[Id] = &[Id::Precision, Id::Recipe, Id::FinetuneMethod];

/// The same where everything is trained, whatever the link says.
const NETWORK_FORMATS_FROM: &[Id] = &[Id::Precision, Id::Recipe];

fn formats_from(run: &Run) -> &'static [Id] {
    let has_methods = Id::FinetuneMethod.spec().use_in(run.shape.inputs.mode()).is_some();
    if has_methods { FORMATS_FROM } else { NETWORK_FORMATS_FROM }
}

/// What the model and its optimizer take during the whole run, and what the optimizer's step adds.
pub struct Resident {
    /// Weights, adapters, master copy and states.
    pub lines: Vec<(Component, Expr<Memory>)>,
    /// Trained parameters: `P`, `P_a` or `P_prefix`.
    pub trained: Expr<Count>,
    /// Bytes of one gradient: `b_g`.
    pub gradient: Expr<BytesPerElement>,
    /// States that are on the device during the optimizer's step only.
    pub paged: Option<Expr<Memory>>,
    /// Tensors that the optimizer's step makes beside its states.
    pub step: Option<Expr<Memory>>,
}

impl Resident {
    /// All gradients.
    pub fn gradients(&self) -> Expr<Memory> {
        self.trained.clone() * self.gradient.clone()
    }

    /// What a run holds from its first step to its last.
    pub fn of(run: &Run, counts: &Counts) -> Self {
        Self::training(run, counts, counts.total())
    }

    /// The same where full training trains `own` of the model's parameters.
    pub fn training(run: &Run, counts: &Counts, own: Expr<Count>) -> Self {
        let formats = &run.formats;
        let trained = match formats.trained {
            Trained::Everything => own,
            Trained::Adapters => run.adapters.parameters(run),
            Trained::Prefixes => prefixes(run),
        };
        let mut lines = weights(run, counts);
        if !formats.trains_everything() {
            let of_adapter = format("b_a", formats.adapter, &[Id::AdapterPrecision]);
            lines.push((Component::Adapter, trained.clone() * of_adapter));
        }
        if formats.master > 0.0 {
            let copy: Expr<Memory> = trained.clone() * element(formats.master);
            lines.push((Component::MasterWeights, copy.chosen_by(Id::Recipe)));
        }
        let states = states(run, &trained);
        let is_paged = run.optimizer() == Optimizer::PagedAdamW8bit;
        if !is_paged {
            lines.push((Component::Optimizer, states.clone()));
        }
        Self {
            lines,
            gradient: format("b_g", formats.gradient, formats_from(run)),
            paged: is_paged.then_some(states),
            step: step(run, &trained),
            trained,
        }
    }
}

/// All weights: quantized ones under QLoRA, else in the run's format; those of a mixture's experts are a component of their own.
fn weights(run: &Run, counts: &Counts) -> Vec<(Component, Expr<Memory>)> {
    if run.is_quantized() {
        // Dettmers et al. 2023, arXiv 2305.14314; what is not quantized stays in 16 bits.
        let quantized = match weights::chosen_format(run.shape) {
            Some(it) => weights::quantized(run.shape, counts, it),
            None => counts.total() * weights::element(run.shape),
        };
        return vec![(Component::Weights, quantized.chosen_by(Id::Quantization))];
    }
    let of_parameter = || format("b_p", run.formats.parameter, formats_from(run));
    if counts.number(is_expert) == 0.0 {
        return vec![(Component::Weights, counts.total() * of_parameter())];
    }
    vec![
        (Component::Weights, counts.leaf("P_rest", |it| !is_expert(it)) * of_parameter()),
        (Component::Experts, counts.leaf("P_experts", is_expert) * of_parameter()),
    ]
}

/// Prefixes of keys and values for every layer: `n_prefix·2·kv·L` (Li and Liang 2021, arXiv 2101.00190).
fn prefixes(run: &Run) -> Expr<Count> {
    let per_layer: Expr<Count> = Expr::<Count>::from(c::PREFIX_TOKENS) * Expr::from(c::KEYS_AND_VALUES);
    (per_layer * run.widths.leaf(Width::Keys) * run.layers()).named("P_prefix")
}

/// States of the optimizer for the trained parameters.
fn states(run: &Run, trained: &Expr<Count>) -> Expr<Memory> {
    let state = || format("b_s", run.formats.state, formats_from(run));
    let trained = trained.clone();
    let res: Expr<Memory> = match run.optimizer() {
        Optimizer::Adam | Optimizer::AdamW => times(2.0) * trained * state(),
        // The momentum; the moment.
        Optimizer::Sgd | Optimizer::Lion => trained * state(),
        Optimizer::AdamW8bit | Optimizer::PagedAdamW8bit => {
            let packed = (times(2.0) * trained).named("n_states");
            // The Trainer keeps the states of embeddings in FP32 (`register_module_override`).
            let kept = if run.formats.trains_everything() {
                (times(2.0) * run.embedding()).min(packed.clone())
            } else {
                Expr::number(0.0)
            };
            (packed - kept.clone()) * Expr::from(c::BLOCKWISE_STATE) + kept * element(4.0)
        }
        // Sums of rows and columns of each matrix: one number in thousands.
        Optimizer::Adafactor => Expr::number(0.0),
    };
    res.chosen_by(Id::Optimizer).chosen_by(Id::OptimizerKernel)
}

/// Tensors that the step makes beside the states.
fn step(run: &Run, trained: &Expr<Count>) -> Option<Expr<Memory>> {
    let of_state = || format("b_s", run.formats.state, formats_from(run));
    let kernel = run.shape.inputs.choice::<OptimizerKernel>(Id::OptimizerKernel);
    let res: Expr<Memory> = match (run.optimizer(), kernel) {
        // `_foreach_sqrt` makes the roots of all second moments at once; momentum is added in place.
        (Optimizer::Adam | Optimizer::AdamW, OptimizerKernel::Foreach) => {
            (trained.clone() * of_state()).chosen_by(Id::OptimizerKernel)
        }
        // One parameter after the other, in FP32: the gradient, the update and, of 16-bit parameters, the parameter.
        (Optimizer::Adafactor, _) => run.largest_matrix() * element(12.0),
        // One parameter after the other: the direction whose sign counts.
        (Optimizer::Lion, _) => run.largest_matrix() * of_state(),
        _ => return None,
    };
    Some(res)
}
