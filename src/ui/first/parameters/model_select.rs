//! The choice of a model. Its hundreds of options come with the second program, when they are wanted, or once the rest of the
//! page is there;
//! the select itself stays when a model is chosen, so that typing on goes to the next one. It knows no model by name.

use crate::estimator::{ParameterId, Value};
use crate::ui::first::order::PagePart;
use crate::ui::kit::controls::{set_options, text_of};
use crate::ui::kit::element::{El, ElementRef, effect, el};
use crate::ui::kit::ids::control_id;
use crate::ui::later::Later;
use crate::ui::state::State;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;

/// The models by name.
pub fn model_select(state: State) -> El {
    let id = ParameterId::Model;
    let handle = ElementRef::new();
    let is_wanted = RwSignal::new(false);
    let is_filled = StoredValue::new(false);
    effect(move || {
        let Some(select) = handle.get().and_then(|it| it.dyn_into::<HtmlSelectElement>().ok()) else { return };
        let value = state.shown.value(id);
        let model = id.spec().write(&value);
        let is_time = is_wanted.get() || state.stages.has_come(PagePart::Models.turn());
        if !is_filled.get_value() {
            match Later::gate().parts().filter(|_| is_time) {
                Some(parts) => {
                    is_filled.set_value(true);
                    (parts.fill_models)(state, &select);
                }
                // The chosen one is named at once.
                None => {
                    let chosen = if let Value::Model(Some(it)) = &value { Some((&*it.id, &*it.name)) } else { None };
                    let own = (Value::NO_MODEL_ID, state.texts().controls.own_model);
                    select.set_text_content(None);
                    set_options(&select, None, std::iter::once(own).chain(chosen));
                }
            }
        }
        select.set_value(&model);
    });
    let choose = move |text: String| {
        if let Ok(Value::Model(model)) = id.spec().parse(&text, state.catalog) {
            state.choose_model(model);
        }
    };
    let own = el("option").attr("value", Value::NO_MODEL_ID).text(state.texts().controls.own_model);
    let select = el("select")
        .child(own)
        .handle(handle)
        .on("focus", move |_| is_wanted.set(true))
        .on("pointerdown", move |_| is_wanted.set(true))
        .on("change", move |event| choose(text_of(&event)))
        .attr("id", control_id(id))
        .test_id(format!("choice-{}", id.spec().key));
    el("span").class("select wide").child(select)
}
