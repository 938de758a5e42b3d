//! Whether the run that is shown fits its GPU. It judges nothing itself.

use crate::estimator::plan::fit::{smallest_that_fits, verdict as judge};
use crate::present::verdict::{VerdictSaid, said};
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
        Some(said(&inputs, &verdict, smallest, state.unit(), texts))
    })
}
