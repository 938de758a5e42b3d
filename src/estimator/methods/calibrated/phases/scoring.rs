//! A pass over a training run's batch that keeps nothing: the fullest instant inside its layers, and its end, where a
//! head scores tokens. It knows no moment of the run and no weights.
//!
//! Layers hold what a prompt's pass holds in Transformers, but for the cache: keys and values live as long as their
//! layer's attention. Under autocast with FP32 weights the residual stream is FP32, and what products make is not.

use crate::estimator::architecture::Fact;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::attention_prompt::AttentionPrompt;
use crate::estimator::methods::calibrated::blocks::feed_forward_prompt::expanded;
use crate::estimator::methods::calibrated::blocks::instants::AttentionInstant;
use crate::estimator::methods::calibrated::blocks::{instants, loss, masks, rotation, stream};
use crate::estimator::methods::calibrated::phases::step::Step;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::alive::listed;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::dtype::{BYTE, FP32, INT64, element, times};
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

const ATTENTION: &str = "modeling_llama.py, LlamaAttention.forward";
const ROTARY: &str = "modeling_llama.py, apply_rotary_pos_emb";
const HEAD: &str = "trl trainer/utils.py, add_fused_lm_head";
const GROUPS: &str = "grpo_trainer.py, _get_per_token_logps_and_entropies";

/// The pass of a run's batch.
pub struct Scoring<'a> {
    run: &'a TrainingRun<'a>,
    /// As products see it.
    inner: ServingRun<'a>,
    /// As the residual stream is.
    outer: ServingRun<'a>,
}

impl<'a> Scoring<'a> {
    /// The pass of a run.
    pub fn of(run: &'a TrainingRun<'a>) -> Self {
        Self { run, inner: run.served(run.formats.compute), outer: run.served(run.formats.stream) }
    }

    /// What the fullest instant inside the last layer holds.
    pub fn layers(&self) -> Expr<Memory> {
        let (attention, block) = (self.attention(), self.feed_forward());
        if attention.value() > block.value() { attention } else { block }
    }

    /// What the head holds while it scores: the layers' last output, of which the scored tokens are chosen, and what it
    /// makes.
    pub fn head(&self) -> Expr<Memory> {
        let (run, last) = (self.run, self.last());
        let hidden = run.scored() * run.widths.leaf(Width::Hidden);
        let mut chosen = vec![
            Cached::new("hidden_states[mask]", hidden, element(run.formats.stream), HEAD),
            Cached::new("labels[mask]", run.scored(), element(INT64), HEAD),
            Cached::new("mask", run.tokens() - run.batch.clone(), element(BYTE), HEAD),
        ];
        if run.has_groups() {
            let labels = times(2.0) * run.tokens();
            chosen.push(Cached::new("labels, attention_mask", labels, element(INT64), GROUPS));
        }
        last + sum_of(Quantity::ChosenTensors, &chosen)
    }

    /// The layers' last output, of all tokens.
    pub fn last(&self) -> Expr<Memory> {
        self.run.tokens() * listed(&[&[stream::last(&self.outer)]], Quantity::ModelOutput, &self.run.widths)
    }

    /// What the scores themselves take in the head: no whole logits.
    pub fn scores(&self) -> Expr<Memory> {
        sum_of(Quantity::LossTensors, &loss::scoring(self.run))
    }

    /// Elements of the last layer's weights that autocast converts after its fullest instant.
    pub fn still_to_convert(&self) -> Expr<Count> {
        let widths = &self.run.widths;
        if self.run.shape.is(Fact::NumExperts) {
            return Expr::number(0.0);
        }
        widths.leaf(Width::Hidden) * widths.leaf(Width::Intermediate)
    }

    /// Autocast's copies of the weights that are trained, but for those of the elements that are `left`.
    pub fn copies(&self, step: &Step, left: Option<Expr<Count>>) -> Option<Expr<Memory>> {
        let formats = &self.run.formats;
        let all = (formats.is_autocast && formats.trains_everything()).then(|| step.converted())?;
        Some(left.map_or(all.clone(), |left| all - left) * element(formats.compute))
    }

    fn of_tokens(&self, blocks: &[&[Tensor]]) -> Expr<Memory> {
        self.run.tokens() * listed(blocks, Quantity::InsidePass, &self.run.widths)
    }

    /// What the pass has but once, whatever the number of tokens, and the masks that it makes; and what blocks hold for
    /// each token.
    fn inside(&self, other: Option<Cached>, blocks: &[&[Tensor]]) -> Expr<Memory> {
        let run = self.run;
        let tensors: Vec<_> = rotation::table(&self.outer).into_iter().chain(other).collect();
        let shared = (!tensors.is_empty()).then(|| sum_of(Quantity::SharedInPass, &tensors));
        let masks = masks::mask(run).map(|mask| times(masks::number(run)) * mask);
        let of_tokens = self.of_tokens(blocks);
        match Expr::sum_of_any(shared, masks) {
            Some(sum) => sum + of_tokens,
            None => of_tokens,
        }
    }

    fn attention(&self) -> Expr<Memory> {
        let (run, inner) = (self.run, &self.inner);
        let attention = AttentionPrompt::with(inner, masks::is_masked(run, true));
        let streams = stream::around_attention(&self.outer);
        let is_latent = run.shape.is(Fact::KvLoraRank);
        let keys = [inner.tensor("keys and values", Width::Keys, ATTENTION).times(2.0).only_if(!is_latent)];
        let AttentionInstant { once, inside, scores } = instants::of_attention(inner, &attention);
        let of = |once: Option<Cached>, inside: &[Tensor], scores: &[Tensor]| {
            self.inside(once, &[&streams, &keys, inside, scores])
        };
        let Some(scores) = scores else {
            let res = of(once.clone(), &inside, &[]);
            let is_mixed = !is_latent && run.formats.stream > run.formats.compute && rotation::is_rotated(run.shape);
            let mixed = is_mixed.then(|| of(once, &self.rotated_in_fp32(), &[]));
            return mixed.filter(|it| it.value() > res.value()).unwrap_or(res);
        };
        of(once, &inside, &scores)
    }

    /// While queries are rotated by cosines and sines in the stream's format.
    fn rotated_in_fp32(&self) -> [Tensor; 2] {
        let narrow = self.inner.tensor("q_proj output, rotate_half(q)", Width::Queries, ROTARY).times(2.0);
        [narrow, Tensor::new("q·cos, rotate_half(q)·sin", FP32, Width::Queries, ROTARY).times(2.0)]
    }

    fn feed_forward(&self) -> Expr<Memory> {
        let (run, inner) = (self.run, &self.inner);
        let streams = stream::around_feed_forward(&self.outer);
        let weights = AttentionPrompt::with(inner, masks::is_masked(run, true)).weights();
        let weights: &[Tensor] = weights.as_ref().map_or(&[], |it| it);
        let expanded = expanded(inner).filter(|_| run.is_quantized());
        instants::of_feed_forward(inner, expanded, |once, inside| self.inside(once, &[&streams, weights, inside]))
    }
}
