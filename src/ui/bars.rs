//! Bars that need no canvas: the thin bar of the phone and the document's two small comparisons.

use super::state::use_state;
use crate::estimator::ComponentGroup;
use crate::present::comparison::Strip;
use crate::present::table::group_bytes;
use leptos::prelude::*;

/// The class that gives an element the colour of a group.
pub fn group_class(group: ComponentGroup) -> &'static str {
    match group {
        ComponentGroup::Weights => "c-weights",
        ComponentGroup::Vision => "c-vision",
        ComponentGroup::Text => "c-text",
        ComponentGroup::Experts => "c-experts",
        ComponentGroup::Adapter => "c-adapter",
        ComponentGroup::Optimizer => "c-optimizer",
        ComponentGroup::Gradients => "c-gradients",
        ComponentGroup::Activations => "c-activations",
        ComponentGroup::KvCache => "c-kv",
        ComponentGroup::Other => "c-other",
        ComponentGroup::Overhead => "c-overhead",
    }
}

/// The selected method's make-up in one line, for narrow screens.
#[component]
pub fn ThinBar() -> impl IntoView {
    let state = use_state();
    let share = move |group| {
        let method = state.selected_method.get();
        state.estimates.with(|all| {
            let Some(estimate) = all.iter().find(|it| it.method() == method) else { return 0.0 };
            let bytes = group_bytes(estimate, group).unwrap_or_default();
            bytes.count() / estimate.total().count().max(1.0)
        })
    };
    view! {
        <div class="thin" aria-hidden="true">
            {ComponentGroup::ALL.iter().map(|&group| view! {
                <i class=group_class(group) style:width=move || format!("{:.3}%", 100.0 * share(group))></i>
            }).collect_view()}
        </div>
    }
}

/// A small chart of horizontal bars with a caption.
#[component]
pub fn StripChart(
    /// Its heading.
    title: &'static str,
    /// What stands below the heading.
    #[prop(into)]
    note: Signal<String>,
    /// Its test id.
    testid: &'static str,
    /// The class that colours its bars.
    colour: &'static str,
    /// The bars.
    #[prop(into)]
    strips: Signal<Vec<Strip>>,
) -> impl IntoView {
    let n_strips = strips.with_untracked(Vec::len);
    let strip = move |at: usize| strips.with(|all| all.get(at).cloned());
    view! {
        <section class="strips" data-testid=testid>
            <h2>{title}</h2>
            <p class="caption">{note}</p>
            <dl>
                {(0..n_strips).map(|at| view! {
                    <div class="strip-row">
                        <dt>{move || strip(at).map(|it| it.label)}</dt>
                        <dd>
                            <span class="strip-track" aria-hidden="true">
                                <i class=colour style:width=move || format!("{:.3}%", 100.0 * strip(at).map_or(0.0, |it| it.share))></i>
                            </span>
                            <span class="strip-amount">{move || strip(at).map(|it| it.amount)}</span>
                        </dd>
                    </div>
                }).collect_view()}
            </dl>
        </section>
    }
}
