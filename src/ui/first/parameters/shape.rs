//! The rest of a model's architecture: facts that few people set, folded until somebody asks for them. Only those that
//! the layout has are shown, and whatever a link sets.

use crate::estimator::parameters::ParameterGroup;
use crate::estimator::{Inputs, ParameterId};
use crate::ui::first::parameters::row::parameter_row;
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, el, memo};
use crate::ui::kit::icons::{Glyph, icon};
use crate::ui::state::State;
use leptos::prelude::*;

/// The id of the rows.
const ROWS: &str = "shape-rows";

/// The group, its rows made when it is first unfolded.
pub fn shape_group(state: State, ids: &[ParameterId]) -> El {
    let all = ids.to_vec();
    let known = all.clone();
    let n_changed =
        memo(move || state.shown.inputs.with(|inputs| known.iter().filter(|id| !inputs.is_default(**id)).count()));
    let is_open = memo(move || state.shape_is_open.get());
    // Told anew only where another layout has other facts.
    let shown = memo(move || {
        let is_shown = |inputs: &Inputs, id: ParameterId| inputs.has_effect(id) || !inputs.is_default(id);
        state.shown.inputs.with(|inputs| all.iter().copied().filter(|id| is_shown(inputs, *id)).collect::<Vec<_>>())
    });
    let rows = move || {
        if !is_open.get() {
            return Vec::new();
        }
        shown.get().into_iter().filter_map(|id| untrack(|| parameter_row(state, id))).collect()
    };
    let toggle = button("row-button", move || state.shape_is_open.update(|it| *it = !*it))
        .test_id("shape")
        .attr("aria-controls", ROWS)
        .attr_fn("aria-expanded", move || Some(is_open.get().to_string()))
        .child(icon(Glyph::Chevron))
        .child(el("span").text_fn(move || (state.texts().controls.architecture)(n_changed.get())));
    el("fieldset")
        .class("param-group shape")
        .child(el("legend").text((state.texts().parameter_group)(ParameterGroup::Shape)))
        .child(toggle)
        .child(el("div").attr("id", ROWS).children_fn(rows))
}
