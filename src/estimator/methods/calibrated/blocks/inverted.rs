//! Stages of inverted bottlenecks with squeeze and excitation (EfficientNet, arXiv 1905.11946), for an image of any size.
//! It knows no batch.

use crate::estimator::architecture::{Fact, Part};
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

/// Channels of a scaled network: a multiple of 8, at least 8, and not a tenth below what was asked for
/// (`_make_divisible`).
fn scaled(channels: f64) -> f64 {
    let rounded = ((channels + 4.0) / 8.0).floor().max(1.0) * 8.0;
    if rounded < 0.9 * channels { rounded + 8.0 } else { rounded }
}

/// Walks through the stages.
pub fn walk(walk: &mut Walk, it: &Shape, image: f64) {
    let (wide, deep) = (it.number(Fact::WidthMultiplier), it.number(Fact::DepthMultiplier));
    walk.stage();
    let mut edge = halved(image);
    let mut channels = scaled(STEM * wide);
    let shape = Convolution::between(COLOURS, square(image), channels, square(edge), 3.0);
    walk.first_convolution(module!("stem.0"), shape);
    norm_and_function(walk, module!("stem.1"), Some(module!("stem.2")), shape);
    for stage in &STAGES {
        walk.stage();
        let (to, to_edge) = (scaled(stage.to * wide), if stage.has_step { halved(edge) } else { edge });
        let n_layers = (stage.n_layers * deep).ceil();
        let BottleneckStage { expansion, kernel, has_step, .. } = *stage;
        let first = Bottleneck { expansion, kernel, from: channels, to, edge, to_edge, has_step };
        if n_layers >= 1.0 {
            first.walk(walk);
            let next = Bottleneck { from: to, edge: to_edge, has_step: false, ..first };
            walk.alike(n_layers - 1.0, |walk| next.walk(walk));
            (channels, edge) = (to, to_edge);
        }
    }
    walk.stage();
    let area = square(edge);
    let shape = Convolution::between(channels, area, LAST * channels, area, 1.0);
    walk.convolution(module!("last.0"), Convolution { keeps_operand: true, ..shape });
    norm_and_function(walk, module!("last.1"), Some(module!("last.2")), shape);
    channels *= LAST;
    let compute = walk.formats.compute;
    walk.mean(channels, area, compute);
    // Dropout keeps a mask.
    let saved = walk.keep(module!("classifier.0").statistics, BYTE, channels, 1.0);
    walk.add(Operation { saved, ..Operation::default() });
    walk.classifier(module!("classifier.1"), LinearLayer::of_head(channels, it.number(Fact::NumClasses)));
}

/// The norm behind a convolution and, unless the result is added to something, SiLU, which keeps a copy of its operand.
fn norm_and_function(walk: &mut Walk, norm: &Module, function: Option<&Module>, it: Convolution) {
    walk.batch_norm(norm, it.to, it.result_area, it.waiting);
    if let Some(function) = function {
        walk.function(function.input, it.to, it.result_area, it.waiting);
    }
}

/// An inverted bottleneck.
#[derive(Clone, Copy)]
struct Bottleneck {
    expansion: f64,
    kernel: f64,
    from: f64,
    to: f64,
    edge: f64,
    to_edge: f64,
    has_step: bool,
}

impl Bottleneck {
    fn walk(&self, walk: &mut Walk) {
        let Self { from, to, .. } = *self;
        let (area, to_area) = (square(self.edge), square(self.to_edge));
        let compute = walk.formats.compute;
        let is_summed = !self.has_step && from == to;
        let waiting = if is_summed { compute * to * to_area } else { 0.0 };
        let between = |from, area, to, to_area, kernel| Convolution {
            waiting,
            keeps_operand: true,
            ..Convolution::between(from, area, to, to_area, kernel)
        };
        let inner = scaled(from * self.expansion);
        if inner != from {
            let shape = between(from, area, inner, area, 1.0);
            walk.convolution(module!("expand.0"), shape);
            norm_and_function(walk, module!("expand.1"), Some(module!("expand.2")), shape);
        }
        let depthwise = Convolution { groups: inner, ..between(inner, area, inner, to_area, self.kernel) };
        walk.convolution(module!("depthwise.0"), depthwise);
        norm_and_function(walk, module!("depthwise.1"), Some(module!("depthwise.2")), depthwise);
        excitation(walk, [from, inner, to_area], waiting);
        let shape = between(inner, to_area, to, to_area, 1.0);
        walk.convolution(module!("project.0"), shape);
        norm_and_function(walk, module!("project.1"), None, shape);
    }
}

/// A gate for each channel, made of the means of all, and the product with it.
fn excitation(walk: &mut Walk, [from, inner, area]: [f64; 3], waiting: f64) {
    let (narrow, wide) = (module!("block.fc1"), module!("block.fc2"));
    let squeezed = (from / 4.0).floor().max(1.0);
    let compute = walk.formats.compute;
    let map = compute * inner * area;
    // The mean, two small convolutions with SiLU and sigmoid between and behind them: the gate. The gradient of the mean is
    // spread over the map while that of the product waits.
    let saved = walk.keep(narrow.input, compute, inner, 1.0)
        + walk.keep(narrow.output, compute, squeezed, 1.0)
        + walk.keep(wide.input, compute, squeezed, 1.0)
        + walk.keep(wide.output, compute, inner, 1.0);
    let linear = walk.weigh_matrix(Part::Convolutions, narrow.weight, [squeezed, inner, 1.0])
        + walk.weigh_matrix(Part::Convolutions, wide.weight, [inner, squeezed, 1.0]);
    let biases = walk.weigh(Part::Convolutions, narrow.bias, [squeezed, 1.0, 1.0])
        + walk.weigh(Part::Convolutions, wide.bias, [inner, 1.0, 1.0]);
    walk.add(Operation {
        saved,
        parameters: linear + biases,
        linear,
        inner: map,
        waiting: waiting + map,
        ..Operation::default()
    });
    // The product with the gate, whose result the next convolution reads; each factor's gradient is as large as the map
    // before the gate's is added up.
    let saved = walk.keep(module!("block").input, compute, inner, area);
    walk.add(Operation { saved, outer: map, inner: 2.0 * map, waiting, ..Operation::default() });
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
