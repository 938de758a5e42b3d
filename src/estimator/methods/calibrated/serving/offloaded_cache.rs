//! A cache of Transformers that is kept in the host's memory, and what of it is on the GPU while a layer runs. It knows
//! not what a token leaves in a layer, which `cache` says.

use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::serving::cache::{of_token, of_token_in_all};
use crate::estimator::methods::calibrated::tensors::dtype::times;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::units::{Count, Memory};

/// What is not on the GPU while so many layers are of a cache that Transformers keeps in the host's memory; nothing
/// where it is not kept there.
///
/// Traced in Transformers 5.24 (`DynamicCache(offloading=True)`, `Cache.update`): while a layer runs that and the next
/// one are there, in the last one's feed-forward block the first alone, which was fetched again.
pub fn offloaded(run: &ServingRun, resident: f64) -> Option<Expr<Memory>> {
    Some(other_layers(run, resident)? * run.tokens.clone() * of_token(run))
}

fn other_layers(run: &ServingRun, resident: f64) -> Option<Expr<Count>> {
    let others = || (run.leaf(Id::NumLayers) - times(resident)).max(Expr::number(0.0));
    run.shape.reader.is_on(Id::OffloadCache).then(others)
}

/// Layers of such a cache that are on the GPU while attention reads one of them.
pub const RESIDENT_IN_ATTENTION: f64 = 2.0;

/// The same behind attention.
pub const RESIDENT: f64 = 1.0;

/// What one more token leaves on the GPU in a decode step of Transformers.
pub fn of_token_in_step(run: &ServingRun) -> Expr<Memory> {
    let all = of_token_in_all(run);
    match other_layers(run, RESIDENT_IN_ATTENTION) {
        Some(elsewhere) => all - elsewhere * of_token(run),
        None => all,
    }
}
