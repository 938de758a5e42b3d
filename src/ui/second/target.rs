//! What remains to be done of an opened row: a line beside the totals says where to drag and what the document prints
//! there. Where the mark on the slider's track stands, the slider knows.

use crate::estimator::verification::{Printed, Target};
use crate::estimator::{MethodId, Value};
use crate::present::numbers;
use crate::ui::kit::element::{El, el};
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use leptos::prelude::*;

/// The line; nothing where no row was opened.
pub fn target_line(state: State) -> Vec<El> {
    let Some(target) = state.target.get() else { return Vec::new() };
    let line = el("p").class("target-line").test_id("target").attr("role", "status");
    vec![line.text_fn(move || sentence(state, target))]
}

fn sentence(state: State, target: Target) -> String {
    let text = &later_texts(state).target;
    let Target { row, parameter, value, printed } = target;
    let label = (state.texts().parameter_in_mode)(parameter, state.shown.mode.get_untracked());
    let value_text = numbers::parameter_value(parameter, &Value::Number(value));
    let document = printed.map(printed_total);
    if state.shown.value(parameter) == Value::Number(value) {
        let ours =
            format!("{} GiB", numbers::plain(state.shown.total(MethodId::Verified).unwrap_or_default().gib(), 2));
        (text.reached)(row, &ours, document.as_deref())
    } else {
        (text.asked)(row, label, &value_text, document.as_deref())
    }
}

/// A total as the document prints it, in the unit that it means.
fn printed_total(printed: Printed) -> String {
    let rough = if printed.is_rough { "~" } else { "" };
    format!("{rough}{} GiB", numbers::plain(printed.value, printed.decimals()))
}
