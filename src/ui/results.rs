//! The right side: chart, the sentence below it, the comparison of some modes, and the table.

use super::chart::{chart, timeline};
use super::comparison::has_comparison;
use super::dom::{El, el};
use super::state::State;
use super::table::component_table;
use crate::present::difference;
use leptos::prelude::*;

/// The results of the open mode.
pub fn results(state: State) -> El {
    let texts = state.texts;
    let sentence = move || state.estimates.with(|all| difference::sentence(all, state.unit(), texts));
    let comparison =
        move || if has_comparison(state) { state.later.show(state, |it| (it.comparison)(state)) } else { vec![] };
    el("section")
        .class("results")
        .attr("id", "results")
        .attr("tabindex", "-1")
        .attr("aria-label", texts.chart.results)
        .child(chart(state))
        .child(timeline(state))
        .child(el("p").class("why-line").test_id("sentence").text_fn(sentence))
        .child(el("div").children_fn(comparison))
        .child(component_table(state))
}
