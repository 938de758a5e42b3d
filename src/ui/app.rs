//! The root: creates the state, lets the address bar follow it, and shows the open view.

use super::guide::GuideView;
use super::mode_tabs::ModeTabs;
use super::parameters::ParameterColumn;
use super::results::Results;
use super::cards::TotalsStrip;
use super::state::{State, use_state};
use super::top_bar::TopBar;
use super::verification::VerificationView;
use crate::link::View;
use crate::web::address;
use leptos::prelude::*;
use leptos_use::{use_debounce_fn, use_event_listener, use_window};

/// The page.
#[component]
pub fn App() -> impl IntoView {
    let state = State::from_address();
    provide_context(state);

    let follow = use_debounce_fn(move || address::follow(&untrack(|| state.link())), address::FOLLOW_AFTER_MS);
    Effect::new(move |_| {
        state.link();
        follow();
    });
    // Going back or forward, the address leads and the page follows.
    let _ = use_event_listener(use_window(), leptos::ev::popstate, move |_| state.load_address());
    Effect::new(move |_| {
        let mode = (state.texts.mode)(state.mode.get()).label;
        let view = (state.texts.view)(state.view.get());
        let subject = if state.view.get() == View::Estimate { mode } else { view };
        document().set_title(&format!("{subject} · {}", state.texts.controls.product));
    });

    view! {
        <a class="skip" href="#results">{state.texts.controls.skip_to_results}</a>
        <TopBar />
        {move || match state.view.get() {
            View::Estimate => view! { <EstimateView /> }.into_any(),
            View::Verification => view! { <VerificationView /> }.into_any(),
            View::Guide => view! { <GuideView /> }.into_any(),
        }}
    }
}

/// Modes, totals, parameters and results.
#[component]
fn EstimateView() -> impl IntoView {
    let state = use_state();
    // Another mode has other parameters and other methods: everything below is made anew for it.
    view! {
        <ModeTabs />
        {move || {
            state.mode.get();
            view! {
                <main class="layout">
                    <TotalsStrip />
                    <ParameterColumn />
                    <Results />
                </main>
            }
        }}
    }
}
