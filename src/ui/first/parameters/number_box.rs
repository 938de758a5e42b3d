//! A box for exact numbers. What is typed counts as soon as it is a value, and the box is left alone while it is typed
//! into; text that is no value stays too, explained below, while the value before the typing counts again: half of a text
//! that was refused is nothing that anybody meant. It reads no number itself.

use crate::estimator::parameters::{ParameterKind, Slider};
use crate::estimator::{ParameterId, Refusal, Value};
use crate::present::numbers;
use crate::ui::first::parameters::slider::unit;
use crate::ui::kit::controls::text_of;
use crate::ui::kit::element::{El, ElementRef, effect, el};
use crate::ui::kit::ids::{control_id, refusal_id};
use crate::ui::state::{Refused, State};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, KeyboardEvent};

/// What a box was typed into since it last stood for its parameter.
#[derive(Clone)]
struct Typing {
    /// What was given before, to which Escape returns.
    before: Option<Value>,
    /// What counts meanwhile: what the text means, or else what was before. Nothing for a box that was made anew.
    counts: Option<Value>,
    /// Whether the text was refused.
    is_refused: bool,
}

/// Stops that PageUp and PageDown go at once.
const BIG_STEP: i32 = 10;

/// The number box of a parameter, and its unit.
pub fn number_box(state: State, id: ParameterId, label: &str) -> Vec<El> {
    let spec = id.spec();
    let mode = state.mode.get_untracked();
    let value = move || untrack(|| state.value(id));
    let handle = ElementRef::new();
    let input = move || handle.get_untracked().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
    // Browsers commit a focused box also when it is taken away with its mode; by then its text belongs to
    // no configuration, and what was kept here is gone.
    let typing = StoredValue::new(None::<Typing>);
    // A box that is made anew, in another language, still holds what was typed into it and not taken.
    let kept = state.refusals.with_untracked(|all| all.iter().find(|it| it.id == id).map(|it| it.typed.clone()));
    let kept = StoredValue::new(kept);
    let show = move || {
        let text = kept.try_update_value(Option::take).flatten();
        typing.try_set_value(text.is_some().then(|| Typing {
            before: state.given(id),
            counts: None,
            is_refused: true,
        }));
        if let Some(input) = input() {
            input.set_value(&text.unwrap_or_else(|| numbers::box_text(id, &value(), mode)));
        }
    };
    let is_refused = move || state.refusals.with(|all| all.iter().any(|known| known.id == id));
    // Not `value_fn`: that would leave a refused text standing when the value is set to what it was.
    effect(move || {
        let now = state.value(id);
        handle.get();
        // A value that the hand is typing is not written over by its own echo. A refused text stays as long as it is
        // explained.
        let is_explained = move || untrack(is_refused);
        let is_echo = |it: &Typing| it.counts.as_ref() == Some(&now) && (!it.is_refused || is_explained());
        if !typing.get_value().is_some_and(|it| is_echo(&it)) {
            show();
        }
    });

    // Where Escape and refused texts return to, until a value is committed.
    let before = move |known: Option<Typing>| known.map_or_else(|| state.given(id), |it| it.before);
    let refuse = move |known: Option<Typing>, text: &str, refusal: Refusal| {
        let before = before(known);
        let counts = before.clone().unwrap_or_else(|| untrack(|| state.default_of(id)));
        typing.set_value(Some(Typing { before: before.clone(), counts: Some(counts.clone()), is_refused: true }));
        let used = numbers::box_text(id, &counts, mode);
        state.refuse(Refused { id, typed: text.to_owned(), refusal, used });
        if state.given(id) != before {
            state.restore(id, before);
        }
    };
    let follow = move |text: String| {
        let Some(known) = typing.try_get_value() else { return };
        match id.parse_typed(&text, state.catalog) {
            Ok(value) => {
                let counts = Some(value.clone());
                typing.set_value(Some(Typing { before: before(known), counts, is_refused: false }));
                state.set(id, value);
            }
            // Whoever has emptied the box is about to type.
            Err(Refusal::Empty) => {
                typing.set_value(Some(Typing { before: before(known), counts: Some(value()), is_refused: false }));
                state.clear_refusal(id);
            }
            Err(refusal) => refuse(known, &text, refusal),
        }
    };
    let commit = move |text: String| match id.parse_typed(&text, state.catalog) {
        _ if typing.try_get_value().is_none() => {}
        Ok(value) => {
            state.commit(id, value);
            show();
        }
        Err(refusal) => refuse(typing.get_value(), &text, refusal),
    };
    let leave = move |event: Event| {
        if typing.try_get_value().flatten().is_some() {
            commit(text_of(&event));
        }
    };
    let slider = id.use_in(mode).and_then(|it| it.slider);
    let on_key = move |event: Event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        // Keys of an input method choose among what it offers.
        if event.is_composing() {
            return;
        }
        let key = event.key();
        if key == "Escape" {
            let typed = typing.get_value();
            state.clear_refusal(id);
            show();
            if let Some(typed) = typed {
                state.restore(id, typed.before);
            }
            return;
        }
        let (Some(n_stops), Some(slider)) = (stops_of_key(&key), slider) else { return };
        event.prevent_default();
        let typed = input().and_then(|it| id.parse_typed(&it.value(), state.catalog).ok());
        let from = typed.unwrap_or_else(value).number();
        typing.set_value(None);
        state.set(id, Value::Number(within_limits(id, slider.moved(from, n_stops), &slider)));
    };
    let unit = unit(state, id);
    let name = if unit.is_empty() { label.to_owned() } else { (state.texts().joints.in_unit)(label, unit) };
    let input = el("input")
        .class("number")
        .attr("type", "text")
        .attr("inputmode", "decimal")
        .attr("autocomplete", "off")
        // Where there is no slider, the box is what the label names and where formulas lead.
        .attr_fn("id", move || slider.is_none().then(|| control_id(id)))
        .attr("aria-label", name)
        .attr_fn("title", move || {
            // All digits of what the box rounds.
            let exact = numbers::parameter_value(id, &state.value(id));
            (exact != numbers::box_text(id, &state.value(id), mode)).then_some(exact)
        })
        .attr("aria-describedby", refusal_id(id))
        .attr_fn("aria-invalid", move || Some(is_refused().to_string()))
        .test_id(format!("number-{}", spec.key))
        .handle(handle)
        .on("input", move |event| follow(text_of(&event)))
        .on("change", move |event| commit(text_of(&event)))
        .on("blur", leave)
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
