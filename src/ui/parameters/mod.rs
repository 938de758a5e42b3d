//! The parameter column: groups of rows, each made from one row of the parameter table.

mod number_box;
mod row;
mod slider;

use super::icons::ImpactGlyph;
use super::notices::Notices;
use super::state::use_state;
use crate::estimator::parameters::ParameterGroup;
use crate::estimator::{Impact, ParameterId};
use leptos::prelude::*;
use row::ParameterRow;

/// The column.
#[component]
pub fn ParameterColumn() -> impl IntoView {
    let state = use_state();
    let controls = &state.texts.controls;
    let mode = state.mode.get_untracked();
    let n_all = ParameterId::of_mode(mode).count();
    let n_changed = move || {
        state.inputs.with(|inputs| ParameterId::of_mode(inputs.mode()).filter(|id| !inputs.is_default(*id)).count())
    };
    let in_group = |group| ParameterId::of_mode(mode).filter(move |id| id.spec().group == group);
    view! {
        <section class="params" aria-labelledby="parameters">
            <div class="params-head">
                <h2 id="parameters">{controls.parameters}</h2>
                <span class="caption">{move || (controls.changed)(n_changed(), n_all)}</span>
                <button
                    type="button"
                    class="btn quiet"
                    data-testid="reset-all"
                    disabled=move || n_changed() == 0 && state.refusals.with(Vec::is_empty)
                    on:click=move |_| state.reset_all()
                >
                    {controls.reset_all}
                </button>
            </div>
            <Notices />
            <p class="impacts caption">
                {controls.effect_on_memory}
                {Impact::ALL.map(|impact| view! {
                    <span>
                        <ImpactGlyph impact label=(state.texts.impact)(impact).to_owned() />
                        {(state.texts.impact)(impact)}
                    </span>
                }).collect_view()}
            </p>
            {ParameterGroup::ALL.into_iter().filter(|group| in_group(*group).next().is_some()).map(|group| view! {
                <fieldset class="param-group">
                    <legend>{(state.texts.parameter_group)(group)}</legend>
                    {in_group(group).map(|id| view! { <ParameterRow id /> }).collect_view()}
                </fieldset>
            }).collect_view()}
        </section>
    }
}
