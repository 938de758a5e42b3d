//! Vision towers with what leads from them to the text, and models made of a vision tower beside a text tower. It knows
//! no layer of a tower.

use crate::estimator::architecture::{Fact, Part, Tower};
use crate::estimator::methods::calibrated::blocks::{projector, vision_layer, vision_patches};
use crate::estimator::methods::calibrated::parts::counter::{Counter, feed_forward, linear};
use crate::estimator::methods::calibrated::parts::encoder::encoder_layers;

impl Counter<'_> {
    /// The vision tower and the projector of a model that reads images.
    pub fn vision(&mut self) {
        self.tower = Tower::Vision;
        self.vision_tower();
        projector::count(self);
        self.tower = Tower::Main;
    }

    fn vision_tower(&mut self) {
        if self.is(Fact::VisionHiddenSize) {
            vision_patches::count(self);
            vision_layer::count(self);
        }
    }

    /// A text tower and a vision tower that meet in one space (CLIP, arXiv 2103.00020; SigLIP, arXiv 2303.15343).
    pub fn contrastive(&mut self) {
        let (width, common) = (self.n(Fact::HiddenSize), self.n(Fact::ProjectionDim));
        let is_sigmoid = self.is(Fact::SigmoidPairs);
        self.add(Part::Embedding, (self.n(Fact::VocabSize) + self.n(Fact::LearnedPositions)) * width);
        encoder_layers(self);
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
