//! The Guide view: the document's tables from our own declarations, its advice, its references, and each
//! strategy tried on the open configuration.

use super::state::use_state;
use crate::estimator::parameters::ParameterKind;
use crate::estimator::strategies::Strategy;
use crate::estimator::{Bytes, ChoiceValue, Inputs, MethodId, Mode, ModeGroup, ParameterId, Precision, estimate_all};
use crate::locale::{GuideList, GuideTable};
use crate::present::numbers;
use leptos::prelude::*;

/// The view.
#[component]
pub fn GuideView() -> impl IntoView {
    let guide = &use_state().texts.guide;
    view! {
        <main class="page guide" id="results" tabindex="-1">
            <div class="page-head">
                <h1>{guide.title}</h1>
                <p class="lede">{guide.lede}</p>
            </div>
            <Strategies />
            <PrecisionTable />
            <ModeTable />
            <ParameterTables />
            <section class="lists">{guide.lists.iter().map(|list| view! { <Advice list /> }).collect_view()}</section>
            <section>
                <h2>{guide.references_title}</h2>
                <ol class="references">
                    {guide.references.iter().map(|it| view! {
                        <li><a href=it.url rel="noreferrer">{it.title}</a>": "{it.note}</li>
                    }).collect_view()}
                </ol>
            </section>
        </main>
    }
}

fn selected_total(inputs: &Inputs, method: MethodId) -> Bytes {
    estimate_all(inputs).iter().find(|it| it.method() == method).map(|it| it.total()).unwrap_or_default()
}

#[component]
fn Strategies() -> impl IntoView {
    let state = use_state();
    let guide = &state.texts.guide;
    let note = move || {
        let method = state.selected_method.get();
        let total = state.inputs.with(|inputs| selected_total(inputs, method));
        (guide.strategies_note)(
            (state.texts.mode)(state.mode.get()).label,
            (state.texts.method)(method).label,
            &numbers::card_amount(total, state.unit.get()),
        )
    };
    view! {
        <section>
            <h2>{guide.strategies_title}</h2>
            <p class="note">{note}</p>
            <ul class="strategies">
                {Strategy::ALL.map(|strategy| view! { <StrategyItem strategy /> }).collect_view()}
            </ul>
        </section>
    }
}

/// A strategy with what it saves here and now.
#[component]
fn StrategyItem(strategy: Strategy) -> impl IntoView {
    let state = use_state();
    let guide = &state.texts.guide;
    let text = (guide.strategy)(strategy);
    let applied = Memo::new(move |_| state.inputs.with(|inputs| strategy.apply(inputs)));
    let effect = move || {
        let Some(after) = applied.get() else { return guide.not_applicable.to_owned() };
        let method = state.selected_method.get();
        let before = state.inputs.with(|inputs| selected_total(inputs, method)).count();
        let saved = before - selected_total(&after, method).count();
        let amount = numbers::card_amount(Bytes::new(saved.abs()), state.unit.get());
        let share = numbers::percent(saved.abs() / before.max(1.0));
        if saved == 0.0 {
            guide.saves_nothing.to_owned()
        } else if saved > 0.0 {
            (guide.saves)(&amount, &share)
        } else {
            (guide.costs)(&amount, &share)
        }
    };
    let try_it = move |_| {
        if let Some(inputs) = applied.get_untracked() {
            state.go_to_inputs(inputs, state.selected_method.get_untracked());
        }
    };
    view! {
        <li data-testid=format!("strategy-{strategy:?}")>
            <h3>{text.label}</h3>
            <p>{text.text}</p>
            <p class="effect">{effect}</p>
            <button type="button" class="btn" disabled=move || applied.with(Option::is_none) on:click=try_it>
                {guide.try_it}
            </button>
        </li>
    }
}

#[component]
fn TableHead(table: &'static GuideTable) -> impl IntoView {
    view! {
        <thead><tr>{table.heads.iter().map(|head| view! { <th scope="col">{*head}</th> }).collect_view()}</tr></thead>
    }
}

#[component]
fn PrecisionTable() -> impl IntoView {
    let guide = &use_state().texts.guide;
    let rows = Precision::ALL.iter().zip(Precision::IDS).map(|(precision, id)| {
        let bytes = precision.bytes();
        view! {
            <tr>
                <th scope="row">{*id}</th>
                <td>{numbers::count(bytes)}</td>
                <td>{numbers::count(Precision::Fp32.bytes() / bytes)}"×"</td>
                <td>{(guide.precision_use)(id)}</td>
            </tr>
        }
    });
    view! {
        <section>
            <h2>{guide.precision.title}</h2>
            <p class="note">{guide.precision.note}</p>
            <table class="plain"><TableHead table=&guide.precision /><tbody>{rows.collect_view()}</tbody></table>
        </section>
    }
}

#[component]
fn ModeTable() -> impl IntoView {
    let texts = use_state().texts;
    let guide = &texts.guide;
    let components = |mode| {
        let estimates = estimate_all(&Inputs::defaults(mode));
        let names: Vec<_> = estimates[0].lines().iter().map(|line| (texts.component)(line.component)).collect();
        names.join(", ")
    };
    view! {
        <section>
            <h2>{guide.formulas.title}</h2>
            <p class="note">{guide.formulas.note}</p>
            <table class="plain">
                <TableHead table=&guide.formulas />
                <tbody>
                    {Mode::ALL.map(|mode| view! {
                        <tr>
                            <th scope="row">{(texts.mode)(mode).label}</th>
                            <td>{components(mode)}</td>
                            <td>{(guide.trained)(mode)}</td>
                        </tr>
                    }).collect_view()}
                </tbody>
            </table>
        </section>
    }
}

/// The tables of the advanced modes, from the parameter table.
#[component]
fn ParameterTables() -> impl IntoView {
    let texts = use_state().texts;
    let guide = &texts.guide;
    view! {
        <section>
            <h2>{guide.parameters.title}</h2>
            <p class="note">{guide.parameters.note}</p>
            {ModeGroup::Advanced.modes().map(|mode| view! {
                <h3>{(texts.mode)(mode).label}</h3>
                <table class="plain parameters">
                    <TableHead table=&guide.parameters />
                    <tbody>{ParameterId::of_mode(mode).map(|id| view! { <ParameterTableRow id mode /> }).collect_view()}</tbody>
                </table>
            }).collect_view()}
        </section>
    }
}

#[component]
fn ParameterTableRow(id: ParameterId, mode: Mode) -> impl IntoView {
    let texts = use_state().texts;
    let spec = id.spec();
    spec.use_in(mode).map(|usage| {
        let range = match (usage.slider, spec.kind) {
            (Some(slider), _) => {
                let end = |value| numbers::range_end(id, value, mode);
                format!("{} – {}", end(slider.min), end(slider.max))
            }
            (None, ParameterKind::Choice { ids }) => ids.join(", "),
            (None, _) => String::new(),
        };
        view! {
            <tr>
                <th scope="row"><code>{spec.key}</code></th>
                <td>{range}</td>
                <td>{numbers::parameter_value(id, usage.default)}</td>
                <td>{(texts.parameter)(id).help}</td>
                <td>{(texts.impact)(usage.impact)}</td>
            </tr>
        }
    })
}

#[component]
fn Advice(list: &'static GuideList) -> impl IntoView {
    let items = list.items.iter().map(|item| view! { <li>{*item}</li> }).collect_view();
    view! {
        <div>
            <h2>{list.title}</h2>
            {if list.is_ordered { view! { <ol>{items}</ol> }.into_any() } else { view! { <ul>{items}</ul> }.into_any() }}
        </div>
    }
}
