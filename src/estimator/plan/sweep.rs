//! One parameter over its values, all else held fixed: what the run comes to at each, by the real estimate. It knows no formula and no
//! text.

use crate::estimator::component::Component;
use crate::estimator::device::device_memory;
use crate::estimator::inputs::Inputs;
use crate::estimator::method::{DEFAULT_METHOD, MethodId};
use crate::estimator::methods::{Unsupported, support, values_of};
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::{ParameterId as Id, Value};
use crate::estimator::plan::fit::{VerdictKind, verdict};
use crate::estimator::plan::solve::{SolvedKind, crossing};
use crate::estimator::plan::sweep_request::{SweepRefusal, SweepRequest};
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
    let points = values.into_iter().filter_map(|it| point(method, inputs, id, it)).collect();
    Ok(Sweep { id, method, points, crossing: crossing(method, inputs, id) })
}

/// What a run comes to by a method at one value, for whoever has no time for all of them at once; `None` for what is no value.
pub fn point(method: MethodId, inputs: &Inputs, id: Id, value: Value) -> Option<SweepPoint> {
    let there = inputs.clone().with(id, value.clone()).ok()?;
    Some(SweepPoint { value, capacity: device_memory(&there), answer: answer(method, &there) })
}

fn answer(method: MethodId, inputs: &Inputs) -> Result<SweepAnswer, Unanswered> {
    let Some(estimate) = values_of(method, inputs) else {
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
