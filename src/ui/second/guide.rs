//! The Guide view: the document's tables from our own declarations, its advice, its references, and each
//! strategy tried on the open configuration.

use crate::estimator::parameters::{ParameterKind, ParameterUse};
use crate::estimator::strategies::Strategy;
use crate::estimator::{Bytes, ChoiceValue, Inputs, Mode, ModeGroup, ParameterId, Precision, estimate_all};
use crate::locale::{GuideList, GuideTable};
use crate::present::numbers;
use crate::ui::first::notices::notices;
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, el};
use crate::ui::second::arrive::arrive;
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use leptos::prelude::*;

/// The view.
pub fn guide_view(state: State) -> Vec<El> {
    let guide = &later_texts().guide;
    let head =
        el("div").class("page-head").child(el("h1").text(guide.title)).child(el("p").class("lede").text(guide.lede));
    let reference = |it: &crate::locale::Reference| {
        let anchor = el("a").attr("href", it.url).attr("rel", "noreferrer").text(it.title);
        el("li").child(anchor).text(format!(": {}", it.note))
    };
    let references = el("section")
        .child(el("h2").text(guide.references_title))
        .child(el("ol").class("references").children(guide.references.iter().map(reference)));
    let main = el("main")
        .class("page guide")
        .attr("id", "results")
        .attr("tabindex", "-1")
        .child(head)
        .child(notices(state))
        .child(strategies(state))
        .child(precision_table())
        .child(mode_table(state))
        .child(parameter_tables(state))
        .child(el("section").class("lists").children(guide.lists.iter().map(advice)))
        .child(references);
    vec![main]
}

fn strategies(state: State) -> El {
    let guide = &later_texts().guide;
    let note = move || {
        let method = state.selected();
        let amount = numbers::card_amount(state.total(method), state.unit());
        let mode = (state.texts().mode)(state.mode.get()).label;
        (guide.strategies_note)(mode, (state.texts().method)(method).label, &amount)
    };
    el("section")
        .child(el("h2").text(guide.strategies_title))
        .child(el("p").class("note").text_fn(note))
        .child(el("ul").class("strategies").children(Strategy::ALL.map(|it| strategy_item(state, it))))
}

/// A strategy with what it saves here and now.
fn strategy_item(state: State, strategy: Strategy) -> El {
    let guide = &later_texts().guide;
    let text = (guide.strategy)(strategy);
    let applied = move || state.inputs.with(|inputs| strategy.apply(inputs));
    let effect = move || {
        let Some(after) = applied() else { return guide.not_applicable.to_owned() };
        let method = state.selected();
        let before = state.total(method).count();
        let saved = before - method.total(&after).count();
        let amount = numbers::card_amount(Bytes::new(saved.abs()), state.unit());
        let share = numbers::percent(saved.abs() / before.max(1.0));
        if saved == 0.0 {
            guide.saves_nothing.to_owned()
        } else if saved > 0.0 {
            (guide.saves)(&amount, &share)
        } else {
            (guide.costs)(&amount, &share)
        }
    };
    let try_it = move || {
        if let Some(inputs) = applied() {
            state.go_to_inputs(inputs, state.selected());
            arrive(None);
        }
    };
    let button = button("btn", try_it)
        .attr("aria-label", format!("{}: {}", guide.try_it, text.label))
        .flag_fn("disabled", move || applied().is_none())
        .text(guide.try_it);
    el("li")
        .test_id(format!("strategy-{}", strategy.id()))
        .child(el("h3").text(text.label))
        .child(el("p").text(text.text))
        .child(el("p").class("effect").text_fn(effect))
        .child(button)
}

/// A section with a table: heading, note, heads and rows.
fn section(table: &GuideTable, body: impl IntoIterator<Item = El>) -> El {
    el("section").child(el("h2").text(table.title)).child(el("p").class("note").text(table.note)).children(body)
}

/// A table; a narrow screen shows each cell with the head of its column.
fn plain_table<const N: usize>(table: &GuideTable, rows: impl IntoIterator<Item = (El, [String; N])>) -> El {
    let row = |(name, cells): (El, [String; N])| {
        let heads = table.heads.iter().skip(1);
        let cells = cells.into_iter().zip(heads).map(|(cell, head)| el("td").attr("data-label", *head).text(cell));
        el("tr").child(el("th").attr("scope", "row").child(name)).children(cells)
    };
    let heads = table.heads.iter().map(|head| el("th").attr("scope", "col").text(*head));
    el("table")
        .class("plain")
        .child(el("thead").child(el("tr").children(heads)))
        .child(el("tbody").children(rows.into_iter().map(row)))
}

fn precision_table() -> El {
    let guide = &later_texts().guide;
    let rows = Precision::ALL.iter().zip(Precision::IDS).map(|(precision, id)| {
        let bytes = precision.bytes();
        let compression = format!("{}×", numbers::count(Precision::Fp32.bytes() / bytes));
        (el("span").text(*id), [numbers::count(bytes), compression, (guide.precision_use)(id).to_owned()])
    });
    section(&guide.precision, [plain_table(&guide.precision, rows)])
}

fn mode_table(state: State) -> El {
    let texts = state.texts();
    let guide = &later_texts().guide;
    let rows = Mode::ALL.map(|mode| {
        let estimates = estimate_all(&Inputs::defaults(mode));
        let names: Vec<_> =
            estimates.iter().take(1).flat_map(|it| it.lines()).map(|line| (texts.component)(line.component)).collect();
        (el("span").text((texts.mode)(mode).label), [names.join(", "), (guide.trained)(mode).to_owned()])
    });
    section(&guide.formulas, [plain_table(&guide.formulas, rows)])
}

/// The tables of the advanced modes, from the parameter table.
fn parameter_tables(state: State) -> El {
    let texts = state.texts();
    let guide = &later_texts().guide;
    let table = |mode: Mode| {
        let rows = ParameterId::of_mode(mode).filter_map(|id| {
            let usage = id.spec().use_in(mode)?;
            let cells = [
                range(id, usage, mode),
                numbers::parameter_value(id, usage.default),
                (later_texts().help)(id).to_owned(),
                (texts.impact)(id.spec().impact_in(mode)).to_owned(),
            ];
            Some((el("code").text(id.spec().key), cells))
        });
        [el("h3").text((texts.mode)(mode).label), plain_table(&guide.parameters, rows)]
    };
    section(&guide.parameters, ModeGroup::Advanced.modes().flat_map(table))
}

fn range(id: ParameterId, usage: &ParameterUse, mode: Mode) -> String {
    match (usage.slider, id.spec().kind) {
        (Some(slider), _) => {
            let end = |value| numbers::range_end(id, value, mode);
            format!("{} – {}", end(slider.min), end(slider.max))
        }
        (None, ParameterKind::Choice { ids }) => ids.join(", "),
        (None, ParameterKind::Number { .. } | ParameterKind::Toggle | ParameterKind::Model) => String::new(),
    }
}

fn advice(list: &GuideList) -> El {
    let items = list.items.iter().map(|item| el("li").text(*item));
    let tag = if list.is_ordered { "ol" } else { "ul" };
    el("div").child(el("h2").text(list.title)).child(el(tag).children(items))
}
