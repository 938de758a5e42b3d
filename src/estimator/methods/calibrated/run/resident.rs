//! What lives through a whole training run: weights, adapters, the master copy, and what `optimizer` says of states and
//! of the optimizer's step. `formats` says in which number formats. It knows no activation.

use crate::estimator::component::Component;
use crate::estimator::constants as c;
use crate::estimator::estimate::{Lines, put_any};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::counts::{Counts, is_expert};
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::model::{storage, weights};
use crate::estimator::methods::calibrated::run::formats::Trained;
use crate::estimator::methods::calibrated::run::optimizer::OptimizerRun;
use crate::estimator::methods::calibrated::run::optimizer_of_saved::OptimizerOfSaved;
use crate::estimator::methods::calibrated::run::saved::Saved;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::element;
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::spread::Trainer;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// Where gradients are once they are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldGradients {
    /// Each in a tensor of its own, until the optimizer's step.
    Own,
    /// In buckets that are there all the time, of which they are views.
    Views,
    /// Whole ones of a layer only while the backward pass is inside it; what is left of them is counted elsewhere.
    OfLayer,
}

/// What the model and its optimizer take during the whole run, and what the optimizer's step adds.
#[derive(Clone)]
pub struct Resident {
    /// Weights, adapters, master copy and states.
    pub lines: Vec<(Component, Expr<Memory>)>,
    /// Trained parameters: `P_counted`, `P_a` or `P_prefix`.
    pub trained: Expr<Count>,
    /// Bytes of one gradient: `b_g`.
    pub gradient: Expr<BytesPerElement>,
    /// Where gradients are.
    pub held: HeldGradients,
    /// States that are on the device during the optimizer's step only.
    pub paged: Option<Expr<Memory>>,
    /// Tensors that the optimizer's step makes beside its states.
    pub step: Option<Expr<Memory>>,
    /// Gradients of modules that are trained whole beside adapters.
    pub saved: Option<Expr<Memory>>,
}

/// Lines that a moment may have beside what lives all the time.
const LINES_OF_A_MOMENT: usize = 8;

impl Resident {
    /// What lives all the time, with room for what a moment adds.
    pub fn lines_of_moment(&self) -> Lines {
        let mut res = Vec::with_capacity(self.lines.len() + LINES_OF_A_MOMENT);
        res.extend_from_slice(&self.lines);
        res
    }

    /// The same beside what somebody else holds all the time.
    pub fn beside(mut self, others: Lines) -> Self {
        for (component, formula) in others {
            match self.lines.iter_mut().find(|line| line.0 == component) {
                Some(line) => line.1 = line.1.clone() + formula,
                None => self.lines.push((component, formula)),
            }
        }
        self
    }

    /// All gradients that are no views of buckets. With several micro-batches they live from one to the next.
    pub fn kept_gradients(&self) -> Option<Expr<Memory>> {
        (self.held == HeldGradients::Own).then(|| self.gradients())
    }

    /// What autograd itself holds of gradients that are views of buckets: each lives until it is copied into its
    /// bucket, but the output projection's waits for that of the embedding where both are one table.
    pub fn views_made(&self, run: &TrainingRun) -> Option<Expr<Memory>> {
        let waits = self.held == HeldGradients::Views && run.formats.trains_everything() && run.is_tied();
        waits.then(|| run.embedding() * self.gradient.clone())
    }

    /// A gradient for each trained parameter.
    pub fn gradients(&self) -> Expr<Memory> {
        let of_trained = self.trained.clone() * self.gradient.clone();
        match &self.saved {
            Some(of_saved) => of_trained + of_saved.clone(),
            None => of_trained,
        }
    }

    /// What the optimizer's step has beside `lines`: all gradients, states that are not there otherwise, and what it
    /// makes.
    pub fn at_step(&self, mut lines: Lines) -> Lines {
        put_any(&mut lines, Component::Gradients, self.kept_gradients());
        put_any(&mut lines, Component::Optimizer, self.paged.clone());
        put_any(&mut lines, Component::Temporaries, self.step.clone());
        lines
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
            let adapters: Expr<Memory> = trained.clone() * of_adapter;
            let copies = run.saved.as_ref().map(|it| it.gradients(run.shape));
            lines.push((Component::Adapter, with(adapters, copies)));
        }
        let masters = run.saved.as_ref().and_then(Saved::master);
        if formats.master > 0.0 {
            let copy: Expr<Memory> = trained.clone() * element(formats.master);
            lines.push((Component::MasterWeights, with(copy, masters)));
        } else if let Some(masters) = masters {
            lines.push((Component::MasterWeights, masters));
        }
        let optimizer = OptimizerRun::of(run, counts, &trained);
        let of_saved = run.saved.as_ref().map(|it| OptimizerOfSaved::of(run, it));
        let states = with(optimizer.states(), of_saved.as_ref().map(OptimizerOfSaved::states));
        let is_paged = optimizer.is_paged();
        if !is_paged {
            lines.push((Component::Optimizer, states.clone()));
        }
        let gradient = run.format(Quantity::BytesOfGradient, formats.gradient, run.formats_from());
        let (is_reduced, held) = match Mesh::of(&run.shape.reader).trainer() {
            Trainer::None
            | Trainer::Fsdp2
            | Trainer::DeepSpeed
            | Trainer::Transformers
            | Trainer::Torch
            | Trainer::Megatron => (false, HeldGradients::Own),
            Trainer::Ddp if run.shape.reader.is_on(Id::GradientAsBucketView) => (true, HeldGradients::Views),
            Trainer::Ddp => (true, HeldGradients::Own),
        };
        if is_reduced {
            // `Reducer::initialize_buckets` (torch/csrc/distributed/c10d/reducer.cpp), at construction; whatever the
            // size of one, all together hold each gradient once.
            let of_saved = run.saved.as_ref().map(|it| it.gradients(run.shape));
            lines.push((Component::GradientBuckets, with(trained.clone() * gradient.clone(), of_saved)));
        }
        Self {
            lines,
            gradient,
            held,
            paged: is_paged.then_some(states),
            step: match &of_saved {
                Some(it) => it.step_beside(optimizer.step()),
                None => optimizer.step(),
            },
            saved: run.saved.as_ref().map(|it| it.gradients(run.shape)),
            trained,
        }
    }
}

fn with(one: Expr<Memory>, other: Option<Expr<Memory>>) -> Expr<Memory> {
    match other {
        Some(other) => one + other,
        None => one,
    }
}

/// All weights: quantized ones under QLoRA, else in the run's format; those of a mixture's experts are a component of
/// their own.
pub fn weights(run: &TrainingRun, counts: &Counts) -> Lines {
    if run.is_quantized() {
        // Dettmers et al. 2023, arXiv 2305.14314; what is not quantized stays in 16 bits.
        let quantized = match storage::chosen_format(run.shape) {
            Some(it) => weights::quantized(run.shape, counts, it),
            None => counts.total() * storage::unquantized(run.shape),
        };
        return vec![(Component::Weights, quantized)];
    }
    let of_parameter = || run.format(Quantity::BytesOfParameter, run.formats.parameter, run.formats_from());
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
