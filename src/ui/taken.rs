//! What a reader can take away of what is shown, by name: texts and charts. It makes none of them.

use crate::estimator::DEFAULT_METHOD;
use crate::locale::Texts;
use crate::ui::state::State;
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
}

/// One of the page's charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharedChart {
    /// The methods side by side.
    Methods,
    /// The moments of one run.
    Moments,
    /// The sweep that is open.
    Sweep,
}

impl SharedChart {
    /// Whether it is on the page now.
    pub fn is_shown(self, state: State) -> bool {
        match self {
            Self::Methods => true,
            Self::Moments => has_moments(state),
            Self::Sweep => state.sweep_picture.with_value(Option::is_some),
        }
    }

    /// What stands before the ending in the name of its file.
    pub const fn part_of_name(self) -> &'static str {
        match self {
            Self::Methods => "",
            Self::Moments => "-moments",
            Self::Sweep => "-sweep",
        }
    }

    /// What it is called in the menu.
    pub fn name(self, texts: &Texts) -> &'static str {
        match self {
            Self::Methods => texts.share.chart,
            Self::Moments => texts.share.moments,
            Self::Sweep => texts.share.sweep,
        }
    }
}

/// Whether the run has several moments to show.
fn has_moments(state: State) -> bool {
    state.shown.with_estimate(DEFAULT_METHOD, |it| it.moments().len() > 1).unwrap_or(false)
}
