//! The selected method's make-up in one line, for narrow screens. It needs no canvas.

use crate::estimator::{ComponentGroup, Estimate};
use crate::present::table::group_bytes;
use crate::ui::kit::colours::{group_class, percent};
use crate::ui::kit::element::{El, el};
use crate::ui::state::State;
use leptos::prelude::*;

/// The selected method's make-up in one line, for narrow screens.
pub fn thin_bar(state: State) -> El {
    let share = move |group| {
        let selected = state.selected();
        let share = |estimate: &Estimate| {
            let bytes = group_bytes(estimate, group).unwrap_or_default();
            bytes.count() / estimate.total().count().max(1.0)
        };
        state.shown.drawn.with(|all| all.iter().find(|it| it.method() == selected).map(share).unwrap_or_default())
    };
    let part =
        |&group: &ComponentGroup| el("i").class(group_class(group)).style_fn("width", move || percent(share(group)));
    el("div").class("thin").attr("aria-hidden", "true").children(ComponentGroup::ALL.iter().map(part))
}
