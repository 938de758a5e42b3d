//! A traced or measured run, and what `calibrated` says of it. It reads no file and knows no formula.

use crate::estimator::{
    Bytes, Component, ComponentGroup, DEFAULT_METHOD, Estimate, Inputs, ParameterId, capacity, estimate_values,
};

/// What of an estimate is compared with the measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// The total without the runtime's overhead: what tensors take.
    Tensors,
    /// The total with the runtime's overhead: what the driver reports.
    Total,
    /// Weights alone.
    Weights,
    /// Keys and values of one token.
    KvPerToken,
    /// The pool that vLLM makes of a GPU.
    KvPool,
}

impl Figure {
    /// The figure's name in the files of cases.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Tensors => "tensors",
            Self::Total => "total",
            Self::Weights => "weights",
            Self::KvPerToken => "kv_per_token",
            Self::KvPool => "kv_pool",
        }
    }

    /// The figure that a file of cases names, or `None`.
    pub fn from_id(id: &str) -> Option<Self> {
        [Self::Tensors, Self::Total, Self::Weights, Self::KvPerToken, Self::KvPool].into_iter().find(|it| it.id() == id)
    }

    /// The figure in an estimate; `None` where there is no such figure.
    fn of(self, estimate: &Estimate, inputs: &Inputs) -> Option<Bytes> {
        let sum = |keep: &dyn Fn(Component) -> bool| {
            let lines = estimate.lines().iter().filter(|line| keep(line.component));
            lines.map(|line| line.formula.bytes()).sum::<Bytes>()
        };
        let is_weight = |it: Component| {
            matches!(
                it.group(),
                ComponentGroup::Weights | ComponentGroup::Vision | ComponentGroup::Text | ComponentGroup::Experts
            )
        };
        let bytes = match self {
            Self::Tensors => sum(&|it| it != Component::Runtime),
            Self::Total => estimate.total(),
            Self::Weights => sum(&is_weight),
            Self::KvPerToken => {
                let number = |id: ParameterId| inputs.values().number(id);
                let tokens = number(ParameterId::BatchSize) * number(ParameterId::SequenceLength);
                Bytes::new(sum(&|it| it == Component::KvCache).count() / tokens.max(1.0))
            }
            Self::KvPool => capacity(inputs)?.pool.bytes(),
        };
        Some(bytes)
    }
}

/// A traced or measured run.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name.
    pub id: String,
    /// Cases of one kind.
    pub family: String,
    /// The link that describes it.
    pub link: String,
    /// What is compared.
    pub figure: Figure,
    /// What was traced or measured, in bytes.
    pub measured: f64,
    /// Why it is missed, where somebody has found out.
    pub reason: Option<String>,
}

/// A case with the estimate's answer.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The case.
    pub case: Case,
    /// What the estimate says, in bytes; `None` where it has no answer.
    pub predicted: Option<f64>,
}

impl Judged {
    /// Estimates a case with the inputs that its link gives.
    pub fn new(case: Case, inputs: &Inputs) -> Self {
        let all = estimate_values(inputs);
        let estimate = all.iter().find(|it| it.method() == DEFAULT_METHOD);
        let predicted = estimate.and_then(|it| case.figure.of(it, inputs)).map(Bytes::count);
        Self { case, predicted }
    }

    /// The signed error as a share of what was measured; an under-estimate is negative.
    pub fn error(&self) -> Option<f64> {
        self.predicted.map(|it| (it - self.case.measured) / self.case.measured)
    }
}
