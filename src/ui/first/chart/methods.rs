//! The chart of all methods, or of today's configuration and those that are pinned, with its legend.

use crate::estimator::{DEFAULT_METHOD, Estimate};
use crate::present::chart::{Reach, Scene};
use crate::ui::first::chart::figure::{Chart, figure, heading};
use crate::ui::first::chart::legend::legend;
use crate::ui::kit::element::{El, el, memo};
use crate::ui::later::Later;
use crate::ui::state::State;
use leptos::prelude::*;

/// The stacked bars.
pub fn chart(state: State) -> El {
    // What is drawn follows once a frame, however many events come between; the totals do not wait for it.
    let scene = memo(move || state.shown.drawn.with(|all| scene_of(state, all, reach(state, all))));
    let tools = move || Later::of_page().show_quietly(|it| (it.pin_bar)(state));
    let head = el("div")
        .class("chart-head")
        .child(heading("chart", state.texts().chart.title))
        .child(el("div").class("chart-tools").children_fn(tools));
    figure(Chart::new(state, scene, "chart"), head, Some(legend(state)))
}

/// What the methods answer, or the selected one beside what it answers to pinned configurations, as the reader chose;
/// with what is known of the total of `calibrated` beside it.
pub fn scene_of(state: State, all: &[Estimate], reach: Option<Reach>) -> Scene {
    let (capacity, unit) = (state.shown.capacity(), state.unit());
    if !state.shows_pinned.get() {
        return Scene::of_methods(all, capacity, reach, unit);
    }
    let selected = state.selected();
    let of = |all: &[Estimate]| all.iter().position(|it| it.method() == selected);
    state.pinned_estimates.with(|pinned| {
        let all = std::iter::once(all).chain(pinned.iter().map(|it| it.as_slice()));
        let reach = reach.filter(|_| selected == DEFAULT_METHOD);
        Scene::of_pinned(all.map(|it| of(it).map(|at| &it[at])), capacity, reach, unit)
    })
}

/// What is known of the total of `calibrated` beside it, which the second program knows.
pub fn reach(state: State, all: &[Estimate]) -> Option<Reach> {
    (Later::of_page().parts()?.reach)(state, all)
}
