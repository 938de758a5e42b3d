//! The fields in which one searches for a model or a GPU. They judge nothing.

use crate::estimator::{Gpu, ParameterId, Value};
use crate::present::models::{mode_of, model_offers, shown_model};
use crate::present::value_text::value_text;
use crate::ui::kit::combobox::{ComboSource, combobox};
use crate::ui::kit::element::El;
use crate::ui::kit::ids::control_id;
use crate::ui::second::devices::gpu_rows;
use crate::ui::second::switched::switched;
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use leptos::prelude::*;
use std::sync::Arc;

/// The field over the select of a parameter.
pub fn search_field(state: State, id: ParameterId, label: &str) -> Vec<El> {
    combobox(ComboSource {
        id: control_id(id),
        test_id: format!("search-{}", id.spec().key),
        label: label.to_owned(),
        shown: Arc::new(move || shown(state, id)),
        chosen: Arc::new(move || id.spec().write(&untrack(|| state.shown.value(id)))),
        offers: Arc::new(move || {
            if id == ParameterId::Gpu {
                return gpu_rows(state);
            }
            model_offers(state.catalog, state.shown.mode.get_untracked(), state.texts(), later_texts(state))
        }),
        choose: Arc::new(move |text| choose(state, id, text)),
    })
}

fn shown(state: State, id: ParameterId) -> String {
    if id == ParameterId::Model {
        return state.shown.live_inputs.with(|it| shown_model(it, state.texts(), later_texts(state)));
    }
    if state.shown.value(id) == Value::Choice(Gpu::NONE) {
        return state.texts().controls.no_gpu.to_owned();
    }
    value_text(id, &state.shown.value(id), state.shown.mode.get_untracked(), state.texts())
}

/// Takes over a row. A model that only another mode runs leads there, in one step.
fn choose(state: State, id: ParameterId, text: &str) {
    match id.spec().parse(text, state.catalog) {
        Ok(Value::Model(model)) => {
            let mode = state.shown.mode.get_untracked();
            match model.as_ref().and_then(|it| mode_of(it, mode)) {
                Some(other) => state.switch(other, model, switched),
                None => state.choose_model(model),
            }
        }
        Ok(gpu) => state.choose_gpu(gpu),
        Err(_) => {}
    }
}
