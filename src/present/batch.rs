//! What a batch is counted in, and how many sequences one of preference training comes to. It knows no other parameter.

use crate::estimator::{Algorithm, Inputs, Mode, ParameterId, number_of_sequences};
use crate::locale::{ControlTexts, Texts};
use crate::present::numbers;
use crate::present::value_text::value_text;

/// What a batch is counted in.
pub fn batch_unit(inputs: &Inputs, texts: &Texts) -> String {
    let unit = ParameterId::BatchUnit;
    match (inputs.mode(), inputs.choice(ParameterId::Algorithm)) {
        (Mode::Grpo, Algorithm::Dpo) => texts.controls.pairs.to_owned(),
        (Mode::Grpo, Algorithm::Grpo) => value_text(unit, &inputs.value(unit), Mode::Grpo, texts),
        (mode, _) => (texts.batch_unit)(mode).to_owned(),
    }
}

/// The unit of a parameter's figures in a run: a batch is of what the run reads.
pub fn unit_of(id: ParameterId, inputs: &Inputs, texts: &Texts) -> String {
    if id == ParameterId::BatchSize {
        batch_unit(inputs, texts)
    } else {
        (texts.parameter_unit)(id.spec().unit).to_owned()
    }
}

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
