//! The strip of totals, always in sight: one card per method, the unit, and on a phone a thin bar.

use super::bars::ThinBar;
use super::state::use_state;
use crate::estimator::{METHODS, MemoryUnit, MethodId};
use crate::present::numbers;
use leptos::prelude::*;
use leptos_use::use_debounce_fn;

/// Pause after the last change before the total is read out.
const SAY_AFTER_MS: f64 = 800.0;

/// The strip.
#[component]
pub fn TotalsStrip() -> impl IntoView {
    let state = use_state();
    let mode = state.mode.get_untracked();
    let text = (state.texts.mode)(mode);
    let controls = &state.texts.controls;
    let covering = METHODS.iter().map(|method| method.id).filter(|method| method.covers(mode));
    view! {
        <section class="strip" aria-label=controls.totals>
            <div class="subject">
                <h1>{text.label}</h1>
                <p>{text.summary}</p>
            </div>
            <div class="pin">
                <fieldset class="cards">
                    <legend class="hidden">{controls.method_choice}</legend>
                    {covering.map(|method| view! { <MethodCard method /> }).collect_view()}
                </fieldset>
                <ThinBar />
            </div>
            <UnitSwitch />
            <SpokenTotal />
        </section>
    }
}

#[component]
fn MethodCard(method: MethodId) -> impl IntoView {
    let state = use_state();
    let text = (state.texts.method)(method);
    let total = Memo::new(move |_| {
        state.estimates.with(|all| all.iter().find(|it| it.method() == method).map(|it| it.total()).unwrap_or_default())
    });
    view! {
        <label class="card" title=text.summary>
            <span class="card-top">
                <input
                    type="radio"
                    name="method"
                    value=method.id()
                    data-testid=format!("method-{}", method.id())
                    prop:checked=move || state.selected_method.get() == method
                    on:change=move |_| state.select(method)
                />
                <span class="card-name">{text.label}</span>
            </span>
            <span
                class="card-total"
                data-testid=format!("total-{}", method.id())
                data-bytes=move || total.get().count().to_string()
            >
                {move || numbers::card_figure(total.get(), state.unit.get())}
                <span class="unit">" "{move || state.unit.get().id()}</span>
            </span>
            <span class="card-note">{text.note}</span>
        </label>
    }
}

#[component]
fn UnitSwitch() -> impl IntoView {
    let state = use_state();
    view! {
        <fieldset class="units">
            <legend class="hidden">{state.texts.controls.unit_choice}</legend>
            {MemoryUnit::ALL.map(|unit| view! {
                <label>
                    <input
                        type="radio"
                        name="unit"
                        value=unit.id()
                        data-testid=format!("unit-{}", unit.id())
                        prop:checked=move || state.unit.get() == unit
                        on:change=move |_| state.unit.set(unit)
                    />
                    <span>{unit.id()}</span>
                </label>
            }).collect_view()}
        </fieldset>
    }
}

/// The selected total for those who do not see it, once the hand rests.
#[component]
fn SpokenTotal() -> impl IntoView {
    let state = use_state();
    let spoken = RwSignal::new(String::new());
    let say = use_debounce_fn(
        move || {
            let method = state.selected_method.get_untracked();
            let unit = state.unit.get_untracked();
            let total = state.estimates.with_untracked(|all| all.iter().find(|it| it.method() == method).map(|it| it.total()));
            let label = (state.texts.method)(method).label;
            spoken.set(format!("{label}: {}", numbers::card_amount(total.unwrap_or_default(), unit)));
        },
        SAY_AFTER_MS,
    );
    Effect::new(move |previous: Option<()>| {
        state.estimates.track();
        // The first estimate is no change.
        if previous.is_some() {
            say();
        }
    });
    view! { <output class="hidden" aria-live="polite">{spoken}</output> }
}
