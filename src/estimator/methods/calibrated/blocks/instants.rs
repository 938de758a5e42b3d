//! The fullest instants of a layer in a pass that keeps nothing, whoever runs it: which tensors attention and the
//! feed-forward block have at once. It knows neither the streams around them, nor any number of tokens, nor a moment of
//! a run.

use crate::estimator::architecture::Fact;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::attention_prompt::AttentionPrompt;
use crate::estimator::methods::calibrated::blocks::feed_forward_prompt::FeedForwardPrompt;
use crate::estimator::methods::calibrated::blocks::{experts_prompt, latent_prompt, rotation};
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::tensors::cached::Cached;
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::units::Memory;

/// What attention has at its fullest instant.
pub struct AttentionInstant {
    /// What there is once, whatever the number of tokens.
    pub once: Option<Cached>,
    /// For each token, but for scores.
    pub inside: Vec<Tensor>,
    /// Scores for each token, where the kernel makes them.
    pub scores: Option<[Tensor; 7]>,
}

/// Inside attention: while its kernel runs or queries and keys are made, or while it makes scores.
pub fn of_attention(run: &ServingRun, attention: &AttentionPrompt) -> AttentionInstant {
    let scores = attention.kernel.makes_scores().then(|| attention.scores());
    if run.shape.is(Fact::KvLoraRank) {
        let mut inside = latent_prompt::expanded(run).to_vec();
        if scores.is_none() {
            inside.extend(latent_prompt::written(run, attention.kernel));
        }
        return AttentionInstant { once: None, inside, scores };
    }
    if scores.is_some() {
        return AttentionInstant {
            once: attention.mask_of_scores(),
            inside: attention.beside_scores().to_vec(),
            scores,
        };
    }
    AttentionInstant { once: rotation::interleaved(run), inside: attention.inside_fused().to_vec(), scores }
}

/// Inside the feed-forward block, or the experts: when its product has been made, or while `expanded`, the weight of a
/// projection inward, is there for it. `held` says what a pass holds with so much once, and so much for each token.
pub fn of_feed_forward(
    run: &ServingRun,
    expanded: Option<Cached>,
    held: impl Fn(Option<Cached>, &[Tensor]) -> Expr<Memory>,
) -> Expr<Memory> {
    if run.shape.is(Fact::NumExperts) {
        return held(None, &experts_prompt::inside(run));
    }
    let block = FeedForwardPrompt::of(run);
    let made = held(None, &block.made);
    let Some(weight) = expanded else { return made };
    let projected = held(Some(weight), &block.projected);
    if projected.value() > made.value() { projected } else { made }
}
