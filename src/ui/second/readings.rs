//! How far the total can be trusted, and what nvidia-smi will show: a list below the chart, and the line on a card.

use crate::estimator::{Inputs, MethodId};
use crate::present::readings::{ReadingRow, card_note as note_of, reading_rows};
use crate::ui::kit::element::{El, el};
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use leptos::prelude::*;

/// The readings of the selected method, once the hand rests.
pub fn readings_view(state: State) -> Vec<El> {
    let texts = &later_texts(state).readings;
    let rows = move || rows(state).into_iter().map(row).collect();
    let list = el("dl").children_fn(rows);
    // Where the selected method has no answer.
    let is_empty = move || state.shown.total(state.selected()).is_none();
    vec![
        el("section")
            .class("readings")
            .test_id("readings")
            .flag_fn("hidden", is_empty)
            .child(el("h2").text(texts.title))
            .child(list),
    ]
}

/// The readings of the selected method.
pub fn rows(state: State) -> Vec<ReadingRow> {
    let texts = &later_texts(state).readings;
    let read = |it: &_| untracked(state, |inputs| reading_rows(inputs, it, state.unit(), state.texts(), texts));
    state.shown.with_estimate(state.selected(), read).unwrap_or_default()
}

fn row(it: ReadingRow) -> El {
    let amount = el("dd")
        .class("reading")
        .test_id(format!("reading-{}", it.id))
        .attr("data-bytes", it.bytes.count().to_string())
        .child(el("b").text(it.amount))
        .child(el("span").class("reading-range").text(it.range));
    let notes = it.notes.into_iter().map(|note| el("p").class("caption").text(note));
    el("div").class("reading-row").child(el("dt").text(it.label)).child(amount).child(el("dd").children(notes))
}

/// What a card says below its total.
pub fn card_note(state: State, method: MethodId) -> Option<String> {
    let texts = &later_texts(state).readings;
    state.shown.with_estimate(method, |it| untracked(state, |inputs| note_of(inputs, it, state.unit(), texts)))?
}

/// Reads the inputs of an estimate that is told anyway: the two settle one after the other, and only the second is
/// told.
fn untracked<T>(state: State, read: impl FnOnce(&Inputs) -> T) -> T {
    state.shown.inputs.with_untracked(read)
}
