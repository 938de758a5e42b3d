//! Residual networks (arXiv 1512.03385), also grouped (arXiv 1611.05431), wide (arXiv 1605.07146), and of stages of
//! stated widths (RegNet, arXiv 2003.13678), for an image of any size. It knows no batch.

use crate::estimator::architecture::{Fact, List};
use crate::estimator::methods::calibrated::blocks::excitation::Excitation;
use crate::estimator::methods::calibrated::blocks::primitives::{COLOURS, Convolution, LinearLayer, halved, square};
use crate::estimator::methods::calibrated::blocks::walk::Walk;
use crate::estimator::methods::calibrated::blocks::walk_names::module;
use crate::estimator::methods::calibrated::model::shape::Shape;

/// The code that is walked.
pub const SOURCE: &str = "torchvision/models/resnet.py";

/// The code of networks whose stages state their widths.
pub const REGULAR_SOURCE: &str = "torchvision/models/regnet.py";

/// Channels of the stem, and of the first stage's inner convolutions in a plain network.
const STEM: f64 = 64.0;
/// Channels of the stem before stages of stated widths.
const REGULAR_STEM: f64 = 32.0;

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
    /// Whether the projection runs before the other branch.
    projects_first: bool,
    /// Share of the operand's channels to which a gate narrows; 0 without a gate.
    squeeze: f64,
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
            let first = Block {
                from: channels,
                inner,
                to,
                groups,
                is_narrowed,
                edge,
                to_edge,
                is_pooled,
                projects_first: false,
                squeeze: 0.0,
            };
            first.walk(walk);
            let next = Block { from: to, edge: to_edge, is_pooled: false, ..first };
            walk.alike(n_blocks - 1.0, |walk| next.walk(walk));
            (channels, edge, is_pooled) = (to, to_edge, false);
        }
        planes *= 2.0;
    }
    end(walk, it, channels, edge);
}

/// Walks through a 3×3 convolution and stages of blocks that do not narrow, with groups of one width.
pub fn walk_regular(walk: &mut Walk, it: &Shape, image: f64) {
    walk.stage();
    let (mut edge, mut channels) = (halved(image), REGULAR_STEM);
    let area = square(edge);
    walk.first_convolution(module!("conv1", matrix), Convolution::between(COLOURS, square(image), channels, area, 3.0));
    walk.batch_norm(module!("bn1", batch_norm), channels, area, 0.0);
    walk.relu(module!("relu"), channels, area, 0.0);
    for (&to, &n_blocks) in it.list(List::Widths).iter().zip(it.list(List::Depths).iter()) {
        walk.stage();
        let to_edge = halved(edge);
        let first = Block {
            from: channels,
            inner: to,
            to,
            groups: (to / it.number(Fact::WidthPerGroup)).floor().max(1.0),
            is_narrowed: true,
            edge,
            to_edge,
            is_pooled: false,
            projects_first: true,
            squeeze: it.number(Fact::SqueezeRatio),
        };
        first.walk(walk);
        let next = Block { from: to, edge: to_edge, ..first };
        walk.alike(n_blocks - 1.0, |walk| next.walk(walk));
        (channels, edge) = (to, to_edge);
    }
    end(walk, it, channels, edge);
}

/// The mean of each channel, and the classifier.
fn end(walk: &mut Walk, it: &Shape, channels: f64, edge: f64) {
    walk.stage();
    let compute = walk.formats.compute;
    walk.mean(channels, square(edge), compute);
    walk.classifier(module!("fc", matrix), LinearLayer::of_head(channels, it.number(Fact::NumClasses)));
}

impl Block {
    fn walk(&self, walk: &mut Walk) {
        let Self { from, inner, to, groups, .. } = *self;
        let (area, to_area) = (square(self.edge), square(self.to_edge));
        let compute = walk.formats.compute;
        let is_projected = self.edge != self.to_edge || from != to;
        // While the gradients of one branch are made, another gradient waits: the sum's, or what the branch that is
        // later forward and so earlier backward has made of it.
        let (of_sum, of_operand) = (compute * to * to_area, compute * from * area);
        let projects_last = is_projected && !self.projects_first;
        let waiting = if projects_last { of_operand } else { of_sum };
        // The last norm of a branch reads the sum's gradient itself.
        let waiting_at_end = if projects_last { waiting } else { 0.0 };
        if is_projected && self.projects_first {
            self.project(walk, [of_operand; 2]);
        }
        let between = |from, area, to, to_area, kernel| Convolution {
            waiting,
            ..Convolution::between(from, area, to, to_area, kernel)
        };
        let keeps_operand = self.is_pooled;
        if self.is_narrowed {
            walk.convolution(
                module!("conv1", matrix),
                Convolution { keeps_operand, ..between(from, area, inner, area, 1.0) },
            );
            walk.batch_norm(module!("bn1", batch_norm), inner, area, waiting);
            walk.relu(module!("relu1"), inner, area, waiting);
            walk.convolution(
                module!("conv2", matrix),
                Convolution { groups, ..between(inner, area, inner, to_area, 3.0) },
            );
            walk.batch_norm(module!("bn2", batch_norm), inner, to_area, waiting);
            walk.relu(module!("relu2"), inner, to_area, waiting);
            let is_gated = self.squeeze > 0.0;
            if is_gated {
                Excitation {
                    channels: inner,
                    squeezed: (self.squeeze * from).round_ties_even(),
                    area: to_area,
                    copies_narrow: false,
                    keeps_logits: false,
                    keeps_operand: false,
                    waiting,
                }
                .walk(walk);
            }
            let shape = between(inner, to_area, to, to_area, 1.0);
            walk.convolution(module!("conv3", matrix), Convolution { keeps_operand: is_gated, ..shape });
            walk.batch_norm(module!("bn3", batch_norm), to, to_area, waiting_at_end);
        } else {
            walk.convolution(
                module!("conv1", matrix),
                Convolution { keeps_operand, ..between(from, area, to, to_area, 3.0) },
            );
            walk.batch_norm(module!("bn1", batch_norm), to, to_area, waiting);
            walk.relu(module!("relu1"), to, to_area, waiting);
            walk.convolution(module!("conv2", matrix), between(to, to_area, to, to_area, 3.0));
            walk.batch_norm(module!("bn2", batch_norm), to, to_area, waiting_at_end);
        }
        if projects_last {
            self.project(walk, [of_sum, 0.0]);
        }
        walk.relu(module!("relu"), to, to_area, 0.0);
    }

    /// A 1×1 convolution and its norm beside the other branch, with what waits at each.
    fn project(&self, walk: &mut Walk, [waiting, waiting_at_end]: [f64; 2]) {
        let Self { from, to, .. } = *self;
        let to_area = square(self.to_edge);
        let shape = Convolution::between(from, square(self.edge), to, to_area, 1.0);
        walk.convolution(module!("downsample.0", matrix), Convolution { waiting, ..shape });
        walk.batch_norm(module!("downsample.1", batch_norm), to, to_area, waiting_at_end);
    }
}
