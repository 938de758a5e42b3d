//! Stages of inverted bottlenecks, for an image of any size: EfficientNet (arXiv 1905.11946) and its second version
//! (arXiv
//! 2104.00298), whose first stages fuse two convolutions. It knows no batch.

use crate::estimator::architecture::{Fact, List};
use crate::estimator::methods::calibrated::blocks::excitation::Excitation;
use crate::estimator::methods::calibrated::blocks::primitives::{COLOURS, Convolution, LinearLayer, halved, square};
use crate::estimator::methods::calibrated::blocks::walk::{Operation, Walk};
use crate::estimator::methods::calibrated::blocks::walk_names::{Module, module};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::tensors::dtype::BYTE;

/// The code that is walked.
pub const SOURCE: &str = "torchvision/models/efficientnet.py";

/// Channels of the base network's stem.
const STEM: f64 = 32.0;
/// How many times the last stage's channels the network has before its classifier.
const LAST: f64 = 4.0;
/// Channels that the second version has there.
const LAST_OF_SECOND: f64 = 1280.0;

/// A stage of the base network, to which width and depth multipliers apply (table 1 of the paper).
struct BottleneckStage {
    expansion: f64,
    kernel: f64,
    has_step: bool,
    to: f64,
    n_layers: f64,
}

const fn stage(expansion: f64, kernel: f64, has_step: bool, to: f64, n_layers: f64) -> BottleneckStage {
    BottleneckStage { expansion, kernel, has_step, to, n_layers }
}

const STAGES: [BottleneckStage; 7] = [
    stage(1.0, 3.0, false, 16.0, 1.0),
    stage(6.0, 3.0, true, 24.0, 2.0),
    stage(6.0, 5.0, true, 40.0, 2.0),
    stage(6.0, 3.0, true, 80.0, 3.0),
    stage(6.0, 5.0, false, 112.0, 3.0),
    stage(6.0, 5.0, true, 192.0, 4.0),
    stage(6.0, 3.0, false, 320.0, 1.0),
];

/// What the stages of the second version have in every size, beside channels and layers: expansion, and whether the
/// first layer makes a step (table 4 of the paper). The last stands for all behind it.
const STAGES_OF_SECOND: [(f64, bool); 7] =
    [(1.0, false), (4.0, true), (4.0, true), (4.0, true), (6.0, false), (6.0, true), (6.0, false)];
/// How many of them fuse the first two convolutions of a layer.
const FUSED: usize = 3;

/// Channels of a scaled network: a multiple of 8, at least 8, and not a tenth below what was asked for
/// (`_make_divisible`).
pub(super) fn scaled(channels: f64) -> f64 {
    let rounded = ((channels + 4.0) / 8.0).floor().max(1.0) * 8.0;
    if rounded < 0.9 * channels { rounded + 8.0 } else { rounded }
}

/// Walks through the stages.
pub fn walk(walk: &mut Walk, it: &Shape, image: f64) {
    let (wide, deep) = (it.number(Fact::WidthMultiplier), it.number(Fact::DepthMultiplier));
    let mut at = stem(walk, image, scaled(STEM * wide), false);
    for stage in &STAGES {
        let BottleneckStage { expansion, kernel, has_step, to, .. } = *stage;
        let n_layers = (stage.n_layers * deep).ceil();
        at = layers(walk, at, [expansion, kernel, scaled(to * wide), n_layers], has_step, false);
    }
    end(walk, it, at, LAST * at.channels);
}

/// Walks through the stages of the second version.
pub fn walk_second(walk: &mut Walk, it: &Shape, image: f64) {
    let widths = it.list(List::Widths);
    let mut at = stem(walk, image, widths.first().copied().unwrap_or(1.0), false);
    for (stage, (&to, &n_layers)) in widths.iter().zip(it.list(List::Depths).iter()).enumerate() {
        let (expansion, has_step) = STAGES_OF_SECOND[stage.min(STAGES_OF_SECOND.len() - 1)];
        at = layers(walk, at, [expansion, 3.0, to, n_layers], has_step, stage < FUSED);
    }
    end(walk, it, at, LAST_OF_SECOND);
}

/// Channels and edge of a map.
#[derive(Clone, Copy)]
pub(super) struct Map {
    pub(super) channels: f64,
    pub(super) edge: f64,
}

/// The first convolution, whose function is ReLU or keeps a copy of its operand.
pub(super) fn stem(walk: &mut Walk, image: f64, channels: f64, is_relu: bool) -> Map {
    walk.stage();
    let edge = halved(image);
    let shape = Convolution::between(COLOURS, square(image), channels, square(edge), 3.0);
    let shape = Convolution { is_first: true, keeps_operand: walk.formats.is_autocast, ..shape };
    convolved(walk, [module!("stem.0", matrix), module!("stem.1", batch_norm), module!("stem.2")], shape, is_relu);
    Map { channels, edge }
}

/// The last convolution, and the means of its result.
pub(super) fn last(walk: &mut Walk, at: Map, to: f64, is_relu: bool) {
    walk.stage();
    let area = square(at.edge);
    let shape = Convolution { keeps_operand: true, ..Convolution::between(at.channels, area, to, area, 1.0) };
    convolved(walk, [module!("last.0", matrix), module!("last.1", batch_norm), module!("last.2")], shape, is_relu);
    let compute = walk.formats.compute;
    walk.mean(to, area, compute);
}

/// The last convolution, and the classifier.
fn end(walk: &mut Walk, it: &Shape, at: Map, to: f64) {
    last(walk, at, to, false);
    // Dropout keeps a mask.
    let saved = walk.keep(module!("classifier.0").statistics, BYTE, to, 1.0);
    walk.add(Operation { saved, ..Operation::default() });
    walk.classifier(module!("classifier.1", matrix), LinearLayer::of_head(to, it.number(Fact::NumClasses)));
}

/// The layers of a stage: expansion, kernel, channels and number.
fn layers(
    walk: &mut Walk,
    at: Map,
    [expansion, kernel, to, n_layers]: [f64; 4],
    has_step: bool,
    is_fused: bool,
) -> Map {
    walk.stage();
    if n_layers < 1.0 {
        return at;
    }
    let of = |from: Map, has_step| Bottleneck {
        kernel,
        from: from.channels,
        inner: scaled(from.channels * expansion),
        to,
        edge: from.edge,
        has_step,
        is_fused,
        is_scaled: true,
        is_relu: false,
        squeezed: if is_fused { 0.0 } else { (from.channels / 4.0).floor().max(1.0) },
        has_hard_gate: false,
    };
    let first = of(at, has_step);
    first.walk(walk);
    let at = Map { channels: to, edge: first.to_edge() };
    walk.alike(n_layers - 1.0, |walk| of(at, false).walk(walk));
    at
}

/// A convolution, its norm, and a function in place: ReLU, which keeps its result, or one that keeps a copy of its
/// operand.
pub(super) fn convolved(walk: &mut Walk, [convolution, norm, function]: [&Module; 3], it: Convolution, is_relu: bool) {
    walk.convolution(convolution, it);
    walk.batch_norm(norm, it.to, it.result_area, it.waiting);
    let kept = if is_relu { function.output } else { function.input };
    walk.function(kept, it.to, it.result_area, it.waiting);
}

/// An inverted bottleneck.
#[derive(Clone, Copy)]
pub(super) struct Bottleneck {
    /// Edge of the kernel that sees several places.
    pub(super) kernel: f64,
    pub(super) from: f64,
    pub(super) inner: f64,
    pub(super) to: f64,
    pub(super) edge: f64,
    pub(super) has_step: bool,
    /// Whether one convolution widens and sees several places.
    pub(super) is_fused: bool,
    /// Whether stochastic depth scales what is added to the operand.
    pub(super) is_scaled: bool,
    /// Whether the function is ReLU.
    pub(super) is_relu: bool,
    /// Channels to which the gate narrows; 0 without a gate.
    pub(super) squeezed: f64,
    /// Whether the gate is a hard sigmoid behind ReLU.
    pub(super) has_hard_gate: bool,
}

impl Bottleneck {
    /// Edge of the result.
    pub(super) fn to_edge(self) -> f64 {
        if self.has_step { halved(self.edge) } else { self.edge }
    }

    /// Walks through the layer.
    pub(super) fn walk(&self, walk: &mut Walk) {
        let Self { kernel, from, inner, to, is_fused, is_relu, squeezed, has_hard_gate, .. } = *self;
        let (area, to_area) = (square(self.edge), square(self.to_edge()));
        let compute = walk.formats.compute;
        let is_summed = !self.has_step && from == to;
        let waiting = if is_summed { compute * to * to_area } else { 0.0 };
        let between = |from, area, to, to_area, kernel| Convolution {
            waiting,
            keeps_operand: true,
            ..Convolution::between(from, area, to, to_area, kernel)
        };
        let expand = [module!("expand.0", matrix), module!("expand.1", batch_norm), module!("expand.2")];
        if is_fused {
            convolved(walk, expand, between(from, area, inner, to_area, kernel), is_relu);
            if inner == from {
                return;
            }
        } else {
            let is_wider = inner != from;
            if is_wider {
                convolved(walk, expand, between(from, area, inner, area, 1.0), is_relu);
            }
            let shape = between(inner, area, inner, to_area, kernel);
            let depthwise = Convolution { groups: inner, keeps_operand: !(is_wider && is_relu), ..shape };
            let modules = [module!("depthwise.0", matrix), module!("depthwise.1", batch_norm), module!("depthwise.2")];
            convolved(walk, modules, depthwise, is_relu);
        }
        let is_gated = squeezed > 0.0;
        if is_gated {
            Excitation {
                channels: inner,
                squeezed,
                area: to_area,
                copies_narrow: !has_hard_gate,
                keeps_logits: has_hard_gate,
                keeps_operand: !is_relu,
                waiting,
            }
            .walk(walk);
        }
        let shape = between(inner, to_area, to, to_area, 1.0);
        walk.convolution(module!("project.0", matrix), Convolution { keeps_operand: is_gated || !is_relu, ..shape });
        // What stochastic depth does not scale has the sum's gradient itself.
        walk.batch_norm(module!("project.1", batch_norm), to, to_area, if self.is_scaled { waiting } else { 0.0 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_multiples_of_eight() {
        for (asked, made) in [(32.0, 32.0), (35.2, 32.0), (57.6, 56.0), (3.0, 8.0), (12.0, 16.0), (44.0, 48.0)] {
            assert_eq!(scaled(asked), made, "{asked}");
        }
    }
}
