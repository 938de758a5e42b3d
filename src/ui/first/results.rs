//! The right side: chart, the sentence below it, the comparison of some modes, and the table.

use crate::estimator::Mode;
use crate::ui::first::chart::{chart, timeline};
use crate::ui::first::order::PagePart;
use crate::ui::first::share::printed_charts;
use crate::ui::kit::element::{El, effect, el, memo};
use crate::ui::later::Later;
use crate::ui::state::State;
use crate::web::frames::Once;
use leptos::prelude::*;
use std::sync::Arc;

/// The results of the open mode.
pub fn results(state: State) -> El {
    let texts = state.texts();
    let sentence = move || Later::of_page().parts().map(|it| (it.sentence)(state)).unwrap_or_default();
    let table = move || Later::of_page().show(state, |it| (it.table)(state));
    let ranks = move || Later::of_page().show_quietly(|it| (it.ranks)(state));
    let readings = move || Later::of_page().show_quietly(|it| (it.readings)(state));
    let decide = move || Later::of_page().show_quietly(|it| (it.decide)(state));
    let workbench = move || Later::of_page().show_quietly(|it| (it.workbench)(state));
    let comparison =
        move || if has_comparison(state) { Later::of_page().show(state, |it| (it.comparison)(state)) } else { vec![] };
    let sentence = move || {
        vec![
            el("div").class("decide").children_fn(decide),
            timeline(state),
            el("div").children_fn(ranks),
            el("p").class("why-line").test_id("sentence").text_fn(sentence),
            el("div").children_fn(readings),
            el("div").children_fn(comparison),
            el("div").class("below").children_fn(workbench),
        ]
    };
    // What fits stands above the rest on most screens, and comes last: the rest waits for it, so that it pushes nothing
    // away. What was there once stays, also while something is asked for again.
    let has_room = Memo::new(move |before: Option<&bool>| {
        let gate = Later::of_page();
        let is_found = before.is_some_and(|it| *it) || state.found.with(Option::is_some);
        is_found || gate.is_missing()
    });
    // All but the bars waits for the hand, and says so meanwhile: told once as a drag begins, and once as it ends.
    let is_behind = memo(move || {
        let (drawn, settled) = (state.shown.drawn, state.shown.estimates);
        drawn.with(|drawn| settled.with(|settled| !Arc::ptr_eq(drawn, settled)))
    });
    // The sign restyles the section; the bars do not wait for it.
    let (sign, moment) = (RwSignal::new(false), Once::in_a_moment());
    effect(move || {
        is_behind.track();
        moment.ask(move || sign.set(is_behind.get_untracked()));
    });
    let section = el("section")
        .class("results")
        .class_fn("behind", move || sign.get())
        .class_fn("has-room", move || has_room.get())
        .attr("id", "results")
        .attr("tabindex", "-1")
        .attr("aria-label", texts.chart.results);
    let section = state.stages.part(PagePart::Chart.turn(), section, move || vec![chart(state), printed_charts(state)]);
    let section = state.stages.part(PagePart::Timeline.turn(), section, sentence);
    state.stages.part(PagePart::Table.turn(), section, move || vec![el("div").class("table").children_fn(table)])
}

/// Whether the open mode has such charts now.
fn has_comparison(state: State) -> bool {
    match state.shown.mode.get_untracked() {
        Mode::Grpo | Mode::Multimodal => true,
        Mode::Inference => state.shown.serves_with_vllm(),
        _ => false,
    }
}
