//! A layer of an encoder, or of a decoder that attends to one, in a pass that keeps nothing: what lives inside it. It
//! knows neither weights nor training, which [`super::stack_layer`] has, nor a moment of the run.
//!
//! Read in `modeling_t5.py` and `modeling_whisper.py` of Transformers 5. T5 has a bias for each pair of positions,
//! which all layers share and PyTorch's kernel is handed in a copy; Whisper has none, and queries, keys and values in
//! copies head by head.

use crate::estimator::architecture::{Activation, Fact, Layout};
use crate::estimator::divide::divides_evenly;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::activation::{FUNCTIONS, Function};
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::dtype::{BYTE, FP32, HALF, INT64, element, times};
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Attention, Precision};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

const STACK: &str = "modeling_t5.py, T5Stack.forward";
const BLOCK: &str = "modeling_t5.py, T5Block.forward";
const BIAS: &str = "modeling_t5.py, T5Attention.compute_bias";
const BUCKET: &str = "modeling_t5.py, T5Attention._relative_position_bucket";
const CROSS: &str = "modeling_t5.py, T5Attention.forward";
const EAGER: &str = "modeling_t5.py, eager_attention_forward";
const FEED_FORWARD: &str = "modeling_t5.py, T5DenseGatedActDense.forward";
const WHISPER: &str = "modeling_whisper.py, WhisperAttention.forward";
const FEATURES: &str = "feature_extraction_whisper.py, WhisperFeatureExtractor.__call__";
const TOKENIZER: &str = "tokenization_utils_base.py, PreTrainedTokenizerBase.pad";
const MASK: &str = "sdpa_attention.py, create_position_bias_mask";
const MASKS: &str = "masking_utils.py, create_bidirectional_mask";
const PADDED: &str = "aten transformers/attention.cpp, pad_bias";
const CACHE: &str = "cache_utils.py, DynamicLayer.update";

/// Positions of a mask are padded to a multiple of this, in a copy for each call.
const ALIGNMENT: f64 = 16.0;
/// Frames of a spectrogram for a position of the encoder.
const FRAMES: f64 = 2.0;

/// What an instant has but once, what it has for each token, and scores for each token.
pub type StackInstant = (Vec<Cached>, Vec<Tensor>, Vec<Tensor>);

/// Whether the model reads sound, and has no bias of positions.
fn hears(run: &ServingRun) -> bool {
    run.layout() == Layout::Speech
}

/// Whether projections out of feed-forward blocks stay in FP32, with them what they read, and the stream behind the
/// first: in T5 where FP16 is asked for (`_keep_in_fp32_modules`).
pub fn keeps_wide(run: &ServingRun) -> bool {
    !hears(run) && run.shape.reader.choice::<Precision>(Id::Precision) == Precision::Fp16
}

/// What these projections take more than the other weights.
pub fn wide_weights(run: &ServingRun) -> Option<Expr<Memory>> {
    let layers = || run.leaf(Id::NumLayers) + run.fact(Fact::NumDecoderLayers);
    let of_layer = || run.fact(Fact::IntermediateSize) * run.fact(Fact::HiddenSize);
    keeps_wide(run).then(|| layers() * of_layer() * element(FP32 - HALF))
}

fn is_eager(run: &ServingRun) -> bool {
    run.shape.reader.choice::<Attention>(Id::Attention) == Attention::Eager
}

fn is_padded(run: &ServingRun) -> bool {
    !hears(run) && run.shape.reader.is_on(Id::Padding)
}

/// Bytes of an element of the stream behind the first layer.
fn of_stream(run: &ServingRun) -> f64 {
    if keeps_wide(run) { FP32 } else { run.bytes() }
}

/// What a processor hands over: ids of tokens and a mask for each, or a spectrogram; and the token that a step of the
/// decoder reads.
pub fn given(run: &ServingRun, is_step: bool) -> Expr<Memory> {
    let ids = |name, elements| Cached::new(name, elements, element(INT64), TOKENIZER);
    let token = is_step.then(|| ids("decoder_input_ids", run.leaf(Id::BatchSize)));
    if !hears(run) {
        let each = ids("input_ids, attention_mask", times(2.0) * run.tokens.clone());
        return sum_of(Quantity::InputTensors, &[each].into_iter().chain(token).collect::<Vec<_>>());
    }
    let elements = times(FRAMES) * run.fact(Fact::NumMelBins) * run.tokens.clone();
    let features = Cached::new("input_features", elements, run.element.clone(), FEATURES);
    let features = sum_of(Quantity::Spectrogram, &[features]);
    match token {
        Some(token) => features + sum_of(Quantity::InputTensors, &[token]),
        None => features,
    }
}

/// A tensor with a number for each pair of positions of the encoder; `first` is what they are counted for.
fn pairs(run: &ServingRun, name: &'static str, first: Expr<Count>, bytes: f64, source: &'static str) -> Cached {
    Cached::new(name, first * run.sequence.clone(), element(bytes), source)
}

/// What the encoder's layers share: positions of sound, or the mask of sequences that differ in length, and the bias.
fn shared(run: &ServingRun) -> Vec<Cached> {
    if hears(run) {
        return vec![Cached::new("all_positions", run.sequence.clone(), element(INT64), WHISPER)];
    }
    let bias = pairs(run, "position_bias", bias_rows(run), run.bytes(), BIAS);
    mask(run).into_iter().chain([bias]).collect()
}

fn mask(run: &ServingRun) -> Option<Cached> {
    let bytes = if is_eager(run) { run.bytes() } else { BYTE };
    is_padded(run).then(|| pairs(run, "attention_mask of all pairs", run.tokens.clone(), bytes, MASKS))
}

/// Rows of the bias: those of all heads, whatever the batch.
fn bias_rows(run: &ServingRun) -> Expr<Count> {
    run.fact(Fact::NumAttentionHeads) * run.sequence.clone()
}

/// Around a block of the encoder: the embedding's output, the layer's input, and that normed.
fn around(run: &ServingRun) -> Vec<Tensor> {
    vec![
        run.tensor("inputs_embeds", Width::Hidden, STACK),
        Tensor::new("hidden_states, the layer's input", of_stream(run), Width::Hidden, STACK),
        run.tensor("normed input of the block", Width::Hidden, BLOCK),
    ]
}

fn operands(run: &ServingRun) -> [Tensor; 2] {
    let source = if hears(run) { WHISPER } else { CROSS };
    let keys = run.tensor("key_states, value_states", Width::Keys, source).times(2.0);
    [run.tensor("query_states", Width::Queries, source), keys]
}

/// The instants inside a layer of the encoder at which it may need most.
pub fn of_encoder(run: &ServingRun) -> Vec<StackInstant> {
    let scores = |n: f64| run.tensor("attn_weights", Width::Scores, EAGER).times(n);
    let mut in_block = around(run);
    in_block.push(Tensor::new("residual behind attention", of_stream(run), Width::Hidden, BLOCK));
    in_block.extend(inner(run));
    // The layer's code names the weights until it is through.
    let weights = if is_eager(run) { vec![scores(1.0)] } else { Vec::new() };
    let mut res = vec![(shared(run), in_block, weights)];
    let attending: Vec<_> = around(run).into_iter().chain(operands(run)).collect();
    // The first layer's input is the embedding's output.
    let in_first = || attending.iter().enumerate().filter(|(at, _)| *at != 1).map(|(_, it)| *it).collect();
    res.extend(making_bias(run).map(|it| (it, in_first(), Vec::new())));
    if is_eager(run) {
        res.push((shared(run), attending, vec![scores(2.0)]));
        return res;
    }
    let mut written = attending.clone();
    // Flash attention's result stands head by head, as the queries do, and is put in order.
    let n_results = if hears(run) && run.bytes() < FP32 { 2.0 } else { 1.0 };
    written.push(run.tensor("attn_output", Width::Queries, MASK).times(n_results));
    if hears(run) {
        res.push((shared(run), written, Vec::new()));
        return res;
    }
    // Each sequence has a mask of its own, or all share one.
    let rows = || if is_padded(run) { times_heads(run, run.tokens.clone()) } else { bias_rows(run) };
    let copy = |name| pairs(run, name, rows(), run.bytes(), MASK);
    let with = |more: Vec<Cached>| shared(run).into_iter().chain(more).collect();
    if is_padded(run) {
        res.push((
            with(vec![copy("position_bias_mask"), copy("position_bias_mask, contiguous")]),
            attending,
            Vec::new(),
        ));
    }
    let positions = (run.sequence.clone() / times(ALIGNMENT)).ceil() * times(ALIGNMENT);
    let is_copied = !divides_evenly(ALIGNMENT, run.sequence.value());
    let padded = is_copied.then(|| Cached::new("attn_mask, padded", rows() * positions, run.element.clone(), PADDED));
    res.push((with([copy("position_bias_mask, contiguous")].into_iter().chain(padded).collect()), written, Vec::new()));
    res
}

fn times_heads(run: &ServingRun, it: Expr<Count>) -> Expr<Count> {
    run.fact(Fact::NumAttentionHeads) * it
}

/// While the first layer finds the bucket of each distance, in whole numbers.
fn making_bias(run: &ServingRun) -> Option<Vec<Cached>> {
    (!hears(run)).then(|| {
        let square = |name, n: f64, bytes| pairs(run, name, times(n) * run.sequence.clone(), bytes, BUCKET);
        let positions = times(2.0) * run.sequence.clone();
        let made = [
            Cached::new("context_position, memory_position", positions, element(INT64), BIAS),
            square("relative_position and its amount, buckets, the largest bucket", 6.0, INT64),
            square("is_small", 1.0, BYTE),
        ];
        mask(run).into_iter().chain(made).collect()
    })
}

/// Inside the feed-forward block: while its function runs, when its product is made, or when that is converted for a
/// wide projection.
fn inner(run: &ServingRun) -> Vec<Tensor> {
    let of = |name, n: f64| run.tensor(name, Width::Intermediate, FEED_FORWARD).times(n);
    let is_gated = run.shape.is(Fact::GatedMlp);
    if keeps_wide(run) {
        let wide = Tensor::new("hidden_states.to(float32)", FP32, Width::Intermediate, FEED_FORWARD);
        let made =
            if is_gated { of("hidden_gelu, hidden_linear, their product", 3.0) } else { of("hidden_states", 1.0) };
        return vec![made, wide];
    }
    let (name, n_beside) = Function::of(Activation::of(run.shape.number(Fact::Activation))).beside;
    if is_gated && n_beside <= 1.0 {
        return vec![of("hidden_gelu, hidden_linear, their product", 3.0)];
    }
    let beside = run.tensor(name, Width::Intermediate, FUNCTIONS).times(n_beside);
    vec![of("input and result of the function", 2.0), beside]
}

/// What a step of the decoder has in its last layer while new values are joined to the cache. `n_streams` says how many
/// tensors of the stream's kind there are for each sequence beside the sums.
fn step(run: &ServingRun, n_narrow: f64, n_sums: f64) -> Vec<Cached> {
    let wide = |name, n: f64, bytes| {
        let elements = times(n) * run.leaf(Id::BatchSize) * run.fact(Fact::HiddenSize);
        Cached::new(name, elements, element(bytes), BLOCK)
    };
    let queries = Cached::new("query_states", run.leaf(Id::BatchSize) * run.query.clone(), run.element.clone(), CROSS);
    let seen = times_heads(run, run.sequence.clone());
    let zeros = Cached::new("zeros in place of a bias", seen, run.element.clone(), CROSS);
    let n_narrow = if hears(run) { n_narrow + 1.0 } else { n_narrow };
    let mut res = vec![
        wide("inputs_embeds, positions, normed input", n_narrow, run.bytes()),
        wide("hidden_states, residual", n_sums, of_stream(run)),
        queries,
    ];
    if !hears(run) {
        res.push(zeros);
    }
    res
}

/// The decoder's first step in its last layer: keys and values of the encoder's positions are copied into the cache.
pub fn first_step(run: &ServingRun) -> Vec<Cached> {
    let keys = times(2.0) * run.tokens.clone() * run.key.clone();
    let made = Cached::new("keys and values of the encoder's output", keys, run.element.clone(), CACHE);
    [made].into_iter().chain(step(run, 2.0, 2.0)).collect()
}

/// The decoder's last step in its last layer: `cat` makes the values of all `tokens` anew before the old ones are let
/// go.
pub fn last_step(run: &ServingRun, tokens: Expr<Count>) -> Vec<Cached> {
    let of_batch = |elements: Expr<Count>| run.leaf(Id::BatchSize) * elements;
    let old = of_batch((tokens.clone() + times(1.0)) * run.key.clone());
    let joined = Cached::new("values before the token, its key and value", old, run.element.clone(), CACHE);
    let bias = || Cached::new("position_bias", times_heads(run, tokens.clone()), run.element.clone(), BIAS);
    let bias = (!hears(run)).then(bias);
    [joined].into_iter().chain(bias).chain(step(run, 2.0, 1.0)).collect()
}
