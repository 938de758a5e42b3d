//! The models of the catalogue as options of a select, in groups. It knows no model by name.

use crate::estimator::Value;
use crate::present::model_groups::{self, Label};
use crate::ui::kit::controls::set_options;
use crate::ui::state::State;
use leptos::prelude::GetUntracked;
use web_sys::HtmlSelectElement;

/// Puts all models into a select, in groups, in place of what it holds.
pub fn fill_models(state: State, select: &HtmlSelectElement) {
    let controls = &state.texts().controls;
    select.set_text_content(None);
    set_options(select, None, std::iter::once((Value::NO_MODEL_ID, controls.own_model)));
    for group in model_groups::groups(state.catalog, state.shown.mode.get_untracked()) {
        let label = match group.label {
            Label::Family(name) => name,
            Label::Others => controls.other_models,
            Label::NotRun => controls.idle_models,
        };
        set_options(select, Some(label), group.models.iter().map(|it| (&*it.model.id, &*it.model.name)));
    }
}
