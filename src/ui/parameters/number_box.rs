//! A box for exact numbers. It never fights the typing hand: text is read when it is committed, and text
//! that is no value stays in the box, explained below it, while the last good value goes on counting.

use super::row::refusal_id;
use super::slider::unit;
use crate::estimator::parameters::{ParameterKind, Slider};
use crate::estimator::{ParameterId, Value};
use crate::ui::state::use_state;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

/// Stops that PageUp and PageDown go at once.
const BIG_STEP: i32 = 10;

/// The number box of a parameter, with its unit.
#[component]
pub fn NumberBox(id: ParameterId, label: &'static str) -> impl IntoView {
    let state = use_state();
    let spec = id.spec();
    let value = state.value(id);
    let input = NodeRef::<html::Input>::new();
    let show = move |text: &str| {
        if let Some(input) = input.get_untracked() {
            input.set_value(text);
        }
    };
    // Not `prop:value`: that would leave a refused text standing when the value is set to what it was.
    Effect::new(move |_| show(&spec.write(value.get())));

    let commit = move |text: String| match spec.parse(&text) {
        Ok(value) => state.set(id, value),
        Err(refusal) => {
            let used = spec.write(value.get_untracked());
            state.refuse(id, (state.texts.refused)(id, &text, refusal, &used));
        }
    };
    let slider = spec.use_in(state.mode.get_untracked()).and_then(|it| it.slider);
    let on_key = move |event: KeyboardEvent| {
        let n_stops = match event.key().as_str() {
            "ArrowUp" => 1,
            "ArrowDown" => -1,
            "PageUp" => BIG_STEP,
            "PageDown" => -BIG_STEP,
            "Escape" => {
                state.clear_refusal(id);
                show(&spec.write(value.get_untracked()));
                return;
            }
            _ => return,
        };
        event.prevent_default();
        let typed = input.get_untracked().and_then(|it| spec.parse(&it.value()).ok());
        let from = typed.unwrap_or_else(|| value.get_untracked()).number();
        if let Some(slider) = slider {
            state.set(id, Value::Number(within_limits(id, slider.moved(from, n_stops), &slider)));
        }
    };
    let is_refused = move || state.refusals.with(|all| all.iter().any(|(known, _)| *known == id));
    let unit = unit(id, state);
    let name = format!("{label}, {unit}");
    view! {
        <input
            class="number"
            type="text"
            inputmode="decimal"
            autocomplete="off"
            node_ref=input
            data-testid=format!("number-{}", spec.key)
            aria-label=name.trim_end_matches(", ").to_owned()
            aria-invalid=move || is_refused().to_string()
            aria-describedby=refusal_id(id)
            on:change:target=move |event| commit(event.target().value())
            on:keydown=on_key
        />
        <span class="unit">{unit}</span>
    }
}

/// A number moved by keys stays inside the hard limits, where it stops.
fn within_limits(id: ParameterId, number: f64, slider: &Slider) -> f64 {
    match id.spec().kind {
        ParameterKind::Number { min, max, .. } => number.clamp(min, max),
        ParameterKind::Choice { .. } | ParameterKind::Toggle => slider.min,
    }
}
