//! The names below the chart, each with its answer below it before it is opened. What they open is a program of its
//! own.

use crate::estimator::plan::fit::{VerdictKind, verdict};
use crate::estimator::plan::solve::SolvedKind;
use crate::estimator::{Estimate, Value};
use crate::link::Tab;
use crate::present::numbers;
use crate::present::swept::swept;
use crate::ui::asked::{Said, Workbench};
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, effect, el, memo};
use crate::ui::second::marks::stop_text;
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use leptos::prelude::*;

/// Where the open one stands.
const PANEL: &str = "workbench";

/// The names, and what the open one holds. A press on it closes it.
pub fn workbench(state: State) -> Vec<El> {
    let words = &later_texts(state).tabs;
    let said: Said = Tab::ALL.map(|_| RwSignal::new(String::new()));
    let open = memo(move || state.tab());
    // Once one was opened all of them know their answers.
    let is_asked = RwSignal::new(false);
    effect(move || {
        if open.get().is_some() && !is_asked.get_untracked() {
            is_asked.set(true);
        }
    });
    let summary = move |tab: Tab| {
        let known = match tab {
            Tab::Compare => return pin_summary(state),
            Tab::Sweep if open.get() != Some(tab) => sweep_summary(state),
            _ => None,
        };
        known.unwrap_or_else(|| if is_asked.get() { said[tab as usize].get() } else { words.on_opening.to_owned() })
    };
    let name = |tab: Tab| {
        button("tab", move || state.toggle_tab(tab))
            .attr("id", tab_id(tab))
            .test_id(tab_id(tab))
            .attr("aria-controls", PANEL)
            .attr_fn("aria-expanded", move || Some((open.get() == Some(tab)).to_string()))
            .child(el("b").text((words.tab)(tab)))
            .child(el("span").text_fn(move || summary(tab)))
    };
    let panel = move || {
        if is_asked.get() { Workbench::of_page().show(state, |it| (it.panels)(state, open, said)) } else { vec![] }
    };
    let names = el("div").class("tabs").attr("role", "group").attr("aria-label", words.title);
    let panel = el("div")
        .attr("id", PANEL)
        .attr("role", "region")
        .attr_fn("aria-labelledby", move || open.get().map(tab_id))
        .flag_fn("hidden", move || open.get().is_none())
        .children_fn(panel);
    vec![el("section").class("workbench").child(names.children(Tab::ALL.map(name))).child(panel)]
}

fn tab_id(tab: Tab) -> String {
    format!("tab-{}", tab.id())
}

/// How far the parameter can go over which memory is shown; `None` where that is not asked of it.
fn sweep_summary(state: State) -> Option<String> {
    let id = state.shown.inputs.with(|it| swept(it, state.over()))?;
    // Before anything is found out nothing is said.
    let Some(kind) = state.found.with(|it| it.as_ref().map(|it| it.of_parameter(id))) else {
        return Some(String::new());
    };
    Some(match kind? {
        SolvedKind::Every(_) => later_texts(state).advice.every.to_owned(),
        SolvedKind::Nothing { tight: Some(value) } => {
            let mode = state.shown.mode.get_untracked();
            (later_texts(state).advice.tight)(&numbers::box_text(id, &Value::Number(value), mode))
        }
        _ => stop_text(state, id).unwrap_or_default(),
    })
}

/// How many are pinned, and how many of them fit.
fn pin_summary(state: State) -> String {
    let selected = state.selected();
    let all = state.pinned_estimates.get();
    state.pinned.with(|pins| {
        if pins.is_empty() {
            return String::new();
        }
        let kind = |inputs, of: &[_]| {
            let of = of.iter().find(|it: &&Estimate| it.method() == selected);
            of.map(|it| verdict(inputs, it).kind)
        };
        let kinds: Vec<_> = pins.iter().zip(&all).filter_map(|(inputs, of)| kind(inputs, of)).collect();
        let n_fit = kinds.iter().filter(|it| **it == VerdictKind::Fits).count();
        let has_device = kinds.iter().any(|it| *it != VerdictKind::NoDevice);
        (later_texts(state).pins.summary)(pins.len(), has_device.then_some(n_fit))
    })
}
