//! An encoder's layer in a pass that keeps nothing: what attention, its masks and the head hold besides what any layer
//! does. It knows neither weights nor training, nor a moment of the run.
//!
//! Two kinds of code were read. That of BERT (and RoBERTa, DistilBERT, and what is made of these) has learned
//! positions, and norms behind sums; that of ModernBERT rotates in FP32, and has norms before blocks. Nothing is
//! cached: keys and values live as long as their layer's attention.

use crate::estimator::architecture::{Fact, NormPlacement, Positions, QkNorm, Residual};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::attention_prompt::AttentionPrompt;
use crate::estimator::methods::calibrated::blocks::kernel::{Kernel, is_cut, shares_keys, windowed_layers};
use crate::estimator::methods::calibrated::blocks::{embedding, rotation, stream};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::tensors::alive::fullest;
use crate::estimator::methods::calibrated::tensors::cached::Cached;
use crate::estimator::methods::calibrated::tensors::dtype::{BYTE, FP32, INT64, element, times};
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;

const BERT: &str = "modeling_bert.py, BertSelfAttention.forward";
const LAYER: &str = "modeling_modernbert.py, ModernBertEncoderLayer.forward";
const MODERN: &str = "modeling_modernbert.py, ModernBertAttention.forward";
const ROTARY: &str = "modeling_modernbert.py, apply_rotary_pos_emb";
const TABLES: &str = "modeling_modernbert.py, ModernBertRotaryEmbedding.forward";
const SDPA: &str = "integrations/sdpa_attention.py, sdpa_attention_forward";
const CONVERTED: &str = "aten transformers/attention.cpp, convert_boolean_attn_mask";
const MASKS: &str = "masking_utils.py, create_bidirectional_mask, create_bidirectional_sliding_window_mask";
const WINDOW: &str = "masking_utils.py, sliding_window_bidirectional_overlay";
const TOKENIZER: &str = "tokenization_utils_base.py, PreTrainedTokenizerBase.pad";
const BUFFERS: &str = "modeling_bert.py, BertEmbeddings.__init__";

/// Whether the layers' code was read: one of the two kinds.
pub fn is_read(shape: &Shape) -> bool {
    let placement = NormPlacement::of(shape.number(Fact::NormPlacement));
    let is_of_a_kind = matches!(
        (rotation::positions(shape), placement),
        (Positions::Learned, NormPlacement::AfterSum) | (Positions::Rotary, NormPlacement::Before)
    );
    let is_plain = Residual::of(shape.number(Fact::Residual)) == Residual::Sequential
        && QkNorm::of(shape.number(Fact::QkNorm)) == QkNorm::None;
    is_of_a_kind && is_plain && !shares_keys(shape)
}

/// The pass of an encoder's layers.
pub struct EncoderPass<'a> {
    run: &'a ServingRun<'a>,
    /// Whether sequences of the batch differ in length.
    is_padded: bool,
    /// Layers with a window, of which none may be.
    n_windowed: f64,
    attention: AttentionPrompt<'a>,
}

impl<'a> EncoderPass<'a> {
    /// That of a run.
    pub fn of(run: &'a ServingRun<'a>) -> Self {
        let is_padded = run.shape.reader.is_on(Id::Padding);
        let is_windowed = run.shape.is(Fact::SlidingWindow);
        let n_windowed = if is_windowed { windowed_layers(run.shape, run.leaf(Id::NumLayers).value()) } else { 0.0 };
        let is_masked = is_padded || n_windowed > 0.0 && is_cut(run.shape, run.sequence.value());
        Self { run, is_padded, n_windowed, attention: AttentionPrompt::with(run, is_masked) }
    }

    /// Whether attention is computed by code that makes all scores.
    pub fn makes_scores(&self) -> bool {
        self.attention.kernel.makes_scores()
    }

    fn is_rotated(&self) -> bool {
        rotation::is_rotated(self.run.shape)
    }

    /// What a tokenizer hands over: token ids and a mask for each token, segments where there are several.
    pub fn given(&self) -> Vec<Cached> {
        let run = self.run;
        let of_tokens = |name, n: f64| Cached::new(name, times(n) * run.tokens.clone(), element(INT64), TOKENIZER);
        let has_segments = run.shape.number(Fact::TokenTypes) > 1.0;
        let mut res = vec![embedding::ids(run), of_tokens("attention_mask", 1.0)];
        if has_segments {
            res.push(of_tokens("token_type_ids", 1.0));
        }
        if run.shape.is(Fact::LearnedPositions) {
            let n_buffers = if run.shape.is(Fact::TokenTypes) { 2.0 } else { 1.0 };
            let positions = times(n_buffers) * run.fact(Fact::LearnedPositions);
            res.push(Cached::new("buffers position_ids, token_type_ids", positions, element(INT64), BUFFERS));
        }
        res
    }

    /// What the model's `forward` makes of it for all layers: positions, and what rotates, for each kind of layer.
    pub fn tables(&self) -> Vec<Cached> {
        let run = self.run;
        if !self.is_rotated() {
            return Vec::new();
        }
        let n_kinds = f64::from(u8::from(self.n_windowed > 0.0)) + f64::from(u8::from(self.has_full_layers()));
        let width = times(2.0 * n_kinds) * run.fact(Fact::HeadDim);
        let rotating = Cached::new("cos, sin", run.sequence.clone() * width, run.element.clone(), TABLES);
        vec![embedding::position_ids(run), rotating]
    }

    fn has_full_layers(&self) -> bool {
        self.n_windowed < self.run.leaf(Id::NumLayers).value()
    }

    /// The mask of layers without a window: where every token counts there is none.
    fn full_mask(&self) -> Option<Cached> {
        (self.is_padded && self.has_full_layers()).then(|| self.mask("attention_mask of all pairs"))
    }

    /// A mask of the whole batch: a byte for each pair of positions, for eager attention a number.
    fn mask(&self, name: &'static str) -> Cached {
        let run = self.run;
        let bytes = match self.attention.kernel {
            Kernel::Eager => run.element.clone(),
            Kernel::Flash | Kernel::Efficient | Kernel::Math => element(BYTE),
        };
        Cached::new(name, run.tokens.clone() * run.sequence.clone(), bytes, MASKS)
    }

    fn has_window_mask(&self) -> bool {
        self.n_windowed > 0.0 && self.attention.is_masked
    }

    /// The masks that live as long as the layers run.
    pub fn masks(&self) -> Vec<Cached> {
        let of_window = self.has_window_mask().then(|| self.mask("attention_mask of the window"));
        self.full_mask().into_iter().chain(of_window).collect()
    }

    /// While the window's mask is made: distances between all positions, and their amounts, as whole numbers; the other
    /// mask is there.
    pub fn making_masks(&self) -> Option<Vec<Cached>> {
        let run = self.run;
        let whole = |name, elements: Expr<_>| Cached::new(name, elements, element(INT64), WINDOW);
        self.has_window_mask().then(|| {
            let pairs = times(2.0) * run.sequence.clone() * run.sequence.clone();
            let made = [
                embedding::position_ids(run),
                Cached::new("padding_mask", run.tokens.clone(), element(BYTE), MASKS),
                whole("q_idx, kv_idx", times(2.0) * run.sequence.clone()),
                whole("q_idx - kv_idx, its amount", pairs),
            ];
            self.full_mask().into_iter().chain(made).collect()
        })
    }

    /// Around attention: the embedding's output, the layer's input, and that normed.
    pub fn around_attention(&self) -> [Tensor; 3] {
        let [embedded, input, normed] = stream::around_attention(self.run);
        // Norms stand before blocks in the code that rotates alone; see `is_read`.
        [embedded, input, normed.only_if(self.is_rotated())]
    }

    /// Around the feed-forward block: the same of its own input; ModernBERT's layer still names attention's output.
    pub fn around_feed_forward(&self) -> [Tensor; 7] {
        let [embedded, input, residual, normed, held, first] = stream::around_feed_forward(self.run);
        let named = self.run.tensor("attn_output", Width::Hidden, LAYER);
        let is_named = self.is_rotated() && held.count == 0.0;
        [embedded, input, residual, normed, held, first, named.only_if(is_named)]
    }

    /// Inside attention at its fullest instant, but for scores: while keys are rotated, while a mask is converted, or
    /// while the kernel writes; beside scores, what is multiplied.
    pub fn inside_attention(&self) -> [Tensor; 6] {
        let run = self.run;
        let operands = self.operands();
        let beside = |first, second| {
            let [a, b, c, d] = operands;
            [a, b, c, d, first, second]
        };
        if self.makes_scores() {
            return beside(Tensor::NONE, Tensor::NONE);
        }
        let output = run.tensor("attention's output", Width::Queries, SDPA);
        let mask = run.tensor("attn_mask in the queries' format", Width::Positions, CONVERTED);
        let negation = Tensor::new("attn_mask.logical_not()", BYTE, Width::Positions, CONVERTED);
        let mask = mask.only_if(self.attention.is_masked);
        let converted = beside(mask, negation.only_if(self.attention.is_masked));
        fullest(&[&self.rotating(), &converted, &beside(mask, output)], &run.widths)
    }

    /// What the kernel reads, and what its names keep of the projections.
    fn operands(&self) -> [Tensor; 4] {
        let run = self.run;
        if !self.is_rotated() {
            let keys = run.tensor("key_layer, value_layer", Width::Keys, BERT).times(2.0);
            return [run.tensor("query_layer", Width::Queries, BERT), keys, Tensor::NONE, Tensor::NONE];
        }
        let is_fused = run.shape.is(Fact::FusedQkv);
        [
            run.tensor("rotated queries", Width::Queries, ROTARY),
            run.tensor("rotated keys", Width::Keys, ROTARY),
            run.tensor("queries and keys inside qkv", Width::Queries, MODERN).times(2.0).only_if(is_fused),
            run.tensor("values", Width::Keys, MODERN),
        ]
    }

    /// While keys are rotated, beside rotated queries, in FP32: `k·cos`, `k.float()`, its half and what `rotate_half`
    /// joins; without a copy the product with sines is more.
    fn rotating(&self) -> [Tensor; 6] {
        let run = self.run;
        if !self.is_rotated() {
            return [Tensor::NONE; 6];
        }
        let wide = |name, width| Tensor::new(name, FP32, width, ROTARY);
        let is_copied = run.bytes() < FP32;
        let products = wide("k·cos, rotate_half(k)", Width::Keys).times(2.0);
        let copied = wide("k.float()", Width::Keys).only_if(is_copied);
        let last = if is_copied {
            wide("half of keys, negated", Width::Keys).times(0.5)
        } else {
            wide("rotate_half(k)·sin", Width::Keys)
        };
        let projected = run.tensor("qkv", Width::Queries, MODERN).times(3.0);
        [projected, wide("rotated queries", Width::Queries), products, copied, last, Tensor::NONE]
    }

    /// Scores of every head, where the code makes them.
    pub fn scores(&self) -> [Tensor; 7] {
        self.attention.scores()
    }

    /// Eager attention's weights, which live until their layer is through.
    pub fn weights(&self) -> Option<[Tensor; 2]> {
        self.attention.weights()
    }
}
