//! Whether the run that is shown fits its GPU. It judges nothing itself.

use crate::estimator::plan::fit::{smallest_that_fits, verdict as judge};
use crate::estimator::{Estimate, MethodId};
use crate::present::verdict::{VerdictSaid, in_few_words, said};
use crate::ui::kit::element::El;
use crate::ui::kit::icons::verdict_mark;
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use leptos::prelude::*;

/// The verdict by the selected method, in words. The smallest GPU that fits is looked for when the hand rests.
pub fn verdict(state: State) -> Option<VerdictSaid> {
    let (texts, selected, is_held) = (later_texts(state), state.selected(), state.is_held.get());
    state.shown.drawn.with(|all| {
        let estimate = all.iter().find(|it| it.method() == selected)?;
        let inputs = state.shown.live_inputs.get_untracked();
        let verdict = judge(&inputs, estimate);
        let smallest = (verdict.asks_for_another() && !is_held).then(|| smallest_that_fits(selected, &inputs));
        Some(said(&inputs, &verdict, smallest, state.unit(), state.texts(), texts))
    })
}

/// The verdict by any method in a few words, once the hand rests.
pub fn card_verdict(state: State, method: MethodId) -> Vec<El> {
    let judged = |estimate: &Estimate| {
        let verdict = state.shown.inputs.with_untracked(|inputs| judge(inputs, estimate));
        let (kind, text) = in_few_words(&verdict, state.unit(), later_texts(state));
        verdict.capacity.is_some().then(|| verdict_mark(kind, &text))
    };
    state.shown.with_estimate(method, judged).flatten().into_iter().collect()
}
