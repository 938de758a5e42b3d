//! vLLM: what the workload's sequences need beside weights and cache is the peak of one step with the largest batch, as
//! the engine's profile run sees it. The pool that it takes beyond the sequences belongs to the GPU, not to the workload.

use crate::estimator::architecture::Fact;
use crate::estimator::component::Component::{Logits, Temporaries};
use crate::estimator::constants as c;
use crate::estimator::estimate::Moment;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::widths::routed;
use crate::estimator::methods::calibrated::serving::moment::Held;
use crate::estimator::methods::calibrated::serving::run::ServingRun;
use crate::estimator::methods::calibrated::tensors::dtype::times;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::units::{Count, Memory};

/// Rows below which PyTorch sorts all rows at once instead of each by itself (`SortStable.cu`).
const FEW_ROWS: f64 = 127.0;

/// A layer over the largest batch, and the sampler over its sequences.
pub fn moments(run: &ServingRun) -> Vec<Moment> {
    let held = Held::of(run);
    vec![
        held.moment(MomentId::Serving, [(Temporaries, layer(run))]),
        held.moment(MomentId::Sampling, [(Logits, sampler(run)), (Temporaries, step(run, run.hidden.clone()))]),
    ]
}

/// A tensor of width `width` for all tokens of a step.
fn step(run: &ServingRun, width: Expr<Count>) -> Expr<Memory> {
    run.leaf(Id::MaxBatchedTokens) * width * run.element.clone()
}

/// The feed-forward block: one projection for gate and up, their product, the residual, the normed input and the layer's
/// output; of experts one buffer that both projections share, and the product.
fn layer(run: &ServingRun) -> Expr<Memory> {
    let inner = if run.shape.is(Fact::NumExperts) {
        let expert = || run.fact(Fact::MoeIntermediateSize);
        let buffer = (times(2.0) * expert()).max(run.hidden.clone());
        routed(run.shape) * (buffer + expert())
    } else {
        let tensors = if run.shape.is(Fact::GatedMlp) { 3.0 } else { 2.0 };
        times(tensors) * run.fact(Fact::IntermediateSize)
    };
    step(run, inner + times(3.0) * run.hidden.clone())
}

/// Logits, converted to FP32 and sorted, for every sequence of the largest batch.
fn sampler(run: &ServingRun) -> Expr<Memory> {
    let rows = || run.leaf(Id::MaxSequences);
    let many = rows() * Expr::from(c::SAMPLED_LOGIT);
    let few = rows().min(times(FEW_ROWS)) * Expr::from(c::SAMPLED_LOGIT_OF_FEW);
    run.fact(Fact::VocabSize) * many.max(few)
}
