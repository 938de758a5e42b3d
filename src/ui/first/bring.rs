//! The button that opens the sheet for what is run elsewhere, and the place where that comes. It reads nothing.

use crate::ui::asked::Bring;
use crate::ui::inbox::Inbox;
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, el};
use crate::ui::state::State;
use leptos::prelude::*;

/// The button.
pub fn bring_button(state: State) -> El {
    let inbox = Inbox::of_page();
    button("btn quiet bring", move || inbox.is_open.update(|it| *it = !*it))
        .attr("aria-haspopup", "dialog")
        .test_id("bring")
        .text(state.texts().controls.bring)
}

/// The place of the sheet.
pub fn bring_place(state: State) -> El {
    let inbox = Inbox::of_page();
    let sheet = move || {
        if inbox.is_open.get() { Bring::of_page().show(state, |it| (it.sheet)(state, inbox)) } else { vec![] }
    };
    el("div").class("bring-place").children_fn(sheet)
}
