//! The tools above the chart: pin what is shown, and switch between the methods and what is pinned. They estimate
//! nothing.

use crate::link::MOST_PINS;
use crate::present::compare::difference_in_words;
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, el, memo};
use crate::ui::kit::icons::{Glyph, icon};
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use crate::web::focus::focus;
use crate::web::frames::in_a_moment;
use leptos::prelude::*;

/// The switch, to which the focus goes when the button that had it can no longer be pressed.
const SHOW_PINNED: &str = "show-pinned";

/// The tools. The switch is there once something is pinned.
pub fn pin_bar(state: State) -> Vec<El> {
    let words = &later_texts(state).pins;
    let n_pinned = memo(move || state.pinned.with(|it| it.len()));
    let is_full = move || n_pinned.get() >= MOST_PINS;
    let choice = |shows_pinned: bool| {
        button("btn", move || state.shows_pinned.set(shows_pinned))
            .class_fn("on", move || state.shows_pinned.get() == shows_pinned)
            .attr_fn("aria-pressed", move || Some((state.shows_pinned.get() == shows_pinned).to_string()))
    };
    let switch = el("div")
        .class("chart-switch")
        .attr("role", "group")
        .attr("aria-label", words.shows)
        .flag_fn("hidden", move || n_pinned.get() == 0)
        .child(choice(false).test_id("show-methods").text(words.methods))
        .child(
            choice(true).attr("id", SHOW_PINNED).test_id(SHOW_PINNED).text_fn(move || (words.pinned)(n_pinned.get())),
        );
    let is_pinned =
        memo(move || state.shown.inputs.with(|now| state.pinned.with(|all| all.iter().any(|it| it == now))));
    // Once pressed it can no longer be.
    let press = move || {
        state.pin();
        in_a_moment(|| focus(SHOW_PINNED));
    };
    let text = move || match (is_pinned.get(), is_full()) {
        (true, _) => words.is_pinned,
        (false, true) => words.unpin_first,
        (false, false) => words.pin,
    };
    let pin = button("btn quiet pin-button", press)
        .test_id("pin")
        .flag_fn("disabled", move || is_pinned.get() || is_full())
        .child(icon(Glyph::Pin))
        .child(el("span").text_fn(move || text().to_owned()));
    // Inside of another page there is nothing to go on with.
    if untrack(|| state.is_embedded()) { vec![switch] } else { vec![switch, pin] }
}

/// In what a pinned configuration differs from today's, by its place behind it; once the hand rests.
pub fn pin_words(state: State, place: usize) -> String {
    let words = |now: &_| {
        let of = |all: &Vec<_>| {
            let pinned = place.checked_sub(1).and_then(|at| all.get(at));
            pinned.map(|it| difference_in_words(now, it, state.texts())).unwrap_or_default()
        };
        state.pinned.with(|all| of(all))
    };
    state.shown.inputs.with(words)
}
