//! The value of every parameter and of every fact of the model, as formulas read them: one place for each, so that
//! nobody searches. It knows no rule, but what several of them ask of more than one value.

use crate::estimator::architecture::{Facts, PartCount};
use crate::estimator::parameters::choices::{ChoiceValue, Engine};
use crate::estimator::parameters::spread::{SplitMode, Trainer};
use crate::estimator::parameters::{Control, PARAMETERS, ParameterId, ParameterSpec, TableValue, Value};
use std::sync::{Arc, OnceLock};

/// What every parameter comes to.
///
/// *Invariant:* what was given of a parameter without effect is not here. In its place stands something fixed, the
/// first default of the table, or the first of a list, so that no formula can read what was given.
#[derive(Clone, Debug)]
pub struct Values {
    numbers: [f64; ParameterId::ALL.len()],
    taken_away: [Option<Control>; ParameterId::ALL.len()],
    facts: Facts,
    /// The parameters of the model, part by part, once somebody has counted them. Values that differ in nothing that
    /// decides the facts share them, as the points of a sweep do.
    parts: Arc<OnceLock<Vec<PartCount>>>,
}

/// What stands for each parameter without effect.
const IDLE: [f64; ParameterId::ALL.len()] = {
    let mut res = [0.0; ParameterId::ALL.len()];
    let mut at = 0;
    // Loops over ranges are not yet possible in constants.
    while at < res.len() {
        res[at] = idle_number(&PARAMETERS[at]);
        at += 1;
    }
    res
};

/// The degrees whose product is the number of GPUs: replicas, and then what divides one of them.
pub const DEGREES: [ParameterId; 4] = [
    ParameterId::DataParallel,
    ParameterId::PipelineParallel,
    ParameterId::TensorParallel,
    ParameterId::ContextParallel,
];

impl Values {
    /// No parameter has an effect yet.
    pub fn none() -> Self {
        Self {
            numbers: IDLE,
            taken_away: [Some(Control::Mode); ParameterId::ALL.len()],
            facts: Facts::NONE,
            parts: Arc::default(),
        }
    }

    /// Gives a parameter its value, which has an effect.
    pub fn put(&mut self, id: ParameterId, value: &Value) {
        self.numbers[id as usize] = id.spec().kind.place_of(value).map_or_else(|| as_number(value), |it| it as f64);
        self.taken_away[id as usize] = None;
    }

    /// Notes what takes a parameter's effect away.
    pub fn take_away(&mut self, id: ParameterId, control: Control) {
        self.numbers[id as usize] = IDLE[id as usize];
        self.taken_away[id as usize] = Some(control);
    }

    /// What takes a parameter's effect away; `None` where it has one.
    pub const fn taken_away_by(&self, id: ParameterId) -> Option<Control> {
        self.taken_away[id as usize]
    }

    /// A number in the parameter's unit; of a choice its place in the list, of a toggle 0 or 1.
    pub const fn number(&self, id: ParameterId) -> f64 {
        self.numbers[id as usize]
    }

    /// The facts of the model that runs: what its architecture states, overridden by parameters.
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Notes the facts of the model that runs; what was counted of others is forgotten.
    pub fn put_facts(&mut self, facts: Facts) {
        self.facts = facts;
        self.parts = Arc::default();
    }

    /// The parameters of the model, part by part: what `count` finds, which is asked at most once for the same facts.
    pub fn parts(&self, count: impl FnOnce() -> Vec<PartCount>) -> &[PartCount] {
        self.parts.get_or_init(count)
    }

    /// The choice of a parameter whose list is that of `T`.
    pub fn choice<T: ChoiceValue>(&self, id: ParameterId) -> T {
        T::ALL.get(self.number(id) as usize).copied().unwrap_or(T::ALL[0])
    }

    /// Whether a toggle is on.
    pub fn is_on(&self, id: ParameterId) -> bool {
        self.number(id) != 0.0
    }

    /// GPUs that have a part of the model or of each sequence, and together all of it; a degree without effect is 1.
    pub fn gpus_of_replica(&self) -> f64 {
        DEGREES[1..].iter().map(|it| self.number(*it)).product()
    }

    /// GPUs to which the degrees come, whatever number of GPUs was given.
    pub fn gpus_of_degrees(&self) -> f64 {
        self.number(DEGREES[0]) * self.gpus_of_replica()
    }

    /// Whether llama.cpp has everything on its main GPU, however many there are, and uses no other: the first, since
    /// nothing here says another (`llama_prepare_model_devices`; `llama_model_params::main_gpu`, 0 by default).
    pub fn is_on_main_gpu(&self) -> bool {
        self.choice::<Engine>(ParameterId::Engine) == Engine::LlamaCpp
            && self.choice::<SplitMode>(ParameterId::SplitMode) == SplitMode::None
    }

    /// Whether what serves the model gives each of several GPUs whole layers, so that one more takes some from others.
    pub fn shares_layers(&self) -> bool {
        match self.choice(ParameterId::Engine) {
            Engine::LlamaCpp => !self.is_on_main_gpu(),
            Engine::Transformers => self.number(ParameterId::TensorParallel) <= 1.0,
            Engine::Vllm => false,
        }
    }

    /// Whether the trainer has something in the host's memory or on a disk, and so does something on one GPU as well.
    pub fn offloads(&self) -> bool {
        let (optimizer, parameters) = (ParameterId::OffloadOptimizer, ParameterId::OffloadParameters);
        self.choice::<Trainer>(ParameterId::Trainer).offloads(self.choice(optimizer), self.choice(parameters))
    }
}

/// A value as a number.
fn as_number(value: &Value) -> f64 {
    match value {
        Value::Number(number) => *number,
        Value::Toggle(is_on) => f64::from(u8::from(*is_on)),
        Value::Choice(_) | Value::Model(_) | Value::List(_) => 0.0,
    }
}

/// What stands for a parameter without effect: the first of a list, no, or the number that the table names first.
const fn idle_number(spec: &ParameterSpec) -> f64 {
    match spec.uses[0].default {
        TableValue::Number(number) => number,
        TableValue::Choice(_) | TableValue::Toggle(_) | TableValue::NoModel | TableValue::Stated => 0.0,
    }
}
