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
    let comparison = has_comparison(state.mode.get_untracked())
        .then(|| el("div").children_fn(move || state.later.show(state, |it| (it.comparison)(state))));
    el("section")
        .class("results")
        .attr("id", "results")
        .attr("tabindex", "-1")
        .attr("aria-label", texts.chart.results)
        .child(chart(state))
        .child(timeline(state))
        .child(el("p").class("why-line").test_id("sentence").text_fn(sentence))
        .maybe(comparison)
        .child(component_table(state))
}
