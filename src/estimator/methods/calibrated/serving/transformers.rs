//! Hugging Face Transformers: the prompt's pass through the last layer, where all keys and values are there, its
//! logits, and one decode step with `DynamicCache`. It knows which blocks live at which moment; their tensors `blocks`
//! list, but for the norm of a layer that is divided over GPUs.
//!
//! Moments follow `modeling_llama.py`, `modeling_gemma2.py`, `modeling_gpt2.py` and `integrations/moe.py` of
//! Transformers 5, without gradients.

use crate::estimator::architecture::{Fact, Layout};
use crate::estimator::component::Component::{AttentionScores, Inputs, Logits, Temporaries};
use crate::estimator::estimate::{Moment, put_any};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::attention_prompt::{AttentionPrompt, repeated_in_decode};
use crate::estimator::methods::calibrated::blocks::feed_forward_prompt::expanded;
use crate::estimator::methods::calibrated::blocks::kernel::{is_eager, shares_keys};
use crate::estimator::methods::calibrated::blocks::{
    embedding, gated_delta_prompt, instants, latent_prompt, logits, mamba2_prompt, masks, rotation, short_conv, stream,
};
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::serving::moment::Held;
use crate::estimator::methods::calibrated::serving::{cache, offloaded_cache};
use crate::estimator::methods::calibrated::tensors::alive::listed;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::dtype::FP32;
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::PromptLogits;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::Memory;

/// The moments of prompt and decode step.
pub fn moments(run: &ServingRun) -> Vec<Moment> {
    let prompt = Prompt::of(run);
    // A GPU that has but the embedding or the output projection.
    if run.portion.is_some_and(|it| it.first == it.end) {
        return vec![prompt.logits()];
    }
    vec![
        prompt.attention(),
        prompt.feed_forward(),
        prompt.logits(),
        decode(run, &prompt.with_layers(offloaded_cache::RESIDENT_IN_ATTENTION)),
    ]
}

/// The prompt's pass, seen from its last layer.
struct Prompt<'a> {
    run: &'a ServingRun<'a>,
    held: Held,
    attention: AttentionPrompt<'a>,
    /// Token ids, position ids, and masks.
    inputs: Expr<Memory>,
    /// What tells positions, where anything does.
    table: Option<Cached>,
}

impl<'a> Prompt<'a> {
    fn of(run: &'a ServingRun<'a>) -> Self {
        let attention = AttentionPrompt::of(run);
        let inputs = inputs(run, &attention);
        Self { run, held: Held::of(run), attention, inputs, table: rotation::table(run) }
    }

    /// What is held while so many layers of the cache are on the GPU, if the others are not.
    fn with_layers(&self, resident: f64) -> Held {
        match offloaded_cache::offloaded(self.run, resident) {
            Some(elsewhere) => self.held.before(elsewhere),
            None => self.held.clone(),
        }
    }

    /// What a moment has but once, whatever the number of tokens (what tells positions, and what else there is), and
    /// what blocks hold for each token.
    fn inside(&self, other: Option<Cached>, blocks: &[&[Tensor]]) -> Expr<Memory> {
        let of_tokens = self.of_tokens(blocks);
        let shared = match (self.table.clone(), other) {
            (Some(table), Some(other)) => sum_of(Quantity::SharedInPass, &[table, other]),
            (Some(one), None) | (None, Some(one)) => sum_of(Quantity::SharedInPass, &[one]),
            (None, None) => return of_tokens,
        };
        shared + of_tokens
    }

    /// What blocks hold for each token.
    fn of_tokens(&self, blocks: &[&[Tensor]]) -> Expr<Memory> {
        let run = self.run;
        run.tokens.clone() * listed(blocks, Quantity::InsidePass, &run.widths)
    }

    fn scores(&self, tensors: &[Tensor]) -> Expr<Memory> {
        let run = self.run;
        run.tokens.clone() * listed(&[tensors], Quantity::ScoresOfToken, &run.widths)
    }

    /// Inside the last layer's attention: the residual stream, and what the kernel or the rotation needs.
    fn attention(&self) -> Moment {
        let softmax = self.softmax_attention();
        match self.linear_attention() {
            Some(linear) if linear.total() > softmax.total() || !cache::has_full_layers(self.run) => linear,
            Some(_) | None => softmax,
        }
    }

    /// Inside the last layer of linear attention, of state space or of a short convolution, before the softmax
    /// attention that stands behind it has keys and values.
    fn linear_attention(&self) -> Option<Moment> {
        let run = self.run;
        let later = cache::of_last_behind_linear(run)?;
        let block = match run.layout() {
            Layout::Mamba2Hybrid | Layout::SingleMixerHybrid | Layout::ParallelHybrid => {
                mamba2_prompt::inside(run).to_vec()
            }
            Layout::ShortConvHybrid => short_conv::inside(run).to_vec(),
            _ => gated_delta_prompt::inside(run),
        };
        let inside = self.inside(None, &[&stream::around_attention(run), &block]);
        let lines = vec![(Inputs, self.inputs.clone()), (Temporaries, inside)];
        Some(self.held.before(later).moment(MomentId::PrefillAttention, lines))
    }

    /// Inside the last layer's softmax attention.
    fn softmax_attention(&self) -> Moment {
        let streams = stream::around_attention(self.run);
        let instant = instants::of_attention(self.run, &self.attention);
        let of = |once: Option<Cached>, inside: &[Tensor]| self.inside(once, &[&streams, inside]);
        let moment = |held: &Held, scores: Option<Expr<Memory>>, inside| {
            let mut lines = vec![(Inputs, self.inputs.clone()), (Temporaries, inside)];
            put_any(&mut lines, AttentionScores, scores);
            held.moment(MomentId::PrefillAttention, lines)
        };
        let is_plain = instant.scores.is_none() && !self.run.shape.is(Fact::KvLoraRank);
        // The last layer may have no mask: those before it then make theirs without its keys and values.
        match (self.attention.around_mask(), cache::of_last_full_layer(self.run)) {
            (Some(masked), Some(of_last)) if is_plain => {
                let masked = of(instant.once.clone(), &masked);
                let last = of(instant.once, &self.attention.before_kernel());
                if masked.value() - of_last.value() > last.value() {
                    moment(&self.held.before(of_last), None, masked)
                } else {
                    moment(&self.with_layers(offloaded_cache::RESIDENT_IN_ATTENTION), None, last)
                }
            }
            _ => {
                let scores = instant.scores.map(|it| self.scores(&it));
                moment(
                    &self.with_layers(offloaded_cache::RESIDENT_IN_ATTENTION),
                    scores,
                    of(instant.once, &instant.inside),
                )
            }
        }
    }

    /// Inside the last layer's feed-forward block.
    fn feed_forward(&self) -> Moment {
        let streams = stream::around_feed_forward(self.run);
        let held = |once: Option<Cached>, inside: &[Tensor]| self.inside(once, &[&streams, inside]);
        let temporaries = instants::of_feed_forward(self.run, expanded(self.run), held);
        let temporaries = match self.divided_norm() {
            Some(norm) if norm.value() > temporaries.value() => norm,
            Some(_) | None => temporaries,
        };
        let mut lines = vec![(Inputs, self.inputs.clone()), (Temporaries, temporaries)];
        put_any(&mut lines, AttentionScores, self.attention.weights().map(|it| self.scores(&it)));
        self.with_layers(offloaded_cache::RESIDENT).moment(MomentId::Prefill, lines)
    }

    /// Inside the norm before the last layer's feed-forward block, which is whole on every rank and fuller than a block
    /// that is divided often; nothing where none is.
    fn divided_norm(&self) -> Option<Expr<Memory>> {
        let run = self.run;
        let source = "modeling_llama.py, LlamaRMSNorm.forward";
        let copy = if run.bytes() < FP32 { FP32 } else { 0.0 };
        let inside = [
            run.tensor("input of the layer, attention's output, their sum", Width::Hidden, source).times(3.0),
            Tensor::new("hidden_states.to(float32)", copy, Width::Hidden, source),
            Tensor::new("hidden_states * rsqrt(variance)", FP32, Width::Hidden, source),
        ];
        (Mesh::of(&run.shape.reader).tensor() > 1.0).then(|| self.inside(None, &[&inside]))
    }

    /// Scores over the vocabulary, and the layers' last output.
    fn logits(&self) -> Moment {
        let run = self.run;
        let all = run.shape.reader.choice::<PromptLogits>(Id::Logits) == PromptLogits::All;
        let rows = if all { run.tokens.clone() } else { run.leaf(Id::BatchSize) };
        let mut lines = vec![(Inputs, ids(run))];
        put_any(&mut lines, Logits, on_gpu(run, logits::of_prompt).map(|it| rows * it));
        if run.has_output() {
            let output = run.tokens.clone() * listed(&[&[stream::last(run)]], Quantity::ModelOutput, &run.widths);
            lines.push((Temporaries, output));
        }
        self.with_layers(offloaded_cache::RESIDENT).moment(MomentId::PrefillLogits, lines)
    }
}

/// Token ids, position ids, and masks.
fn inputs(run: &ServingRun, attention: &AttentionPrompt) -> Expr<Memory> {
    let (ids, places) = (embedding::ids(run), embedding::position_ids(run));
    match masks::of_prompt(run, attention.kernel, attention.is_masked) {
        Some(masks) => sum_of(Quantity::InputTensors, &[ids, places, masks]),
        None => sum_of(Quantity::InputTensors, &[ids, places]),
    }
}

/// What a GPU has of a row of logits: all that is made of them, the copy that goes to where the inputs came from
/// (`io_same_device` of accelerate's `AlignDevicesHook`), or nothing.
fn on_gpu(run: &ServingRun, made: fn(&ServingRun) -> Expr<Memory>) -> Option<Expr<Memory>> {
    match (run.has_output(), run.is_first()) {
        (true, _) => Some(made(run)),
        (false, true) => Some(logits::of_step(run)),
        (false, false) => None,
    }
}

fn ids(run: &ServingRun) -> Expr<Memory> {
    sum_of(Quantity::InputTensors, &[embedding::ids(run)])
}

/// One token more for every sequence, in the last layer: `cat` makes its keys anew before the old ones are let go;
/// latent attention then expands what it has compressed.
fn decode(run: &ServingRun, held: &Held) -> Moment {
    let grown = run.leaf(Id::BatchSize) * offloaded_cache::of_token_in_step(run);
    let joined = cache::joined_in_step(run);
    let again = if is_eager(run.shape) && shares_keys(run.shape) && !run.shape.is(Fact::ExpandedKeys) {
        let repeated = repeated_in_decode(run);
        if joined.value() >= repeated.value() { joined } else { repeated }
    } else {
        joined
    };
    let again = if run.shape.is(Fact::KvLoraRank) {
        sum_of(Quantity::MadeAnew, &latent_prompt::expanded_in_step(run))
    } else {
        sum_of(Quantity::MadeAnew, &[again])
    };
    let mut lines = vec![(Inputs, ids(run)), (Temporaries, grown + again)];
    put_any(&mut lines, Logits, on_gpu(run, logits::of_step).map(|it| run.leaf(Id::BatchSize) * it));
    held.moment(MomentId::Decode, lines)
}
