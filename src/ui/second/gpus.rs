//! The GPUs of the catalogue as options of a select, by who makes them and what for. It knows no GPU by name.

use crate::present::gpu_groups::groups;
use crate::ui::kit::controls::set_options;
use crate::ui::state::State;
use web_sys::HtmlSelectElement;

/// Puts all GPUs into a select, in groups, in place of what it holds.
pub fn fill_gpus(state: State, select: &HtmlSelectElement) {
    select.set_text_content(None);
    for group in groups(state.texts()) {
        let options = group.options.iter().map(|it| (it.id, it.text.as_str()));
        set_options(select, group.label.as_deref(), options);
    }
}
