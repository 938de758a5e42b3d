//! What fits and what to change, beside the chart: each row with a button that applies it. It computes nothing itself.

use crate::estimator::plan::fit::{FitVerdict, VerdictKind, judge};
use crate::estimator::plan::spreads::asks_for_cheapest;
use crate::estimator::{Inputs, MethodId};
use crate::link::Link;
use crate::present::decide::{AnswerRow, ChangeRow, Decided, decided, unanswered_sharding};
use crate::ui::asked::Workbench;
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, effect, el, memo};
use crate::ui::kit::icons::verdict_mark;
use crate::ui::kit::ids::CHANGES;
use crate::ui::second::texts::later_texts;
use crate::ui::state::{FoundOut, State};
use crate::web::focus::focus;
use crate::web::frames::Once;
use leptos::prelude::*;
use std::sync::Arc;

/// Changes that are shown at once; the others are unfolded.
const ROWS_AT_ONCE: usize = 5;

/// The list: it follows when the hand rests, in a task after the totals, and is dimmed while it is older than these.
pub fn decide_view(state: State) -> Vec<El> {
    let shown = RwSignal::new(None::<Arc<Decided>>);
    let moment = Once::in_a_moment();
    effect(move || {
        state.shown.estimates.track();
        state.selected();
        state.unit();
        moment.ask(move || {
            let of = state.shown.estimates.get_untracked();
            let (method, unit) = untrack(|| (state.selected(), state.unit()));
            let rows = state
                .shown
                .inputs
                .with_untracked(|inputs| decided(inputs, method, unit, state.texts(), later_texts(state)));
            let (solved, enough) = rows.as_ref().map(|it| (it.solved.clone(), it.enough)).unwrap_or_default();
            state.found.set(Some(Arc::new(FoundOut { of, solved, enough })));
            shown.set(rows.map(Arc::new));
        });
    });
    let is_older = memo(move || state.is_found_older());
    let rows = move || {
        let Some(it) = shown.get() else { return unjudged(state).into_iter().collect() };
        let (changes, answers) = (changes(state, &it), answers(state, &it.answers));
        if it.is_short { vec![changes, answers] } else { vec![answers, changes] }
    };
    let list = el("div").attr("id", CHANGES).attr("tabindex", "-1").test_id(CHANGES);
    vec![list.class_fn("older", move || is_older.get()).children_fn(rows)]
}

/// That nothing is answered, and whose card would have it answered; why stands in the strip.
fn unjudged(state: State) -> Option<El> {
    let method = state.selected();
    state.shown.unanswered(method)?;
    let (texts, later) = (state.texts(), later_texts(state));
    let name = |it| (texts.method)(it).label;
    let other = MethodId::Documented;
    let does_judge = |it: &FitVerdict| it.kind != VerdictKind::CannotSay;
    let judged = state.shown.inputs.with(|inputs| judge(other, inputs)).filter(does_judge).map(|_| name(other));
    let told = (later.advice.unjudged)(name(method), judged);
    Some(el("p").test_id("unjudged").text(told))
}

fn changes(state: State, it: &Decided) -> El {
    let texts = &later_texts(state).advice;
    let mut rows: Vec<_> = it.changes.iter().enumerate().map(|(at, it)| change(state, at, it)).collect();
    let rest = rows.split_off(rows.len().min(ROWS_AT_ONCE));
    let section = el("section")
        .class(if it.is_short { "short" } else { "" })
        .child(el("h2").text(it.title))
        .child(el("p").class("caption").text(if rows.is_empty() { texts.nothing } else { texts.note }));
    let section = section.child(el("ul").children(rows));
    if rest.is_empty() {
        return section;
    }
    section.child(
        el("details").test_id("more-changes").child(el("summary").text(texts.more)).child(el("ul").children(rest)),
    )
}

fn change(state: State, at: usize, it: &ChangeRow) -> El {
    let row = el("li").test_id(format!("advice-{at}")).attr("data-verdict", it.kind.id());
    let row = row.attr("data-link", link_to(state, &it.inputs));
    // What several cost together takes half a screen: its first lines, and all of it when they are pressed.
    let cost = if it.is_several {
        el("details").child(el("summary").child(el("span").text(it.cost.as_str())))
    } else {
        el("span").text(it.cost.as_str())
    };
    row.child(el("span").class("decide-name").text(it.label.as_str()))
        .child(el("span").class("decide-figure").text(it.saved.as_str()))
        .child(apply(state, &format!("advice-{at}"), &it.label, &it.inputs))
        .child(cost.class("decide-cost"))
        .children(it.left.iter().map(|left| verdict_mark(it.kind, left)))
}

fn answers(state: State, all: &[AnswerRow]) -> El {
    let texts = &later_texts(state).advice;
    let list = el("ul").class("answers").children(all.iter().map(|it| answer(state, it)));
    el("section")
        .child(el("h2").text(texts.answers))
        .child(el("p").class("caption").text(texts.answers_note))
        // Where nobody can say what fits, nobody can say how.
        .child(if all.is_empty() { list } else { with_sharding(state, list) })
}

/// The cheapest sharding behind the other answers, where there is something to spread; the program that finds it comes
/// for it.
fn with_sharding(state: State, list: El) -> El {
    if !untrack(|| state.shown.inputs.with(asks_for_cheapest)) {
        return list;
    }
    let (found, workbench) = (RwSignal::new(None), Workbench::of_page());
    effect(move || {
        // Not under a hand that holds a slider still.
        if let Some(it) = workbench.parts().filter(|_| !state.is_held.get()) {
            (it.find_cheapest)(state, found);
        }
    });
    list.children_fn(move || match found.get() {
        None if workbench.is_missing() => vec![el("li").children(workbench.show(state, |_| vec![]))],
        it => vec![answer(state, &it.unwrap_or_else(|| unanswered_sharding(later_texts(state))))],
    })
}

fn answer(state: State, it: &AnswerRow) -> El {
    let row = el("li").test_id(format!("answer-{}", it.id.spec().key));
    let row = match &it.inputs {
        Some(inputs) => row.attr("data-link", link_to(state, inputs)),
        None => row,
    };
    row.child(el("span").class("decide-name").text(it.question))
        .child(el("span").class("decide-figure").text(it.answer.as_str()))
        .children(it.inputs.iter().map(|inputs| apply(state, it.id.spec().key, it.question, inputs)))
        .children(it.is_now.then(|| el("span").class("decide-now").text(later_texts(state).advice.now)))
}

/// Where a row leads, as the command line tells it.
fn link_to(state: State, inputs: &Inputs) -> String {
    Link { inputs: inputs.clone(), ..untrack(|| state.link()) }.encode()
}

/// The button that takes a row over: a step in the history. The focus stays on the list, whose rows are made anew.
fn apply(state: State, id: &str, label: &str, inputs: &Inputs) -> El {
    let there = inputs.clone();
    let texts = &later_texts(state).advice;
    let press = move || {
        focus(CHANGES);
        state.go_to_inputs(there.clone(), state.chosen());
    };
    button("btn quiet", press)
        .test_id(format!("apply-{id}"))
        .attr("data-link", link_to(state, inputs))
        .attr("aria-label", (state.texts().joints.named)(texts.apply, label))
        .text(texts.apply)
}
