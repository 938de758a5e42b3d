//! Decoders of text: self-attention, latent and linear attention, experts, and the block that predicts a further token.

use crate::estimator::architecture::Fact;
use crate::estimator::architecture::{Layout, MultiTokenPrediction, NormPlacement, QkNorm, Residual};
use crate::estimator::methods::calibrated::parts::counter::{Counter, Part, Tower, feed_forward, linear};

/// Parameters of one layer's attention: those in matrices with their biases, and those in vectors.
struct Attention {
    matrices: f64,
    vectors: f64,
}

impl Counter<'_> {
    /// A decoder with all that stands before and behind its layers.
    pub fn decoder(&mut self) {
        let (width, vocabulary) = (self.n(Fact::HiddenSize), self.n(Fact::VocabSize));
        let rows = vocabulary + self.n(Fact::ExtraEmbeddings) + self.n(Fact::LearnedPositions);
        self.add(Part::Embedding, rows * width);
        if self.is(Fact::EmbeddingNorm) {
            self.add(Part::Norms, self.norm(Fact::Norm, width));
        }
        if !self.is(Fact::TieWordEmbeddings) {
            self.add(Part::LmHead, vocabulary * width);
        }
        if self.is(Fact::LmHeadBias) {
            self.add(Part::LmHead, vocabulary);
        }
        self.layers();
        // The last norm.
        self.add(Part::Norms, self.norm(Fact::Norm, width));
        self.vision();
        self.multi_token_prediction();
    }

    fn layers(&mut self) {
        let (width, n_layers) = (self.n(Fact::HiddenSize), self.n(Fact::NumLayers));
        // Links may ask for fewer layers than the preset has.
        let n_full = self.n(Fact::NumFullAttentionLayers).min(n_layers);
        let own = self.attention();
        match self.shape.layout() {
            Layout::GatedDeltaHybrid => {
                self.add_attention(&own, n_full);
                self.gated_delta_attention(n_layers - n_full);
            }
            Layout::LightningHybrid => {
                self.add_attention(&own, n_full);
                let inner = self.n(Fact::NumAttentionHeads) * self.n(Fact::HeadDim);
                // Query, key and value; the output's gate; the output.
                self.add(Part::LinearAttention, (n_layers - n_full) * 5.0 * width * inner);
                self.add(Part::Norms, (n_layers - n_full) * inner);
            }
            Layout::TwoHeadWidths => {
                self.add_attention(&own, n_layers - n_full);
                let (heads, head) = (self.n(Fact::NumAttentionHeads), self.n(Fact::GlobalHeadDim));
                // Keys are the values too.
                let matrices = width * head * (2.0 * heads + self.n(Fact::GlobalNumKeyValueHeads));
                self.add_attention(&Attention { matrices, vectors: 2.0 * head }, n_full);
                // A scale on each layer's output.
                self.add(Part::Norms, n_layers);
            }
            Layout::CrossAttentionDecoder => {
                let n_cross = self.n(Fact::NumCrossAttentionLayers).min(n_layers);
                self.add_attention(&own, n_layers - n_cross);
                self.add(Part::CrossAttention, n_cross * own.matrices);
                // Norms of queries and keys; gates of attention and feed-forward.
                self.add(Part::Norms, n_cross * (2.0 * self.n(Fact::HeadDim) + 2.0));
            }
            _ => self.add_attention(&own, n_layers),
        }
        let n_norms = match (Residual::of(self.n(Fact::Residual)), NormPlacement::of(self.n(Fact::NormPlacement))) {
            (Residual::ParallelSharedNorm, _) => 1.0,
            (_, NormPlacement::Around) => 4.0,
            _ => 2.0,
        };
        self.add(Part::Norms, n_layers * n_norms * self.norm(Fact::Norm, width));
        self.feed_forward_blocks();
    }

    fn add_attention(&mut self, attention: &Attention, n_layers: f64) {
        self.add(Part::Attention, n_layers * attention.matrices);
        self.add(Part::Norms, n_layers * attention.vectors);
    }

    fn attention(&self) -> Attention {
        if self.is(Fact::KvLoraRank) {
            return self.latent_attention();
        }
        let (width, head) = (self.n(Fact::HiddenSize), self.n(Fact::HeadDim));
        let queries = self.n(Fact::NumAttentionHeads) * head;
        let keys = self.n(Fact::NumKeyValueHeads) * head;
        // Gated attention projects its gate together with the queries.
        let is_gated = self.shape.layout() == Layout::GatedDeltaHybrid;
        let has_bias = self.is(Fact::QkvBias);
        let matrices = linear(width, if is_gated { 2.0 * queries } else { queries }, has_bias)
            + 2.0 * linear(width, keys, has_bias)
            + linear(queries, width, self.is(Fact::OutputBias));
        let norms = match QkNorm::of(self.n(Fact::QkNorm)) {
            QkNorm::None => 0.0,
            QkNorm::PerHead => 2.0 * head,
            QkNorm::Full => queries + keys,
        };
        let sinks = if self.is(Fact::AttentionSinks) { self.n(Fact::NumAttentionHeads) } else { 0.0 };
        Attention { matrices, vectors: norms + sinks }
    }

    /// Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434), with the indexer of sparse attention if there is one.
    fn latent_attention(&self) -> Attention {
        let (width, heads) = (self.n(Fact::HiddenSize), self.n(Fact::NumAttentionHeads));
        let (q_rank, kv_rank) = (self.n(Fact::QLoraRank), self.n(Fact::KvLoraRank));
        let (nope, rope, value) =
            (self.n(Fact::QkNopeHeadDim), self.n(Fact::QkRopeHeadDim), self.n(Fact::ValueHeadDim));
        let queries = heads * (nope + rope);
        let query = if q_rank > 0.0 { q_rank * (width + queries) } else { width * queries };
        let key_value = width * (kv_rank + rope) + kv_rank * heads * (nope + value);
        let (n_indexer, indexer) = (self.n(Fact::IndexerHeads), self.n(Fact::IndexerHeadDim));
        // Queries from the compressed ones, one key, and a weight per head.
        let index = q_rank * n_indexer * indexer + width * (indexer + n_indexer);
        Attention {
            matrices: query + key_value + heads * value * width + index,
            vectors: q_rank + kv_rank + 2.0 * indexer,
        }
    }

    /// Gated delta-rule attention (arXiv 2412.06464).
    fn gated_delta_attention(&mut self, n_layers: f64) {
        let width = self.n(Fact::HiddenSize);
        let n_values = self.n(Fact::LinearNumValueHeads);
        let keys = self.n(Fact::LinearNumKeyHeads) * self.n(Fact::LinearKeyHeadDim);
        let values = n_values * self.n(Fact::LinearValueHeadDim);
        // Query, key, value and gate; write strength and decay; convolution; output.
        let matrices = width * (2.0 * keys + 2.0 * values)
            + width * 2.0 * n_values
            + (2.0 * keys + values) * self.n(Fact::LinearConvKernel)
            + values * width;
        self.add(Part::LinearAttention, n_layers * matrices);
        // Decay and time step of each head; the norm of the output.
        self.add(Part::Norms, n_layers * (2.0 * n_values + self.n(Fact::LinearValueHeadDim)));
    }

    fn feed_forward_blocks(&mut self) {
        let n_layers = self.n(Fact::NumLayers);
        if !self.is(Fact::NumExperts) {
            return self.add(Part::FeedForward, n_layers * self.dense_block());
        }
        if self.shape.layout() == Layout::TwoHeadWidths {
            // Experts run beside the dense block: three more norms, and the router's scales of inputs and experts.
            let scales = 3.0 * self.n(Fact::HiddenSize) + self.n(Fact::HiddenSize) + self.n(Fact::NumExperts);
            self.add(Part::FeedForward, n_layers * self.dense_block());
            self.add(Part::Norms, n_layers * scales);
            return self.mixture(n_layers);
        }
        let n_dense = self.n(Fact::NumDenseLayers).min(n_layers);
        self.add(Part::FeedForward, n_dense * self.dense_block());
        self.mixture(n_layers - n_dense);
    }

    fn dense_block(&self) -> f64 {
        let (width, inner) = (self.n(Fact::HiddenSize), self.n(Fact::IntermediateSize));
        feed_forward(width, inner, self.is(Fact::GatedMlp), self.is(Fact::MlpBias))
    }

    fn mixture(&mut self, n_layers: f64) {
        let (width, experts) = (self.n(Fact::HiddenSize), self.n(Fact::NumExperts));
        let is_gated = self.is(Fact::GatedMlp);
        let one = feed_forward(width, self.n(Fact::MoeIntermediateSize), is_gated, self.is(Fact::ExpertBias));
        self.add(Part::Experts, n_layers * experts * one);
        let correction = if self.is(Fact::RouterCorrection) { experts } else { 0.0 };
        self.add(Part::Router, n_layers * (linear(width, experts, self.is(Fact::RouterBias)) + correction));
        let gate = if self.is(Fact::SharedExpertGate) { width } else { 0.0 };
        let shared = feed_forward(width, self.n(Fact::SharedIntermediateSize), is_gated, false);
        self.add(Part::SharedExperts, n_layers * (shared + gate));
    }

    fn multi_token_prediction(&mut self) {
        let kind = MultiTokenPrediction::of(self.n(Fact::MultiTokenPrediction));
        if kind == MultiTokenPrediction::None {
            return;
        }
        self.tower = Tower::MultiTokenPrediction;
        let width = self.n(Fact::HiddenSize);
        let attention = self.attention();
        self.add_attention(&attention, 1.0);
        if kind != MultiTokenPrediction::Dense && self.is(Fact::NumExperts) {
            self.mixture(1.0);
        } else {
            self.add(Part::FeedForward, self.dense_block());
        }
        // The stream and the next token's embedding are joined. Norms of the layer, of both streams, of the end.
        self.add(Part::Projector, 2.0 * width * width);
        self.add(Part::Norms, 5.0 * width);
        if kind == MultiTokenPrediction::OwnEmbedding {
            self.add(Part::Embedding, self.n(Fact::VocabSize) * width);
            self.add(Part::LmHead, self.n(Fact::VocabSize) * width);
        }
        self.tower = Tower::Main;
    }
}
