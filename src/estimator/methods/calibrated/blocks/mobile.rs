//! Inverted bottlenecks that a search has found layer by layer (MobileNet V3, arXiv 1905.02244), for an image of any
//! size. It knows no batch.

use crate::estimator::architecture::Fact;
use crate::estimator::methods::calibrated::blocks::inverted::{Bottleneck, Map, last, scaled, stem};
use crate::estimator::methods::calibrated::blocks::primitives::LinearLayer;
use crate::estimator::methods::calibrated::blocks::walk::{Operation, Walk};
use crate::estimator::methods::calibrated::blocks::walk_names::module;
use crate::estimator::methods::calibrated::model::shape::Shape;

/// The code that is walked.
pub const SOURCE: &str = "torchvision/models/mobilenetv3.py";

/// Channels of the base network's stem.
const STEM: f64 = 16.0;
/// How many times the last layer's channels the last convolution has.
const LAST: f64 = 6.0;
/// Width of the classifier's hidden layer: of the large network, and of the small one.
const HIDDEN: [f64; 2] = [1280.0, 1024.0];

/// A layer of a base network: edge of its kernel, channels inside and behind it, and what else it has.
type LayerRow = (u8, u16, u8, u8);

/// It has a gate.
const GATE: u8 = 1;
/// Its function is a hard swish, not ReLU.
const HARD: u8 = 2;
/// It makes a step of two.
const STEP: u8 = 4;

/// Table 1 of the paper.
const LARGE: &[LayerRow] = &[
    (3, 16, 16, 0),
    (3, 64, 24, STEP),
    (3, 72, 24, 0),
    (5, 72, 40, GATE | STEP),
    (5, 120, 40, GATE),
    (5, 120, 40, GATE),
    (3, 240, 80, HARD | STEP),
    (3, 200, 80, HARD),
    (3, 184, 80, HARD),
    (3, 184, 80, HARD),
    (3, 480, 112, GATE | HARD),
    (3, 672, 112, GATE | HARD),
    (5, 672, 160, GATE | HARD | STEP),
    (5, 960, 160, GATE | HARD),
    (5, 960, 160, GATE | HARD),
];

/// Table 2 of the paper.
const SMALL: &[LayerRow] = &[
    (3, 16, 16, GATE | STEP),
    (3, 72, 24, STEP),
    (3, 88, 24, 0),
    (5, 96, 40, GATE | HARD | STEP),
    (5, 240, 40, GATE | HARD),
    (5, 240, 40, GATE | HARD),
    (5, 120, 48, GATE | HARD),
    (5, 144, 48, GATE | HARD),
    (5, 288, 96, GATE | HARD | STEP),
    (5, 576, 96, GATE | HARD),
    (5, 576, 96, GATE | HARD),
];

/// Walks through the layers; those of as many channels make a stage.
pub fn walk(walk: &mut Walk, it: &Shape, image: f64) {
    let is_small = it.is(Fact::SmallNetwork);
    let wide = |channels: f64| scaled(channels * it.number(Fact::WidthMultiplier));
    let mut at = stem(walk, image, wide(STEM), false);
    let mut stage = 0;
    for &(kernel, inner, to, has) in if is_small { SMALL } else { LARGE } {
        if to != stage {
            walk.stage();
            stage = to;
        }
        let inner = wide(f64::from(inner));
        let layer = Bottleneck {
            kernel: f64::from(kernel),
            from: at.channels,
            inner,
            to: wide(f64::from(to)),
            edge: at.edge,
            has_step: has & STEP != 0,
            is_fused: false,
            is_scaled: false,
            is_relu: has & HARD == 0,
            squeezed: if has & GATE != 0 { scaled((inner / 4.0).floor()) } else { 0.0 },
            has_hard_gate: true,
        };
        layer.walk(walk);
        at = Map { channels: layer.to, edge: layer.to_edge() };
    }
    let (channels, hidden) = (LAST * at.channels, wide(HIDDEN[usize::from(is_small)]));
    last(walk, at, channels, false);
    walk.linear(module!("classifier.0", matrix), LinearLayer::of_head(channels, hidden));
    walk.function(module!("classifier.1").input, hidden, 1.0, 0.0);
    // Dropout in place keeps what it has multiplied by.
    let tensor = walk.keep(module!("classifier.2").statistics, walk.formats.compute, hidden, 1.0);
    walk.add(Operation { saved: tensor, outer: tensor, inner: tensor, ..Operation::default() });
    walk.classifier(module!("classifier.3", matrix), LinearLayer::of_head(hidden, it.number(Fact::NumClasses)));
}
