//! What was wrong with the link, one notice each, until they are dismissed.

use crate::link::{Problem, ProblemKind};
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, el, memo};
use crate::ui::kit::icons::{Glyph, icon};
use crate::ui::later::Later;
use crate::ui::state::{Notice, State};
use crate::web::focus::focus;
use leptos::prelude::*;

/// The list of notices; nothing stands there when the link was good.
pub fn notices(state: State) -> El {
    let notice = move |Notice { id, problem, .. }: Notice| {
        // The focus goes to the list, or to what stands below it when the list is empty.
        let dismiss = move || {
            state.notices.update(|all| all.retain(|notice| notice.id != id));
            focus(if state.notices.with(Vec::is_empty) { "results" } else { "notices" });
        };
        let close = button("close", dismiss).attr("aria-label", state.texts().controls.dismiss);
        el("li")
            .class("notice")
            .test_id("notice")
            .child(icon(Glyph::Attention))
            .child(el("span").children_fn(move || told(state, &problem)))
            .child(close.child(icon(Glyph::Close)))
    };
    // Told anew only when the list changes, and not with every estimate.
    let holding = memo(move || state.notices.get().into_iter().filter(|it| holds(state, it)).collect::<Vec<_>>());
    el("ul")
        .class("notices")
        .attr("id", "notices")
        .attr("tabindex", "-1")
        .attr("aria-label", state.texts().controls.notices)
        .flag_fn("hidden", move || holding.with(Vec::is_empty))
        .children_fn(move || holding.get().into_iter().map(notice).collect())
}

/// Whether a notice still says what is so, and nobody else says it: that a method does not answer is told until it
/// does, and in the strip where it is selected.
fn holds(state: State, notice: &Notice) -> bool {
    match notice.problem.kind {
        ProblemKind::Unsupported(..) => {
            let does_answer = |method| state.shown.unanswered(method).is_none();
            does_answer(state.selected()) && !state.shown.methods().into_iter().all(does_answer)
        }
        _ => true,
    }
}

/// A sentence about a key, which stands out where the sentence begins with it. The second program has the sentence;
/// until it is there, and where it could not be fetched, the key stands alone.
fn told(state: State, problem: &Problem) -> Vec<El> {
    let key = || el("b").child(el("code").text(&problem.key));
    let Some(parts) = Later::of_page().parts() else { return vec![key()] };
    let sentence = (parts.problem)(state, problem);
    match sentence.strip_prefix(&problem.key).filter(|_| !problem.key.is_empty()) {
        Some(rest) => vec![key(), el("span").text(rest)],
        None => vec![el("span").text(sentence)],
    }
}
