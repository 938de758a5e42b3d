//! A total as a bar that lies, on a scale that all methods share: what it is made of, and where the GPU ends. It
//! needs no canvas, and one property of one element follows the hand.

use crate::estimator::{ComponentGroup, Estimate, MethodId};
use crate::present::table::group_bytes;
use crate::ui::kit::colours::{group_class, percent};
use crate::ui::kit::element::{El, el};
use crate::ui::state::State;
use leptos::prelude::*;

/// The bar of a method, or of the one that is selected.
pub fn lying_bar(state: State, class: &str, method: Option<MethodId>) -> El {
    // Whatever is more: the largest total, or the GPU.
    let length = move || {
        let capacity = state.shown.capacity().map_or(1.0, |it| it.count());
        state.shown.drawn.with(|all| all.iter().map(|it| it.total().count()).fold(capacity, f64::max))
    };
    let parts = move || {
        let length = length();
        let of = |estimate: &Estimate| {
            let mut end = 0.0;
            let part = |&group: &ComponentGroup| {
                end += group_bytes(estimate, group)?.count() / length;
                // A stop before the last one stands at it: a part begins where the one before it ends.
                Some(format!("var(--{}) 0 {},", group_class(group), percent(end)))
            };
            let parts: String = ComponentGroup::ALL.iter().filter_map(part).collect();
            format!("linear-gradient(90deg,{parts}#0000 0)")
        };
        let method = method.unwrap_or_else(|| state.selected());
        state.shown.drawn.with(|all| all.iter().find(|it| it.method() == method).map(of).unwrap_or_default())
    };
    let end = move || percent(state.shown.capacity().map_or(0.0, |it| it.count() / length()));
    el("span")
        .class(class)
        .attr("aria-hidden", "true")
        .class_fn("ends", move || state.shown.capacity().is_some())
        .style_fn("--end", end)
        .child(el("i").style_fn("background-image", parts))
}
