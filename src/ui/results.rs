//! The right side: chart, the sentence below it, the comparison of some modes, and the table.

use super::bars::StripChart;
use super::chart::Chart;
use super::state::use_state;
use super::table::ComponentTable;
use crate::estimator::Mode;
use crate::present::{comparison, difference};
use leptos::prelude::*;

/// The results of the open mode.
#[component]
pub fn Results() -> impl IntoView {
    let state = use_state();
    let texts = state.texts;
    let sentence = move || state.estimates.with(|all| difference::sentence(all, state.unit.get(), texts));
    view! {
        <section class="results" id="results" tabindex="-1" aria-label=texts.chart.results>
            <Chart />
            <p class="why-line" data-testid="sentence">{sentence}</p>
            {match state.mode.get_untracked() {
                Mode::Grpo => view! { <PreferenceChart /> }.into_any(),
                Mode::Multimodal => view! { <SequenceChart /> }.into_any(),
                _ => ().into_any(),
            }}
            <ComponentTable />
        </section>
    }
}

/// SFT, DPO and GRPO side by side.
#[component]
fn PreferenceChart() -> impl IntoView {
    let state = use_state();
    let texts = state.texts;
    let strips = Memo::new(move |_| state.inputs.with(|inputs| comparison::preference(inputs, state.unit.get(), texts)));
    view! {
        <StripChart
            title=texts.chart.preference_title
            note=texts.chart.preference_note.to_owned()
            testid="preference"
            colour="c-activations"
            strips
        />
    }
}

/// Where the tokens of a multimodal sequence come from.
#[component]
fn SequenceChart() -> impl IntoView {
    let state = use_state();
    let texts = state.texts;
    let sequence = Memo::new(move |_| state.inputs.with(|inputs| comparison::sequence(inputs, texts)));
    let strips = Memo::new(move |_| sequence.get().0);
    let note = Signal::derive(move || (texts.chart.sequence_note)(&sequence.get().1));
    view! {
        <StripChart title=texts.chart.sequence_title note testid="sequence" colour="c-activations" strips />
    }
}
