//! vLLM: what the workload's sequences need beside weights and cache is the peak of one step with the largest batch, as
//! the engine's profile run sees it. The pool that it takes beyond the sequences belongs to the GPU, not to the
//! workload. It knows which blocks live at which moment, and the tensors of none: `blocks` list them.

use crate::estimator::architecture::{Fact, Layout};
use crate::estimator::component::Component::{Logits, Temporaries, VisionActivations};
use crate::estimator::estimate::Moment;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::{
    drafter, experts_prompt, feed_forward_prompt, latent_attention, logits, mamba, mamba2, short_conv, stream,
};
use crate::estimator::methods::calibrated::model::widths::Widths;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::serving::encoder_profile::images;
use crate::estimator::methods::calibrated::serving::moment::Held;
use crate::estimator::methods::calibrated::serving::paged::{BLOCK, runs_second, version};
use crate::estimator::methods::calibrated::tensors::alive::{fullest, listed};
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::Memory;

/// A layer over the largest batch, and the sampler over its sequences.
pub fn moments(run: &ServingRun) -> Vec<Moment> {
    let held = Held::of(run);
    let kept = || step(run, &[&drafter::buffers(run)], Quantity::DrafterBuffers, &run.widths);
    let buffers = run.drafts_by_layer().then(kept);
    let widths = Widths::of_engine(run.shape, &run.sequence);
    let has_workspaces = version(run).keeps_workspaces && experts_prompt::has_workspaces(run);
    let workspaces = has_workspaces.then(|| {
        let workspaces = experts_prompt::workspaces_in_vllm(run, &widths);
        step(run, &[&workspaces], Quantity::ExpertWorkspaces, &widths)
    });
    let in_block = layer(run, &widths, has_workspaces);
    let in_block = mixer(run).filter(|it| it.value() > in_block.value()).unwrap_or(in_block);
    let context = latent_attention::context_of_prompt(run, BLOCK);
    let beside = |it: Expr<Memory>| {
        let kept = [buffers.clone(), context.as_ref().map(|it| it.kept.clone()), workspaces.clone()];
        kept.into_iter().flatten().fold(it, |it, kept| it + kept)
    };
    let in_attention = context.as_ref().map(|it| around(run) + it.expanded.clone());
    let in_layer = in_attention.filter(|it| it.value() > in_block.value()).unwrap_or(in_block);
    let output = step(run, &[&[stream::last(run)], &stream::received_in_vllm(run)], Quantity::ModelOutput, &run.widths);
    let samples = run.has_output() && !is_pooling(run);
    let counted = (samples && runs_second(run)).then(|| logits::counted_in_vllm(run));
    let kept = counted.clone().map(|it| (Logits, it));
    let images = images(run);
    let seen = || images.iter().map(|it| (VisionActivations, it.beside_text.clone()));
    let in_layer = kept.clone().into_iter().chain([(Temporaries, beside(in_layer))]).chain(seen()).collect();
    let mut moments = vec![held.moment(MomentId::Serving, in_layer)];
    if samples {
        let sampled = match counted {
            Some(counted) => counted + sampled(run),
            None => sampled(run),
        };
        let lines = [(Logits, sampled), (Temporaries, beside(output))].into_iter().chain(seen()).collect();
        moments.push(held.moment(MomentId::Sampling, lines));
    }
    if let Some(images) = &images {
        let buffers = [buffers, context.map(|it| it.kept)].into_iter().flatten().reduce(|sum, it| sum + it);
        let buffers = buffers.map(|it| (Temporaries, it));
        let lines = kept.into_iter().chain(buffers).chain([(VisionActivations, images.in_tower.clone())]);
        moments.insert(0, held.moment(MomentId::Encoder, lines.collect()));
    }
    moments
}

/// Whether the model is one that answers with vectors, as the checkpoint says (`ModelConfig._get_default_runner_type`):
/// it makes no logits (`GPUModelRunner._dummy_pooler_run`), and the vector of a sequence is a small part of what a
/// layer makes of its tokens.
fn is_pooling(run: &ServingRun) -> bool {
    run.shape.reader.inputs().model().is_some_and(|it| it.is_headless)
}

/// The logits of the largest batch. Of drafted tokens it has no more than a step has room for.
fn sampled(run: &ServingRun) -> Expr<Memory> {
    let sequences = run.leaf(Id::MaxSequences);
    match run.drafted() {
        Some(drafted) => {
            let fitting = run.leaf(Id::MaxBatchedTokens) / (Expr::number(1.0) + drafted.clone());
            let verifying = sequences.clone().min(fitting);
            if !(version(run).verifies_in_parts && runs_second(run)) {
                return logits::verified_in_vllm(run, &verifying, &drafted);
            }
            // The profile run draws one token of each sequence, and verifies none (`_dummy_sampler_run`).
            let drawn = logits::sampled_in_vllm(run, &sequences);
            let verified = logits::verified_in_parts(run, &verifying, &drafted);
            if verified.value() > drawn.value() { verified } else { drawn }
        }
        None => logits::sampled_in_vllm(run, &sequences),
    }
}

/// What blocks hold for all tokens of a step.
fn step(run: &ServingRun, blocks: &[&[Tensor]], quantity: Quantity, widths: &Widths) -> Expr<Memory> {
    run.leaf(Id::MaxBatchedTokens) * listed(blocks, quantity, widths)
}

/// Around attention.
fn around(run: &ServingRun) -> Expr<Memory> {
    step(run, &[&stream::in_vllm(run)], Quantity::InsidePass, &run.widths)
}

/// Inside the mixer of a state space, or a short convolution, where it is fuller than the block behind it.
fn mixer(run: &ServingRun) -> Option<Expr<Memory>> {
    let streams = stream::in_vllm(run);
    let inside = |mixer: &[Tensor]| step(run, &[&streams, mixer], Quantity::InsidePass, &run.widths);
    match run.layout() {
        Layout::Mamba2Hybrid | Layout::SingleMixerHybrid | Layout::Mamba2 => Some(inside(&mamba2::in_vllm(run))),
        Layout::ParallelHybrid => {
            let beside = stream::beside_mixer_in_vllm(run);
            let blocks: [&[Tensor]; 3] = [&streams, &beside, &mamba2::in_vllm(run)];
            Some(step(run, &blocks, Quantity::InsidePass, &run.widths))
        }
        Layout::Mamba => Some(inside(&mamba::in_vllm(run))),
        Layout::ShortConvHybrid => Some(inside(&short_conv::in_vllm(run))),
        _ => None,
    }
}

/// Inside the feed-forward block, or the experts, unless these have workspaces that stay: in a mixture with dense
/// layers the fuller one. A drafter's layer is like them, and runs while the model's last output is still there.
fn layer(run: &ServingRun, widths: &Widths, has_workspaces: bool) -> Expr<Memory> {
    let [residual, input, output] = stream::in_vllm(run);
    let [states, added] = stream::received_in_vllm(run);
    let streams = [residual, input, output, stream::last(run).only_if(run.drafts_by_layer()), states, added];
    let reduced = [stream::all_reduced(run).only_if(run.shape.split().is_some()), Tensor::NONE];
    if !run.shape.is(Fact::NumExperts) {
        let block = fullest(&[&feed_forward_prompt::in_vllm(run), &reduced], &run.widths);
        return step(run, &[&streams, &block], Quantity::InsidePass, &run.widths);
    }
    let mut block = if has_workspaces { [Tensor::NONE; 2] } else { experts_prompt::in_vllm(run, widths) };
    if run.shape.is(Fact::NumDenseLayers) {
        block = fullest(&[&block, &feed_forward_prompt::in_vllm(run)], widths);
    }
    let block = fullest(&[&block, &reduced], widths);
    step(run, &[&streams, &block], Quantity::InsidePass, widths)
}
