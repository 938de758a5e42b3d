//! Encoders of text, encoder-decoders, and the encoder-decoder of speech.

use crate::estimator::architecture::Fact;
use crate::estimator::methods::calibrated::parts::counter::{Counter, Part, Tower, feed_forward, linear};

/// Buckets of relative distances in an encoder-decoder with relative positions (T5, arXiv 1910.10683).
const RELATIVE_BUCKETS: f64 = 32.0;

impl Counter<'_> {
    /// An encoder of text.
    pub fn encoder(&mut self) {
        let width = self.n(Fact::HiddenSize);
        let rows = self.n(Fact::VocabSize) + self.n(Fact::LearnedPositions) + self.n(Fact::TokenTypes);
        self.add(Part::Embedding, rows * width);
        self.encoder_layers();
        // The embedding's norm; the first layer may do without its own; one may stand at the end.
        let norms = [!self.is(Fact::FirstNormIsIdentity), self.is(Fact::FinalNorm)];
        for _ in norms.into_iter().filter(|it| *it) {
            self.add(Part::Norms, self.norm(Fact::Norm, width));
        }
        if self.is(Fact::Pooler) {
            self.add(Part::Head, linear(width, width, true));
        }
    }

    /// Layers of attention and feed-forward with as many key heads as query heads.
    pub fn encoder_layers(&mut self) {
        let (width, n_layers) = (self.n(Fact::HiddenSize), self.n(Fact::NumLayers));
        let attention = 3.0 * linear(width, width, self.is(Fact::QkvBias));
        self.add(Part::Attention, n_layers * (attention + linear(width, width, self.is(Fact::OutputBias))));
        self.add(Part::FeedForward, n_layers * self.block());
        self.add(Part::Norms, n_layers * 2.0 * self.norm(Fact::Norm, width));
    }

    fn block(&self) -> f64 {
        let (width, inner) = (self.n(Fact::HiddenSize), self.n(Fact::IntermediateSize));
        feed_forward(width, inner, self.is(Fact::GatedMlp), self.is(Fact::MlpBias))
    }

    /// An encoder and a decoder of text with relative positions and no biases.
    pub fn encoder_decoder(&mut self) {
        let (width, heads) = (self.n(Fact::HiddenSize), self.n(Fact::NumAttentionHeads));
        let attention = 4.0 * width * heads * self.n(Fact::HeadDim);
        let norm = self.norm(Fact::Norm, width);
        let vocabulary = self.n(Fact::VocabSize) * width;
        self.add(Part::Embedding, vocabulary);
        for (tower, n_layers) in [(Tower::Main, Fact::NumLayers), (Tower::Decoder, Fact::NumDecoderLayers)] {
            self.tower = tower;
            let n_layers = self.n(n_layers);
            self.add(Part::Embedding, RELATIVE_BUCKETS * heads);
            self.add(Part::Attention, n_layers * attention);
            self.add(Part::FeedForward, n_layers * self.block());
            self.add(Part::Norms, n_layers * 2.0 * norm + norm);
            if tower == Tower::Decoder {
                self.add(Part::CrossAttention, n_layers * attention);
                self.add(Part::Norms, n_layers * norm);
            }
        }
        if !self.is(Fact::TieWordEmbeddings) {
            self.add(Part::LmHead, vocabulary);
        }
        self.tower = Tower::Main;
    }

    /// An encoder of spectrograms behind two convolutions, and a decoder of text (Whisper, arXiv 2212.04356).
    pub fn speech(&mut self) {
        let (width, bands) = (self.n(Fact::HiddenSize), self.n(Fact::NumMelBins));
        // Keys have no bias.
        let attention = 4.0 * width * width + 3.0 * width;
        let norm = self.norm(Fact::Norm, width);
        self.add(Part::Convolutions, linear(3.0 * bands, width, true) + linear(3.0 * width, width, true));
        self.add(Part::Embedding, self.n(Fact::NumAudioPositions) * width);
        for (tower, n_layers) in [(Tower::Main, Fact::NumLayers), (Tower::Decoder, Fact::NumDecoderLayers)] {
            self.tower = tower;
            let n_layers = self.n(n_layers);
            self.add(Part::Attention, n_layers * attention);
            self.add(Part::FeedForward, n_layers * self.block());
            self.add(Part::Norms, n_layers * 2.0 * norm + norm);
            if tower == Tower::Decoder {
                self.add(Part::Embedding, (self.n(Fact::VocabSize) + self.n(Fact::LearnedPositions)) * width);
                self.add(Part::CrossAttention, n_layers * attention);
                self.add(Part::Norms, n_layers * norm);
            }
        }
        self.tower = Tower::Main;
    }
}
