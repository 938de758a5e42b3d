//! vLLM: what the workload's sequences need beside weights and cache is the peak of one step with the largest batch, as
//! the engine's profile run sees it. The pool that it takes beyond the sequences belongs to the GPU, not to the workload. It
//! knows which blocks live at which moment, and the tensors of none: `blocks` list them.

use crate::estimator::architecture::Fact;
use crate::estimator::component::Component::{Logits, Temporaries};
use crate::estimator::estimate::Moment;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::{experts_prompt, feed_forward_prompt, logits, stream};
use crate::estimator::methods::calibrated::model::widths::Widths;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::serving::moment::Held;
use crate::estimator::methods::calibrated::tensors::alive::{fullest, listed};
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::Memory;

/// A layer over the largest batch, and the sampler over its sequences.
pub fn moments(run: &ServingRun) -> Vec<Moment> {
    let held = Held::of(run);
    vec![
        held.moment(MomentId::Serving, [(Temporaries, layer(run))]),
        held.moment(
            MomentId::Sampling,
            [
                (Logits, logits::sampled_in_vllm(run, &run.leaf(Id::MaxSequences))),
                (Temporaries, step(run, &[&[stream::last(run)]], Quantity::ModelOutput, &run.widths)),
            ],
        ),
    ]
}

/// What blocks hold for all tokens of a step.
fn step(run: &ServingRun, blocks: &[&[Tensor]], quantity: Quantity, widths: &Widths) -> Expr<Memory> {
    run.leaf(Id::MaxBatchedTokens) * listed(blocks, quantity, widths)
}

/// Inside the feed-forward block, or the experts: in a mixture with dense layers the fuller one.
fn layer(run: &ServingRun) -> Expr<Memory> {
    let streams = stream::in_vllm(run);
    if !run.shape.is(Fact::NumExperts) {
        return step(run, &[&streams, &feed_forward_prompt::in_vllm(run)], Quantity::InsidePass, &run.widths);
    }
    let widths = Widths::of_engine(run.shape, &run.sequence);
    let mut block = experts_prompt::in_vllm(run, &widths);
    if run.shape.is(Fact::NumDenseLayers) {
        block = fullest(&[&block, &feed_forward_prompt::in_vllm(run)], &widths);
    }
    step(run, &[&streams, &block], Quantity::InsidePass, &widths)
}
