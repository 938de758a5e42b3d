//! The models of the catalogue as options of a select, in groups. It knows no model by name.

use crate::estimator::{ParameterId, Value};
use crate::present::model_groups::{Group, Label, Sorting};
use crate::ui::kit::controls::set_options;
use crate::ui::second::gpus::refill;
use crate::ui::state::State;
use crate::web::frames::in_a_moment;
use leptos::prelude::GetUntracked;
use web_sys::HtmlSelectElement;

/// Models that are sorted in one task: few enough to hold up no picture, also on a machine of a quarter of the speed.
const MODELS_AT_ONCE: usize = 100;

/// Puts all models into a select, in groups, in place of what it holds, in tasks to come.
pub fn fill_models(state: State, select: &HtmlSelectElement) {
    sort_on(state, select.clone(), Sorting::new(state.catalog, state.shown.mode.get_untracked()));
}

fn sort_on(state: State, select: HtmlSelectElement, mut sorting: Sorting<'static>) {
    in_a_moment(move || {
        if sorting.go_on(MODELS_AT_ONCE) {
            sort_on(state, select, sorting);
        } else {
            refill(state, ParameterId::Model, &select, || put(state, &select, &sorting.groups()));
        }
    });
}

fn put(state: State, select: &HtmlSelectElement, groups: &[Group]) {
    let controls = &state.texts().controls;
    set_options(select, None, std::iter::once((Value::NO_MODEL_ID, controls.own_model)));
    for group in groups {
        let label = match group.label {
            Label::Family(name) => name,
            Label::Others => controls.other_models,
            Label::NotRun => controls.idle_models,
        };
        set_options(select, Some(label), group.models.iter().map(|it| (&*it.model.id, &*it.model.name)));
    }
}
