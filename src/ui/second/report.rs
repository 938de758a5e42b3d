//! The table and the report of what is shown. It writes nothing itself: `present::shared` does.

use crate::present::shared::{ReportTexts, Shared, csv, json, report as write};
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
    let selected = state.selected();
    state
        .shown
        .estimates
        .with(|estimates| state.shown.inputs.with(|inputs| write(&Shared { address, inputs, estimates, selected })))
}

fn report(state: State, address: &str) -> String {
    let told = ReportTexts {
        verdict: verdict(state),
        band: &|method| card_note(state, method),
        readings: rows(state),
        readings_title: later_texts(state).readings.title,
        unit: state.unit(),
        texts: state.texts(),
    };
    state.shown.formulas.with(|estimates| {
        state
            .shown
            .inputs
            .with(|inputs| write(&Shared { address, inputs, estimates, selected: state.selected() }, &told))
    })
}
