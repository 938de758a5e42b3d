//! The table and the report of what is shown. It writes nothing itself: `present::shared` does.

use crate::estimator::Estimate;
use crate::link::Link;
use crate::present::shared::{HowSure, Shared, csv, json, report};
use crate::ui::later::Later;
use crate::ui::state::State;
use crate::web::address;
use leptos::prelude::*;

/// A file of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFile {
    /// The report.
    Markdown,
    /// The table for spreadsheets.
    Csv,
    /// The table for programs.
    Json,
}

impl TextFile {
    /// How its name ends, and what browsers call it.
    pub const fn kind(self) -> (&'static str, &'static str) {
        match self {
            Self::Markdown => (".md", "text/markdown"),
            Self::Csv => (".csv", "text/csv"),
            Self::Json => (".json", "application/json"),
        }
    }

    /// The file about what is shown.
    pub fn text(self, state: State) -> String {
        let address = address::absolute(&state.link());
        let (inputs, selected) = (state.shown.inputs.get(), state.selected());
        let with = |estimates: &[Estimate]| {
            let shared = Shared { address: &address, inputs: &inputs, estimates, selected };
            match self {
                Self::Csv => csv(&shared),
                Self::Json => json(&shared),
                Self::Markdown => told(state, &shared),
            }
        };
        match self {
            Self::Markdown => state.shown.formulas.with(|all| with(all)),
            Self::Csv | Self::Json => state.shown.estimates.with(|all| with(all)),
        }
    }
}

/// The report; what the second program knows of the run is in it once that is there.
fn told(state: State, shared: &Shared) -> String {
    let parts = Later::gate().parts();
    let verdict = parts.and_then(|it| (it.verdict)(state));
    let how_sure = parts.map_or(HowSure::default(), |it| (it.how_sure)(state));
    let band = |of: &Estimate| parts.and_then(|it| (it.card_note)(state, of.method()));
    report(shared, verdict.as_ref(), &how_sure, &band, state.unit(), state.texts())
}

/// The address of what is shown, inside of another page or on its own.
pub fn address_of(state: State, is_embedded: bool) -> String {
    let mut link: Link = state.link();
    link.page.is_embedded = is_embedded;
    address::absolute(&link)
}
