//! The chart of all methods, with its legend.

use crate::present::chart::Scene;
use crate::ui::first::chart::figure::{Chart, figure};
use crate::ui::first::chart::legend::legend;
use crate::ui::kit::element::{El, el, memo};
use crate::ui::state::State;
use leptos::prelude::*;

/// The stacked bars of all methods.
pub fn chart(state: State) -> El {
    // What is drawn follows once a frame, however many events come between; the totals do not wait for it.
    let scene =
        memo(move || state.shown.drawn.with(|all| Scene::of_methods(all, state.shown.capacity(), state.unit())));
    let head = el("h2").class("hidden").text(state.texts().chart.title);
    figure(Chart::new(state, scene, "chart"), head, Some(legend(state)))
}
