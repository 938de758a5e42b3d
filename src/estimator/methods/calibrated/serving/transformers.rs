//! Hugging Face Transformers: the prompt's pass through the last layer, where all keys and values are there, its logits,
//! and one decode step with `DynamicCache`. It knows no weight format but what expanding one costs.
//!
//! Sizes follow `modeling_llama.py`, `modeling_gemma2.py`, `modeling_gpt2.py` and `integrations/moe.py` of Transformers 5,
//! without gradients: a tensor lives as long as a local of the module's `forward` refers to it.

use crate::estimator::architecture::{Activation, Fact, NormPlacement, QkNorm, Router};
use crate::estimator::component::Component::{AttentionScores, Inputs, Logits, Temporaries};
use crate::estimator::estimate::Moment;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::activation::Function;
use crate::estimator::methods::calibrated::blocks::kernel::{Kernel, is_cut, is_eager, shares_keys, windowed_layers};
use crate::estimator::methods::calibrated::blocks::{experts, rotation};
use crate::estimator::methods::calibrated::model::storage;
use crate::estimator::methods::calibrated::serving::cache;
use crate::estimator::methods::calibrated::serving::moment::Held;
use crate::estimator::methods::calibrated::serving::run::ServingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{BYTE, FP32, INT64, element, times};
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::PromptLogits;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// The moments of prompt and decode step.
pub fn moments(run: &ServingRun) -> Vec<Moment> {
    let prompt = Prompt::new(run);
    vec![prompt.attention(), prompt.feed_forward(), prompt.logits(), decode(run, &prompt.held)]
}

/// The prompt's pass, seen from its last layer.
struct Prompt<'a> {
    run: &'a ServingRun<'a>,
    held: Held,
    kernel: Kernel,
    /// Whether layers have a mask: a window cuts the sequences.
    is_masked: bool,
    is_rotated: bool,
    sequence: Expr<Count>,
}

impl<'a> Prompt<'a> {
    fn new(run: &'a ServingRun<'a>) -> Self {
        let is_masked = is_cut(run.shape, run.sequence.value());
        Self {
            run,
            held: Held::of(run),
            kernel: Kernel::of(run.shape, run.element.value(), is_masked),
            is_masked,
            is_rotated: rotation::is_rotated(run.shape),
            sequence: run.sequence.clone(),
        }
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
        let ids = (self.run.tokens.clone() + self.sequence.clone()) * element(INT64);
        match self.kernel {
            Kernel::Eager => {
                let layers = self.run.leaf(Id::NumLayers).value();
                let is_mixed = windowed_layers(self.run.shape, layers) < layers;
                let kinds = if is_mixed { 2.0 } else { 1.0 };
                ids + times(kinds) * self.tensor(self.sequence.clone())
            }
            // One byte for each pair of positions, the same for all sequences.
            Kernel::Efficient | Kernel::Math if self.is_masked => ids + self.pairs() * element(BYTE),
            // PyTorch's own kernel writes its mask itself.
            Kernel::Flash | Kernel::Efficient | Kernel::Math => ids,
        }
    }

    fn pairs(&self) -> Expr<Count> {
        self.sequence.clone() * self.sequence.clone()
    }

    /// Cosines and sines that all sequences share, the rows of learned positions, or biases for all heads.
    fn positions(&self) -> Expr<Memory> {
        let run = self.run;
        (self.sequence.clone() * rotation::table_width(run.shape) * run.element.clone()).named(Quantity::PositionBytes)
    }

    /// Inside the last layer's attention: the embedding's output, the residual and the normed input, and what the kernel
    /// or the rotation needs.
    fn attention(&self) -> Moment {
        let run = self.run;
        let stream = self.positions() + self.tensor(times(3.0) * run.hidden.clone());
        if self.kernel.makes_scores() {
            let queries = rotation::beside_scores(run.shape, &run.query, &run.key, &run.element);
            let temporaries = stream + run.tokens.clone() * queries + self.repeated();
            let temporaries = if self.kernel == Kernel::Math { temporaries + self.scaled_query() } else { temporaries };
            let lines = [(Inputs, self.inputs()), (AttentionScores, self.scores()), (Temporaries, temporaries)];
            return self.held.moment(MomentId::PrefillAttention, lines);
        }
        // `q·cos`, the rotated half and its product beside the projection; or the same of the keys, beside all three.
        let rotation = if self.is_rotated {
            times(2.0) * run.query.clone() + (times(2.0) * run.query.clone()).max(times(3.0) * run.key.clone())
        } else {
            times(3.0) * run.hidden.clone()
        };
        let mut inside = self.tensor(rotation);
        if QkNorm::of(run.shape.number(Fact::QkNorm)) != QkNorm::None && run.element.value() < FP32 {
            // The projection, and twice in FP32: converted and scaled.
            inside = inside.max(run.tokens.clone() * run.query.clone() * (run.element.clone() + element(2.0 * FP32)));
        }
        if self.is_masked {
            // The kernel's mask in the run's format, made from the Boolean one by way of its negation.
            let mask = self.tensor(self.sequence.clone());
            let result = self.tensor(run.query.clone()).max(run.tokens.clone() * self.sequence.clone() * element(BYTE));
            inside = inside.max(self.tensor(run.query.clone()) + self.repeated() + mask + result);
        }
        self.held.moment(MomentId::PrefillAttention, [(Inputs, self.inputs()), (Temporaries, stream + inside)])
    }

    /// Bytes of an element of what the kernel multiplies.
    fn operand(&self) -> Expr<BytesPerElement> {
        let made = self.run.element.clone();
        let multiplied = rotation::rotated_element(self.run.shape, self.kernel.operand(made.value()));
        if multiplied == made.value() { made } else { element(multiplied) }
    }

    /// Keys and values repeated to all heads, for kernels that know no groups.
    fn repeated(&self) -> Expr<Memory> {
        let tensors = if self.kernel.repeats_keys(self.run.shape, self.is_masked) { 2.0 } else { 0.0 };
        self.run.tokens.clone() * times(tensors) * self.run.query.clone() * self.operand()
    }

    /// PyTorch's own kernel scales queries apart and writes the causal mask as numbers.
    fn scaled_query(&self) -> Expr<Memory> {
        (self.run.tokens.clone() * self.run.query.clone() + self.pairs()) * self.operand()
    }

    /// Scores of every head: masked in the operands' format, converted to FP32, and their softmax, unless that stays in the
    /// operands' format or is FP32 already.
    fn scores(&self) -> Expr<Memory> {
        let run = self.run;
        let made = self.operand();
        let is_converted = made.value() < FP32 && !self.kernel.narrows_softmax(run.shape);
        let of_score = if is_converted { made + element(2.0 * FP32) } else { made.clone() + made };
        run.fact(Fact::NumAttentionHeads) * self.sequence.clone() * run.tokens.clone() * of_score
    }

    /// Inside the last layer's feed-forward block. Eager attention's weights still live: the layer's `forward` has not
    /// let go of them.
    fn feed_forward(&self) -> Moment {
        let run = self.run;
        let is_before = NormPlacement::of(run.shape.number(Fact::NormPlacement)) != NormPlacement::After;
        let streams = match (run.shape.is(Fact::HeldAttentionOutput), is_before) {
            (true, _) => 5.0,
            (false, true) => 4.0,
            (false, false) => 3.0,
        };
        let streams = times(streams) * run.hidden.clone();
        let inside = if run.shape.is(Fact::NumExperts) {
            self.tensor(streams) + self.experts()
        } else {
            let inner = run.fact(Fact::IntermediateSize);
            let (tensors, others) = inner_tensors(run);
            let full = self.tensor(streams.clone() + times(tensors) * inner.clone()).chosen_by(Id::Activation);
            match storage::expanded(run.shape) {
                Some(weight) => full.max(self.tensor(streams + times(others) * inner) + weight),
                None => full,
            }
        };
        let temporaries = self.positions() + inside;
        let inputs = (Inputs, self.inputs());
        if self.kernel != Kernel::Eager {
            return self.held.moment(MomentId::Prefill, [inputs, (Temporaries, temporaries)]);
        }
        let weights = run.fact(Fact::NumAttentionHeads) * self.sequence.clone() * run.tokens.clone();
        let weights = (AttentionScores, weights * run.element.clone());
        self.held.moment(MomentId::Prefill, [inputs, weights, (Temporaries, temporaries)])
    }

    /// The block of experts, and of those that every token visits: they run before the others where a gate scales them, and
    /// their output waits; else behind, and the others' output waits.
    fn experts(&self) -> Expr<Memory> {
        let run = self.run;
        if !run.shape.is(Fact::SharedIntermediateSize) {
            return self.routed_experts();
        }
        let waiting = || self.tensor(run.hidden.clone());
        let shared = self.tensor(times(3.0) * run.widths.leaf(Width::Shared));
        if run.shape.is(Fact::SharedExpertGate) {
            (self.routed_experts() + waiting()).max(shared)
        } else {
            self.routed_experts().max(shared + waiting())
        }
    }

    /// Tokens copied once for each expert that they visit, sorted by expert: gathered, gate and up, activated, product; or
    /// gathered, projected down, and then weighted and unsorted in the format of the scores. 40 bytes a copy sort it and
    /// weight it, unless every expert computes all tokens in their order.
    fn routed_experts(&self) -> Expr<Memory> {
        let run = self.run;
        let rows = || run.tokens.clone() * run.widths.leaf(Width::Rows);
        let copies = || run.tokens.clone() * run.widths.leaf(Width::Visits);
        let inner = run.tokens.clone() * run.widths.leaf(Width::InnerRows);
        let inward = (rows() + times(4.0) * inner) * run.element.clone();
        let weighted = experts::score_element(run.shape, run.element.value());
        let outward = if weighted == run.element.value() {
            times(4.0) * rows() * run.element.clone()
        } else {
            times(2.0) * rows() * run.element.clone() + times(2.0) * rows() * element(weighted)
        };
        let widest = inward.max(outward) + self.tensor(run.widths.leaf(Width::Experts));
        match Router::of(run.shape.number(Fact::Router)) {
            Router::EveryExpert => widest,
            Router::Wide | Router::WideProduct | Router::Narrow => widest + copies() * element(5.0 * INT64),
        }
    }

    /// Scores over the vocabulary, and the layers' last output.
    fn logits(&self) -> Moment {
        let run = self.run;
        let all = self.run.shape.reader.choice::<PromptLogits>(Id::Logits) == PromptLogits::All;
        let rows = if all { run.tokens.clone() } else { run.leaf(Id::BatchSize) };
        let is_scaled = run.shape.is(Fact::FinalSoftCap) || run.shape.is(Fact::ScaledLogits);
        let copies = if is_scaled { times(2.0) } else { times(1.0) };
        let logits = copies * rows * run.fact(Fact::VocabSize) * run.element.clone();
        let lines = [
            (Inputs, run.tokens.clone() * element(INT64)),
            (Logits, logits.chosen_by(Id::Logits)),
            (Temporaries, self.tensor(run.hidden.clone())),
        ];
        self.held.moment(MomentId::PrefillLogits, lines)
    }
}

/// Tensors of the feed-forward block's inner width that live at once: at the end, and while the last projection inward is
/// multiplied.
fn inner_tensors(run: &ServingRun) -> (f64, f64) {
    // One projection for both, its halves being views.
    if run.shape.is(Fact::FusedGateUp) {
        return (4.0, 2.0);
    }
    if run.shape.is(Fact::GatedMlp) {
        return (3.0, 2.0);
    }
    let (_, n_beside) = Function::of(Activation::of(run.shape.number(Fact::Activation))).beside;
    (2.0 + n_beside, 1.0)
}

/// One token more for every sequence, in the last layer: `cat` makes its keys anew before the old ones are let go.
fn decode(run: &ServingRun, held: &Held) -> Moment {
    let grown = run.leaf(Id::BatchSize) * cache::of_token_in_all(run);
    let again = cache::of_layer(run);
    let again = if is_eager(run.shape) && shares_keys(run.shape) {
        again.max(times(2.0) * run.tokens.clone() * run.query.clone() * run.element.clone())
    } else {
        again
    };
    let logits = run.leaf(Id::BatchSize) * run.fact(Fact::VocabSize) * run.element.clone();
    let lines = [(Inputs, run.tokens.clone() * element(INT64)), (Temporaries, grown + again), (Logits, logits)];
    held.moment(MomentId::Decode, lines)
}
