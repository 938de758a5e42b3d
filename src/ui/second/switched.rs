//! What is said of a step to another mode: what was taken along, and what stayed behind. It takes no step.

use crate::estimator::{Inputs, ParameterId, Value, support};
use crate::link::{Problem, ProblemKind};

/// What is to be said of a step from some inputs to those of another mode.
pub fn switched(before: &Inputs, here: &Inputs) -> Vec<Problem> {
    carried(before, here).into_iter().chain(left_behind(before, here)).collect()
}

/// What was given in one mode and counts in another.
fn carried(before: &Inputs, here: &Inputs) -> Option<Problem> {
    let goes_along =
        |id: &&ParameterId| here.has_effect(**id) && here.given(**id).is_some_and(|it| before.given(**id) == Some(it));
    let told = |id: &ParameterId| format!("{}={}", id.spec().key, id.spec().write(&here.value(*id)));
    let all: Vec<_> = ParameterId::ALL.iter().filter(goes_along).map(told).collect();
    let kind = ProblemKind::Carried(before.mode());
    (!all.is_empty()).then(|| Problem { key: String::new(), value: all.join(", "), kind })
}

/// A model that did not go along, because the mode does not run it.
fn left_behind(before: &Inputs, here: &Inputs) -> Option<Problem> {
    let id = ParameterId::Model;
    let Some(left @ Value::Model(Some(model))) = before.given(id) else { return None };
    let with_model = Inputs::defaults(here.mode()).with_model(Some(model.clone()));
    let reason = support(&with_model).err().filter(|_| here.given(id).is_none())?;
    let kind = ProblemKind::LeftBehind(reason, before.mode());
    Some(Problem { key: id.spec().key.to_owned(), value: id.spec().write(left), kind })
}
