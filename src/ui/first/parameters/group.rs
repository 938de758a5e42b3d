//! A group of parameters under its name: rows without effect are folded at its end, and where the page is narrow the
//! whole group is, behind what its first rows are set to.

use crate::estimator::ParameterId;
use crate::estimator::parameters::ParameterGroup;
use crate::ui::first::order::{PagePart, ROWS_AT_ONCE};
use crate::ui::first::parameters::row::parameter_row;
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, el, memo};
use crate::ui::kit::icons::{Glyph, icon};
use crate::ui::later::Later;
use crate::ui::state::{State, toggle};
use leptos::prelude::*;
use std::sync::Mutex;

/// A group under its name, of which the first row is so far down the column.
pub fn parameter_group(state: State, group: ParameterGroup, ids: &[ParameterId], first_row: usize) -> El {
    let folded = folded(state, ids.to_vec());
    let rows_id = format!("group-{first_row}");
    let is_open = move || state.open_groups.with(|all| all.contains(&group));
    let is_whole = move || state.whole_groups.with(|all| all.contains(&group));
    let name = (state.texts().parameter_group)(group);
    let of_heading = ids.to_vec();
    // Once the second program is there, which knows.
    let set_to = move || Later::of_page().parts().map(|it| (it.set_to)(state, &of_heading)).unwrap_or_default();
    let opener = button("row-button opener", move || toggle(state.open_groups, group))
        .attr("aria-controls", &rows_id)
        .attr_fn("aria-expanded", move || Some(is_open().to_string()))
        .child(icon(Glyph::Chevron))
        .child(el("span").text(name))
        .child(el("span").class("set-to").text_fn(set_to));
    let mut rows = el("div").class("rows").attr("id", &rows_id);
    if group == ParameterGroup::Parallelism {
        let mesh = move || Later::of_page().parts().map(|it| (it.mesh)(state)).unwrap_or_default();
        rows = rows.child(el("p").class("caption").test_id("mesh").text_fn(mesh));
    }
    for (at, ids) in ids.chunks(ROWS_AT_ONCE).enumerate() {
        let ids = ids.to_vec();
        let row = move |id: ParameterId| {
            parameter_row(state, id).map(|row| row.class_fn("folded", move || folded.with(|all| all.contains(&id))))
        };
        let make = move || ids.iter().filter_map(|id| row(*id)).collect();
        rows = state.stages.part(PagePart::Row(first_row + at * ROWS_AT_ONCE).turn(), rows, make);
    }
    let n_folded = memo(move || folded.with(Vec::len));
    let unfold = button("row-button unfold", move || toggle(state.whole_groups, group))
        .test_id(format!("idle-{first_row}"))
        .attr("aria-controls", &rows_id)
        .attr_fn("aria-expanded", move || Some(is_whole().to_string()))
        .flag_fn("hidden", move || n_folded.get() == 0)
        .child(icon(Glyph::Chevron))
        .child(el("span").text_fn(move || (state.texts().controls.idle_rows)(n_folded.get())));
    el("fieldset")
        .class("param-group")
        .class_fn("open", is_open)
        .class_fn("unfolded", is_whole)
        .child(el("legend").child(el("span").class("group-title").text(name)).child(opener))
        .child(rows)
        .child(unfold)
}

/// The rows that no formula reads and that stand at their defaults, but not the number of GPUs, which is what one looks
/// for first. Not told anew while the hand holds a slider, which would be pushed away from under it.
fn folded(state: State, ids: Vec<ParameterId>) -> Memo<Vec<ParameterId>> {
    let kept: Mutex<Option<Vec<ParameterId>>> = Mutex::new(None);
    memo(move || {
        let is_held = state.is_held.get();
        // Nobody else holds it.
        let Ok(mut kept) = kept.lock() else { return Vec::new() };
        if !is_held || kept.is_none() {
            *kept = Some(state.shown.inputs.with(|inputs| {
                let is_folded = |id: &ParameterId| {
                    !inputs.has_effect(*id) && inputs.is_default(*id) && *id != ParameterId::GpuCount
                };
                ids.iter().copied().filter(is_folded).collect()
            }));
        }
        kept.clone().unwrap_or_default()
    })
}
