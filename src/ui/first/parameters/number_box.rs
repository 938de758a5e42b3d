//! A box for an exact number, or for a list of them. What is typed counts as soon as it is a value, and the box is left
//! alone while it is typed into; text that is no value stays too, explained below, while the value before the typing
//! counts again: half of a text that was refused is nothing that anybody meant. It reads no number itself.

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
    // A box that is made anew, in another language, still holds what was typed into it and not taken.
    let kept = state.refusals.with_untracked(|all| all.iter().find(|it| it.id == id).map(|it| it.typed.clone()));
    let it = NumberBox {
        state,
        id,
        slider: id.use_in(state.shown.mode.get_untracked()).and_then(|it| it.slider),
        handle: ElementRef::new(),
        typing: StoredValue::new(None),
        kept: StoredValue::new(kept),
    };
    // Not `value_fn`: that would leave a refused text standing when the value is set to what it was.
    effect(move || it.echo());
    let label = label.to_owned();
    let name = move || {
        let unit = unit(state, id);
        Some(if unit.is_empty() { label.clone() } else { (state.texts().joints.in_unit)(&label, &unit) })
    };
    let input = el("input")
        .class("number")
        .attr("type", "text")
        // Keys for decimals have no comma everywhere, and lists have nothing else between their entries.
        .attr("inputmode", if matches!(id.spec().kind, ParameterKind::Number { .. }) { "decimal" } else { "text" })
        .attr("autocomplete", "off")
        // Where there is no slider, the box is what the label names and where formulas lead.
        .attr_fn("id", move || it.slider.is_none().then(|| control_id(id)))
        .attr_fn("aria-label", name)
        .attr_fn("title", move || it.unrounded())
        .attr("aria-describedby", refusal_id(id))
        .attr_fn("aria-invalid", move || Some(it.is_refused().to_string()))
        .test_id(format!("number-{}", id.spec().key))
        .handle(it.handle)
        .on("input", move |event| it.follow(&text_of(&event)))
        .on("change", move |event| it.commit(&text_of(&event)))
        .on("blur", move |event| it.leave(&event))
        .on("keydown", move |event| it.on_key(&event));
    vec![input, el("span").class("unit").text_fn(move || unit(state, id))]
}

/// A box while it is on the page.
#[derive(Clone, Copy)]
struct NumberBox {
    state: State,
    id: ParameterId,
    slider: Option<Slider>,
    handle: ElementRef,
    /// What the hand is typing. Browsers commit a focused box also when it is taken away with its mode; by then its
    /// text belongs to no configuration, and what was kept here is gone.
    typing: StoredValue<Option<Typing>>,
    /// What an earlier box of the parameter held.
    kept: StoredValue<Option<String>>,
}

impl NumberBox {
    fn value(self) -> Value {
        untrack(|| self.state.shown.value(self.id))
    }

    fn input(self) -> Option<HtmlInputElement> {
        self.handle.get_untracked().and_then(|it| it.dyn_into::<HtmlInputElement>().ok())
    }

    fn is_refused(self) -> bool {
        self.state.refusals.with(|all| all.iter().any(|known| known.id == self.id))
    }

    fn text_of(self, value: &Value) -> String {
        numbers::box_text(self.id, value, self.state.shown.mode.get_untracked())
    }

    /// All digits of what the box rounds.
    fn unrounded(self) -> Option<String> {
        let value = self.state.shown.value(self.id);
        let exact = numbers::parameter_value(self.id, &value);
        (exact != self.text_of(&value)).then_some(exact)
    }

    /// Shows the parameter's value, or what an earlier box held.
    fn show(self) {
        let text = self.kept.try_update_value(Option::take).flatten();
        let refused = || Typing { before: self.state.shown.given(self.id), counts: None, is_refused: true };
        self.typing.try_set_value(text.is_some().then(refused));
        if let Some(input) = self.input() {
            input.set_value(&text.unwrap_or_else(|| self.text_of(&self.value())));
        }
    }

    /// Shows a value that has changed, but for the one that the hand is typing: that is not written over by its own
    /// echo. A refused text stays as long as it is explained.
    fn echo(self) {
        let now = self.state.shown.value(self.id);
        self.handle.get();
        let is_explained = || untrack(|| self.is_refused());
        let is_echo = |it: &Typing| it.counts.as_ref() == Some(&now) && (!it.is_refused || is_explained());
        if !self.typing.get_value().is_some_and(|it| is_echo(&it)) {
            self.show();
        }
    }

    /// Explains a text that is no value, and takes back what its beginning had meant.
    fn refuse(self, known: Option<Typing>, text: &str, refusal: Refusal) {
        let before = self.before(known);
        let counts = before.clone().unwrap_or_else(|| untrack(|| self.state.shown.default_of(self.id)));
        let used = self.text_of(&counts);
        self.typing.set_value(Some(Typing { before: before.clone(), counts: Some(counts), is_refused: true }));
        self.state.refuse(Refused { id: self.id, typed: text.to_owned(), refusal, used });
        if self.state.shown.given(self.id) != before {
            self.state.restore(self.id, before);
        }
    }

    /// Where Escape returns to, until a value is committed.
    fn before(self, known: Option<Typing>) -> Option<Value> {
        known.map_or_else(|| self.state.shown.given(self.id), |it| it.before)
    }

    /// Takes what is typed as soon as it is a value.
    fn follow(self, text: &str) {
        let Some(known) = self.typing.try_get_value() else { return };
        let take = |counts| {
            let before = self.before(known.clone());
            self.typing.set_value(Some(Typing { before, counts: Some(counts), is_refused: false }));
        };
        match self.read(text) {
            Ok(value) => {
                take(value.clone());
                self.state.set(self.id, value);
            }
            // Whoever has emptied the box is about to type.
            Err(Refusal::Empty) => {
                take(self.value());
                self.state.clear_refusal(self.id);
            }
            Err(refusal) => self.refuse(known, text, refusal),
        }
    }

    /// Reads what was typed. Many facts are 0 where a model has no such thing, below what can be given of it: to type
    /// that default is to leave it.
    fn read(self, text: &str) -> Result<Value, Refusal> {
        let default =
            || Some(self.state.shown.default_of(self.id)).filter(|it| self.id.spec().write(it) == text.trim());
        self.id.parse_typed(text, self.state.catalog).or_else(|refusal| default().ok_or(refusal))
    }

    /// Takes what was typed, or refuses it.
    fn commit(self, text: &str) {
        match self.read(text) {
            _ if self.typing.try_get_value().is_none() => {}
            Ok(value) => {
                self.state.commit(self.id, value);
                self.show();
            }
            Err(refusal) => self.refuse(self.typing.get_value(), text, refusal),
        }
    }

    fn leave(self, event: &Event) {
        if self.typing.try_get_value().flatten().is_some() {
            self.commit(&text_of(event));
        }
    }

    fn on_key(self, event: &Event) {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        // Keys of an input method choose among what it offers.
        if event.is_composing() {
            return;
        }
        let key = event.key();
        if key == "Escape" {
            return self.give_up();
        }
        let (Some(n_stops), Some(slider)) = (stops_of_key(&key), self.slider) else { return };
        event.prevent_default();
        let typed = self.input().and_then(|it| self.id.parse_typed(&it.value(), self.state.catalog).ok());
        let from = typed.unwrap_or_else(|| self.value()).number();
        self.typing.set_value(None);
        self.state.set(self.id, Value::Number(within_limits(self.id, slider.moved(from, n_stops), &slider)));
    }

    /// Returns to what was given before anything was typed.
    fn give_up(self) {
        let typed = self.typing.get_value();
        self.state.clear_refusal(self.id);
        self.show();
        if let Some(typed) = typed {
            self.state.restore(self.id, typed.before);
        }
    }
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
        ParameterKind::Choice { .. }
        | ParameterKind::Set { .. }
        | ParameterKind::Toggle
        | ParameterKind::Model
        | ParameterKind::List { .. } => slider.min,
    }
}
