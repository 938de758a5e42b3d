//! The GPUs of the catalogue as rows of a field that is searched in, with today's run on each; and the heading under which the list of all
//! of them unfolds. It judges nothing.

use crate::present::devices::gpu_offers;
use crate::present::search::Offers;
use crate::ui::asked::Workbench;
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, el};
use crate::ui::kit::icons::{Glyph, icon};
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use leptos::prelude::*;

/// The GPUs to choose from, as they are when the list is opened.
pub fn gpu_rows(state: State) -> Offers {
    untrack(|| {
        let inputs = state.shown.live_inputs.get();
        gpu_offers(&inputs, state.selected(), state.unit(), state.texts(), later_texts(state))
    })
}

/// All GPUs as a list, which is fetched and made when it is first unfolded.
pub fn all_gpus(state: State) -> Vec<El> {
    let is_open = RwSignal::new(false);
    let toggle = button("device-toggle", move || is_open.update(|it| *it = !*it))
        .test_id("all-gpus")
        .attr_fn("aria-expanded", move || Some(is_open.get().to_string()))
        .attr("aria-controls", "all-gpus-list")
        .child(icon(Glyph::Chevron))
        .text(later_texts(state).devices.title);
    let list =
        move || if is_open.get() { Workbench::of_page().show(state, |it| (it.device_list)(state)) } else { vec![] };
    let body = el("div").attr("id", "all-gpus-list").children_fn(list);
    vec![el("section").class("strips devices").child(el("h2").child(toggle)).child(body)]
}
