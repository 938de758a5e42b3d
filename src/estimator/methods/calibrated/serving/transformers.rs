//! Hugging Face Transformers: the prompt's pass through the last layer, where all keys and values are there, its logits,
//! and one decode step with `DynamicCache`. It knows no weight format but what expanding one costs.
//!
//! Sizes follow `modeling_llama.py`, `modeling_gemma2.py`, `modeling_gpt2.py` and `integrations/moe.py` of Transformers 5,
//! without gradients: a tensor lives as long as a local of the module's `forward` refers to it.

use crate::estimator::architecture::{Activation, Fact, NormPlacement, Positions, QkNorm};
use crate::estimator::component::Component::{AttentionScores, Inputs, Logits, Temporaries};
use crate::estimator::estimate::Moment;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::serving::cache;
use crate::estimator::methods::calibrated::serving::moment::moment;
use crate::estimator::methods::calibrated::serving::run::{ServingRun, n};
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, INT64};
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Attention, PromptLogits};
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// The moments of prompt and decode step.
pub fn moments(run: &ServingRun) -> Vec<Moment> {
    let prompt = Prompt::new(run);
    vec![prompt.attention(), prompt.feed_forward(), prompt.logits(), decode(run)]
}

fn bytes(it: f64) -> Expr<BytesPerElement> {
    Expr::number(it)
}

/// How scores meet keys.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kernel {
    /// Flash attention: no score is ever stored.
    Flash,
    /// The memory-efficient kernel, which takes a mask; keys and values are repeated for it.
    Masked,
    /// Matrix products and a softmax over the whole score matrix.
    Scores,
}

/// The prompt's pass, seen from its last layer.
struct Prompt<'a> {
    run: &'a ServingRun<'a>,
    kernel: Kernel,
    is_rotary: bool,
    sequence: Expr<Count>,
}

impl<'a> Prompt<'a> {
    fn new(run: &'a ServingRun<'a>) -> Self {
        let kernel = if writes_scores(run) || is_without_kernel(run) {
            Kernel::Scores
        } else if run.is_windowed() {
            Kernel::Masked
        } else {
            Kernel::Flash
        };
        let is_rotary = Positions::of(run.shape.number(Fact::Positions)) != Positions::Learned;
        Self { run, kernel, is_rotary, sequence: run.sequence.clone() }
    }

    /// Bytes of one tensor of width `width` for all tokens.
    fn tensor(&self, width: Expr<Count>) -> Expr<Memory> {
        self.run.tokens.clone() * width * self.run.element.clone()
    }

    /// Token ids, position ids, and masks of every attention kind that the layers have.
    fn inputs(&self) -> Expr<Memory> {
        self.masked_ids().chosen_by(Id::SlidingWindow).chosen_by(Id::Attention)
    }

    fn masked_ids(&self) -> Expr<Memory> {
        let ids = (self.run.tokens.clone() + self.sequence.clone()) * bytes(INT64);
        match self.kernel {
            Kernel::Flash => ids,
            // One byte for each pair of positions, the same for all sequences.
            Kernel::Masked => ids + self.pairs() * bytes(1.0),
            // PyTorch's own kernel writes its mask itself.
            Kernel::Scores if !writes_scores(self.run) => ids,
            Kernel::Scores => {
                let windowed = self.run.shape.number(Fact::NumSlidingLayers);
                let is_mixed = windowed > 0.0 && windowed < self.run.leaf(Id::NumLayers).value();
                let kinds = if is_mixed { 2.0 } else { 1.0 };
                ids + n(kinds) * self.tensor(self.sequence.clone())
            }
        }
    }

    fn pairs(&self) -> Expr<Count> {
        self.sequence.clone() * self.sequence.clone()
    }

    /// Cosines and sines that all sequences share, or the rows of learned positions.
    fn positions(&self) -> Expr<Memory> {
        let run = self.run;
        let rotated = if run.shape.is(Fact::RotaryDim) { Fact::RotaryDim } else { Fact::HeadDim };
        let width = if self.is_rotary { n(2.0) * run.fact(rotated) } else { run.hidden.clone() };
        (self.sequence.clone() * width * run.element.clone()).named("s_pos")
    }

    /// Inside the last layer's attention: the embedding's output, the residual and the normed input, and what the kernel
    /// or the rotation needs.
    fn attention(&self) -> Moment {
        let run = self.run;
        let stream = self.positions() + self.tensor(n(3.0) * run.hidden.clone());
        if self.kernel == Kernel::Scores {
            let kept = if self.is_rotary { n(1.0) } else { n(3.0) };
            let width = kept * run.query.clone() + self.repeated();
            let temporaries = stream + self.tensor(width);
            let temporaries = if writes_scores(run) { temporaries } else { temporaries + self.scaled_query() };
            let lines = [(Inputs, self.inputs()), (AttentionScores, self.scores()), (Temporaries, temporaries)];
            return moment(run, MomentId::PrefillAttention, lines);
        }
        // `q·cos`, the rotated half and its product beside the projection; or the same of the keys, beside all three.
        let rotation = if self.is_rotary {
            n(2.0) * run.query.clone() + (n(2.0) * run.query.clone()).max(n(3.0) * run.key.clone())
        } else {
            n(3.0) * run.hidden.clone()
        };
        let mut inside = self.tensor(rotation);
        if QkNorm::of(run.shape.number(Fact::QkNorm)) != QkNorm::None && run.element.value() < FP32 {
            // The projection, and twice in FP32: converted and scaled.
            inside = inside.max(run.tokens.clone() * run.query.clone() * (run.element.clone() + bytes(2.0 * FP32)));
        }
        if self.kernel == Kernel::Masked {
            // The kernel's mask in the run's format, made from the Boolean one by way of its negation.
            let mask = self.tensor(self.sequence.clone());
            let result = self.tensor(run.query.clone()).max(run.tokens.clone() * self.sequence.clone() * bytes(1.0));
            inside = inside.max(self.tensor(run.query.clone() + self.repeated()) + mask + result);
        }
        moment(run, MomentId::PrefillAttention, [(Inputs, self.inputs()), (Temporaries, stream + inside)])
    }

    /// Keys and values repeated to all heads, for kernels that know no groups.
    fn repeated(&self) -> Expr<Count> {
        n(if self.run.shares_keys() { 2.0 } else { 0.0 }) * self.run.query.clone()
    }

    /// PyTorch's own kernel scales queries apart and writes the causal mask as numbers.
    fn scaled_query(&self) -> Expr<Memory> {
        self.tensor(self.run.query.clone()) + self.pairs() * self.run.element.clone()
    }

    /// Scores of every head: masked in the run's format, converted to FP32, and their softmax; models with learned
    /// positions stay in the run's format, and so does a run that is FP32 already.
    fn scores(&self) -> Expr<Memory> {
        let run = self.run;
        let element = run.element.clone();
        let is_converted = self.is_rotary && element.value() < FP32;
        let of_score = if is_converted { element + bytes(2.0 * FP32) } else { element.clone() + element };
        run.fact(Fact::NumAttentionHeads) * self.sequence.clone() * run.tokens.clone() * of_score
    }

    /// Inside the last layer's feed-forward block. Eager attention's weights still live: the layer's `forward` has not
    /// let go of them.
    fn feed_forward(&self) -> Moment {
        let run = self.run;
        let is_before = NormPlacement::of(run.shape.number(Fact::NormPlacement)) != NormPlacement::After;
        let streams = match (self.is_rotary, is_before) {
            (true, true) => 4.0,
            (true, false) => 3.0,
            // The attention's output has a name of its own in GPT-2.
            (false, _) => 5.0,
        };
        let streams = n(streams) * run.hidden.clone();
        let inside = if run.shape.is(Fact::NumExperts) {
            self.tensor(streams) + self.experts()
        } else {
            let inner = run.fact(Fact::IntermediateSize);
            let (tensors, others) = inner_tensors(run);
            let full = self.tensor(streams.clone() + n(tensors) * inner.clone()).chosen_by(Id::Activation);
            match crate::estimator::methods::calibrated::model::weights::expanded(run.shape) {
                Some(weight) => full.max(self.tensor(streams + n(others) * inner) + weight),
                None => full,
            }
        };
        let temporaries = self.positions() + inside;
        let inputs = (Inputs, self.inputs());
        if !writes_scores(run) {
            return moment(run, MomentId::Prefill, [inputs, (Temporaries, temporaries)]);
        }
        let weights = run.fact(Fact::NumAttentionHeads) * self.sequence.clone() * run.tokens.clone();
        let weights = (AttentionScores, weights * run.element.clone());
        moment(run, MomentId::Prefill, [inputs, weights, (Temporaries, temporaries)])
    }

    /// Tokens copied once for each expert that they visit, sorted by expert: gathered, gate and up, activated, product; or
    /// gathered, projected down, weighted, unsorted. 40 bytes a copy sort it and weight it.
    fn experts(&self) -> Expr<Memory> {
        let run = self.run;
        let hidden = || run.hidden.clone();
        let copies = run.tokens.clone() * run.fact(Fact::NumActiveExperts);
        let inward = hidden() + n(4.0) * run.fact(Fact::MoeIntermediateSize);
        let widest = inward.max(n(4.0) * hidden());
        copies.clone() * widest * run.element.clone()
            + copies * bytes(5.0 * INT64)
            + self.tensor(run.fact(Fact::NumExperts))
    }

    /// Scores over the vocabulary, and the layers' last output.
    fn logits(&self) -> Moment {
        let run = self.run;
        let all = self.run.shape.reader.choice::<PromptLogits>(Id::Logits) == PromptLogits::All;
        let rows = if all { run.tokens.clone() } else { run.leaf(Id::BatchSize) };
        let is_scaled = run.shape.is(Fact::FinalSoftCap) || run.shape.is(Fact::ScaledLogits);
        let copies = if is_scaled { n(2.0) } else { n(1.0) };
        let logits = copies * rows * run.fact(Fact::VocabSize) * run.element.clone();
        let lines = [
            (Inputs, run.tokens.clone() * bytes(INT64)),
            (Logits, logits.chosen_by(Id::Logits)),
            (Temporaries, self.tensor(run.hidden.clone())),
        ];
        moment(run, MomentId::PrefillLogits, lines)
    }
}

/// Whether attention writes its scores: asked for, or because fused kernels know no soft cap.
fn writes_scores(run: &ServingRun) -> bool {
    let is_eager = run.shape.reader.choice::<Attention>(Id::Attention) == Attention::Eager;
    is_eager || run.shape.is(Fact::AttentionSoftCap)
}

/// Whether neither fused kernel takes the run: flash needs 16 bits, the memory-efficient one a key for every head.
fn is_without_kernel(run: &ServingRun) -> bool {
    run.element.value() >= FP32 && run.shares_keys()
}

/// Tensors of the feed-forward block's inner width that live at once: at the end, and while the last projection inward is
/// multiplied.
fn inner_tensors(run: &ServingRun) -> (f64, f64) {
    match Activation::of(run.shape.number(Fact::Activation)) {
        // One projection for both, its halves being views.
        _ if run.shape.is(Fact::FusedGateUp) => (4.0, 2.0),
        _ if run.shape.is(Fact::GatedMlp) => (3.0, 2.0),
        Activation::GeluNew => (4.0, 1.0),
        Activation::QuickGelu | Activation::ReluSquared => (3.0, 1.0),
        _ => (2.0, 1.0),
    }
}

/// One token more for every sequence, in the last layer: `cat` makes its keys anew before the old ones are let go.
fn decode(run: &ServingRun) -> Moment {
    let grown = n(2.0) * run.leaf(Id::NumLayers) * run.key.clone() * run.leaf(Id::BatchSize) * run.element.clone();
    let again = cache::of_layer(run);
    let again = if writes_scores(run) && run.shares_keys() {
        again.max(n(2.0) * run.tokens.clone() * run.query.clone() * run.element.clone())
    } else {
        again
    };
    let logits = run.leaf(Id::BatchSize) * run.fact(Fact::VocabSize) * run.element.clone();
    let lines = [(Inputs, run.tokens.clone() * bytes(INT64)), (Temporaries, grown + again), (Logits, logits)];
    moment(run, MomentId::Decode, lines)
}
