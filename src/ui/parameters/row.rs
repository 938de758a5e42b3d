//! One parameter: impact, label, reset, help, and the control that its kind asks for.

use super::number_box::NumberBox;
use super::slider::RangeSlider;
use crate::estimator::parameters::ParameterKind;
use crate::estimator::{ParameterId, Value};
use crate::ui::icons::{Glyph, Icon, ImpactGlyph};
use crate::ui::state::{State, control_id, use_state};
use leptos::prelude::*;

/// The row of a parameter.
#[component]
pub fn ParameterRow(id: ParameterId) -> impl IntoView {
    let state = use_state();
    let spec = id.spec();
    let mode = state.mode.get_untracked();
    let Some(usage) = spec.use_in(mode) else { return ().into_any() };
    let label = (state.texts.parameter_in_mode)(id, mode);
    let impact = (state.texts.impact)(usage.impact);
    let impact_label = format!("{}: {impact}", state.texts.controls.effect_on_memory);
    let is_changed = Memo::new(move |_| state.value(id).get() != usage.default);
    let explained = move || explanation(state, id);
    let is_flagged = move || explained().is_some() || state.notices.with(|all| all.iter().any(|it| it.key == spec.key));
    let help_is_open = RwSignal::new(false);
    view! {
        <div
            class="param"
            class:changed=is_changed
            class:flagged=is_flagged
            class:feeds=move || state.feeds_pointed(id)
            data-testid=format!("row-{}", spec.key)
        >
            <div class="param-line">
                <ImpactGlyph impact=usage.impact label=impact_label />
                <label for=control_id(id) title=spec.key>{label}</label>
                <span class="reset-place">
                    <Show when=move || is_changed.get()>
                        <ResetButton id label default=usage.default />
                    </Show>
                </span>
                <button
                    type="button"
                    class="help"
                    aria-expanded=move || help_is_open.get().to_string()
                    aria-controls=format!("help-{}", spec.key)
                    aria-label=(state.texts.controls.help_for)(label)
                    on:click=move |_| help_is_open.update(|it| *it = !*it)
                >
                    "?"
                </button>
                <Control id label />
            </div>
            {usage.slider.map(|slider| view! { <RangeSlider id slider default=usage.default label /> })}
            <p class="refusal" id=refusal_id(id) role="status" hidden=move || explained().is_none()>{explained}</p>
            <div class="param-help" id=format!("help-{}", spec.key) hidden=move || !help_is_open.get()>
                <HelpText id />
            </div>
        </div>
    }
    .into_any()
}

/// The id of the line that explains why a typed value was not taken.
pub fn refusal_id(id: ParameterId) -> String {
    format!("refusal-{}", id.spec().key)
}

/// What is to be said below the control: a refused value, or a contradiction with another parameter.
fn explanation(state: State, id: ParameterId) -> Option<String> {
    let refused = state.refusals.with(|all| all.iter().find(|(known, _)| *known == id).map(|(_, text)| text.clone()));
    refused.or_else(|| {
        let conflicts = state.inputs.with(|inputs| inputs.conflicts());
        let conflict = conflicts.into_iter().find(|it| it.parameter() == id);
        conflict.map(|it| (state.texts.conflict)(it).to_owned())
    })
}

#[component]
fn ResetButton(id: ParameterId, label: &'static str, default: Value) -> impl IntoView {
    let state = use_state();
    let default = id.spec().write(default);
    let name = (state.texts.controls.reset_one)(label, &default);
    view! {
        <button
            type="button"
            class="reset"
            data-testid=format!("reset-{}", id.spec().key)
            aria-label=name
            on:click=move |_| state.reset(id)
        >
            <Icon glyph=Glyph::Reset />
            <span>{default}</span>
        </button>
    }
}

/// The control beside the label: a number box with its unit, a select or a switch.
#[component]
fn Control(id: ParameterId, label: &'static str) -> impl IntoView {
    match id.spec().kind {
        ParameterKind::Number { .. } => view! { <NumberBox id label /> }.into_any(),
        ParameterKind::Choice { ids } => view! { <Choice id ids /> }.into_any(),
        ParameterKind::Toggle => view! { <Toggle id /> }.into_any(),
    }
}

#[component]
fn Choice(id: ParameterId, ids: &'static [&'static str]) -> impl IntoView {
    let state = use_state();
    let value = state.value(id);
    let key = id.spec().key;
    let choose = move |text: String| {
        if let Ok(value) = id.spec().parse(&text) {
            state.set(id, value);
        }
    };
    let option = move |(at, name): (usize, &'static &'static str)| {
        let note = (state.texts.choice_note)(id, at);
        let text = if note.is_empty() { (*name).to_owned() } else { format!("{name} · {note}") };
        view! { <option value=*name selected=move || value.get() == Value::Choice(at)>{text}</option> }
    };
    view! {
        <span class="select wide">
            <select
                id=control_id(id)
                data-testid=format!("choice-{key}")
                prop:value=move || id.spec().write(value.get())
                on:change:target=move |event| choose(event.target().value())
            >
                {ids.iter().enumerate().map(option).collect_view()}
            </select>
        </span>
    }
}

#[component]
fn Toggle(id: ParameterId) -> impl IntoView {
    let state = use_state();
    let value = state.value(id);
    view! {
        <span class="switch">
            <input
                type="checkbox"
                role="switch"
                id=control_id(id)
                data-testid=format!("toggle-{}", id.spec().key)
                prop:checked=move || value.get() == Value::Toggle(true)
                on:change:target=move |event| state.set(id, Value::Toggle(event.target().checked()))
            />
        </span>
    }
}

#[component]
fn HelpText(id: ParameterId) -> impl IntoView {
    let texts = use_state().texts;
    let spec = id.spec();
    view! {
        <p>{(texts.parameter)(id).help}</p>
        <p class="param-meta">
            <code>{spec.key}</code>
            <span>{texts.controls.symbol}" "<i>{spec.symbol}</i></span>
            {matches!(spec.kind, ParameterKind::Number { .. }).then(|| view! { <span>{(texts.box_accepts)(id)}</span> })}
        </p>
    }
}
