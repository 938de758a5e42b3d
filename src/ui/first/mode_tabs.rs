//! The nine modes as links, in the document's two groups.

use crate::estimator::{Mode, ModeGroup};
use crate::ui::first::order::PagePart;
use crate::ui::kit::controls::anchor;
use crate::ui::kit::element::{El, ElementRef, effect, el, memo};
use crate::ui::later::Later;
use crate::ui::state::State;
use crate::web::frames::in_a_moment;
use leptos::prelude::*;
use web_sys::Element;

/// The row of modes; it scrolls sideways where it must, with the open mode in sight.
pub fn mode_tabs(state: State) -> El {
    let row = ElementRef::new();
    let has_tabs = memo(move || state.stages.has_come(PagePart::Bars.turn()));
    effect(move || {
        state.shown.shown_mode.get();
        // Without tabs there is none to bring into sight.
        if let (true, Some(row)) = (has_tabs.get(), row.get()) {
            // The browser is not asked for places while the page is being changed.
            in_a_moment(move || scroll_to_open(&row));
        }
    });
    let group = move |group| {
        let label = (state.texts().mode_group)(group);
        el("div")
            .class("mode-group")
            .attr("role", "group")
            .attr("aria-label", label)
            .child(el("span").class("eyebrow").attr("aria-hidden", "true").text(label))
            .children(ModeGroup::modes(group).map(|mode| mode_link(state, mode)))
    };
    let nav = el("nav").class("modes").attr("aria-label", state.texts().controls.modes).handle(row);
    state.stages.part(PagePart::Bars.turn(), nav, move || ModeGroup::ALL.map(group).into())
}

/// Brings the open mode to the middle of the row, as far as it goes.
fn scroll_to_open(row: &Element) {
    let Ok(Some(open)) = row.query_selector("[aria-current]") else { return };
    let (row_box, open_box) = (row.get_bounding_client_rect(), open.get_bounding_client_rect());
    let middle_of_open = open_box.left() + open_box.width() / 2.0;
    let middle_of_row = row_box.left() + row_box.width() / 2.0;
    row.scroll_by_with_x_and_y(middle_of_open - middle_of_row, 0.0);
}

fn mode_link(state: State, mode: Mode) -> El {
    let text = (state.texts().mode)(mode);
    let is_open = move || state.shown.mode.get() == mode;
    let gate = Later::of_page();
    let go = move || {
        if !is_open() {
            state.switch(mode, None, |before, here| gate.parts().map_or(Vec::new(), |it| (it.switched)(before, here)));
        }
    };
    anchor(move || state.in_mode(&state.rested.get(), mode), go)
        .attr("title", text.summary)
        .test_id(format!("mode-{}", mode.id()))
        .attr_fn("aria-current", move || is_open().then(|| "page".to_owned()))
        .text(text.label)
}
