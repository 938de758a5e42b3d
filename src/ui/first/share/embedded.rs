//! The page inside of another one: totals, verdict and charts, what is wrong with the link, and the way to the whole
//! page. Nothing there changes what is estimated.

use crate::ui::first::cards::totals_strip;
use crate::ui::first::chart::{chart, timeline};
use crate::ui::first::notices::notices;
use crate::ui::first::order::PagePart;
use crate::ui::first::share::files::address_of;
use crate::ui::kit::element::{El, el};
use crate::ui::state::State;

/// The view.
pub fn embedded_view(state: State) -> El {
    let controls = &state.texts().controls;
    let whole = el("a")
        .class("whole")
        .attr_fn("href", move || Some(address_of(state, false)))
        .attr("target", "_blank")
        .attr("rel", "noopener")
        .test_id("open-in-full")
        .text(state.texts().share.open_in_full);
    let foot = el("p").class("embed-foot").child(el("b").text(controls.product)).child(whole);
    let section = el("section").class("results").attr("aria-label", state.texts().chart.results);
    let section = state.stages.part(PagePart::Chart.turn(), section, move || vec![chart(state)]);
    let section = state.stages.part(PagePart::Timeline.turn(), section, move || vec![timeline(state)]);
    el("main").class("layout embedded").child(totals_strip(state)).child(notices(state)).child(section).child(foot)
}
