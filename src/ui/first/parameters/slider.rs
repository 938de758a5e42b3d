//! A native range input over the stops of a slider. What a stop is worth, the parameter table knows.

use crate::estimator::parameters::Slider;
use crate::estimator::plan::solve::ASKED;
use crate::estimator::{ParameterId, Value};
use crate::present::batch::batch_unit;
use crate::present::numbers;
use crate::ui::kit::controls::text_of;
use crate::ui::kit::element::{El, el};
use crate::ui::kit::ids::control_id;
use crate::ui::kit::track::track;
use crate::ui::later::Later;
use crate::ui::state::State;
use leptos::prelude::*;

/// The slider of a parameter, with the ends of its range and a tick at the default.
pub fn range_slider(state: State, id: ParameterId, slider: Slider, label: &str) -> El {
    let last = slider.last_stop();
    // Those of which one asks how much fits keep a line free for the answer.
    let can_stop = ASKED.contains(&id);
    let stop = move || slider.stop_of(state.shown.value(id).number());
    let share = move |stop: u32| format!("{:.5}", f64::from(stop) / f64::from(last.max(1)));
    let spoken = move || {
        let figure = numbers::parameter_value(id, &state.shown.value(id));
        (state.texts().joints.figure)(&figure, &unit(state, id))
    };
    let drag = move |text: String| {
        if let Ok(stop) = text.parse() {
            state.set(id, Value::Number(slider.value_at(stop)));
        }
    };
    let mode = state.shown.mode.get_untracked();
    let end =
        |value| el("span").class("range-end").attr("aria-hidden", "true").text(numbers::range_end(id, value, mode));
    let input = el("input")
        .attr("type", "range")
        .attr("id", control_id(id))
        .test_id(format!("slider-{}", id.spec().key))
        .attr("min", "0")
        .attr("max", last.to_string())
        .attr("step", "1")
        .attr("aria-label", label)
        .attr_fn("aria-valuetext", move || Some(spoken()))
        .attr_fn(
            "aria-description",
            move || if can_stop { (Later::of_page().parts()?.stop_text)(state, id) } else { None },
        )
        .value_fn(move || stop().to_string())
        .on("pointerdown", move |_| state.is_held.set(true))
        .on("input", move |event| drag(text_of(&event)))
        .on("change", move |_| state.forget_notices(id));
    // Where the document's drag ended, if a row of its table was opened.
    let target = move || {
        let here = state.target.get().filter(|it| it.parameter == id);
        let mark =
            |value| el("i").class("target-tick").style_fn("--target-share", move || share(slider.stop_of(value)));
        here.map(|it| mark(it.value)).into_iter().collect()
    };
    let default = move || share(slider.stop_of(state.shown.default_of(id).number()));
    let mut track = track(move || share(stop()), default, input).children_fn(target);
    let gate = Later::of_page();
    if can_stop {
        track = track.children_fn(move || gate.show_quietly(|it| (it.stop_mark)(state, id, slider)));
    }
    let line = el("div").class("slide-line").child(end(slider.min)).child(track).child(end(slider.max));
    if !can_stop {
        return line;
    }
    let words = move || gate.show_quietly(|it| (it.stop_words)(state, id, slider));
    line.child(el("div").class("stop-line").children_fn(words))
}

/// The unit beside a parameter's number box.
pub fn unit(state: State, id: ParameterId) -> String {
    let texts = state.texts();
    // All others stay what they are: their rows need follow nothing.
    if id == ParameterId::BatchSize {
        return state.shown.inputs.with(|it| batch_unit(it, texts));
    }
    (texts.parameter_unit)(id.spec().unit).to_owned()
}
