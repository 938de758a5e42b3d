//! The button that opens the sheet for what is run elsewhere, and the place where that comes, or the sheet of launches.
//! It reads nothing.

use crate::ui::asked::Bring;
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, el};
use crate::ui::state::State;
use leptos::prelude::*;

/// The button. Where the sheet could not be fetched, it takes that message away again.
pub fn bring_button(state: State) -> El {
    let is_open = state.inbox.is_open;
    button("btn quiet bring", move || is_open.set(!is_open.get()))
        .attr("aria-haspopup", "dialog")
        .test_id("bring")
        .text(state.texts().controls.bring)
}

/// The place of either sheet; what was brought last comes before launches.
pub fn bring_place(state: State) -> El {
    let sheet = move || {
        let brings = state.inbox.is_open.get();
        if !brings && !state.inbox.gives.get() {
            return vec![];
        }
        Bring::of_page().show(state, |it| if brings { (it.sheet)(state) } else { (it.commands)(state) })
    };
    el("div").class("bring-place").children_fn(sheet)
}
