//! Bars that need no canvas: the thin bar of the phone.

use super::dom::{El, el};
use super::state::State;
use crate::estimator::ComponentGroup;
use crate::present::table::group_bytes;

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

/// A share as a length in CSS.
pub fn percent(share: f64) -> String {
    format!("{:.3}%", 100.0 * share)
}
