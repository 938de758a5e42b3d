//! How blocks make a layer of a decoder: which tensors the layer keeps for its backward pass, group by group, and the
//! instants inside that pass at which it may need most. It knows no moment of the run, and no tensor by itself.
//!
//! What an operation keeps is PyTorch's `derivatives.yaml`; which operations there are is Transformers' modelling code.
//! Bytes are per token. A linear layer keeps its input for the gradient of its weight; a frozen one keeps nothing.

use crate::estimator::architecture::{Fact, Norm, NormPlacement, Residual};
use crate::estimator::methods::calibrated::blocks::experts::Experts;
use crate::estimator::methods::calibrated::blocks::feed_forward::FeedForward;
use crate::estimator::methods::calibrated::blocks::frozen;
use crate::estimator::methods::calibrated::blocks::kernel::Kernel;
use crate::estimator::methods::calibrated::blocks::magnitudes::Scaling;
use crate::estimator::methods::calibrated::blocks::mixer::Mixer;
use crate::estimator::methods::calibrated::blocks::site::Site;
use crate::estimator::methods::calibrated::blocks::{attention, feed_forward, latent_attention, masks, norm};
use crate::estimator::methods::calibrated::run::formats::Trained;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::BYTE;
use crate::estimator::methods::calibrated::tensors::instant::{Instant, InstantSide};
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::methods::calibrated::tensors::width::Width;

/// What one layer keeps.
#[derive(Clone, Debug)]
pub struct Layer {
    /// The norm before attention.
    attention_norm: Tensors,
    /// What reads nothing but the layer's input: norms, what a branch beside attention keeps where nothing in it is
    /// trained, and what else of attention stands before the first adapter of a run.
    pub of_input: Tensors,
    /// Inputs of query, key and value projections, and norms of queries and keys.
    projections: Tensors,
    /// Attention between its projections; adapters of the output projection, dropout and the norm behind it.
    attention: Tensors,
    /// The norm before the feed-forward block, and inputs of gate and up projection.
    feed_forward_inputs: Tensors,
    /// The feed-forward block between its projections.
    inner: FeedForward,
    /// Adapters of the down projection, and dropout behind it.
    down: Tensors,
    /// The norm behind the feed-forward block, where there is one.
    after_feed_forward: Tensors,
    /// What computes softmax attention; none in linear attention.
    kernel: Option<Kernel>,
    experts: Option<Experts>,
    mixer: Mixer,
}

impl Layer {
    /// A layer with experts or a feed-forward block of its own.
    pub fn of(run: &TrainingRun, mixer: Mixer, experts: Option<Experts>) -> Self {
        let (is_windowed, is_linear) = (mixer.is_windowed(), mixer.is_linear());
        let kernel = masks::kernel(run, is_windowed);
        let residual = run.kind::<Residual>(Fact::Residual);
        let (before, behind) = norms(run);
        let stream = run.stream("input of post_attention_layernorm", "autograd");
        let second = match residual {
            Residual::Sequential => before("input of post_attention_layernorm"),
            // Both norms read, and keep, the same stream.
            Residual::Parallel if norm::keeps_stream(run) => before("input of post_attention_layernorm") - stream,
            Residual::Parallel => before("input of post_attention_layernorm"),
            Residual::ParallelSharedNorm => Tensors::default(),
        };
        let dropped = |is_here| {
            let mask =
                Tensor::new("mask of the block's dropout", BYTE, Width::Hidden, "derivatives.yaml, native_dropout");
            run.tensors(&[mask.only_if(is_here && run.shape.is(Fact::ResidualDropout))])
        };
        // Without conversions both branches read one tensor.
        let reads_same = residual == Residual::ParallelSharedNorm && !run.formats.is_autocast;
        let (inputs, inner) = match experts {
            Some(experts) => {
                // The router and the shared experts; what the others gather is their own.
                let n_inputs = if run.formats.converts_inputs() { experts.n_inputs() } else { 1.0 };
                let inner = FeedForward { kept: experts.kept(), ..FeedForward::default() };
                (feed_forward::inputs_of(run, n_inputs, reads_same), inner)
            }
            None => (feed_forward::inputs(run, reads_same), FeedForward::of(run)),
        };
        let first = before("input of input_layernorm");
        // A prefix enters attention, and no branch beside it.
        let branch =
            || (inputs.clone() + &inner.kept + &inner.product).only_if(run.formats.trained == Trained::Prefixes);
        let of_input = match residual {
            Residual::Sequential => first.clone(),
            Residual::Parallel => first.clone() + &second + branch(),
            Residual::ParallelSharedNorm => first.clone() + branch(),
        };
        let (projections, inside, idle) = if let Some((projections, inside)) = mixer.kept(run) {
            (projections, inside, Tensors::default())
        } else if run.shape.is(Fact::KvLoraRank) {
            let idle = latent_attention::idle_of_first(run, kernel, is_windowed);
            let inside = latent_attention::kept(run, kernel, is_windowed);
            (latent_attention::kept_by_projections(run), inside, idle)
        } else {
            let inside = attention::kept(run, kernel, is_windowed);
            (attention::kept_by_projections(run), inside, Tensors::default())
        };
        Self {
            of_input: of_input + idle,
            attention_norm: first,
            projections,
            attention: inside
                + run.adapters.kept(Site::Output).only_if(!is_linear)
                + dropped(!run.shape.is(Fact::UndroppedAttention))
                + behind("input of the norm behind attention"),
            feed_forward_inputs: second + inputs,
            inner,
            down: run.adapters.kept(Site::Down) + dropped(true),
            after_feed_forward: behind("input of the norm behind the feed-forward block"),
            kernel: (!is_linear).then_some(kernel),
            experts,
            mixer,
        }
    }

    /// Whether the layer has experts in the place of a feed-forward block of its own.
    pub const fn has_experts(&self) -> bool {
        self.experts.is_some()
    }

    /// All that the layer keeps.
    pub fn kept(&self) -> Tensors {
        let behind = [&self.inner.product, &self.down, &self.after_feed_forward];
        self.before_product().into_iter().chain(behind).sum()
    }

    fn until_product(&self) -> Tensors {
        self.before_product().into_iter().sum()
    }

    fn before_product(&self) -> [&Tensors; 5] {
        [&self.attention_norm, &self.projections, &self.attention, &self.feed_forward_inputs, &self.inner.kept]
    }

    fn until_attention(&self) -> Tensors {
        self.attention_norm.clone() + &self.projections
    }

    /// Instants inside the layer's backward pass at which it may need most.
    pub fn backward(&self, run: &TrainingRun) -> Vec<Instant> {
        let stream = || run.stream("gradient of the stream", "autograd");
        let mut res = Vec::with_capacity(6);
        match self.experts {
            Some(experts) => experts.backward(run, self.until_product() + &self.down, &mut res),
            None => res.push(Instant::new(
                self.until_product(),
                self.inner.gradients.clone() + stream(),
                run.widths.leaf(Width::Hidden) * run.widths.leaf(Width::Intermediate),
            )),
        }
        if self.experts.is_some_and(|it| it.are_exchanged()) {
            // The experts' gradients are reduced, and their input lives on: so far nothing else of the layer has any
            // but the router.
            let second = norm::kept(run, "input of post_attention_layernorm", run.formats.stream)
                - norm::normalized(run, run.formats.stream);
            let router = run.widths.leaf(Width::Hidden) * run.widths.leaf(Width::Experts);
            res.push(Instant::new(self.until_attention() + &self.attention + second, norm::in_backward(run), router));
        }
        if run.shape.is(Fact::ResidualDropout) && self.experts.is_none() {
            // While the last projection's input gets its gradient, that of its output is there before and behind
            // dropout.
            let dropped = Tensor::new("gradient behind dropout", run.formats.compute, Width::Hidden, "autograd");
            let inner = Tensor::new("gradient of c_proj's input", run.formats.inner, Width::Intermediate, "autograd");
            res.push(Instant::new(
                self.until_product() + &self.inner.product,
                run.tensors(&[inner, dropped]) + stream(),
                run.widths.leaf(Width::Hidden) * run.widths.leaf(Width::Intermediate),
            ));
        }
        res.extend(self.in_adapters(run));
        let product = Tensor::new("input of down_proj", run.formats.inner, Width::Intermediate, "forward");
        let of_output = run.stream("gradient of the layer's output", "torch.utils.checkpoint");
        let waiting = run.tensors(&[product]) + of_output.only_if(run.is_checkpointed());
        res.extend(frozen::seeking_outliers(run).map(|made| Instant::waiting(self.until_product(), waiting + made)));
        let scalings = run.adapters.scalings(&run.formats, &run.widths);
        res.extend(scalings.iter().map(|it| self.scaling(run, it)));
        if run.kind::<NormPlacement>(Fact::NormPlacement) != NormPlacement::Before {
            let kept = self.kept() - norm::normalized(run, run.formats.compute);
            res.push(Instant::waiting(kept, norm::in_backward(run)));
        }
        if run.is_checkpointed() && run.kind::<NormPlacement>(Fact::NormPlacement) == NormPlacement::AfterSum {
            let gradient = run.stream("gradient of the layer's output", "torch.utils.checkpoint");
            res.push(Instant::waiting(self.kept(), end_of_layer(run) + gradient));
        }
        let Some(kernel) = self.kernel else {
            res.extend(self.mixer.backward(run, self.until_attention()));
            return res;
        };
        if kernel.makes_scores() {
            let kept = self.until_attention() + attention::operands_in_backward(run, kernel);
            let gradients = attention::gradients_in_backward(run, kernel) + stream();
            // Of a norm that both branches read the gradient by the other branch waits.
            let is_shared = run.kind::<Residual>(Fact::Residual) == Residual::ParallelSharedNorm;
            let name = "gradient of the shared norm's result";
            let waiting = Tensor::new(name, norm::result_element(run), Width::Hidden, "autograd");
            let gradients = gradients + run.tensors(&[waiting.only_if(is_shared)]);
            let is_latent = run.shape.is(Fact::KvLoraRank);
            let left = if is_latent { latent_attention::projected } else { attention::projected_elements };
            res.push(Instant { projected: Some(left(run)), ..Instant::waiting(kept, gradients) });
        }
        if kernel == Kernel::Eager && is_fuller_forward(run) {
            let normed = Tensor::new("normed input", norm::result_element(run), Width::Hidden, "forward");
            let made = attention::making_scores(run, kernel);
            res.push(Instant::waiting(run.tensors(&[normed]), made));
        }
        res
    }
}

impl Layer {
    /// The instants at which gradients of weights arrive: less of the layer is there than at its fullest.
    pub fn arrivals(&self, run: &TrainingRun) -> [Instant; 3] {
        let inner = |name| Tensor::new(name, run.formats.inner, Width::Intermediate, "autograd");
        let stream = Tensor::new("gradient of the stream", run.formats.stream, Width::Hidden, "autograd");
        let of = |inner: &[Tensor], n| run.tensors(inner) + run.tensors(&[stream.times(n)]);
        let before_block = || self.until_attention() + &self.attention + &self.feed_forward_inputs;
        let behind_gate = [inner("gate_proj output"), inner("gradient of act_fn(gate_proj)")];
        [
            Instant::waiting(self.until_product(), of(&[inner("gradient of down_proj's input")], 1.0))
                .on(InstantSide::ArrivalOfDown),
            Instant::waiting(before_block(), of(&behind_gate, 2.0)).on(InstantSide::ArrivalOfUp),
            Instant::waiting(before_block(), of(&[], 2.0)).on(InstantSide::ArrivalOfOther),
        ]
    }

    /// Instants in a forward pass through the layer, the first or the one of a checkpoint, at which an adapter of the
    /// feed-forward block needs most.
    fn in_adapters(&self, run: &TrainingRun) -> Vec<Instant> {
        if self.experts.is_some() {
            return Vec::new();
        }
        let (adapters, formats, hidden) = (&run.adapters, &run.formats, Width::Hidden);
        let (is_recomputed, source) = (run.is_checkpointed(), "torch.utils.checkpoint");
        let stream = |name| Tensor::new(name, formats.stream, hidden, source);
        let is_converted = adapters.bytes() != formats.compute;
        // An FP32 stream beside products of 16 bits: the norm keeps the stream itself, and the gradient that meets the
        // products is converted.
        // Behind Gemma's norms as much as beside 16-bit weights was traced.
        let is_scaled_by_one = run.kind::<Norm>(Fact::Norm) == Norm::RmsPlusOne;
        let is_wide = formats.converts_frozen && norm::keeps_stream(run) && !is_scaled_by_one;
        // Dropout needs its mask before the gradient reaches the last adapter's result.
        let has_met = is_recomputed && !(is_wide && run.shape.is(Fact::ResidualDropout));
        let of_attention = if is_wide { formats.compute } else { formats.stream };
        let waiting = run.tensors(&[
            stream("residual").only_if(!is_wide),
            Tensor::new("attention's output", of_attention, hidden, source)
                .only_if(run.kind::<Residual>(Fact::Residual) != Residual::Sequential),
            stream("normalized stream").only_if(!adapters.keep_input(Site::FeedForward)),
            // What the model's and the layer's code name while the first pass runs.
            stream("inputs_embeds, hidden_states").times(if is_wide { 1.0 } else { 2.0 }).only_if(!is_recomputed),
            // While the layer is computed again its output's gradient waits, and has met the last adapter's result.
            stream("gradient of the layer's output").only_if(is_recomputed),
            Tensor::new("gradient of down_proj's result, scaled", adapters.bytes(), hidden, source).only_if(has_met),
            Tensor::new("gradient of down_proj's result, converted", formats.compute, hidden, source)
                .only_if(is_recomputed && (is_converted || is_wide)),
        ]);
        let side = if is_recomputed { InstantSide::Behind } else { InstantSide::FirstPass };
        // One projection of both makes what is as wide as both, before the gate has an activation.
        let is_fused = run.shape.is(Fact::FusedGateUp);
        let activated = self.inner.activated.clone().only_if(is_fused);
        let all = [
            adapters.at_up(is_fused).map(|it| (self.until_product() - activated, it)),
            adapters.at_down(formats, is_recomputed).map(|it| (self.until_product(), it)),
        ];
        let instant = |(kept, it)| Instant::waiting(kept, waiting.clone() + it).on(side);
        all.into_iter().flatten().map(instant).collect()
    }

    /// An instant in a forward pass through the layer, the first or the one of a checkpoint, at which an adapted output
    /// gets its magnitude: the frozen layer has run, and of its input there is one more copy in the adapters' format.
    fn scaling(&self, run: &TrainingRun, it: &Scaling) -> Instant {
        let source = "peft tuners/lora/dora.py, DoraLinearLayer.forward";
        let before_output = || self.until_attention() + &self.attention;
        let (kept, is_inside) = match it.site {
            Site::Projections | Site::LinearProjections | Site::Expansions => (self.attention_norm.clone(), false),
            Site::Output | Site::LinearOutput => (before_output(), false),
            Site::FeedForward | Site::Down => (self.until_product(), true),
        };
        let formats = &run.formats;
        let (is_copied, is_recomputed) = (formats.adapter != formats.compute, run.is_checkpointed());
        let reads_product = it.site != Site::FeedForward;
        let is_normed_kept = run.adapters.keep_input(Site::FeedForward);
        // The pass back has met the last adapter's result before anything that is recomputed.
        let has_met = is_recomputed && run.adapters.is_at(Site::Down);
        let stream = |name| Tensor::new(name, formats.stream, Width::Hidden, source);
        let gradient = |name| Tensor::new(name, formats.adapter, Width::Hidden, source);
        let tensors = [
            Tensor::new("x", formats.compute, it.input, source).only_if(reads_product),
            Tensor::new("x in the adapters' format", formats.adapter, it.input, source)
                .only_if(is_copied && (reads_product || formats.is_autocast)),
            stream("residual"),
            stream("normed input of the feed-forward block").only_if(is_inside && !is_normed_kept),
            // What the model's and the layer's code name while the first pass runs.
            stream("inputs_embeds, hidden_states").times(2.0).only_if(!is_recomputed),
            stream("gradient of the layer's output").only_if(is_recomputed),
            gradient("gradient of down_proj's result, scaled").only_if(has_met),
            gradient("gradient of down_proj's result, converted").only_if(has_met && is_copied),
            Tensor::new(
                "unit matrix, adapted weight and its norm",
                it.bytes / run.tokens().value(),
                Width::One,
                source,
            ),
        ];
        let of_outputs = |width: &'static Width| {
            [
                Tensor::new("result", formats.compute, *width, source).only_if(reads_product),
                Tensor::new("scaled results and their sum", formats.adapter, *width, source).times(it.n_results),
            ]
        };
        let results = it.outputs.iter().flat_map(of_outputs);
        let all: Vec<Tensor> = tensors.into_iter().chain(results).collect();
        Instant::waiting(kept, run.tensors(&all))
    }
}

/// What a layer whose norms stand behind its sums holds beside what it keeps when it ends: what both norms made, which
/// the layer's code names, and the dropped output of its last block.
pub fn end_of_layer(run: &TrainingRun) -> Tensors {
    let source = "modeling_bert.py, BertLayer.feed_forward_chunk";
    // Without conversions the next block keeps the first norm's result anyway.
    let n_results = if run.formats.is_autocast { 2.0 } else { 1.0 };
    let dropped = Tensor::new("dropped output of the feed-forward block", run.formats.compute, Width::Hidden, source);
    run.tensors(&[
        Tensor::new("what the layer's norms made", run.formats.stream, Width::Hidden, source).times(n_results),
        dropped.only_if(run.shape.is(Fact::ResidualDropout)),
    ])
}

/// Whether a layer may need most while its forward pass runs, which then leaves nothing but its input: no gradient of a
/// weight lives then, as none does while the last layer is computed again with adapters. No traced run of such a model
/// had images or experts.
fn is_fuller_forward(run: &TrainingRun) -> bool {
    let keeps_nothing = run.is_checkpointed() && !run.formats.trains_everything();
    let is_plain = !run.has_images && !run.shape.is(Fact::NumExperts);
    keeps_nothing && is_plain && run.shape.is(Fact::HeldLayerResult)
}

/// What a norm before a block, and one behind it, keep; nothing where none stands.
fn norms<'a>(run: &'a TrainingRun) -> (impl Fn(&'static str) -> Tensors + 'a, impl Fn(&'static str) -> Tensors + 'a) {
    let placement = run.kind::<NormPlacement>(Fact::NormPlacement);
    let (stream, element) = (run.formats.stream, run.formats.compute);
    let before = move |name| match placement {
        NormPlacement::Before | NormPlacement::Around => norm::kept(run, name, stream),
        NormPlacement::After | NormPlacement::AfterSum => Tensors::default(),
    };
    // A norm behind a block reads the block's output; one behind the sum reads the stream.
    let behind = move |name| match placement {
        NormPlacement::Before => Tensors::default(),
        NormPlacement::After | NormPlacement::Around => norm::kept(run, name, element),
        NormPlacement::AfterSum => norm::kept(run, name, stream),
    };
    (before, behind)
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
        let shape = Shape::new(Reader::new(&inputs, Telling::Formulas));
        let run = TrainingRun::of(&shape);
        let kept = Layer::of(&run, Mixer::Attention { is_windowed: false }, None).kept().per_token(&run.widths).value();
        assert_eq!(kept, formula(4096.0, 11008.0, 32.0), "{choices:?}");
    }

    #[test]
    fn a_layer_keeps_what_traces_of_transformers_show() {
        let (pure, autocast) = (|| (Id::Recipe, Value::Choice(0)), || (Id::Recipe, Value::Choice(1)));
        let (lora, eager) = (|| (Id::FinetuneMethod, Value::Choice(1)), (Id::Attention, Value::Choice(1)));
        check(&[pure()], |h, inner, heads| 16.0 * h + 8.0 * h + 4.0 * heads + 8.0 + 8.0 * inner);
        check(&[autocast()], |h, inner, heads| 26.0 * h + 8.0 * h + 4.0 * heads + 8.0 + 8.0 * inner);
        check(&[pure(), eager], |h, inner, heads| 24.0 * h + 8.0 + 8.0 * inner + 6.0 * heads * 2048.0);
        // Seven adapters of rank 16, each with an FP32 copy of its input, or a 16-bit one under autocast.
        let adapters = |h: f64, inner: f64| 6.0 * h + inner + 7.0 * 16.0;
        let frozen = |h: f64, inner: f64, heads: f64| 8.0 * h + 8.0 + 8.0 * h + 4.0 * heads + 6.0 * inner;
        check(&[lora(), pure()], |h, inner, heads| frozen(h, inner, heads) + 4.0 * adapters(h, inner));
        check(&[lora(), autocast()], |h, inner, heads| frozen(h, inner, heads) + 2.0 * adapters(h, inner));
    }
}
