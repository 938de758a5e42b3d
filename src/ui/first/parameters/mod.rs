//! The parameter column: groups of rows, each made from one row of the parameter table.

mod help;
mod number_box;
mod row;
mod slider;

use crate::estimator::parameters::ParameterGroup;
use crate::estimator::{Impact, Mode, ParameterId};
use crate::ui::first::notices::notices;
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, el};
use crate::ui::kit::icons::impact_glyph;
use crate::ui::state::State;
use crate::web::focus::focus;
use leptos::prelude::*;
use row::parameter_row;

/// The column.
pub fn parameter_column(state: State) -> El {
    let mode = state.mode.get_untracked();
    el("section")
        .class("params")
        .attr("aria-labelledby", "parameters")
        .child(head(state, mode))
        .child(notices(state))
        .child(legend(state))
        .children(ParameterGroup::ALL.into_iter().filter_map(|group| parameter_group(state, mode, group)))
}

fn head(state: State, mode: Mode) -> El {
    let controls = &state.texts().controls;
    let n_all = ParameterId::of_mode(mode).count();
    let n_changed =
        move || state.inputs.with(|inputs| ParameterId::of_mode(mode).filter(|id| !inputs.is_default(*id)).count());
    let reset_all = move || {
        state.reset_all();
        focus("parameters");
    };
    let reset = button("btn quiet", reset_all)
        .test_id("reset-all")
        .flag_fn("disabled", move || n_changed() == 0 && state.refusals.with(Vec::is_empty))
        .text(controls.reset_all);
    el("div")
        .class("params-head")
        .child(el("h2").attr("id", "parameters").attr("tabindex", "-1").text(controls.parameters))
        .child(el("span").class("caption").text_fn(move || (controls.changed)(n_changed(), n_all)))
        .child(reset)
}

/// What the impact glyphs mean.
fn legend(state: State) -> El {
    let entry = |impact| {
        let word = (state.texts().impact)(impact);
        el("span").child(impact_glyph(impact, word)).text(word)
    };
    el("p").class("impacts caption").text(state.texts().controls.effect_on_memory).children(Impact::ALL.map(entry))
}

fn parameter_group(state: State, mode: Mode, group: ParameterGroup) -> Option<El> {
    let mut ids = ParameterId::of_mode(mode).filter(|id| id.spec().group == group).peekable();
    ids.peek()?;
    let legend = el("legend").text((state.texts().parameter_group)(group));
    Some(el("fieldset").class("param-group").child(legend).children(ids.filter_map(|id| parameter_row(state, id))))
}
