//! Where a slider stops fitting: a tick and what lies beyond it on the track, and below it words that a press applies.
//! Behind the verdict, how many changes are enough. It searches for nothing.

use crate::estimator::parameters::Slider;
use crate::estimator::plan::solve::{Solved, SolvedKind};
use crate::estimator::{ParameterId, Value};
use crate::present::numbers;
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, el};
use crate::ui::kit::ids::focus_parameter;
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use leptos::prelude::*;

/// What was found of a parameter that has an end; `None` where every value fits, and where nobody knows.
fn end_of(state: State, id: ParameterId) -> Option<SolvedKind> {
    let kind = state.found.with(|it| it.as_ref()?.of_parameter(id))?;
    matches!(kind, SolvedKind::Most(_) | SolvedKind::Nothing { .. }).then_some(kind)
}

/// Where on its slider the end is, from 0 to 1.
fn share(slider: Slider, kind: SolvedKind) -> f64 {
    let SolvedKind::Most(value) = kind else { return 0.0 };
    f64::from(slider.stop_of(value)) / f64::from(slider.last_stop().max(1))
}

/// What is said of it in words.
pub fn stop_text(state: State, id: ParameterId) -> Option<String> {
    let texts = &later_texts(state).advice;
    Some(match end_of(state, id)? {
        SolvedKind::Most(value) => {
            let mode = state.shown.mode.get_untracked();
            (texts.fits_to)(&numbers::box_text(id, &Value::Number(value), mode))
        }
        _ => texts.no_value.to_owned(),
    })
}

/// The tick, and the track beyond it.
pub fn stop_mark(state: State, id: ParameterId, slider: Slider) -> Vec<El> {
    let Some(kind) = end_of(state, id) else { return vec![] };
    let share = share(slider, kind);
    let mark = |class: &str| {
        el("i")
            .class(class)
            .style_fn("--stop", move || share.to_string())
            .class_fn("older", move || state.is_found_older())
    };
    let tick = matches!(kind, SolvedKind::Most(_)).then(|| mark("stop-tick"));
    std::iter::once(mark("stop-beyond")).chain(tick).collect()
}

/// The words below it. Where they can be applied they are a button; the focus then goes to the slider.
pub fn stop_words(state: State, id: ParameterId, slider: Slider) -> Vec<El> {
    let (Some(kind), Some(text)) = (end_of(state, id), stop_text(state, id)) else { return vec![] };
    let share = share(slider, kind);
    let there = untrack(|| state.shown.inputs.with(|inputs| Solved { id, kind }.apply(inputs)));
    let words = match there {
        Some(inputs) => button("stop-words", move || {
            state.go_to_inputs(inputs.clone(), state.chosen());
            focus_parameter(id);
        }),
        None => el("span").class("stop-words"),
    };
    let words = words.test_id(format!("stop-{}", id.spec().key)).attr("data-verdict", kind.id()).text(text);
    vec![words.style_fn("--stop", move || share.to_string()).class_fn("older", move || state.is_found_older())]
}

/// How many changes are enough, behind a verdict that says that the run does not fit; nothing while that is older than
/// the verdict.
pub fn enough(state: State) -> String {
    let enough = state.found.with(|it| it.as_ref()?.enough).filter(|_| !state.is_found_older());
    enough.map(|(then, n)| (later_texts(state).advice.enough)(then, n).to_owned()).unwrap_or_default()
}
