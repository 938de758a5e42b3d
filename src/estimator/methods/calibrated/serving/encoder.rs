//! An encoder in Hugging Face Transformers: one pass of all tokens, and what its head makes of them; no cache. It knows
//! which blocks live at which moment, and the tensors of none.

use crate::estimator::component::Component::{AttentionScores, Inputs, Logits, Temporaries};
use crate::estimator::estimate::{Moment, put_any};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::encoder_pass::EncoderPass;
use crate::estimator::methods::calibrated::blocks::feed_forward_prompt::expanded;
use crate::estimator::methods::calibrated::blocks::{encoder_head, instants, stream};
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::serving::moment::Held;
use crate::estimator::methods::calibrated::tensors::alive::listed;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::moment::MomentId;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::Memory;

/// The moments of a pass.
pub fn moments(run: &ServingRun) -> Vec<Moment> {
    let pass = Pass { run, held: Held::of(run), layers: EncoderPass::of(run) };
    vec![pass.layer(), pass.head()]
}

/// What a moment holds beside the weights.
struct PassInstant {
    scores: Option<Expr<Memory>>,
    inside: Expr<Memory>,
}

impl PassInstant {
    fn value(&self) -> f64 {
        self.inside.value() + self.scores.as_ref().map_or(0.0, Expr::value)
    }
}

struct Pass<'a> {
    run: &'a ServingRun<'a>,
    held: Held,
    layers: EncoderPass<'a>,
}

impl Pass<'_> {
    fn given(&self) -> Expr<Memory> {
        sum_of(Quantity::InputTensors, &self.layers.given())
    }

    fn of_tokens(&self, quantity: Quantity, blocks: &[&[Tensor]]) -> Expr<Memory> {
        self.run.tokens.clone() * listed(blocks, quantity, &self.run.widths)
    }

    /// What blocks hold for each token, beside what all layers share.
    fn inside(&self, once: Option<Cached>, blocks: &[&[Tensor]]) -> Expr<Memory> {
        let shared: Vec<_> = self.layers.tables().into_iter().chain(self.layers.masks()).chain(once).collect();
        let inside = self.of_tokens(Quantity::InsidePass, blocks);
        if shared.is_empty() { inside } else { sum_of(Quantity::SharedInPass, &shared) + inside }
    }

    /// The fullest instant of the layers: while masks are made, inside attention, or inside the feed-forward block.
    fn layer(&self) -> Moment {
        let mut fullest = self.attention();
        for it in [Some(self.feed_forward()), self.masks()].into_iter().flatten() {
            if it.value() > fullest.value() {
                fullest = it;
            }
        }
        let mut lines = vec![(Inputs, self.given()), (Temporaries, fullest.inside)];
        put_any(&mut lines, AttentionScores, fullest.scores);
        self.held.moment(MomentId::Encoder, lines)
    }

    fn masks(&self) -> Option<PassInstant> {
        let made = sum_of(Quantity::SharedInPass, &self.layers.making_masks()?);
        let embedded = self.of_tokens(Quantity::InsidePass, &[&[stream::embedded(self.run)]]);
        Some(PassInstant { scores: None, inside: made + embedded })
    }

    fn attention(&self) -> PassInstant {
        let layers = &self.layers;
        let streams = layers.around_attention();
        let scores = layers.makes_scores().then(|| self.of_tokens(Quantity::ScoresOfToken, &[&layers.scores()]));
        PassInstant { scores, inside: self.inside(None, &[&streams, &layers.inside_attention()]) }
    }

    fn feed_forward(&self) -> PassInstant {
        let streams = self.layers.around_feed_forward();
        let held = |once: Option<Cached>, inside: &[Tensor]| self.inside(once, &[&streams, inside]);
        let inside = instants::of_feed_forward(self.run, expanded(self.run), held);
        let scores = self.layers.weights().map(|it| self.of_tokens(Quantity::ScoresOfToken, &[&it]));
        PassInstant { scores, inside }
    }

    /// The layers' last output, and what the head makes of it.
    fn head(&self) -> Moment {
        let run = self.run;
        let output = self.of_tokens(Quantity::ModelOutput, &[&encoder_head::outputs(run)]);
        let mut lines = vec![(Inputs, self.given()), (Temporaries, output)];
        put_any(&mut lines, Logits, encoder_head::scores(run));
        self.held.moment(MomentId::HeadOutput, lines)
    }
}
