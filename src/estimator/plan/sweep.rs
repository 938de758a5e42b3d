//! One parameter over its values, all else held fixed: what the run comes to at each, by the real estimate. It knows no
//! formula and no text.

use crate::estimator::component::Component;
use crate::estimator::device::{device_memory, memory_of_fullest};
use crate::estimator::estimate::Estimate;
use crate::estimator::inputs::Inputs;
use crate::estimator::method::{DEFAULT_METHOD, MethodId};
use crate::estimator::methods::{Unsupported, support, values_of};
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::{ParameterId as Id, Value};
use crate::estimator::plan::fit::{VerdictKind, verdict};
use crate::estimator::plan::solve::{SolvedKind, crossing};
use crate::estimator::plan::sweep_request::{SweepRefusal, SweepRequest, on_grid};
use crate::estimator::rank::RankKind;
use crate::estimator::units::Bytes;

/// A parameter over its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// The parameter.
    pub id: Id,
    /// The method that was asked.
    pub method: MethodId,
    /// What the run comes to, value by value; at least one.
    pub points: Vec<SweepPoint>,
    /// Where it stops fitting, wherever that lies; see [`crossing`].
    pub crossing: Option<SolvedKind>,
    /// Where it stops or starts to fit among the points, the least first; see [`edges`].
    pub edges: Vec<SweepEdge>,
}

/// A value at which a run stops fitting, or starts to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SweepEdge {
    /// The last value that fits, or the first.
    pub value: f64,
    /// Whether one step more does not; else one less.
    pub is_most: bool,
    /// What it is there: tight where no point fits.
    pub kind: VerdictKind,
}

/// One of the values.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepPoint {
    /// The value.
    pub value: Value,
    /// Memory of the device that programs can use, which the parameter may change; `None` without one.
    pub capacity: Option<Bytes>,
    /// What the run comes to.
    ///
    /// # Errors
    /// Says why there is no answer; there is then no number either.
    pub answer: Result<SweepAnswer, Unanswered>,
}

/// What the run comes to at a value: the fullest moment of the fullest rank.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepAnswer {
    /// The components in stacking order from the bottom of a bar; they sum to the total.
    pub components: Vec<(Component, Bytes)>,
    /// Their sum.
    pub total: Bytes,
    /// Which rank is the fullest.
    pub rank: RankKind,
    /// Which of its moments.
    pub moment: MomentId,
    /// Whether it fits.
    pub verdict: VerdictKind,
}

/// Why a method has no answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unanswered {
    /// It has no formulas for the mode.
    Mode,
    /// It has none for such a run.
    Run(Unsupported),
}

impl Sweep {
    /// The components that occur at any of the values, in stacking order.
    pub fn components(&self) -> Vec<Component> {
        let answers: Vec<_> = self.points.iter().filter_map(|it| it.answer.as_ref().ok()).collect();
        let occurs = |it: &Component| answers.iter().any(|answer| answer.bytes(*it).is_some());
        Component::ALL.iter().copied().filter(occurs).collect()
    }
}

impl SweepPoint {
    /// Whether it fits; `None` where there is no answer.
    pub fn verdict(&self) -> Option<VerdictKind> {
        self.answer.as_ref().ok().map(|it| it.verdict)
    }
}

impl SweepAnswer {
    /// What a component takes; `None` where nothing of it lives.
    pub fn bytes(&self, component: Component) -> Option<Bytes> {
        self.components.iter().find(|it| it.0 == component).map(|it| it.1)
    }
}

/// What a run comes to by a method at each of the values that are asked for.
///
/// # Errors
/// Refuses a parameter without effect.
pub fn sweep(method: MethodId, inputs: &Inputs, request: &SweepRequest) -> Result<Sweep, SweepRefusal> {
    let id = request.id();
    let values = request.values(inputs)?;
    let points: Vec<_> = values.into_iter().filter_map(|it| point(method, inputs, id, it)).collect();
    let edges = edges(method, inputs, request, &points);
    Ok(Sweep { id, method, points, crossing: crossing(method, inputs, id), edges })
}

/// Where a run stops or starts to fit between points of numbers that have an answer, each found to the parameter's
/// step: there may be several, where kernels, pieces and buckets have sizes of their own, or an engine asks for room
/// and for enough of it. Where no point fits, the same of what is tight. Choices have none, since nothing lies between
/// them; and what happens between two points beside that is not seen.
pub fn edges(method: MethodId, inputs: &Inputs, request: &SweepRequest, points: &[SweepPoint]) -> Vec<SweepEdge> {
    let is_any = |kind| points.iter().any(|it| it.verdict() == Some(kind));
    let Some(kind) = [VerdictKind::Fits, VerdictKind::Tight].into_iter().find(|it| is_any(*it)) else {
        return Vec::new();
    };
    let holds = |it: &SweepPoint| it.verdict() == Some(kind);
    let between = |pair: &[&SweepPoint]| {
        let [Value::Number(first), Value::Number(last)] = [&pair[0].value, &pair[1].value] else { return None };
        let is_most = holds(pair[0]);
        if is_most == holds(pair[1]) {
            return None;
        }
        let (inside, outside) = if is_most { (*first, *last) } else { (*last, *first) };
        let there = |value| point(method, inputs, request.id(), Value::Number(value)).is_some_and(|it| holds(&it));
        let value = last_inside(inside, outside, request.step(inputs), there);
        Some(SweepEdge { value, is_most, kind })
    };
    let answered: Vec<&SweepPoint> = points.iter().filter(|it| it.answer.is_ok()).collect();
    answered.windows(2).filter_map(between).collect()
}

/// The last value on the way from one at which something holds to one at which it does not, by bisection over multiples
/// of a step.
fn last_inside(mut inside: f64, mut outside: f64, step: f64, holds: impl Fn(f64) -> bool) -> f64 {
    loop {
        let middle = on_grid((inside + outside) / 2.0, step);
        let (least, most) = (inside.min(outside), inside.max(outside));
        if step <= 0.0 || middle <= least || middle >= most {
            return inside;
        }
        if holds(middle) {
            inside = middle;
        } else {
            outside = middle;
        }
    }
}

/// What a run comes to by a method at one value, for whoever has no time for all of them at once; `None` for what is no
/// value.
pub fn point(method: MethodId, inputs: &Inputs, id: Id, value: Value) -> Option<SweepPoint> {
    let there = inputs.clone().with(id, value.clone()).ok()?;
    let estimate = values_of(method, &there);
    let capacity = match &estimate {
        Some(estimate) => memory_of_fullest(&there, estimate),
        None => device_memory(&there),
    };
    Some(SweepPoint { value, capacity, answer: answer(method, &there, estimate) })
}

fn answer(method: MethodId, inputs: &Inputs, estimate: Option<Estimate>) -> Result<SweepAnswer, Unanswered> {
    let Some(estimate) = estimate else {
        // What `calibrated` refuses others may answer.
        let reason = support(inputs).err().filter(|_| method == DEFAULT_METHOD);
        return Err(reason.map_or(Unanswered::Mode, Unanswered::Run));
    };
    let (rank, peak) = (estimate.fullest(), estimate.peak());
    Ok(SweepAnswer {
        components: peak.lines().iter().map(|it| (it.component, it.formula.bytes())).collect(),
        total: estimate.total(),
        rank: rank.kind(),
        moment: peak.id(),
        verdict: verdict(inputs, &estimate).kind,
    })
}
