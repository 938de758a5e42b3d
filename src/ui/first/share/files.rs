//! The table and the report of what is shown. It writes nothing itself: `present::shared` does.

use crate::present::shared::{Shared, csv, json};
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

    /// The file about what is shown; `None` while what makes it is still to come.
    pub fn text(self, state: State, gate: Later) -> Option<String> {
        let address = &address_of(state, false);
        if self == Self::Markdown {
            return gate.parts().map(|it| (it.report)(state, address));
        }
        let selected = state.selected();
        let write = if self == Self::Csv { csv } else { json };
        Some(state.shown.estimates.with(|estimates| {
            state.shown.inputs.with(|inputs| write(&Shared { address, inputs, estimates, selected }))
        }))
    }
}

/// The address of what is shown, inside of another page or on its own.
pub fn address_of(state: State, is_embedded: bool) -> String {
    let mut link = state.link();
    link.page.is_embedded = is_embedded;
    address::absolute(&link)
}
