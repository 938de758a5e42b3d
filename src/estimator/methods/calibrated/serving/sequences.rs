//! The moments of a served run, by engine. It knows no buffer.

use crate::estimator::architecture::Layout;
use crate::estimator::estimate::Moment;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::serving::{encoder, llama_cpp, transformers, vllm};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Engine;
use crate::estimator::units::Count;

/// The moments of a run with the engine that was chosen.
pub fn moments(shape: &Shape) -> Vec<Moment> {
    let run = ServingRun::with(shape, shape.reader.leaf(Id::SequenceLength));
    match shape.reader.choice::<Engine>(Id::Engine) {
        Engine::Transformers if shape.layout() == Layout::Encoder => encoder::moments(&run),
        Engine::Transformers => transformers::moments(&run),
        Engine::Vllm => vllm::moments(&run),
        Engine::LlamaCpp => llama_cpp::moments(&run),
    }
}

/// The moments of a run of Transformers on sequences of so many tokens.
pub fn of_sequences(shape: &Shape, sequence: Expr<Count>) -> Vec<Moment> {
    transformers::moments(&ServingRun::with(shape, sequence))
}
