//! A traced or measured run, and what the methods say of it. It reads no file and knows no formula.

use crate::estimator::evidence::{Evidence, readings};
use crate::estimator::{
    Bytes, Component, ComponentGroup, DEFAULT_METHOD, Estimate, Inputs, MethodId, Moment, MomentId, ParameterId,
    RunKind, capacity, estimate_values,
};

/// What of an estimate is compared with the measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// The total without the runtime's overhead: what tensors take.
    Tensors,
    /// The total with the runtime's overhead: what the driver reports.
    Total,
    /// What nvidia-smi shows of the process: the total and what the allocator holds.
    Reserved,
    /// What the allocator holds, its tensors included: what nvidia-smi shows without the driver's own.
    Allocator,
    /// Weights alone.
    Weights,
    /// Keys and values of the whole run.
    KvCache,
    /// Keys and values of one token.
    KvPerToken,
    /// The pool that vLLM makes of a GPU.
    KvPool,
    /// What the graph of an engine computes in.
    Compute,
    /// What PyTorch has allocated on the last rank when a step is over.
    AfterStepOfLast,
    /// The most that PyTorch allocates on the last rank.
    PeakOfLast,
}

impl Figure {
    /// Every figure.
    const ALL: [Self; 11] = [
        Self::Tensors,
        Self::Total,
        Self::Reserved,
        Self::Allocator,
        Self::Weights,
        Self::KvCache,
        Self::KvPerToken,
        Self::KvPool,
        Self::Compute,
        Self::AfterStepOfLast,
        Self::PeakOfLast,
    ];

    /// Whether it is all that a run takes, and not a part of it.
    pub const fn is_whole(self) -> bool {
        match self {
            Self::Tensors | Self::Total | Self::Reserved | Self::Allocator => true,
            Self::Weights | Self::KvCache | Self::KvPerToken | Self::KvPool | Self::Compute => false,
            // Of one rank, which need not be the fullest.
            Self::AfterStepOfLast | Self::PeakOfLast => false,
        }
    }

    /// The figure's name in the files of cases.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Tensors => "tensors",
            Self::Total => "total",
            Self::Reserved => "reserved",
            Self::Allocator => "allocator",
            Self::Weights => "weights",
            Self::KvCache => "kv",
            Self::KvPerToken => "kv_per_token",
            Self::KvPool => "kv_pool",
            Self::Compute => "compute",
            Self::AfterStepOfLast => "after_step_of_last",
            Self::PeakOfLast => "peak_of_last",
        }
    }

    /// The figure that a file of cases names, or `None`.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.id() == id)
    }

    /// The figure in an estimate; `None` where there is no such figure.
    pub(super) fn of(self, estimate: &Estimate, inputs: &Inputs) -> Option<Bytes> {
        let sum = |keep: &dyn Fn(Component) -> bool| {
            let lines = estimate.lines().iter().filter(|line| keep(line.component));
            lines.map(|line| line.formula.bytes()).sum::<Bytes>()
        };
        let bytes = match self {
            Self::Tensors => sum(&|it| !it.is_outside() && it != Component::Overhead),
            Self::Total => estimate.total(),
            Self::Reserved => readings(inputs, estimate).reserved?.middle,
            Self::Allocator => {
                Bytes::new(readings(inputs, estimate).reserved?.middle.count() - estimate.outside().count())
            }
            Self::Weights => sum(&Component::is_weights),
            Self::KvCache => sum(&|it| it == Component::KvCache),
            Self::KvPerToken => {
                let number = |id: ParameterId| inputs.values().number(id);
                let tokens = number(ParameterId::BatchSize) * number(ParameterId::SequenceLength);
                Bytes::new(sum(&|it| it == Component::KvCache).count() / tokens.max(1.0))
            }
            Self::KvPool => capacity(inputs)?.pool.bytes(),
            Self::Compute => sum(&|it| it == Component::Temporaries),
            Self::AfterStepOfLast => {
                let moments = estimate.ranks().last()?.moments();
                allocated(moments.iter().find(|it| it.id() == MomentId::OptimizerStep)?)
            }
            Self::PeakOfLast => allocated(estimate.ranks().last()?.peak()),
        };
        Some(bytes)
    }
}

/// What PyTorch allocates at a moment.
fn allocated(it: &Moment) -> Bytes {
    Bytes::new(it.total().count() - it.outside().count())
}

/// Weights, adapters, states and gradients of an estimate, in bytes.
fn fixed(estimate: &Estimate) -> f64 {
    let is_fixed = |it: Component| {
        it.is_weights()
            || matches!(it.group(), ComponentGroup::Adapter | ComponentGroup::Optimizer | ComponentGroup::Gradients)
    };
    let lines = estimate.lines().iter().filter(|line| is_fixed(line.component));
    lines.map(|line| line.formula.bytes().count()).sum()
}

/// A share of a run below which what moves in it says nothing.
const LEAST_MOVING: f64 = 0.02;

/// A traced or measured run.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name.
    pub id: String,
    /// Cases of one kind.
    pub family: String,
    /// The link that describes it.
    pub link: String,
    /// Whether it was traced or measured.
    pub evidence: Evidence,
    /// What is compared.
    pub figure: Figure,
    /// Which rank, by its name; the fullest where none is named.
    pub rank: Option<String>,
    /// What was traced or measured, in bytes.
    pub measured: f64,
    /// Why it is missed, where somebody has found out.
    pub reason: Option<String>,
}

/// A case with the estimates' answers.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The case.
    pub case: Case,
    /// Runs of which kind it is one.
    pub kind: RunKind,
    /// What `calibrated` says, in bytes; `None` where it has no answer.
    pub predicted: Option<f64>,
    /// What of that is weights, adapters, states or gradients, in bytes: of tensors alone.
    pub fixed: Option<f64>,
    /// What the other methods say.
    pub others: Vec<(MethodId, f64)>,
}

impl Judged {
    /// Estimates a case with the inputs that its link gives.
    pub fn new(case: Case, inputs: &Inputs) -> Self {
        let of_rank = |it: Estimate| match &case.rank {
            Some(name) => it.of_rank(name).unwrap_or(it),
            None => it,
        };
        let answers: Vec<_> = estimate_values(inputs).into_iter().map(of_rank).collect();
        let fixed =
            answers.iter().find(|it| it.method() == DEFAULT_METHOD && case.figure == Figure::Tensors).map(fixed);
        let answers = answers.iter().filter_map(|it| Some((it.method(), case.figure.of(it, inputs)?.count())));
        let (own, others): (Vec<_>, Vec<_>) = answers.partition(|it| it.0 == DEFAULT_METHOD);
        Self { case, kind: RunKind::of(inputs), predicted: own.first().map(|it| it.1), fixed, others }
    }

    /// The signed error as a share of what was measured beside weights, adapters, states and gradients, so that a large
    /// model does not hide its activations; `None` where these are nearly all of it.
    pub fn error_of_moving(&self) -> Option<f64> {
        let moving = self.case.measured - self.fixed?;
        (moving > LEAST_MOVING * self.case.measured).then_some((self.predicted? - self.case.measured) / moving)
    }

    /// What a method says, in bytes; `None` where it has no answer.
    pub fn said_by(&self, method: MethodId) -> Option<f64> {
        match method {
            DEFAULT_METHOD => self.predicted,
            _ => self.others.iter().find(|it| it.0 == method).map(|it| it.1),
        }
    }

    /// The signed error of `calibrated` as a share of what was measured; an under-estimate is negative.
    pub fn error(&self) -> Option<f64> {
        self.predicted.map(|it| (it - self.case.measured) / self.case.measured)
    }
}
