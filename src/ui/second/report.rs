//! The report about what is shown. It writes nothing itself: `present::shared` does.

use crate::present::shared::{ReportTexts, Shared, report as write};
use crate::ui::second::readings::{card_note, rows};
use crate::ui::second::texts::later_texts;
use crate::ui::second::verdict::verdict;
use crate::ui::state::State;
use leptos::prelude::*;

/// The report, whose address is given.
pub fn report(state: State, address: &str) -> String {
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
