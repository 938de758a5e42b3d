//! The table and the report of what is shown. It writes nothing itself: `present::shared` does.

use crate::estimator::Estimate;
use crate::present::shared::{PinnedAnswer, ReportTexts, Shared, csv, json, report as write};
use crate::ui::second::pins::pin_words;
use crate::ui::second::readings::{card_note, rows};
use crate::ui::second::texts::later_texts;
use crate::ui::second::verdict::verdict;
use crate::ui::state::State;
use crate::ui::taken::TextFile;
use leptos::prelude::*;

/// A text about what is shown, whose address is given.
pub fn text_file(state: State, file: TextFile, address: &str) -> String {
    let write = match file {
        TextFile::Markdown => return report(state, address),
        TextFile::Csv => csv,
        TextFile::Json => json,
    };
    state.shown.estimates.with(|estimates| shared(state, address, estimates, &|it| write(it)))
}

fn report(state: State, address: &str) -> String {
    let told = ReportTexts {
        verdict: verdict(state),
        band: &|method| card_note(state, method),
        readings: rows(state),
        readings_title: later_texts(state).readings.title,
        pinned_title: (later_texts(state).pins.pinned)(state.pinned.with(|it| it.len())),
        unit: state.unit(),
        texts: state.texts(),
    };
    state.shown.formulas.with(|estimates| shared(state, address, estimates, &|it| write(it, &told)))
}

/// What is taken away of some answers: what the chart shows.
fn shared(state: State, address: &str, estimates: &[Estimate], write: &dyn Fn(&Shared) -> String) -> String {
    let selected = state.selected();
    let pinned = if state.shows_pinned.get() { state.pinned_estimates.get() } else { Vec::new() };
    let answers = (1..).zip(&pinned).map(|(place, all)| {
        let estimate = all.iter().find(|it| it.method() == selected);
        PinnedAnswer { place, words: pin_words(state, place), estimate }
    });
    let pinned = answers.collect();
    state.shown.inputs.with(|inputs| write(&Shared { address, inputs, estimates, selected, pinned }))
}
