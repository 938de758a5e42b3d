//! The legend in stacking order; an entry tells each method's amount when it is pointed at or focused.

use crate::estimator::joined::joined;
use crate::estimator::{ComponentGroup, Estimate};
use crate::present::table::{self, group_bytes};
use crate::ui::first::chart::told::tell_part;
use crate::ui::kit::colours::group_class;
use crate::ui::kit::element::{El, el, memo};
use crate::ui::state::State;
use leptos::prelude::*;

/// The legend.
pub fn legend(state: State) -> El {
    // Both charts have these colours; they change when components appear or vanish, not with every figure.
    let groups = memo(move || {
        let pinned = if state.shows_pinned.get() { state.pinned_estimates.get() } else { Vec::new() };
        state.shown.estimates.with(|all| table::legend(all.iter().chain(pinned.iter().flat_map(|it| it.iter()))))
    });
    // Where the pointer is on a bar, the tip beside it says the same.
    let is_asked = RwSignal::new(false);
    let entries = move || groups.with(|all| all.iter().rev().map(|it| entry(state, it.group, is_asked)).collect());
    let told = move || state.pointed.get().filter(|_| is_asked.get()).map(|group| tell(state, group));
    el("div")
        .class("legend-place")
        .child(el("ul").class("legend").attr("aria-label", state.texts().chart.legend).children_fn(entries))
        .child(el("p").class("legend-tells").attr("role", "status").text_fn(move || told().unwrap_or_default()))
}

fn entry(state: State, group: ComponentGroup, is_asked: RwSignal<bool>) -> El {
    let show = move |shown: Option<ComponentGroup>| {
        is_asked.set(shown.is_some());
        state.pointed.set(shown);
    };
    let (point, leave) = (move |_| show(Some(group)), move |_| show(None));
    let button = el("button")
        .attr("type", "button")
        .class_fn("pointed", move || state.pointed.get() == Some(group))
        .on("pointerenter", point)
        .on("pointerleave", leave)
        .on("focus", point)
        .on("blur", leave)
        .child(el("i").class(&format!("swatch {}", group_class(group))))
        .text((state.texts().component_group)(group));
    el("li").child(button)
}

fn tell(state: State, group: ComponentGroup) -> String {
    let texts = state.texts();
    let name = (texts.component_group)(group);
    let tell = |estimate: &Estimate| {
        let method = (texts.method)(estimate.method()).label;
        group_bytes(estimate, group).map(|bytes| tell_part(state, name, bytes, estimate.total(), method, texts))
    };
    state.shown.estimates.with(|all| joined(all.iter().filter_map(tell), '\n'))
}
