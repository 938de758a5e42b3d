//! What to choose instead where a run has no answer: inputs near by that have one. It knows no formula, no reason and
//! no text.

use crate::estimator::inputs::Inputs;
use crate::estimator::methods::{Unsupported, support};
use crate::estimator::parameters::gpu_kinds::kinds;
use crate::estimator::parameters::{ParameterId as Id, ParameterKind, Value};

/// The most ways that are told: beyond these nobody reads.
const MOST_WAYS: usize = 3;

/// Choices that are changed one after the other before it is given up.
const MOST_STEPS: usize = 4;

/// Inputs that have an answer and differ in few choices from some that have none: at most three, in the order of the
/// values that the last of these choices takes. Nothing where there is an answer, or the walk meets none within
/// [`MOST_STEPS`] choices; it looks for no shortest way, since it goes on from one value only.
///
/// Each reason belongs to a parameter ([`Unsupported::parameter`]), which alone is changed, and with a degree the
/// number of GPUs. Where no value of it is enough, the first that leads to another reason, or to one that belongs to
/// another parameter, is taken, and that parameter changed next.
pub fn ways_out(inputs: &Inputs) -> Vec<Inputs> {
    let (mut here, mut met) = (inputs.clone(), Vec::new());
    for _ in 0..MOST_STEPS {
        let Err(reason) = support(&here) else { return Vec::new() };
        let id = reason.parameter(&here);
        met.push((reason, id));
        let changed = values(reason, id, &here).into_iter().filter_map(|value| {
            let there = here.clone().with(id, value).ok()?;
            match support(&there) {
                // A number of GPUs that stands beside a degree follows it.
                Err(reason) if id != Id::GpuCount && reason.parameter(&there) == Id::GpuCount => {
                    let count = Value::Number(f64::from(*reason.nearest().first()?));
                    let there = there.with(Id::GpuCount, count).ok()?;
                    Some((support(&there), there))
                }
                answer => Some((answer, there)),
            }
        });
        let (mut ways, mut next) = (Vec::new(), None);
        for (answer, there) in changed {
            match answer {
                Ok(()) if ways.len() < MOST_WAYS => ways.push(there),
                Err(other) if next.is_none() && !met.contains(&(other, other.parameter(&there))) => next = Some(there),
                _ => {}
            }
        }
        if !ways.is_empty() {
            return ways;
        }
        let Some(it) = next else { return Vec::new() };
        here = it;
    }
    Vec::new()
}

/// The other values of the parameter to which a reason belongs: all of a choice, the nearest of a number. Models and
/// layouts have none: another would be another run.
fn values(reason: Unsupported, id: Id, inputs: &Inputs) -> Vec<Value> {
    if matches!(id, Id::Model | Id::Layout) || !inputs.has_effect(id) {
        return Vec::new();
    }
    let own = inputs.value(id);
    let all: Vec<Value> = match (id.spec().kind, &own) {
        // One of the kinds that were chosen.
        (ParameterKind::Choice { .. }, Value::List(gpus)) => kinds(gpus).map(|it| Value::Choice(it.0)).collect(),
        (ParameterKind::Choice { ids }, _) => (0..ids.all().len()).map(Value::Choice).collect(),
        (ParameterKind::Toggle, _) => vec![Value::Toggle(false), Value::Toggle(true)],
        (ParameterKind::Number { .. }, _) => {
            reason.nearest().into_iter().map(|it| Value::Number(f64::from(it))).collect()
        }
        _ => Vec::new(),
    };
    all.into_iter().filter(|it| *it != own).collect()
}
