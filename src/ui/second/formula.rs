//! An opened component: each method's formula in symbols, with today's numbers and its result; then what
//! the symbols are, and why the methods differ.

use crate::estimator::expr::{Definition, Entry, Face, Listing, Meaning, ParameterLeaf, short};
use crate::estimator::plan::deciding::deciding_any;
use crate::estimator::{
    Bytes, Component, ComponentGroup, ConstantId, Estimate, Line, MethodId, Moment, MomentId, ParameterId, told_value,
};
use crate::present::formula::{is_long, mathml_lines, mathml_symbol, with_indices};
use crate::present::numbers;
use crate::present::symbols::{Symbols, symbols as symbols_of};
use crate::present::table::{Spread, group_bytes, home, spread};
use crate::present::value_text::value_text;
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, el};
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use leptos::prelude::*;

/// The formulas of a group.
pub fn detail(state: State, group: ComponentGroup) -> Vec<El> {
    let formulas =
        move || state.shown.formulas.with(|all| all.iter().flat_map(|it| method_formulas(state, it, group)).collect());
    let why = move || {
        let mode = state.shown.mode.get();
        let sentences = [later_texts(state).why_methods_differ, later_texts(state).why_calibrated_differs]
            .map(|why| why(mode, group));
        let said: Vec<_> = sentences.into_iter().flatten().filter(|_| differs(state, group)).collect();
        (!said.is_empty()).then(|| remark(state, later_texts(state).detail.why, &said))
    };
    let sources = move || {
        let components = state.shown.formulas.with(|all| {
            let calibrated = all.iter().filter(|it| it.method() == MethodId::Calibrated);
            calibrated.flat_map(|it| lines(it, group)).map(|line| line.component).collect::<Vec<_>>()
        });
        let source = |it: Component| {
            (later_texts(state).source)(it).map(|text| remark(state, later_texts(state).detail.source, &[text]))
        };
        components.into_iter().filter_map(source).collect::<Vec<_>>()
    };
    let formulas_label = (state.texts().chart.toggle)((state.texts().component_group)(group));
    let all_symbols = move || vec![state.shown.formulas.with(|all| symbols(state, all, group))];
    let detail = el("div")
        .class("detail")
        .test_id("detail")
        .child(region("formulas", &formulas_label).children_fn(formulas))
        .child(region("symbols", later_texts(state).detail.symbols).children_fn(all_symbols))
        .children_fn(sources)
        .children_fn(move || why().into_iter().collect());
    vec![detail]
}

/// Whether the methods count something else for a group: what is alike needs no reason.
fn differs(state: State, group: ComponentGroup) -> bool {
    state.shown.estimates.with(|all| {
        let amounts: Vec<_> = all.iter().map(|it| group_bytes(it, group)).collect();
        spread(&amounts) != Spread::Equal
    })
}

/// A place that may be wider than the window; the keyboard can stand there and scroll it.
fn region(class: &str, label: &str) -> El {
    el("div").class(class).attr("tabindex", "0").attr("role", "region").attr("aria-label", label)
}

/// A sentence below the formulas.
fn remark(state: State, heading: &str, sentences: &[&str]) -> El {
    // What stands between a heading and a sentence is what stands between two sentences.
    let sentences: Vec<&str> = std::iter::once("").chain(sentences.iter().copied()).collect();
    el("p").class("why").child(el("b").text(heading)).text((state.texts().joints.sentences)(&sentences))
}

fn lines(estimate: &Estimate, group: ComponentGroup) -> impl Iterator<Item = &Line> {
    estimate.lines().iter().filter(move |line| line.component.group() == group)
}

/// The moment at which most of a group lives, if any of it does.
fn fullest_elsewhere(estimate: &Estimate, group: ComponentGroup) -> Option<(MomentId, Bytes)> {
    let bytes_at = |moment: &Moment| {
        let lines = moment.lines().iter().filter(|line| line.component.group() == group);
        lines.map(|line| line.formula.bytes()).sum::<Bytes>()
    };
    let all = estimate.moments().iter().map(|it| (it.id(), bytes_at(it)));
    all.filter(|it| it.1.count() > 0.0).max_by(|a, b| a.1.count().total_cmp(&b.1.count()))
}

fn method_formulas(state: State, estimate: &Estimate, group: ComponentGroup) -> Vec<El> {
    let method = estimate.method();
    let lines: Vec<_> = lines(estimate, group).collect();
    if lines.is_empty() {
        let label = (state.texts().method)(method).label;
        let text = match fullest_elsewhere(estimate, group) {
            Some((moment, bytes)) => {
                let amount = numbers::amount(bytes, state.unit());
                (later_texts(state).detail.not_at_peak)(label, (state.texts().moment)(moment), &amount)
            }
            None => match home(estimate, group) {
                it if it == group => (later_texts(state).detail.not_counted)(label),
                it => (later_texts(state).detail.counted_under)(label, (state.texts().component_group)(it)),
            },
        };
        return vec![el("p").class("not-counted").text(text)];
    }
    let is_only = lines.len() == 1;
    // The first line says of which moment the others and all lists below are.
    let peak = Some(estimate.peak().id()).filter(|id| *id != MomentId::Whole);
    let line = |(at, line)| formula_line(state, method, line, is_only, peak.filter(|_| at == 0));
    lines.into_iter().enumerate().map(line).collect()
}

/// One line: method, symbols, numbers, result.
fn formula_line(state: State, method: MethodId, line: &Line, is_only: bool, moment: Option<MomentId>) -> El {
    let texts = state.texts();
    let bytes = line.formula.bytes();
    let unit = state.unit();
    let component = (texts.component)(line.component);
    let name = el("span")
        .class("formula-of")
        .text((texts.method)(method).label)
        .maybe((!is_only).then(|| el("small").text(component)))
        .maybe(moment.map(|it| el("small").text((later_texts(state).detail.at_moment)((texts.moment)(it)))));
    let (symbols, numbers) = (line.formula.layout(Face::Symbols), line.formula.layout(Face::Numbers));
    let result = el("span")
        .class("result")
        .child(el("span").class("exact").text(format!("= {} B", numbers::bytes(bytes))))
        .child(el("b").text(numbers::exact_amount(bytes, unit)));
    el("div")
        .class(if is_long(&symbols, &numbers) { "formula long" } else { "formula" })
        .class_fn("selected", move || state.selected() == method)
        .child(name)
        .child(math("math", mathml_lines(&symbols)))
        .child(el("span").class("equals").attr("aria-hidden", "true").text("="))
        .child(math("math numbers", mathml_lines(&numbers)))
        .child(result)
}

fn math(class: &str, markup: String) -> El {
    el("span").class(class).markup(markup)
}

/// What the symbols of all methods' formulas stand for: parameters that lead to their sliders, quantities
/// with formulas of their own, and numbers with a source.
fn symbols(state: State, estimates: &[Estimate], group: ComponentGroup) -> El {
    let Symbols { leaves, definitions, constants } = symbols_of(estimates, group);
    // The others stand in it.
    let mut deciding = state.shown.inputs.with_untracked(|inputs| deciding_any(inputs, &[group]));
    deciding.retain(|id| leaves.iter().all(|leaf| leaf.id != *id));
    let small = |text: &str| el("small").text(text);
    let leaf = |it: ParameterLeaf| {
        el("li")
            .child(math("math", mathml_symbol(it.symbol)))
            .child(el("span").text(format!("= {}", short(it.value))))
            .child(go_to(state, it.id))
    };
    let decides = |id: ParameterId| {
        let value = state.shown.inputs.with_untracked(|inputs| told_value(inputs, id));
        let value = value_text(id, &value, state.shown.mode.get_untracked(), state.texts());
        el("span").class("decides").child(go_to(state, id)).child(el("span").text(value))
    };
    let decided = (!deciding.is_empty()).then(|| {
        let label = small(later_texts(state).detail.decides);
        el("li").class("definition").child(label).children(deciding.into_iter().map(decides))
    });
    let definition = |it: Definition| {
        let symbols = it.symbols.as_ref().map(|it| math("math", mathml_lines(it)));
        let numbers =
            it.numbers.as_ref().filter(|_| it.value.is_some()).map(|it| math("math numbers", mathml_lines(it)));
        let value = it.value.map(|value| el("span").text(format!("= {}", short(value))));
        el("li")
            .class("definition")
            .child(math("math", mathml_symbol(it.symbol())))
            .maybe(symbols.is_some().then(|| el("span").text("=")))
            .maybe(symbols)
            .maybe(numbers.is_some().then(|| el("span").text("=")))
            .maybe(numbers)
            .maybe(value)
            .child(small(meaning(state, it.meaning)))
            .children(it.from.iter().map(|id| go_to(state, *id)))
            .maybe(it.listing.as_deref().map(|it| listing(state, it)))
    };
    let constant = |(id, value): (ConstantId, f64)| {
        el("li").child(el("span").text(short(value))).child(small((later_texts(state).constant)(id)))
    };
    el("ul")
        .class("where")
        .children(leaves.into_iter().map(leaf))
        .maybe(decided)
        .children(definitions.into_iter().map(definition))
        .children(constants.into_iter().map(constant))
}

/// What a quantity is; a fact of the model is called as its row among the parameters.
fn meaning(state: State, it: Meaning) -> &'static str {
    match it {
        Meaning::Quantity(it) => (later_texts(state).quantity)(it),
        Meaning::Fact(it) => it
            .parameter()
            .map_or(it.key(), |id| (state.texts().parameter_in_mode)(id, state.shown.mode.get_untracked())),
    }
}

/// A parameter's key, which leads to its control.
fn go_to(state: State, id: ParameterId) -> El {
    let label = (state.texts().parameter_in_mode)(id, state.shown.mode.get_untracked());
    button("go-to", move || state.reveal(id))
        .attr("title", (later_texts(state).detail.go_to)(label))
        .child(el("code").text(id.spec().key))
}

/// What a quantity is the sum of, by name, with the format of each. Weights are told by their number: their format is
/// another matter.
fn listing(state: State, it: &Listing) -> El {
    let texts = &later_texts(state).detail.listing;
    let has_bytes = it.entries.iter().any(|it| it.format().is_some());
    let head = |class: &str, text: &str| el("th").attr("scope", "col").class(class).text(text);
    let heads = el("tr")
        .child(head("called", texts.name))
        .child(head("elements", texts.elements))
        .maybe(has_bytes.then(|| head("amount each", texts.bytes_of_element)))
        .child(head("amount", if has_bytes { texts.bytes } else { texts.parameters }))
        .child(head("source", texts.source));
    let row = |it: &Entry| {
        let each = it.format().map(|format| (texts.format)(format, &short(it.bytes_of_element)));
        let stage = (it.stage > 0).then(|| el("small").text((texts.stage)(it.stage)));
        el("tr")
            .child(el("th").attr("scope", "row").class("called").child(el("code").text(it.name)).maybe(stage))
            .child(el("td").class("elements").markup(with_indices(&it.elements_told())))
            .maybe(has_bytes.then(|| el("td").class("amount each").text(each.unwrap_or_default())))
            .child(el("td").class("amount").text(numbers::count(it.amount)))
            .child(el("td").class("source").text(it.source))
    };
    el("table").class("listing").child(el("thead").child(heads)).child(el("tbody").children(it.entries.iter().map(row)))
}
