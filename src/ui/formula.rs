//! An opened component: each method's formula in symbols, with today's numbers and its result; then what
//! the symbols are, and why the methods differ.

use super::state::{focus_parameter, use_state};
use crate::estimator::expr::{Definition, Expr, Face, ParameterLeaf, short};
use crate::estimator::{Component, ComponentGroup, ConstantId, MethodId, ParameterId};
use crate::estimator::{Estimate, Line};
use crate::present::formula::{mathml, mathml_symbol};
use crate::present::numbers;
use leptos::prelude::*;

/// The formulas of a group.
#[component]
pub fn Detail(group: ComponentGroup) -> impl IntoView {
    let state = use_state();
    let texts = state.texts;
    let why = move || {
        let n_methods = state.estimates.with(Vec::len);
        (n_methods > 1).then(|| (texts.why_methods_differ)(state.mode.get(), group)).flatten()
    };
    view! {
        <div class="detail" data-testid="detail">
            <div class="formulas">
                {move || state.estimates.with(|all| {
                    all.iter().map(|estimate| method_formulas(estimate, group)).collect_view()
                })}
            </div>
            {move || state.estimates.with(|all| symbols(all, group))}
            {move || why().map(|text| view! { <p class="why"><b>{texts.detail.why}</b>" "{text}</p> })}
        </div>
    }
}

fn lines(estimate: &Estimate, group: ComponentGroup) -> impl Iterator<Item = &Line> {
    estimate.lines().iter().filter(move |line| line.component.group() == group)
}

fn method_formulas(estimate: &Estimate, group: ComponentGroup) -> AnyView {
    let state = use_state();
    let method = estimate.method();
    let lines: Vec<_> = lines(estimate, group).collect();
    if lines.is_empty() {
        let text = (state.texts.detail.not_counted)((state.texts.method)(method).label);
        return view! { <p class="not-counted">{text}</p> }.into_any();
    }
    let is_only = lines.len() == 1;
    lines.into_iter().map(|line| formula_line(method, line, is_only)).collect_view().into_any()
}

/// One line: method, symbols, numbers, result.
fn formula_line(method: MethodId, line: &Line, is_only: bool) -> impl IntoView + use<> {
    let state = use_state();
    let texts = state.texts;
    let component: Component = line.component;
    let bytes = line.formula.bytes();
    let unit = state.unit.get();
    view! {
        <div class="formula" class:selected=move || state.selected_method.get() == method>
            <span class="formula-of">
                {(texts.method)(method).label}
                {(!is_only).then(|| view! { <small>{(texts.component)(component)}</small> })}
            </span>
            <span class="math" inner_html=mathml(&line.formula.layout(Face::Symbols))></span>
            <span class="equals" aria-hidden="true">"="</span>
            <span class="math numbers" inner_html=mathml(&line.formula.layout(Face::Numbers))></span>
            <span class="result">
                <span class="exact">"= "{numbers::bytes(bytes)}" B"</span>
                <b>{numbers::table_figure(bytes, unit)}" "{unit.id()}</b>
            </span>
        </div>
    }
}

/// What the symbols of all methods' formulas stand for: parameters that lead to their sliders, quantities
/// with formulas of their own, and numbers with a source.
fn symbols(estimates: &[Estimate], group: ComponentGroup) -> AnyView {
    let state = use_state();
    let texts = state.texts;
    let mut leaves: Vec<ParameterLeaf> = Vec::new();
    let mut definitions: Vec<Definition> = Vec::new();
    let mut constants: Vec<(ConstantId, f64)> = Vec::new();
    let mut deciding: Vec<ParameterId> = Vec::new();
    for line in estimates.iter().flat_map(|estimate| lines(estimate, group)) {
        let formula: &Expr<_> = &line.formula;
        merge(&mut leaves, formula.parameter_leaves(), |a, b| a.symbol == b.symbol);
        merge(&mut definitions, formula.definitions(), |a, b| a.symbol == b.symbol && a.symbols == b.symbols);
        merge(&mut constants, formula.constants(), |a, b| a.0 == b.0);
        merge(&mut deciding, formula.dependencies(), |a, b| a == b);
    }
    deciding.retain(|id| leaves.iter().all(|leaf| leaf.id != *id));
    view! {
        <ul class="where" aria-label=texts.detail.symbols>
            {leaves.into_iter().map(|leaf| view! {
                <li>
                    <span class="math" inner_html=mathml_symbol(leaf.symbol)></span>
                    " = "{short(leaf.value)}
                    <GoTo id=leaf.id />
                </li>
            }).collect_view()}
            {deciding.into_iter().map(|id| view! {
                <li><GoTo id />" "{id.spec().write(untrack(|| state.value(id).get()))}" "{texts.detail.decides}</li>
            }).collect_view()}
            {definitions.into_iter().map(|it| view! {
                <li class="definition">
                    <span class="math" inner_html=mathml_symbol(it.symbol)></span>
                    " = "
                    <span class="math" inner_html=mathml(&it.symbols)></span>
                    {it.value.map(|value| format!(" = {}", short(value)))}
                    <small>{(texts.quantity)(it.symbol)}</small>
                </li>
            }).collect_view()}
            {constants.into_iter().map(|(id, value)| view! {
                <li>{short(value)}<small>{(texts.constant)(id)}</small></li>
            }).collect_view()}
        </ul>
    }
    .into_any()
}

fn merge<T>(all: &mut Vec<T>, more: Vec<T>, is_same: impl Fn(&T, &T) -> bool) {
    for it in more {
        if !all.iter().any(|known| is_same(known, &it)) {
            all.push(it);
        }
    }
}

/// A parameter's key, which leads to its control.
#[component]
fn GoTo(id: ParameterId) -> impl IntoView {
    let texts = use_state().texts;
    let label = (texts.parameter)(id).label;
    view! {
        <button type="button" class="go-to" title=(texts.detail.go_to)(label) on:click=move |_| focus_parameter(id)>
            <code>{id.spec().key}</code>
        </button>
    }
}
