//! The lists of texts about configurations held against each other, and those kept under names. They hold no text.

use crate::link::SavedRefusal;

/// What is pinned: above the chart, and in a word below it.
pub struct PinTexts {
    /// How many are pinned, and how many of these fit, where they have a GPU.
    pub summary: fn(usize, Option<usize>) -> String,
    /// Pins what is shown.
    pub pin: &'static str,
    /// In its place where what is shown is pinned.
    pub is_pinned: &'static str,
    /// In its place where no more can be pinned.
    pub unpin_first: &'static str,
    /// Name of the switch of the chart.
    pub shows: &'static str,
    /// Shows the methods side by side.
    pub methods: &'static str,
    /// Shows what is pinned, of which there are so many.
    pub pinned: fn(usize) -> String,
}

/// Configurations held against each other, and those kept under names.
pub struct CompareTexts {
    /// Heading.
    pub title: &'static str,
    /// How to begin, where nothing is pinned.
    pub hint: &'static str,
    /// Shows a pinned or kept one.
    pub open: &'static str,
    /// Takes a pinned one away.
    pub unpin: &'static str,
    /// Head of the first column.
    pub parameter: &'static str,
    /// The row of modes.
    pub mode: &'static str,
    /// How many other parameters are equal.
    pub equal: fn(usize) -> String,
    /// The row of verdicts, where devices differ.
    pub its_gpu: &'static str,
    /// Heading of those kept under names.
    pub saved: &'static str,
    /// Where they are.
    pub saved_note: &'static str,
    /// Label of the field for a name.
    pub name: &'static str,
    /// Keeps what is shown.
    pub save: &'static str,
    /// Forgets a kept one.
    pub delete: &'static str,
    /// Writes all to a file.
    pub export: &'static str,
    /// Reads a file.
    pub import: &'static str,
    /// Said without a name.
    pub no_name: &'static str,
    /// Said where as many are kept as there may be.
    pub full: fn(usize) -> String,
    /// Said where the browser keeps nothing.
    pub not_kept: &'static str,
    /// So many that were read, and so many that could not be.
    pub read: fn(usize, usize) -> String,
    /// Why a text is no list of them.
    pub refused: fn(&SavedRefusal) -> String,
    /// Said where a file could not be read, or is too large.
    pub no_file: &'static str,
}
