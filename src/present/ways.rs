//! What to choose where a run has no answer, in words. It searches nothing itself.

use crate::estimator::Inputs;
use crate::estimator::plan::ways::ways_out;
use crate::locale::{AdviceTexts, Texts};
use crate::present::decide::set_to;

/// Inputs that have an answer, and what they choose instead.
#[derive(Clone, Debug, PartialEq)]
pub struct WayRow {
    /// The choices, in a sentence that asks for them.
    pub label: String,
    /// The inputs.
    pub inputs: Inputs,
}

/// The nearest inputs that have an answer, where some have none; the nearest first.
pub fn ways(inputs: &Inputs, texts: &Texts, advice: &AdviceTexts) -> Vec<WayRow> {
    let mode = inputs.mode();
    let row = |there: Inputs| {
        let choices: Vec<_> = there.differing_from(inputs).map(|id| (id, there.value(id))).collect();
        WayRow { label: (advice.choose)(&set_to(&choices, mode, texts)), inputs: there }
    };
    ways_out(inputs).into_iter().map(row).collect()
}
