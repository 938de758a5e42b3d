//! The right side: chart, the sentence below it, the comparison of some modes, and the table.

use super::bars::strip_chart;
use super::chart::{chart, timeline};
use super::dom::{El, el};
use super::state::State;
use super::table::component_table;
use crate::estimator::Mode;
use crate::present::{comparison, difference};
use leptos::prelude::*;

/// The results of the open mode.
pub fn results(state: State) -> El {
    let texts = state.texts;
    let sentence = move || state.estimates.with(|all| difference::sentence(all, state.unit(), texts));
    let comparison = match state.mode.get_untracked() {
        Mode::Grpo => Some(preference_chart(state)),
        Mode::Multimodal => Some(sequence_chart(state)),
        _ => None,
    };
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

/// SFT, DPO and GRPO side by side.
fn preference_chart(state: State) -> El {
    let texts = state.texts;
    let strips = move || state.inputs.with(|inputs| comparison::preference(inputs, state.unit(), texts));
    strip_chart(texts.chart.preference_title, move || texts.chart.preference_note.to_owned(), "preference", strips)
}

/// Where the tokens of a multimodal sequence come from.
fn sequence_chart(state: State) -> El {
    let texts = state.texts;
    let strips = move || state.inputs.with(|inputs| comparison::sequence(inputs, texts).0);
    let note = move || {
        let total = state.inputs.with(|inputs| comparison::sequence(inputs, texts).1);
        (texts.chart.sequence_note)(&total)
    };
    strip_chart(texts.chart.sequence_title, note, "sequence", strips)
}
