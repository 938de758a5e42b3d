//! An encoder of image patches with a classifier, walked as torchvision builds it (`vision_transformer.py`, arXiv
//! 2010.11929). It knows no batch.

use crate::estimator::architecture::{Activation, Fact};
use crate::estimator::methods::calibrated::blocks::walk::{Linear, Operation, Walk};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::tensors::dtype::FP32;

/// The memory-efficient kernel keeps its logarithms for whole blocks of this many queries.
const LOGARITHM_BLOCK: f64 = 32.0;

impl Walk {
    /// Patches, layers of attention and feed-forward, and the classifier that reads the first token.
    pub fn patches(&mut self, shape: &Shape, image: f64) {
        let n = |fact| shape.number(fact);
        let activation = n(Fact::VisionActivation);
        let (width, heads) = (n(Fact::VisionHiddenSize), n(Fact::VisionNumHeads));
        let (inner, patch) = (n(Fact::VisionIntermediateSize), n(Fact::PatchSize).max(1.0));
        let crate::estimator::methods::calibrated::blocks::walk::WalkBytes { compute, wide, is_autocast, .. } =
            self.formats;
        // Half-precision tensors take the flash kernel, FP32 the memory-efficient one.
        let is_half = compute < FP32;
        let n_patches = (image / patch).floor().powi(2);
        let tokens = n_patches + n(Fact::ClassTokens);
        let area = tokens;
        self.stage();
        self.add(Operation {
            saved: if is_autocast { compute * 3.0 * image * image } else { 0.0 },
            parameters: 3.0 * patch * patch * width + 2.0 * width + tokens * width,
            linear: 3.0 * patch * patch * width,
            outer: compute * width * n_patches,
            ..Operation::default()
        });
        let waiting = wide * width * area;
        self.stage();
        for _ in 0..n(Fact::VisionNumLayers) as usize {
            self.layer_norm(width, area, waiting);
            let linear = |from, to| Linear { from, to, area, keeps_operand: true, is_summed: false, waiting };
            self.linear_layer(linear(width, 3.0 * width));
            // Queries, keys, values, the result and a logarithm for each head.
            let logarithms = if is_half { area } else { (area / LOGARITHM_BLOCK).ceil() * LOGARITHM_BLOCK };
            self.add(Operation {
                saved: compute * 4.0 * width * area + FP32 * heads * logarithms,
                outer: compute * width * area,
                inner: compute * 3.0 * width * area,
                waiting,
                ..Operation::default()
            });
            // The flash kernel's result is in the order that the output projection reads; the other's is copied.
            let projection = linear(width, width);
            self.linear_layer(Linear { keeps_operand: !is_half, is_summed: !is_autocast, ..projection });
            self.layer_norm(width, area, waiting);
            self.linear_layer(linear(width, inner));
            self.function(compute * inner * area, waiting);
            if activation == Activation::QuickGelu as usize as f64 {
                // A product with a sigmoid of its own, which is kept beside the operand.
                self.function(compute * inner * area, waiting);
            }
            self.linear_layer(Linear { is_summed: !is_autocast, ..linear(inner, width) });
        }
        self.stage();
        self.layer_norm(width, area, 0.0);
        // The classifier reads one token, a view that holds the whole result; under autocast it is copied.
        let n_classes = n(Fact::NumClasses);
        if is_autocast {
            self.classifier(width, n_classes, true);
        } else {
            self.add(Operation { saved: wide * width * area, ..Operation::default() });
            self.classifier(width, n_classes, false);
        }
    }
}
