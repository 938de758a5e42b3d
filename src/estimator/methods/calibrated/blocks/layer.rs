//! The tensors that one decoder layer keeps for its backward pass, group by group, and those that live inside that pass. It
//! knows no moment of the run.
//!
//! What an operation keeps is PyTorch's `derivatives.yaml`; which operations there are is Transformers' modelling code.
//! Bytes are per token. A linear layer keeps its input for the gradient of its weight; a frozen one keeps nothing.

use crate::estimator::architecture::{Activation, Fact, Norm, NormPlacement, QkNorm, Residual};
use crate::estimator::methods::calibrated::blocks::adapters::Site;
use crate::estimator::methods::calibrated::blocks::attention::{self, Kernel};
use crate::estimator::methods::calibrated::blocks::experts::Experts;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::FP32;
use crate::estimator::methods::calibrated::tensors::instant::Instant;
use crate::estimator::methods::calibrated::tensors::list::Tensors;
use crate::estimator::methods::calibrated::tensors::width::Width;

/// What one layer keeps.
#[derive(Clone, Copy, Debug)]
pub struct Layer {
    /// The norm before attention.
    pub attention_norm: Tensors,
    /// Inputs of query, key and value projections, and norms of queries and keys.
    pub projections: Tensors,
    /// Attention between its projections.
    pub attention: Tensors,
    /// Adapters of the output projection, and dropout behind it.
    pub output: Tensors,
    /// The norm behind attention, where there is one.
    pub after_attention: Tensors,
    /// The norm before the feed-forward block.
    pub feed_forward_norm: Tensors,
    /// Inputs of gate and up projection.
    pub feed_forward_inputs: Tensors,
    /// The feed-forward block between its projections.
    pub feed_forward: Tensors,
    /// The down projection's input.
    pub product: Tensors,
    /// Adapters of the down projection, and dropout behind it.
    pub down: Tensors,
    /// The norm behind the feed-forward block, where there is one.
    pub after_feed_forward: Tensors,
    kernel: Kernel,
    experts: Option<Experts>,
}

impl Layer {
    /// A layer with or without a window, with experts or a feed-forward block of its own.
    pub fn of(run: &TrainingRun, is_windowed: bool, experts: Option<Experts>) -> Self {
        let kernel = Kernel::of(run, is_windowed);
        let placement = run.kind::<NormPlacement>(Fact::NormPlacement);
        let residual = run.kind::<Residual>(Fact::Residual);
        let (stream, element) = (run.formats.stream, run.formats.compute);
        let is_before = matches!(placement, NormPlacement::Before | NormPlacement::Around);
        // A norm behind a block reads the block's output; one behind the sum reads the stream.
        let behind = match placement {
            NormPlacement::Before => Tensors::default(),
            NormPlacement::After | NormPlacement::Around => norm(run, element),
            NormPlacement::AfterSum => norm(run, stream),
        };
        let before = norm(run, stream).only_if(is_before);
        let second = match residual {
            Residual::Sequential => before,
            // Both norms read, and keep, the same stream.
            Residual::Parallel if keeps_stream(run) => before - Tensors::of(&[(stream, Width::Hidden)]),
            Residual::Parallel => before,
            Residual::ParallelSharedNorm => Tensors::default(),
        };
        let dropped = Tensors::of(&[(1.0, Width::Hidden)]).only_if(run.shape.is(Fact::ResidualDropout));
        // Without conversions both branches read one tensor.
        let reads_same = residual == Residual::ParallelSharedNorm && !run.formats.is_autocast;
        let inner = match experts {
            Some(experts) => FeedForward { kept: experts.saved(), ..FeedForward::default() },
            None => feed_forward(run),
        };
        Self {
            attention_norm: before,
            projections: projections(run),
            attention: attention::saved(run, kernel, attention::needs_mask(run, is_windowed)),
            output: run.adapters.saved(Site::Output) + dropped,
            after_attention: behind,
            feed_forward_norm: second,
            feed_forward_inputs: feed_forward_inputs(run, reads_same, experts),
            feed_forward: inner.kept,
            product: inner.product,
            down: run.adapters.saved(Site::Down) + dropped,
            after_feed_forward: behind,
            kernel,
            experts,
        }
    }

    /// Whether the layer has experts in the place of a feed-forward block of its own.
    pub const fn has_experts(&self) -> bool {
        self.experts.is_some()
    }

    /// All that the layer keeps.
    pub fn saved(&self) -> Tensors {
        self.until_product() + self.product + self.down + self.after_feed_forward
    }

    fn until_product(&self) -> Tensors {
        self.attention_norm
            + self.projections
            + self.attention
            + self.output
            + self.after_attention
            + self.feed_forward_norm
            + self.feed_forward_inputs
            + self.feed_forward
    }

    /// Instants inside the layer's backward pass at which it may need most.
    pub fn backward(&self, run: &TrainingRun) -> Vec<Instant> {
        let hidden = || run.widths.leaf(Width::Hidden);
        let stream = Tensors::of(&[(run.formats.stream, Width::Hidden)]);
        let mut res = match self.experts {
            Some(experts) => experts.backward(run, self.until_product() + self.down),
            None => vec![Instant::new(
                self.until_product(),
                feed_forward(run).gradients + stream,
                hidden() * run.widths.leaf(Width::Intermediate),
            )],
        };
        if let (Some(bytes), None) = (run.adapters.transient(&run.formats), self.experts) {
            // While the layer is computed again, three tensors of its output's gradient wait; the stream and the norm's
            // result are needed once more.
            let waiting = Tensors::of(&[(FP32 + run.formats.compute, Width::Hidden)]) + stream + stream + stream;
            res.push(Instant {
                kept: self.until_product(),
                gradients: Tensors::of(&[(bytes, Width::Intermediate)]) + waiting,
                done: None,
                is_projected: false,
            });
        }
        let placement = run.kind::<NormPlacement>(Fact::NormPlacement);
        if placement != NormPlacement::Before {
            // Root mean square, differentiated step by step in FP32: five tensors at once.
            res.push(Instant {
                kept: self.saved() - normalized(run, run.formats.compute),
                gradients: Tensors::of(&[(5.0 * FP32, Width::Hidden)]) + stream,
                done: None,
                is_projected: false,
            });
        }
        if self.kernel.makes_scores() {
            // Queries, repeated keys, and the gradient of the repeated values.
            let bytes = self.kernel.element(run);
            let operands = Tensors::of(&[(2.0 * bytes, Width::Queries)]);
            let of_values = Tensors::of(&[(bytes, Width::Queries)]);
            res.push(Instant {
                kept: self.attention_norm + self.projections + operands,
                gradients: attention::scores_in_backward(run, self.kernel) + of_values + stream,
                done: None,
                is_projected: true,
            });
        }
        res
    }
}

/// What a norm keeps of an input with elements of so many bytes.
pub fn norm(run: &TrainingRun, input: f64) -> Tensors {
    let hidden = |bytes| Tensors::of(&[(bytes, Width::Hidden)]);
    let statistics = |bytes| Tensors::of(&[(bytes, Width::One)]);
    let kept = match run.kind(Fact::Norm) {
        // An FP32 copy of the input, or the input itself if it is FP32; the inverse root.
        Norm::Rms | Norm::RmsScaledWide | Norm::RmsPlusOne => hidden(FP32) + statistics(FP32),
        // The input; mean and inverse deviation. Autocast runs the operation in FP32, unless the model converts the input
        // itself because it changes the scale.
        Norm::Layer | Norm::LayerWithoutBias => {
            hidden(if run.formats.is_autocast { FP32 } else { input }) + statistics(2.0 * FP32)
        }
        Norm::LayerPlusOne => {
            hidden(if run.formats.is_autocast { run.formats.compute } else { input }) + statistics(2.0 * FP32)
        }
        Norm::LayerWithoutWeights => hidden(FP32) + statistics(2.0 * FP32),
        // The centred input twice, once for its square; the inverse deviation.
        Norm::LayerWide => hidden(2.0 * FP32) + statistics(FP32),
    };
    kept + normalized(run, input)
}

/// The normalized input, which the gradient of the scale needs.
fn normalized(run: &TrainingRun, input: f64) -> Tensors {
    Tensors::of(&[(normalized_bytes(run, input), Width::Hidden)])
}

fn normalized_bytes(run: &TrainingRun, input: f64) -> f64 {
    if !run.formats.trains_everything() {
        return 0.0;
    }
    match run.kind(Fact::Norm) {
        Norm::Rms => input,
        Norm::RmsScaledWide | Norm::RmsPlusOne | Norm::LayerWide => FP32,
        // One operation, which computes it again; no scale.
        Norm::Layer | Norm::LayerWithoutBias | Norm::LayerPlusOne | Norm::LayerWithoutWeights => 0.0,
    }
}

/// Whether a norm keeps the residual stream itself, and no copy of it.
pub fn keeps_stream(run: &TrainingRun) -> bool {
    match run.kind(Fact::Norm) {
        Norm::Layer | Norm::LayerWithoutBias => !run.formats.is_autocast || run.formats.stream == FP32,
        Norm::LayerPlusOne => !run.formats.is_autocast || run.formats.stream == run.formats.compute,
        Norm::LayerWide => false,
        _ => run.formats.stream == FP32,
    }
}

fn projections(run: &TrainingRun) -> Tensors {
    let formats = &run.formats;
    // Autocast converts the input for each linear layer anew.
    let n_inputs = if formats.is_autocast && !run.shape.is(Fact::FusedQkv) { 3.0 } else { 1.0 };
    let is_kept = formats.trains_everything() || run.adapters.keep_input(Site::Projections);
    let inputs = Tensors::of(&[(n_inputs * formats.compute, Width::Hidden)]).only_if(is_kept);
    inputs + run.adapters.saved(Site::Projections) + query_key_norms(run)
}

/// Norms of queries and keys, of the same kind as the layer's.
fn query_key_norms(run: &TrainingRun) -> Tensors {
    let statistics = match run.kind(Fact::QkNorm) {
        QkNorm::None => return Tensors::default(),
        QkNorm::PerHead => Tensors::of(&[(FP32, Width::Heads), (FP32, Width::KeyHeads)]),
        QkNorm::Full => Tensors::of(&[(2.0 * FP32, Width::One)]),
    };
    let kept = if run.kind::<Norm>(Fact::Norm) == Norm::LayerWide { 2.0 * FP32 } else { FP32 };
    let bytes = kept + normalized_bytes(run, run.formats.compute);
    statistics + Tensors::of(&[(bytes, Width::Queries), (bytes, Width::Keys)])
}

fn feed_forward_inputs(run: &TrainingRun, is_same_as_projections: bool, experts: Option<Experts>) -> Tensors {
    let formats = &run.formats;
    let is_split = run.shape.is(Fact::GatedMlp) && !run.shape.is(Fact::FusedGateUp);
    let n_inputs = match experts {
        _ if !formats.is_autocast => 1.0,
        // The router and the shared experts; what the others gather is their own.
        Some(experts) => experts.n_inputs(),
        None if is_split => 2.0,
        None => 1.0,
    };
    let is_kept = formats.trains_everything() || run.adapters.keep_input(Site::FeedForward);
    let inputs = Tensors::of(&[(n_inputs * formats.compute, Width::Hidden)]);
    inputs.only_if(is_kept && !is_same_as_projections) + run.adapters.saved(Site::FeedForward)
}

/// A feed-forward block between its projections.
#[derive(Default)]
struct FeedForward {
    /// What the activation, and the gate's product, keep.
    kept: Tensors,
    /// The down projection's input.
    product: Tensors,
    /// Gradients at the block's fullest instant: of the product, and of what it was made from.
    gradients: Tensors,
}

fn feed_forward(run: &TrainingRun) -> FeedForward {
    let element = run.formats.compute;
    // Powers, and what follows from them, run in FP32 under autocast.
    let wide = if run.formats.is_autocast { FP32 } else { element };
    let inner = |bytes| Tensors::of(&[(bytes, Width::Intermediate)]);
    let is_gated = run.shape.is(Fact::GatedMlp);
    let activation = run.kind::<Activation>(Fact::Activation);
    let (kept, gradient) = match activation {
        // One operation, which keeps its input.
        Activation::Silu | Activation::Gelu | Activation::GeluTanh | Activation::GeluCustom => (element, element),
        // `0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))`: x, 0.5·x, the tangent, and one more than it.
        Activation::GeluNew => (3.0 * wide + element, wide),
        // `0.5·x·(1 + tanh(0.798·x·(1 + 0.0447·x·x)))`: x, three multiples of it, the sum, the tangent, one more than it.
        Activation::GeluFast => (7.0 * element, element),
        // x and the sigmoid.
        Activation::QuickGelu | Activation::ClampedSwiglu => (2.0 * element, element),
        // Its result, which is the next layer's input.
        Activation::Relu => (0.0, element),
        // The rectified input, and under autocast its FP32 copy, which is squared.
        Activation::ReluSquared => (if run.formats.is_autocast { element + FP32 } else { element }, wide),
    };
    let keeps_product = run.formats.trains_everything() || run.adapters.keep_input(Site::Down);
    // A gate's product keeps both factors.
    let factors = if is_gated { 2.0 * element } else { 0.0 };
    FeedForward {
        kept: inner(kept + factors),
        product: inner(element).only_if(keeps_product || !is_gated && activation == Activation::Relu),
        gradients: inner(match activation {
            _ if is_gated => 2.0 * element + gradient,
            // Three steps of the written-out function meet.
            Activation::GeluNew | Activation::GeluFast => 3.0 * gradient,
            _ => element + gradient,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::inputs::Inputs;
    use crate::estimator::methods::calibrated::model::shape::Shape;
    use crate::estimator::mode::Mode;
    use crate::estimator::parameters::{ParameterId as Id, Value};
    use crate::estimator::reader::{Reader, Telling};

    /// Compares what a layer of the Llama-2-7B shape keeps for each token with a formula of its widths.
    #[track_caller]
    fn check(choices: &[(Id, Value)], formula: impl Fn(f64, f64, f64) -> f64) {
        let mut inputs = Inputs::defaults(Mode::Train);
        for (id, value) in choices {
            inputs = inputs.with(*id, value.clone()).expect("accepted");
        }
        let shape = Shape::new(Reader::new(&inputs, Telling::Values));
        let run = TrainingRun::of(&shape);
        let kept = Layer::of(&run, false, None).saved().per_token(&run.widths).value();
        assert_eq!(kept, formula(4096.0, 11008.0, 32.0), "{choices:?}");
    }

    #[test]
    fn a_layer_keeps_what_traces_of_transformers_show() {
        let (pure, autocast) = ((Id::Recipe, Value::Choice(0)), (Id::Recipe, Value::Choice(1)));
        let (lora, eager) = ((Id::FinetuneMethod, Value::Choice(1)), (Id::Attention, Value::Choice(1)));
        check(std::slice::from_ref(&pure), |h, inner, heads| 16.0 * h + 8.0 * h + 4.0 * heads + 8.0 + 8.0 * inner);
        check(std::slice::from_ref(&autocast), |h, inner, heads| 26.0 * h + 8.0 * h + 4.0 * heads + 8.0 + 8.0 * inner);
        check(&[pure.clone(), eager], |h, inner, heads| 24.0 * h + 8.0 + 8.0 * inner + 6.0 * heads * 2048.0);
        // Seven adapters of rank 16, each with an FP32 copy of its input, or a 16-bit one under autocast.
        let adapters = |h: f64, inner: f64| 6.0 * h + inner + 7.0 * 16.0;
        let frozen = |h: f64, inner: f64, heads: f64| 8.0 * h + 8.0 + 8.0 * h + 4.0 * heads + 6.0 * inner;
        check(&[lora.clone(), pure], |h, inner, heads| frozen(h, inner, heads) + 4.0 * adapters(h, inner));
        check(&[lora, autocast], |h, inner, heads| frozen(h, inner, heads) + 2.0 * adapters(h, inner));
    }
}
