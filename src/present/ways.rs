//! What to choose where a run has no answer, in words. It searches nothing itself.

use crate::estimator::plan::ways::ways_out;
use crate::estimator::{Inputs, ParameterId};
use crate::locale::{AdviceTexts, Texts};
use crate::present::value_text::value_text;

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
        let choice = |id: ParameterId| {
            let value = value_text(id, &there.value(id), mode, texts);
            (texts.joints.named)((texts.parameter_in_mode)(id, mode), &value)
        };
        let choices: Vec<_> = there.differing_from(inputs).map(choice).collect();
        let choices: Vec<_> = choices.iter().map(String::as_str).collect();
        WayRow { label: (advice.choose)(&(texts.joints.names)(&choices)), inputs: there }
    };
    ways_out(inputs).into_iter().map(row).collect()
}
