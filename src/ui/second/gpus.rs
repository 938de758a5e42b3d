//! The GPUs of the catalogue as options of a select, by who makes them and what for. It knows no GPU by name.

use crate::estimator::ParameterId;
use crate::present::gpu_groups::groups;
use crate::ui::kit::controls::set_options;
use crate::ui::state::State;
use crate::web::frames::in_a_moment;
use leptos::prelude::untrack;
use web_sys::HtmlSelectElement;

/// Puts all GPUs into a select, in groups, in place of what it holds, in a task to come.
pub fn fill_gpus(state: State, select: &HtmlSelectElement) {
    let select = select.clone();
    in_a_moment(move || {
        refill(state, ParameterId::Gpu, &select, || {
            for group in groups(state.texts()) {
                let options = group.options.iter().map(|it| (it.id, it.text.as_str()));
                set_options(&select, group.label.as_deref(), options);
            }
        });
    });
}

/// Puts other options into the select of a parameter, which keeps its value.
pub fn refill(state: State, id: ParameterId, select: &HtmlSelectElement, put: impl FnOnce()) {
    select.set_text_content(None);
    put();
    select.set_value(&untrack(|| id.spec().write(&state.shown.value(id))));
}
