//! Bars that need no canvas: the thin bar of the phone and the document's two small comparisons.

use super::dom::{El, el};
use super::state::State;
use crate::estimator::ComponentGroup;
use crate::present::comparison::Strip;
use crate::present::table::group_bytes;
use leptos::prelude::*;
use std::sync::Arc;

/// The class that gives an element the colour of a group.
pub fn group_class(group: ComponentGroup) -> &'static str {
    match group {
        ComponentGroup::Weights => "c-weights",
        ComponentGroup::Vision => "c-vision",
        ComponentGroup::Text => "c-text",
        ComponentGroup::Experts => "c-experts",
        ComponentGroup::Adapter => "c-adapter",
        ComponentGroup::Optimizer => "c-optimizer",
        ComponentGroup::Gradients => "c-gradients",
        ComponentGroup::Activations => "c-activations",
        ComponentGroup::Logits => "c-logits",
        ComponentGroup::KvCache => "c-kv",
        ComponentGroup::Temporaries => "c-temporaries",
        ComponentGroup::Other => "c-other",
        ComponentGroup::Overhead => "c-overhead",
    }
}

/// The selected method's make-up in one line, for narrow screens.
pub fn thin_bar(state: State) -> El {
    let share = move |group| {
        let shares = state.with_estimate(state.selected(), |estimate| {
            let bytes = group_bytes(estimate, group).unwrap_or_default();
            bytes.count() / estimate.total().count().max(1.0)
        });
        shares.unwrap_or_default()
    };
    let part =
        |&group: &ComponentGroup| el("i").class(group_class(group)).style_fn("width", move || percent(share(group)));
    el("div").class("thin").attr("aria-hidden", "true").children(ComponentGroup::ALL.iter().map(part))
}

/// A small chart of horizontal bars with a caption.
pub fn strip_chart(
    title: &'static str,
    note: impl Fn() -> String + Send + 'static,
    test_id: &'static str,
    strips: impl Fn() -> Vec<Strip> + Send + Sync + 'static,
) -> El {
    let n_strips = untrack(&strips).len();
    let strips: Arc<dyn Fn() -> Vec<Strip> + Send + Sync> = Arc::new(strips);
    let strip = move |at: usize| {
        let strips = strips.clone();
        move || strips().into_iter().nth(at)
    };
    let row = |at| {
        let (label, share, amount) = (strip(at), strip(at), strip(at));
        let bar = el("i").class("c-activations").style_fn("width", move || percent(share().map_or(0.0, |it| it.share)));
        let amount = el("span").class("strip-amount").text_fn(move || amount().map(|it| it.amount).unwrap_or_default());
        let track = el("span").class("strip-track").attr("aria-hidden", "true").child(bar);
        el("div")
            .class("strip-row")
            .child(el("dt").text_fn(move || label().map(|it| it.label).unwrap_or_default()))
            .child(el("dd").child(track).child(amount))
    };
    el("section")
        .class("strips")
        .test_id(test_id)
        .child(el("h2").text(title))
        .child(el("p").class("caption").text_fn(note))
        .child(el("dl").children((0..n_strips).map(row)))
}

/// A share as a length in CSS.
pub fn percent(share: f64) -> String {
    format!("{:.3}%", 100.0 * share)
}
