//! How many prompts and sequences a batch has, whatever its size counts. It knows no other quantity.

use crate::estimator::constants::DPO_SEQUENCES;
use crate::estimator::expr::Expr;
use crate::estimator::inputs::Inputs;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Algorithm, BatchUnit};
use crate::estimator::reader::{Reader, Telling};
use crate::estimator::units::Count;

/// Prompts of a batch; sequences, in modes that have no groups. Of completions a part of a group may be left, as in
/// TRL, which shares the completions of several batches out among them (`GRPOConfig.__post_init__`).
pub fn prompts(reader: &Reader) -> Expr<Count> {
    let batch = reader.leaf(Id::BatchSize);
    match reader.choice(Id::BatchUnit) {
        BatchUnit::Prompts => batch,
        BatchUnit::Completions => (batch / reader.leaf::<Count>(Id::NumGenerations)).ceil(),
    }
}

/// Sequences that run together: every completion of every prompt, or both completions of every pair.
pub fn sequences(reader: &Reader) -> Expr<Count> {
    match reader.choice(Id::Algorithm) {
        Algorithm::Grpo => match reader.choice(Id::BatchUnit) {
            BatchUnit::Prompts => prompts(reader) * reader.leaf::<Count>(Id::NumGenerations),
            BatchUnit::Completions => reader.leaf(Id::BatchSize),
        },
        Algorithm::Dpo => Expr::<Count>::from(DPO_SEQUENCES) * reader.leaf::<Count>(Id::BatchSize),
    }
}

/// The same as a number.
pub fn number_of_sequences(inputs: &Inputs) -> f64 {
    sequences(&Reader::new(inputs, Telling::Values)).value()
}

/// Prompts as a number.
pub fn number_of_prompts(inputs: &Inputs) -> f64 {
    prompts(&Reader::new(inputs, Telling::Values)).value()
}
