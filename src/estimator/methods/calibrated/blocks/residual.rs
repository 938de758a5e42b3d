//! Residual networks (arXiv 1512.03385), also grouped (arXiv 1611.05431) and wide (arXiv 1605.07146), for an image of any
//! size. It knows no batch.

use crate::estimator::architecture::{Fact, List};
use crate::estimator::methods::calibrated::blocks::primitives::{Convolution, LinearLayer, halved, square};
use crate::estimator::methods::calibrated::blocks::walk::Walk;
use crate::estimator::methods::calibrated::blocks::walk_names::module;
use crate::estimator::methods::calibrated::model::shape::Shape;

/// The code that is walked.
pub const SOURCE: &str = "torchvision/models/resnet.py";

/// Channels of the stem, and of the first stage's inner convolutions in a plain network.
const STEM: f64 = 64.0;

/// A residual block: two 3×3 convolutions, or one between two of 1×1, which narrow and widen.
#[derive(Clone, Copy)]
struct Block {
    from: f64,
    /// Channels of the inner convolutions; those of the result where there is no narrowing.
    inner: f64,
    to: f64,
    groups: f64,
    is_narrowed: bool,
    edge: f64,
    to_edge: f64,
    /// Whether a pooling made the operand, which does not keep its result.
    is_pooled: bool,
}

/// Walks through the stages.
pub fn walk(walk: &mut Walk, it: &Shape, image: f64) {
    let (ratio, groups) = (it.number(Fact::Bottleneck).max(1.0), it.number(Fact::Groups).max(1.0));
    let mut edge = walk.stem(STEM, image);
    let (mut channels, mut planes, mut is_pooled) = (STEM, STEM, true);
    for (stage, &n_blocks) in it.list(List::Depths).iter().enumerate() {
        walk.stage();
        let to = planes * ratio;
        let inner = (planes * it.number(Fact::WidthPerGroup) / 64.0).floor() * groups;
        if n_blocks >= 1.0 {
            let to_edge = if stage > 0 { halved(edge) } else { edge };
            let is_narrowed = ratio > 1.0;
            let inner = if is_narrowed { inner } else { to };
            let first = Block { from: channels, inner, to, groups, is_narrowed, edge, to_edge, is_pooled };
            first.walk(walk);
            let next = Block { from: to, edge: to_edge, is_pooled: false, ..first };
            walk.alike(n_blocks - 1.0, |walk| next.walk(walk));
            (channels, edge, is_pooled) = (to, to_edge, false);
        }
        planes *= 2.0;
    }
    walk.stage();
    let compute = walk.formats.compute;
    walk.mean(channels, square(edge), compute);
    walk.classifier(module!("fc"), LinearLayer::of_head(channels, it.number(Fact::NumClasses)));
}

impl Block {
    fn walk(&self, walk: &mut Walk) {
        let Self { from, inner, to, groups, .. } = *self;
        let (area, to_area) = (square(self.edge), square(self.to_edge));
        let compute = walk.formats.compute;
        let is_projected = self.edge != self.to_edge || from != to;
        // While the gradients of one branch are made, another gradient waits: the sum's, or what the projection, which is
        // later forward and so earlier backward, has made of it.
        let of_sum = compute * to * to_area;
        let waiting = if is_projected { compute * from * area } else { of_sum };
        // The last norm of a branch reads the sum's gradient itself.
        let waiting_at_end = if is_projected { waiting } else { 0.0 };
        let between = |from, area, to, to_area, kernel| Convolution {
            waiting,
            ..Convolution::between(from, area, to, to_area, kernel)
        };
        let keeps_operand = self.is_pooled;
        if self.is_narrowed {
            walk.convolution(module!("conv1"), Convolution { keeps_operand, ..between(from, area, inner, area, 1.0) });
            walk.batch_norm(module!("bn1"), inner, area, waiting);
            walk.relu(module!("relu1"), inner, area, waiting);
            walk.convolution(module!("conv2"), Convolution { groups, ..between(inner, area, inner, to_area, 3.0) });
            walk.batch_norm(module!("bn2"), inner, to_area, waiting);
            walk.relu(module!("relu2"), inner, to_area, waiting);
            walk.convolution(module!("conv3"), between(inner, to_area, to, to_area, 1.0));
            walk.batch_norm(module!("bn3"), to, to_area, waiting_at_end);
        } else {
            walk.convolution(module!("conv1"), Convolution { keeps_operand, ..between(from, area, to, to_area, 3.0) });
            walk.batch_norm(module!("bn1"), to, to_area, waiting);
            walk.relu(module!("relu1"), to, to_area, waiting);
            walk.convolution(module!("conv2"), between(to, to_area, to, to_area, 3.0));
            walk.batch_norm(module!("bn2"), to, to_area, waiting_at_end);
        }
        if is_projected {
            let shape = Convolution::between(from, area, to, to_area, 1.0);
            walk.convolution(module!("downsample.0"), Convolution { waiting: of_sum, ..shape });
            walk.batch_norm(module!("downsample.1"), to, to_area, 0.0);
        }
        walk.relu(module!("relu"), to, to_area, 0.0);
    }
}
