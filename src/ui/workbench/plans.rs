//! Every way to spread the run over its GPUs as a table, each opened by a press. It ranks and judges none itself.

use crate::estimator::MethodId;
use crate::estimator::plan::spreads::{Plans, plans};
use crate::link::Link;
use crate::present::plan_table::{Facet, PlanFilter, PlanOrder, PlanRow, PlanTable, PlanTold, plan_hint, plan_table};
use crate::ui::kit::colours::percent;
use crate::ui::kit::controls::{button, text_of};
use crate::ui::kit::element::{El, el};
use crate::ui::kit::icons::verdict_mark;
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use crate::ui::workbench::pace::when_found;
use crate::ui::workbench::texts::workbench_texts;
use crate::web::focus::focus;
use leptos::prelude::*;
use std::sync::Arc;

/// The table, to which the focus goes when one of its buttons was pressed and is made anew.
const TABLE: &str = "plans";

/// Rows that are shown at once; of more a button shows all.
const ROWS_AT_ONCE: usize = 30;

/// The ways that were found, and by which method.
type FoundPlans = (MethodId, Arc<Plans>);

/// What a reader asked of the table.
#[derive(Clone, Copy)]
struct PlanControls {
    by_traffic: RwSignal<bool>,
    shows_all: RwSignal<bool>,
    /// Of each facet the value that is shown alone, as its select has it; all where that is empty.
    filter: [RwSignal<String>; Facet::ALL.len()],
}

/// The table: it follows when the hand has rested, after it was found out how much fits.
pub fn plan_view(state: State, said: RwSignal<String>) -> Vec<El> {
    let found = RwSignal::new(None::<FoundPlans>);
    let asked = PlanControls {
        by_traffic: RwSignal::new(false),
        shows_all: RwSignal::new(false),
        filter: Facet::ALL.map(|_| RwSignal::new(String::new())),
    };
    when_found(state, move || {
        let method = state.selected();
        found.set(Some((method, Arc::new(state.shown.inputs.with(|it| plans(method, it))))));
    });
    // The selects stay while the rows change, or a hand on the keyboard would lose them.
    let head = move || {
        let Some((_, all)) = found.get() else { return vec![] };
        match plan_hint(&all, &workbench_texts(state).plans) {
            Some(hint) => vec![el("p").class("caption").test_id("plans-hint").text(hint)],
            None => vec![head(state, asked), filters(state, &all, asked)],
        }
    };
    let body = move || {
        let Some((method, all)) = found.get() else { return vec![] };
        let order = if asked.by_traffic.get() { PlanOrder::Traffic } else { PlanOrder::Spare };
        let filter: PlanFilter = asked.filter.map(|it| it.get().parse().ok());
        let of = |today: &_| {
            let (texts, later, words) = (state.texts(), later_texts(state), &workbench_texts(state).plans);
            plan_table(&all, order, &filter, &PlanTold { today, method, unit: state.unit(), texts, later, words })
        };
        let it = state.shown.inputs.with_untracked(of);
        said.set(it.summary.clone());
        if it.hint.is_some() { vec![] } else { table(state, &it, asked.shows_all) }
    };
    let list = el("div").class("plans").attr("id", TABLE).attr("tabindex", "-1").test_id(TABLE);
    vec![list.child(el("div").children_fn(head)).child(el("div").children_fn(body))]
}

/// The switch of the order.
fn head(state: State, asked: PlanControls) -> El {
    let words = &workbench_texts(state).plans;
    let by_traffic = asked.by_traffic;
    let choice = |is_traffic: bool| {
        button("btn", move || by_traffic.set(is_traffic))
            .class_fn("on", move || by_traffic.get() == is_traffic)
            .attr_fn("aria-pressed", move || Some((by_traffic.get() == is_traffic).to_string()))
            .test_id(if is_traffic { "plans-by-traffic" } else { "plans-by-spare" })
            .text(if is_traffic { words.by_traffic } else { words.by_spare })
    };
    let switch = el("div").class("chart-switch").attr("role", "group").attr("aria-label", words.ranked);
    el("div")
        .class("plans-head")
        .child(switch.child(choice(false)).child(choice(true)))
        .child(el("span").class("caption").text(words.note))
}

/// A small select for each facet of which there are several values.
fn filters(state: State, all: &Plans, asked: PlanControls) -> El {
    let words = &workbench_texts(state).plans;
    let mut res = Vec::new();
    for (at, facet) in Facet::ALL.into_iter().enumerate() {
        let values = facet.values(all);
        let chosen = asked.filter[at];
        // What no way has any longer is asked for no longer.
        if chosen.with_untracked(|it| !it.is_empty() && values.iter().all(|value| value.to_string() != *it)) {
            chosen.set(String::new());
        }
        if values.len() < 2 {
            continue;
        }
        let name = match facet {
            Facet::Degree(id) => (words.degree)(id),
            Facet::Zero => words.zero,
        };
        let option = |value: String, text: &str| {
            let is_chosen = chosen.get_untracked() == value;
            el("option").attr("value", value).flag_fn("selected", move || is_chosen).text(text)
        };
        let mut options = vec![option(String::new(), words.any)];
        options.extend(values.iter().map(|it| option(it.to_string(), &it.to_string())));
        let select = el("select").test_id(format!("filter-{at}")).children(options);
        let select = select.on("change", move |event| chosen.set(text_of(&event)));
        res.push(el("label").text(name).child(el("span").class("select").child(select)));
    }
    el("div").class("plans-filters").attr("role", "group").attr("aria-label", words.filter).children(res)
}

fn table(state: State, it: &PlanTable, shows_all: RwSignal<bool>) -> Vec<El> {
    let words = &workbench_texts(state).plans;
    let n_shown = if shows_all.get() { it.rows.len() } else { it.rows.len().min(ROWS_AT_ONCE) };
    let mut res = Vec::new();
    if let Some(it) = &it.filtered {
        res.push(el("p").class("caption").attr("role", "status").text(it));
    }
    if n_shown > 0 {
        res.push(rows(state, it, &it.rows[..n_shown], "plan"));
    }
    if n_shown < it.rows.len() {
        let press = move || {
            shows_all.set(true);
            focus(TABLE);
        };
        res.push(button("btn quiet", press).test_id("all-plans").text((words.more)(it.rows.len())));
    }
    let folded = |id: &str, said: &str, body: El| el("details").test_id(id).child(el("summary").text(said)).child(body);
    if !it.unfit.is_empty() {
        res.push(folded("plans-unfit", &it.unfit_said, rows(state, it, &it.unfit, "unfit")));
    }
    if !it.refused.is_empty() {
        let reasons = el("ul").children(it.refused.iter().map(|it| el("li").text(it)));
        res.push(folded("plans-refused", &it.refused_said, reasons));
    }
    res
}

fn rows(state: State, it: &PlanTable, rows: &[PlanRow], id: &str) -> El {
    let words = &workbench_texts(state).plans;
    let column = |text: &str, class: &str| el("th").attr("scope", "col").class(class).text(text);
    let fullest = (state.texts().joints.in_unit)(words.fullest, state.unit().id());
    let names: Vec<_> = it.columns.iter().map(|it| (words.degree)(*it)).collect();
    let heads = names.iter().map(|it| column(it, "degree"));
    let others = [
        column(&fullest, "figure"),
        column(words.spare, ""),
        column("", "plan-bar"),
        column(words.traffic, ""),
        column(words.evidence, ""),
        column("", "act"),
    ];
    let head = el("tr").child(column(words.way, "way")).children(heads).children(others);
    let body = rows.iter().enumerate().map(|(at, it)| row(state, it, &names, &format!("{id}-{at}")));
    let table = el("table")
        .child(el("caption").class("hidden").text(words.way))
        .child(el("thead").child(head))
        .child(el("tbody").children(body));
    el("div").class("plans-frame").child(table)
}

/// A row; on a narrow screen, which has no heads, its figures stand beside their names.
fn row(state: State, it: &PlanRow, columns: &[&str], id: &str) -> El {
    let words = &workbench_texts(state).plans;
    let (share, end) = (it.share, it.end);
    let part = |tag: &str, share: f64| el(tag).style_fn("width", move || percent(share));
    let bar = el("div").class("plan-track").children(end.map(|it| part("b", it))).child(part("i", share));
    let act = if it.is_now {
        el("span").class("decide-now").text(words.now)
    } else {
        let there = it.inputs.clone();
        let press = move || {
            focus(TABLE);
            state.go_to_inputs(there.clone(), state.chosen());
        };
        let link = Link { inputs: it.inputs.clone(), ..untrack(|| state.link()) }.encode();
        button("btn quiet", press)
            .test_id(format!("open-{id}"))
            .attr("data-link", link)
            .attr("aria-label", (state.texts().joints.named)(words.open, &it.named))
            .text(words.open)
    };
    let degree = |(name, it): (&&str, &String)| el("td").class("degree").attr("data-label", *name).text(it);
    let degrees = columns.iter().zip(&it.degrees).map(degree);
    let figure = el("td").class("figure").attr("data-label", state.unit().id());
    el("tr")
        .class(if it.is_now { "fullest" } else { "" })
        .test_id(id)
        .child(el("th").attr("scope", "row").text(&it.way))
        .children(degrees)
        .child(figure.attr("data-bytes", it.total.count().to_string()).text(&it.figure))
        .child(el("td").children(it.judged.iter().map(|(kind, text)| verdict_mark(*kind, text))))
        .child(el("td").class("plan-bar").attr("aria-hidden", "true").child(bar))
        .child(el("td").text(&it.traffic))
        .child(el("td").text(it.evidence))
        .child(el("td").class("act").child(act))
}
