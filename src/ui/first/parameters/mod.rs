//! The parameter column: groups of rows, each made from one row of the parameter table.

mod group;
mod help;
mod long_select;
mod number_box;
mod pickers;
mod row;
mod shape;
mod slider;

use crate::estimator::parameters::ParameterGroup;
use crate::estimator::{Impact, Mode, ParameterId};
use crate::ui::first::notices::notices;
use crate::ui::first::order::PagePart;
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, el};
use crate::ui::kit::icons::impact_glyph;
use crate::ui::state::State;
use crate::web::focus::focus;
use group::parameter_group;
use leptos::prelude::*;
use pickers::PICKED;
pub use pickers::pickers;

/// The column, without what stands in the strip. Its parts come in their turns.
pub fn parameter_column(state: State) -> El {
    let mode = state.shown.mode.get_untracked();
    let column = el("section").class("params").attr("aria-labelledby", "parameters");
    let mut res = state
        .stages
        .part(PagePart::ColumnHead.turn(), column, move || vec![head(state, mode), notices(state), legend(state)]);
    let mut n_rows = 0;
    for group in ParameterGroup::ALL {
        let is_here = |id: &ParameterId| id.group_in(mode) == Some(group) && !PICKED.contains(id);
        let ids: Vec<_> = ParameterId::of_mode(mode).filter(is_here).collect();
        if ids.is_empty() {
            continue;
        }
        if group == ParameterGroup::Shape {
            let turn = PagePart::LongLists.turn();
            res = state.stages.part(turn, res, move || vec![shape::shape_group(state, &ids)]);
            continue;
        }
        let first_row = n_rows;
        n_rows += ids.len();
        let make = move || vec![parameter_group(state, group, &ids, first_row)];
        res = state.stages.part(PagePart::Row(first_row).turn(), res, make);
    }
    res
}

fn head(state: State, mode: Mode) -> El {
    let controls = &state.texts().controls;
    let is_control = |id: &ParameterId| id.group_in(mode) != Some(ParameterGroup::Shape);
    let n_all = ParameterId::of_mode(mode).filter(is_control).count();
    let n_changed = move || {
        state.shown.inputs.with(|inputs| ParameterId::of_mode(mode).filter(|id| !inputs.is_default(*id)).count())
    };
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
