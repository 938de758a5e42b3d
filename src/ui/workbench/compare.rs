//! What is pinned beside what is shown: a column each, first what differs, then what each takes and whether it fits. It
//! computes nothing itself.

use crate::estimator::Estimate;
use crate::present::chart::pin_letter;
use crate::present::compare::{AmountCell, CompareTable, ComparedRun, compare};
use crate::ui::kit::colours::group_class;
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, el};
use crate::ui::kit::icons::verdict_mark;
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use crate::ui::workbench::saved::saved_list;
use crate::ui::workbench::texts::workbench_texts;
use crate::web::focus::focus;
use leptos::prelude::*;

/// The section, to which the focus goes when one of its buttons was pressed and is made anew.
const SECTION: &str = "compare";

/// The comparison, which follows when the hand rests, and the configurations that are kept under names.
pub fn compare_view(state: State) -> Vec<El> {
    let words = &workbench_texts(state).compare;
    let compared = move || {
        let Some(it) = table_of(state) else { return vec![el("p").class("caption").text(words.hint)] };
        vec![el("div").class("compare-frame").child(table(state, &it))]
    };
    let section = el("section")
        .class("compare")
        .attr("id", SECTION)
        .attr("tabindex", "-1")
        .attr("aria-label", words.title)
        .test_id(SECTION)
        .children_fn(compared);
    vec![section, saved_list(state)]
}

/// The comparison; nothing where nothing is pinned.
fn table_of(state: State) -> Option<CompareTable> {
    let selected = state.selected();
    let of = |all: &Vec<Estimate>| all.iter().position(|it| it.method() == selected);
    let (now, pinned) = (state.shown.estimates.get(), state.pinned_estimates.get());
    let all: Vec<_> = std::iter::once(&now).chain(&pinned).map(|it| of(it).map(|at| &it[at])).collect();
    let inputs = state.shown.inputs.get();
    state.pinned.with(|pins| {
        let runs = std::iter::once(&inputs).chain(pins.iter()).zip(all);
        let runs: Vec<_> = runs.map(|(inputs, estimate)| ComparedRun { inputs, estimate }).collect();
        (runs.len() > 1)
            .then(|| compare(&runs, state.unit(), state.texts(), later_texts(state), &workbench_texts(state).compare))
    })
}

fn table(state: State, it: &CompareTable) -> El {
    let (texts, words) = (state.texts(), &workbench_texts(state).compare);
    let n_columns = it.totals.len();
    let row = |head: El, cells: Vec<El>| el("tr").child(head.attr("scope", "row")).children(cells);
    let head = |text: &str| el("th").text(text);
    let differing = it.differing.iter().map(|(name, values)| {
        let cell = |(at, value): (usize, &Option<String>)| match value {
            Some(value) => el("td").class(if at == 0 { "" } else { "differs" }).text(value),
            None => el("td").text("="),
        };
        row(head(name), values.iter().enumerate().map(cell).collect())
    });
    let equal = el("td").class("caption").attr("colspan", (n_columns + 1).to_string()).text((words.equal)(it.n_equal));
    let amounts = |id: &str, cells: &[AmountCell]| {
        let cell = |(at, it): (usize, &AmountCell)| {
            let cell = el("td")
                .test_id(format!("compare-{at}-{id}"))
                .child(el("span").text(it.figure(state.unit())))
                .child(el("small").text(it.change(state.unit())));
            it.bytes.into_iter().fold(cell, |cell, it| cell.attr("data-bytes", it.count().to_string()))
        };
        cells.iter().enumerate().map(cell).collect()
    };
    let groups = it.groups.iter().map(|(group, cells)| {
        let class = group_class(*group);
        let head = el("th").child(el("i").class(&format!("swatch {class}"))).text((texts.component_group)(*group));
        row(head, amounts(class, cells))
    });
    let total = row(head(texts.chart.total), amounts("total", &it.totals)).class("total");
    let verdict = |it: &Option<(_, String)>| {
        el("td").children(it.as_ref().map(|(kind, text)| verdict_mark(*kind, text))).text(if it.is_some() {
            ""
        } else {
            "–"
        })
    };
    let verdicts = row(head(it.device.as_deref().unwrap_or(words.its_gpu)), it.verdicts.iter().map(verdict).collect());
    let corner = format!("{} · {}", state.unit().id(), (texts.method)(state.selected()).label);
    let columns = (0..n_columns).map(|at| column_head(state, at));
    el("table")
        .child(el("caption").class("hidden").text(words.title))
        .child(el("thead").child(el("tr").child(el("th").attr("scope", "col").text(corner)).children(columns)))
        .child(el("tbody").children(differing).child(el("tr").child(equal)))
        .child(el("tbody").children(groups).child(total).child(verdicts))
}

/// The head of a column: its letter, and what can be done with it.
fn column_head(state: State, place: usize) -> El {
    let words = &workbench_texts(state).compare;
    let head = el("th").attr("scope", "col");
    let Some(at) = place.checked_sub(1) else { return head.text(state.texts().chart.now) };
    let letter = pin_letter(place);
    let act = |id: &str, label: &'static str, act: fn(State, usize)| {
        let press = move || {
            act(state, at);
            focus(SECTION);
        };
        button("btn quiet", press)
            .test_id(format!("{id}-{place}"))
            .attr("aria-label", (state.texts().joints.named)(label, letter))
            .text(label)
    };
    head.text(letter).child(act("open-pin", words.open, State::swap_with_pinned)).child(act(
        "unpin",
        words.unpin,
        State::unpin,
    ))
}
