//! The choice of a model. Its hundreds of options are put in when they are wanted, or once the rest of the page is there;
//! the select itself stays when a model is chosen, so that typing on goes to the next one. It knows no model by name.

use crate::estimator::{ParameterId, Value};
use crate::present::model_groups::{self, Label};
use crate::ui::first::order::PagePart;
use crate::ui::kit::controls::{set_options, text_of};
use crate::ui::kit::element::{El, ElementRef, effect, el};
use crate::ui::kit::ids::control_id;
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
        let model = id.spec().write(&state.value(id));
        let must_tell = model != Value::NO_MODEL_ID;
        let is_time = is_wanted.get() || must_tell || state.stages.has_come(PagePart::Models.turn());
        if is_time && !is_filled.get_value() {
            is_filled.set_value(true);
            select.set_text_content(None);
            let controls = &state.texts().controls;
            set_options(&select, None, std::iter::once((Value::NO_MODEL_ID, controls.own_model)));
            for group in model_groups::groups(state.catalog, state.mode.get_untracked()) {
                let label = match group.label {
                    Label::Family(name) => name,
                    Label::Others => controls.other_models,
                    Label::NotRun => controls.idle_models,
                };
                set_options(&select, Some(label), group.models.iter().map(|it| (&*it.id, &*it.name)));
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
