//! The component table: a row per group, its parts below it, a column per method; a row opens to its
//! formulas.

use super::bars::group_class;
use super::formula::Detail;
use super::icons::{Glyph, Icon};
use super::state::use_state;
use crate::estimator::{Bytes, Component, ComponentGroup, Estimate, MemoryUnit, METHODS, MethodId};
use crate::present::numbers;
use crate::present::table::{Row, Spread, group_bytes, rows, spread};
use leptos::prelude::*;

/// The table.
#[component]
pub fn ComponentTable() -> impl IntoView {
    let state = use_state();
    let texts = state.texts;
    let mode = state.mode.get_untracked();
    let methods: Vec<_> = METHODS.iter().map(|it| it.id).filter(|it| it.covers(mode)).collect();
    let methods = StoredValue::new(methods);
    let n_columns = methods.with_value(Vec::len) + 2;
    let rows = Memo::new(move |_| state.estimates.with(|all| rows(all)));
    let has_spread = methods.with_value(|it| it.len() > 1);
    let unit = move || state.unit.get().id();
    view! {
        <table class="components" data-testid="components">
            <caption class="hidden">{texts.chart.table}</caption>
            <thead>
                <tr>
                    <th scope="col">{texts.chart.component}</th>
                    {methods.get_value().into_iter().map(|method| view! {
                        <th scope="col" class="amount" class:selected=move || state.selected_method.get() == method>
                            {(texts.method)(method).label}
                            <span class="units-of"><span class="exact">{texts.chart.bytes}</span><span class="round">{unit}</span></span>
                        </th>
                    }).collect_view()}
                    <th scope="col" class="spread">{has_spread.then_some(texts.chart.spread)}</th>
                </tr>
            </thead>
            <For each=move || rows.get() key=|row| row.clone() let(row)>
                <TableRow row methods n_columns />
            </For>
            <tbody>
                <tr class="total">
                    <th scope="row">{texts.chart.total}</th>
                    {methods.get_value().into_iter().map(|method| view! {
                        <Amount method testid=Signal::stored(None) bytes=Signal::derive(move || state.estimates.with(|all| find(all, method).map(Estimate::total))) />
                    }).collect_view()}
                    <SpreadCell bytes=Signal::derive(move || state.estimates.with(|all| all.iter().map(|it| Some(it.total())).collect())) />
                </tr>
            </tbody>
        </table>
    }
}

fn find(estimates: &[Estimate], method: MethodId) -> Option<&Estimate> {
    estimates.iter().find(|it| it.method() == method)
}

fn component_bytes(estimates: &[Estimate], method: MethodId, component: Component) -> Option<Bytes> {
    find(estimates, method)?.line(component).map(|line| line.formula.bytes())
}

/// One group: its row, its parts, and its formulas when it is open.
#[component]
fn TableRow(row: Row, methods: StoredValue<Vec<MethodId>>, n_columns: usize) -> impl IntoView {
    let state = use_state();
    let texts = state.texts;
    let Row { group, components, has_parts } = row;
    let name = row_name(group, &components, has_parts, texts);
    let is_open = Memo::new(move |_| state.open_rows.with(|open| open.contains(&group)));
    let sum = move |method| state.estimates.with(|all| find(all, method).and_then(|it| group_bytes(it, group)));
    let detail_id = format!("detail-{}", group_class(group));
    // Without parts below it, the row itself is the method's only component of the group.
    let parts = StoredValue::new(components.clone());
    let own_component = move |method: MethodId| {
        let counted = move |it: &&Component| state.estimates.with(|all| component_bytes(all, method, **it).is_some());
        (!has_parts).then(|| parts.with_value(|it| it.iter().find(counted).copied())).flatten()
    };
    let part_bytes = move |method, component| state.estimates.with(|all| component_bytes(all, method, component));
    view! {
        <tbody>
            <tr class="group" class:open=is_open class:pointed=move || state.pointed.get() == Some(group)>
                <th scope="row">
                    <button
                        type="button"
                        class="row-button"
                        data-testid=format!("open-{}", components[0].id())
                        aria-expanded=move || is_open.get().to_string()
                        aria-controls=detail_id.clone()
                        title=(texts.detail.toggle)(name)
                        on:click=move |_| state.toggle_row(group)
                    >
                        <Icon glyph=Glyph::Chevron />
                        <i class=format!("swatch {}", group_class(group))></i>
                        {name}
                    </button>
                </th>
                {methods.get_value().into_iter().map(|method| view! {
                    <Amount
                        method
                        testid=Signal::derive(move || own_component(method))
                        bytes=Signal::derive(move || sum(method))
                    />
                }).collect_view()}
                <SpreadCell bytes=Signal::derive(move || methods.with_value(|it| it.iter().map(|method| sum(*method)).collect())) />
            </tr>
            {has_parts.then(|| components.iter().map(|&component| view! {
                <tr class="part">
                    <th scope="row">{(texts.component)(component)}</th>
                    {methods.get_value().into_iter().map(|method| view! {
                        <Amount
                            method
                            testid=Signal::derive(move || part_bytes(method, component).map(|_| component))
                            bytes=Signal::derive(move || part_bytes(method, component))
                        />
                    }).collect_view()}
                    <td></td>
                </tr>
            }).collect_view())}
            <Show when=move || is_open.get()>
                <tr class="detail-row" id=detail_id.clone()>
                    <td colspan=n_columns.to_string()><Detail group /></td>
                </tr>
            </Show>
        </tbody>
    }
}

/// A row with a single component is named by it: "Feature maps" says more than "Activations".
fn row_name(group: ComponentGroup, components: &[Component], has_parts: bool, texts: &crate::locale::Texts) -> &'static str {
    match components {
        [only] if !has_parts => (texts.component)(*only),
        _ => (texts.component_group)(group),
    }
}

/// A method's cell: exact bytes and the figure in the page's unit.
#[component]
fn Amount(
    method: MethodId,
    /// The component whose test id the cell bears.
    testid: Signal<Option<Component>>,
    #[prop(into)] bytes: Signal<Option<Bytes>>,
) -> impl IntoView {
    let state = use_state();
    let testid = move || testid.get().map(|it| format!("component-{}-{}", method.id(), it.id()));
    let figure = move |write: fn(Bytes, MemoryUnit) -> String| bytes.get().map(|it| write(it, state.unit.get()));
    view! {
        <td
            class="amount"
            class:selected=move || state.selected_method.get() == method
            data-testid=testid
            data-bytes=move || bytes.get().map(|it| it.count().to_string())
        >
            <span class="exact">{move || bytes.get().map(numbers::bytes)}</span>
            <span class="round">{move || figure(numbers::table_figure).unwrap_or_else(|| "–".to_owned())}</span>
        </td>
    }
}

/// How far the methods are apart.
#[component]
fn SpreadCell(#[prop(into)] bytes: Signal<Vec<Option<Bytes>>>) -> impl IntoView {
    let state = use_state();
    let is_single = move || state.estimates.with(|all| all.len() < 2);
    let text = move || match spread(&bytes.get()) {
        _ if is_single() => String::new(),
        Spread::Single | Spread::Unbounded => "–".to_owned(),
        Spread::Equal => state.texts.chart.equal.to_owned(),
        Spread::Times(times) => format!("{}×", numbers::ratio(times, 1.0)),
    };
    view! { <td class="spread">{text}</td> }
}
