//! Vision towers, what leads from them to the text, and models made of a vision tower alone or beside a text tower.

use crate::estimator::architecture::Fact;
use crate::estimator::architecture::{NormPlacement, ProjectorNorm, QkNorm};
use crate::estimator::methods::calibrated::parts::counter::{Counter, Part, Tower, feed_forward, linear};

/// Colour channels of an image.
const CHANNELS: f64 = 3.0;

impl Counter<'_> {
    /// The vision tower and the projector of a model that reads images.
    pub fn vision(&mut self) {
        self.tower = Tower::Vision;
        self.vision_tower();
        self.projector();
        self.tower = Tower::Main;
    }

    fn vision_tower(&mut self) {
        let width = self.n(Fact::VisionHiddenSize);
        let patch = self.n(Fact::PatchSize);
        let frames = self.n(Fact::TemporalPatchSize).max(1.0);
        self.add(Part::Convolutions, linear(CHANNELS * patch * patch * frames, width, self.is(Fact::PatchBias)));
        self.vision_positions();
        self.add(Part::Norms, self.n(Fact::VisionOuterNorms) * self.norm(Fact::VisionNorm, width));

        let (n_own, n_global) = (self.n(Fact::VisionNumLayers), self.n(Fact::VisionGlobalLayers));
        let n_layers = n_own + n_global;
        self.add(Part::Attention, n_layers * 4.0 * linear(width, width, self.is(Fact::VisionAttentionBias)));
        let (is_gated, has_bias) = (self.is(Fact::VisionGatedMlp), self.is(Fact::VisionMlpBias));
        let inner = self.n(Fact::VisionIntermediateSize);
        self.add(Part::FeedForward, n_layers * feed_forward(width, inner, is_gated, has_bias));
        let is_around = NormPlacement::of(self.n(Fact::VisionNormPlacement)) == NormPlacement::Around;
        let n_norms = if is_around { 4.0 } else { 2.0 };
        self.add(Part::Norms, n_layers * n_norms * self.norm(Fact::VisionNorm, width));
        if QkNorm::of(self.n(Fact::VisionQkNorm)) == QkNorm::PerHead {
            self.add(Part::Norms, n_layers * 2.0 * width / self.n(Fact::VisionNumHeads).max(1.0));
        }
        if self.is(Fact::VisionLayerScale) {
            self.add(Part::Norms, n_layers * 2.0 * width);
        }
        // Layers over all tiles scale what attention and feed-forward add.
        self.add(Part::Norms, 2.0 * n_global);
    }

    /// Vectors of patches' places and those that stand for the whole image.
    fn vision_positions(&mut self) {
        let width = self.n(Fact::VisionHiddenSize);
        let n_classes = self.n(Fact::ClassTokens);
        self.add(Part::Embedding, n_classes * width);
        let n_positions = self.n(Fact::VisionPositions);
        self.add(Part::Embedding, n_positions * width);
        if self.is(Fact::AspectRatios) {
            // An arrangement of none is one more. Tiles' places within an image and patches' places within tiles, each with
            // a gate; tiles have vectors before and after the layers.
            let arrangements = (self.n(Fact::AspectRatios) + 1.0) * self.n(Fact::MaxTiles);
            self.add(Part::Embedding, arrangements * n_positions * width + 2.0 * arrangements * width);
            self.add(Part::Norms, 3.0);
        }
    }

    fn projector(&mut self) {
        let text = self.n(Fact::HiddenSize);
        let widths = &self.architecture().projector;
        let [first, ..] = **widths else { return };
        let width = |it: f64| if it == 0.0 { text } else { it };
        let n_biased = self.n(Fact::ProjectorBiases) as usize;
        let one: f64 =
            widths.windows(2).enumerate().map(|(at, pair)| linear(width(pair[0]), width(pair[1]), at < n_biased)).sum();
        let n_deep = self.n(Fact::DeepstackLayers);
        self.add(Part::Projector, (1.0 + n_deep) * one);
        let scales = match ProjectorNorm::of(self.n(Fact::ProjectorNorm)) {
            ProjectorNorm::None => 0.0,
            ProjectorNorm::Layer => 2.0 * self.n(Fact::VisionHiddenSize),
            ProjectorNorm::MergedLayer => 2.0 * first,
            ProjectorNorm::Rms => self.n(Fact::VisionHiddenSize),
        };
        self.add(Part::Norms, scales + n_deep * 2.0 * first);
        if self.is(Fact::ImageNewline) {
            self.add(Part::Embedding, text);
        }
    }

    /// A text tower and a vision tower that meet in one space (CLIP, arXiv 2103.00020; SigLIP, arXiv 2303.15343).
    pub fn contrastive(&mut self) {
        let (width, common) = (self.n(Fact::HiddenSize), self.n(Fact::ProjectionDim));
        let is_sigmoid = self.is(Fact::SigmoidPairs);
        self.add(Part::Embedding, (self.n(Fact::VocabSize) + self.n(Fact::LearnedPositions)) * width);
        self.encoder_layers();
        self.add(Part::Norms, self.norm(Fact::Norm, width));
        self.add(Part::Head, linear(width, common, is_sigmoid));
        // Scale of the similarity, and its bias.
        self.add(Part::Norms, if is_sigmoid { 2.0 } else { 1.0 });

        self.tower = Tower::Vision;
        self.vision_tower();
        let width = self.n(Fact::VisionHiddenSize);
        if is_sigmoid {
            // One learned query attends to all patches; a feed-forward block follows.
            let inner = self.n(Fact::VisionIntermediateSize);
            self.add(Part::Embedding, width);
            self.add(Part::Head, 4.0 * linear(width, width, true) + feed_forward(width, inner, false, true));
            self.add(Part::Norms, self.norm(Fact::VisionNorm, width));
        } else {
            self.add(Part::Head, width * common);
        }
        self.tower = Tower::Main;
    }
}
