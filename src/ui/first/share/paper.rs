//! The charts on paper: a canvas has the colours of the screen and its width, so that a drawing takes its place, made
//! when the page is about to be printed.

use crate::ui::kit::element::{El, ElementRef, el};
use crate::ui::later::Later;
use crate::ui::state::State;
use crate::ui::taken::SharedChart;
use crate::web::theme::in_light;
use leptos::prelude::*;

/// Where the drawings stand; seen on paper only.
pub fn printed_charts(state: State) -> El {
    let (place, gate) = (ElementRef::new(), Later::of_page());
    let draw = move |_| {
        let Some((place, parts)) = place.get_untracked().zip(untrack(|| gate.parts())) else { return };
        let shown = [SharedChart::Methods, SharedChart::Moments, SharedChart::Sweep].into_iter();
        let drawn = untrack(|| {
            let shown = shown.filter(|it| it.is_shown(state));
            in_light(state.theme.get(), || shown.filter_map(|it| (parts.chart_svg)(state, it)).collect::<String>())
        });
        // Made of texts that are escaped, all of them this program's own.
        place.set_inner_html(&drawn);
    };
    let heard = window_event_listener_untyped("beforeprint", draw);
    on_cleanup(move || heard.remove());
    el("div").class("on-paper").test_id("printed").attr("aria-hidden", "true").handle(place)
}
