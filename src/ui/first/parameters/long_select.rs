//! Choices of one out of hundreds, a model or a GPU. The options come with the second program, when they are wanted, or
//! once the rest of the page is there; the select itself stays when one is chosen, so that typing on goes to the next
//! one. It knows none by name.

use crate::estimator::parameters::choice_ids::ChoiceIds;
use crate::estimator::{Gpu, ParameterId, Value};
use crate::ui::first::order::PagePart;
use crate::ui::kit::controls::{set_options, text_of};
use crate::ui::kit::element::{El, ElementRef, effect, el};
use crate::ui::kit::ids::control_id;
use crate::ui::later::{Later, LaterParts};
use crate::ui::state::State;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;

/// A choice of one out of many.
#[derive(Clone, Copy)]
struct LongChoice {
    id: ParameterId,
    /// The value and the text of the option that chooses none.
    none: (&'static str, &'static str),
    /// Puts all options into the select.
    fill: fn(&LaterParts) -> fn(State, &HtmlSelectElement),
    /// Takes over what was chosen.
    choose: fn(State, Value),
}

/// The models by name.
pub fn model_select(state: State, label: &'static str) -> El {
    let none = (Value::NO_MODEL_ID, state.texts().controls.own_model);
    let choose = |state: State, value| {
        if let Value::Model(model) = value {
            state.choose_model(model);
        }
    };
    searched(state, label, LongChoice { id: ParameterId::Model, none, fill: |it| it.fill_models, choose })
}

/// The GPUs by name.
pub fn gpu_select(state: State, label: &'static str) -> El {
    let none = (ChoiceIds::NO_DEVICE, state.texts().controls.no_gpu);
    let choose = State::choose_gpu;
    searched(state, label, LongChoice { id: ParameterId::Gpu, none, fill: |it| it.fill_gpus, choose })
}

/// A select under a field that is searched in. Until that comes with the second program the select is there alone.
fn searched(state: State, label: &'static str, it: LongChoice) -> El {
    let id = it.id;
    let is_covered = || Later::of_page().parts().is_some();
    let native = long_select(state, it)
        .attr_fn("tabindex", move || is_covered().then(|| "-1".to_owned()))
        .attr_fn("aria-hidden", move || is_covered().then(|| "true".to_owned()))
        .attr_fn("id", move || (!is_covered()).then(|| control_id(id)));
    let field = move || Later::of_page().show_quietly(move |it| (it.search_field)(state, id, label));
    el("span").class("combo select wide").child(native).child(el("span").class("combo-field").children_fn(field))
}

fn long_select(state: State, it: LongChoice) -> El {
    let LongChoice { id, none, fill, choose } = it;
    let handle = ElementRef::new();
    let is_wanted = RwSignal::new(false);
    let is_filled = StoredValue::new(false);
    effect(move || {
        let Some(select) = handle.get().and_then(|it| it.dyn_into::<HtmlSelectElement>().ok()) else { return };
        let value = state.shown.value(id);
        let chosen = id.spec().write(&value);
        let is_time = is_wanted.get() || state.stages.has_come(PagePart::LongLists.turn());
        if !is_filled.get_value() {
            match Later::of_page().parts().filter(|_| is_time) {
                Some(parts) => {
                    is_filled.set_value(true);
                    fill(parts)(state, &select);
                }
                // The chosen one is named at once.
                None => {
                    let named = name_of(state, id, &value);
                    let named = named.as_ref().map(|name| (chosen.as_str(), name.as_str()));
                    select.set_text_content(None);
                    set_options(&select, None, std::iter::once(none).chain(named));
                }
            }
        }
        select.set_value(&chosen);
    });
    let take = move |text: String| {
        if let Ok(value) = id.spec().parse(&text, state.catalog) {
            choose(state, value);
        }
    };
    el("select")
        .child(el("option").attr("value", none.0).text(none.1))
        .handle(handle)
        .on("focus", move |_| is_wanted.set(true))
        .on("pointerdown", move |_| is_wanted.set(true))
        .on("change", move |event| take(text_of(&event)))
        .test_id(format!("choice-{}", id.spec().key))
}

/// What the chosen one is called; `None` where none is.
fn name_of(state: State, id: ParameterId, value: &Value) -> Option<String> {
    match value {
        Value::Model(Some(model)) => Some(model.name.to_string()),
        Value::List(_) => Some(id.spec().write(value)),
        Value::Choice(at) if *at != Gpu::NONE => Some((state.texts().choice)(id, *at)),
        _ => None,
    }
}
