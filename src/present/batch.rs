//! How many sequences a batch of preference training comes to, as a note beside its size. It knows no other parameter.

use crate::estimator::{Algorithm, Inputs, Mode, ParameterId, number_of_sequences};
use crate::locale::ControlTexts;
use crate::present::numbers;

/// What is to be said beside a parameter of a batch; nothing of others, and of modes whose batch is of sequences.
pub fn batch_note(inputs: &Inputs, id: ParameterId, texts: &ControlTexts) -> Option<String> {
    if inputs.mode() != Mode::Grpo || id != ParameterId::BatchSize {
        return None;
    }
    let sequences = numbers::count(number_of_sequences(inputs));
    Some(match inputs.choice(ParameterId::Algorithm) {
        Algorithm::Grpo => {
            let k = numbers::count(inputs.value(ParameterId::NumGenerations).number());
            (texts.batch_of_groups)(&sequences, &k)
        }
        Algorithm::Dpo => (texts.batch_of_pairs)(&sequences),
    })
}
