//! What lives at every moment of a served run: the weights, and the keys and values of all layers. It knows no engine's
//! buffers.

use crate::estimator::component::Component;
use crate::estimator::estimate::Moment;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::weights;
use crate::estimator::methods::calibrated::serving::run::ServingRun;
use crate::estimator::methods::calibrated::serving::{cache, files};
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Engine;
use crate::estimator::units::Memory;

/// A moment with the weights, the keys and values of all layers, and what else lives.
pub fn moment(run: &ServingRun, id: MomentId, lines: impl IntoIterator<Item = (Component, Expr<Memory>)>) -> Moment {
    let weights = match run.shape.reader.choice::<Engine>(Id::Engine) {
        Engine::LlamaCpp => files::weights(run),
        Engine::Transformers | Engine::Vllm => weights::stored(run.shape),
    };
    let cache = cache::cache(run).map(|it| (Component::KvCache, it));
    Moment::new(id, [(Component::Weights, weights)].into_iter().chain(cache).chain(lines))
}
