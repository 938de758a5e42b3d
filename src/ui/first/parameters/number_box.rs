//! A box for exact numbers. It never fights the typing hand: text is read when it is committed, and text
//! that is no value stays in the box, explained below it, while the last good value goes on counting.

use crate::estimator::parameters::{ParameterKind, Slider};
use crate::estimator::{ParameterId, Value};
use crate::locale::RefusedText;
use crate::ui::first::parameters::slider::unit;
use crate::ui::kit::controls::text_of;
use crate::ui::kit::element::{El, ElementRef, effect, el};
use crate::ui::kit::ids::refusal_id;
use crate::ui::state::State;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, KeyboardEvent};

/// Stops that PageUp and PageDown go at once.
const BIG_STEP: i32 = 10;

/// The number box of a parameter, and its unit.
pub fn number_box(state: State, id: ParameterId, label: &str) -> Vec<El> {
    let spec = id.spec();
    let value = move || untrack(|| state.value(id));
    let handle = ElementRef::new();
    let input = move || handle.get_untracked().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
    let show = move || {
        if let Some(input) = input() {
            input.set_value(&spec.write(value()));
        }
    };
    // Not `value_fn`: that would leave a refused text standing when the value is set to what it was.
    effect(move || {
        state.value(id);
        handle.track();
        show();
    });

    // Browsers commit a focused box also when it is taken away with its mode; by then its text belongs to
    // no configuration.
    let alive = StoredValue::new(());
    let commit = move |text: String| match spec.parse(&text) {
        _ if alive.try_get_value().is_none() => {}
        Ok(value) => state.commit(id, value),
        Err(refusal) => {
            let used = spec.write(value());
            let label = (state.texts().parameter_in_mode)(id, state.mode.get_untracked());
            let refused = RefusedText { id, label, typed: &text, refusal, used: &used };
            state.refuse(id, (state.texts().refused)(&refused));
        }
    };
    let slider = spec.use_in(state.mode.get_untracked()).and_then(|it| it.slider);
    let on_key = move |event: Event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key) else { return };
        if key == "Escape" {
            state.clear_refusal(id);
            show();
            return;
        }
        let (Some(n_stops), Some(slider)) = (stops_of_key(&key), slider) else { return };
        event.prevent_default();
        let typed = input().and_then(|it| spec.parse(&it.value()).ok());
        let from = typed.unwrap_or_else(value).number();
        state.set(id, Value::Number(within_limits(id, slider.moved(from, n_stops), &slider)));
    };
    let is_refused = move || state.refusals.with(|all| all.iter().any(|(known, _)| *known == id));
    let unit = unit(state, id);
    let name = if unit.is_empty() { label.to_owned() } else { format!("{label}, {unit}") };
    let input = el("input")
        .class("number")
        .attr("type", "text")
        .attr("inputmode", "decimal")
        .attr("autocomplete", "off")
        .attr("aria-label", name)
        .attr("aria-describedby", refusal_id(id))
        .attr_fn("aria-invalid", move || Some(is_refused().to_string()))
        .test_id(format!("number-{}", spec.key))
        .handle(handle)
        .on("change", move |event| commit(text_of(&event)))
        .on("keydown", on_key);
    vec![input, el("span").class("unit").text(unit)]
}

fn stops_of_key(key: &str) -> Option<i32> {
    match key {
        "ArrowUp" => Some(1),
        "ArrowDown" => Some(-1),
        "PageUp" => Some(BIG_STEP),
        "PageDown" => Some(-BIG_STEP),
        _ => None,
    }
}

/// A number moved by keys stays inside the hard limits, where it stops.
fn within_limits(id: ParameterId, number: f64, slider: &Slider) -> f64 {
    match id.spec().kind {
        ParameterKind::Number { min, max, .. } => number.clamp(min, max),
        ParameterKind::Choice { .. } | ParameterKind::Toggle | ParameterKind::Model => slider.min,
    }
}
