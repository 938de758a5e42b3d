//! Stages of inverted bottlenecks whose search chose stage by stage (MnasNet B1, arXiv 1807.11626), for an image of any
//! size. It knows no batch.

use crate::estimator::architecture::Fact;
use crate::estimator::methods::calibrated::blocks::inverted::{Bottleneck, Map, convolved, last, scaled, stem};
use crate::estimator::methods::calibrated::blocks::primitives::{Convolution, LinearLayer, square};
use crate::estimator::methods::calibrated::blocks::walk::{Operation, Walk};
use crate::estimator::methods::calibrated::blocks::walk_names::module;
use crate::estimator::methods::calibrated::model::shape::Shape;

/// The code that is walked.
pub const SOURCE: &str = "torchvision/models/mnasnet.py";

/// Channels of the base network's stem, and behind its separable convolution.
const STEM: [f64; 2] = [32.0, 16.0];
/// Channels of the last convolution, whatever the width.
const LAST: f64 = 1280.0;

/// A stage: edge of the kernel, whether it makes a step of two, expansion, channels and layers (`MNASNet.__init__`).
const STAGES: [(f64, bool, f64, f64, f64); 6] = [
    (3.0, true, 3.0, 24.0, 3.0),
    (5.0, true, 3.0, 40.0, 3.0),
    (5.0, true, 6.0, 80.0, 3.0),
    (3.0, false, 6.0, 96.0, 2.0),
    (5.0, true, 6.0, 192.0, 4.0),
    (3.0, false, 6.0, 320.0, 1.0),
];

/// Walks through the stages.
pub fn walk(walk: &mut Walk, it: &Shape, image: f64) {
    let wide = |channels: f64| scaled(channels * it.number(Fact::WidthMultiplier));
    let at = stem(walk, image, wide(STEM[0]), true);
    let area = square(at.edge);
    // ReLU keeps what the convolutions behind it read.
    let depthwise =
        Convolution { groups: at.channels, ..Convolution::between(at.channels, area, at.channels, area, 3.0) };
    convolved(
        walk,
        [module!("layers.3", matrix), module!("layers.4", batch_norm), module!("layers.5")],
        depthwise,
        true,
    );
    let mut at = Map { channels: wide(STEM[1]), ..at };
    walk.convolution(module!("layers.6", matrix), Convolution::between(depthwise.to, area, at.channels, area, 1.0));
    walk.batch_norm(module!("layers.7", batch_norm), at.channels, area, 0.0);
    for (kernel, has_step, expansion, to, n_layers) in STAGES {
        walk.stage();
        let of = |from: Map, has_step| Bottleneck {
            kernel,
            from: from.channels,
            inner: from.channels * expansion,
            to: wide(to),
            edge: from.edge,
            has_step,
            is_fused: false,
            is_scaled: false,
            is_relu: true,
            squeezed: 0.0,
            has_hard_gate: false,
        };
        let first = of(at, has_step);
        first.walk(walk);
        at = Map { channels: first.to, edge: first.to_edge() };
        walk.alike(n_layers - 1.0, |walk| of(at, false).walk(walk));
    }
    last(walk, at, LAST, true);
    // Dropout in place keeps what it has multiplied by.
    let tensor = walk.keep(module!("classifier.0").statistics, walk.formats.compute, LAST, 1.0);
    walk.add(Operation { saved: tensor, outer: tensor, inner: tensor, ..Operation::default() });
    walk.classifier(module!("classifier.1", matrix), LinearLayer::of_head(LAST, it.number(Fact::NumClasses)));
}
