//! The Guide view: advice and each strategy tried on the open configuration, then the document's tables from our own
//! declarations, and its references. It computes no memory itself.

use crate::estimator::plan::strategies::Strategy;
use crate::estimator::{Bytes, ChoiceValue, Inputs, Mode, Precision, estimate_all, total};
use crate::locale::{GuideList, Reference, name_alone};
use crate::present::numbers;
use crate::ui::first::notices::notices;
use crate::ui::guide::parameters::parameters;
use crate::ui::guide::sections::{Section, contents, note, plain_table, section};
use crate::ui::guide::texts::guide_texts;
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, el};
use crate::ui::second::arrive::arrive;
use crate::ui::state::State;
use leptos::prelude::*;

/// Stands where the selected method has no answer.
const NO_FIGURE: &str = "–";

/// The view: what helps at once first, then what is looked up.
pub fn guide_view(state: State) -> Vec<El> {
    let guide = guide_texts(state);
    let head =
        el("div").class("page-head").child(el("h1").text(guide.title)).child(el("p").class("lede").text(guide.lede));
    let body = el("div")
        .class("guide-body")
        .child(out_of_memory(state))
        .child(strategies(state))
        .child(lists(state, Section::Lists, guide.lists))
        .child(lists(state, Section::Tools, guide.tools))
        .child(precision_table(state))
        .child(mode_table(state))
        .child(parameters(state))
        .child(references(state));
    let main = el("main")
        .class("page guide")
        .attr("id", "results")
        .attr("tabindex", "-1")
        .child(head)
        .child(notices(state))
        .child(contents(state))
        .child(body);
    vec![main]
}

fn out_of_memory(state: State) -> El {
    section(state, Section::OutOfMemory).child(items(&guide_texts(state).out_of_memory))
}

fn lists(state: State, which: Section, all: &[GuideList]) -> El {
    let list = |it: &GuideList| el("div").child(el("h3").text(it.title)).child(items(it));
    section(state, which).child(el("div").class("lists").children(all.iter().map(list)))
}

fn items(list: &GuideList) -> El {
    let items = list.items.iter().map(|item| el("li").text(*item));
    el(if list.is_ordered { "ol" } else { "ul" }).class("advice").children(items)
}

fn references(state: State) -> El {
    let reference = |it: &Reference| {
        let anchor = el("a").attr("href", it.url).attr("rel", "noreferrer").text(it.title);
        el("li").child(anchor).text((state.texts().joints.named)("", it.note))
    };
    let list = el("ol").class("references").children(guide_texts(state).references.iter().map(reference));
    section(state, Section::References).child(list)
}

fn strategies(state: State) -> El {
    let guide = guide_texts(state);
    let note = move || {
        let method = state.selected();
        let amount = state.shown.total(method).map(|it| numbers::total_amount(it, state.unit()));
        let amount = amount.unwrap_or_else(|| NO_FIGURE.to_owned());
        let mode = (state.texts().mode)(state.shown.mode.get()).label;
        (guide.strategies_note)(mode, (state.texts().method)(method).label, &amount)
    };
    section(state, Section::Strategies)
        .child(el("p").class("note").text_fn(note))
        .child(el("ul").class("strategies").children(Strategy::OF_DOCUMENT.map(|it| strategy_item(state, it))))
}

/// A strategy with what it saves here and now.
fn strategy_item(state: State, strategy: Strategy) -> El {
    let guide = guide_texts(state);
    let text = (guide.strategy)(strategy);
    let applied = move || state.shown.inputs.with(|inputs| strategy.apply(inputs));
    let effect = move || {
        let Some(after) = applied() else {
            return (guide.obstacle)(strategy, state.shown.inputs.with(|inputs| strategy.obstacle(inputs))).to_owned();
        };
        let method = state.selected();
        // Where one of the two has no answer there is no difference, not one of all.
        let totals = state.shown.total(method).zip(total(method, &after));
        let Some((before, then)) = totals.map(|it| (it.0.count(), it.1.count())) else { return NO_FIGURE.to_owned() };
        let saved = before - then;
        let amount = numbers::amount(Bytes::new(saved.abs()), state.unit());
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
            state.go_to_inputs(inputs, state.chosen());
            arrive(None);
        }
    };
    let button = button("btn", try_it)
        .attr("aria-label", (state.texts().joints.named)(guide.try_it, text.label))
        .flag_fn("disabled", move || applied().is_none())
        .text(guide.try_it);
    el("li")
        .test_id(format!("strategy-{}", strategy.id()))
        .child(el("h3").text(text.label))
        .child(el("p").text(text.text))
        .child(el("p").class("effect").text_fn(effect))
        .child(button)
}

fn precision_table(state: State) -> El {
    let guide = guide_texts(state);
    let rows = Precision::ALL.iter().zip(Precision::IDS).map(|(precision, id)| {
        let bytes = precision.bytes();
        let compression = format!("{}×", numbers::count(Precision::Fp32.bytes() / bytes));
        (el("span").text(*id), [numbers::count(bytes), compression, (guide.precision_use)(id).to_owned()])
    });
    section(state, Section::Precision).child(note(guide.precision.note)).child(plain_table(&guide.precision, rows))
}

fn mode_table(state: State) -> El {
    let texts = state.texts();
    let guide = guide_texts(state);
    let rows = Mode::ALL.map(|mode| {
        let estimates = estimate_all(&Inputs::defaults(mode));
        let names: Vec<_> = estimates
            .iter()
            .take(1)
            .flat_map(|it| it.lines())
            .map(|line| name_alone(line.component, texts.component, texts.component_group))
            .collect();
        (el("span").text((texts.mode)(mode).label), [(texts.joints.names)(&names), (guide.trained)(mode).to_owned()])
    });
    section(state, Section::Modes).child(note(guide.formulas.note)).child(plain_table(&guide.formulas, rows))
}
