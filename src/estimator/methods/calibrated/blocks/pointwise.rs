//! Stages of depthwise convolutions and pointwise feed-forward blocks (ConvNeXt, arXiv 2201.03545), for an image of any
//! size. It knows no batch.

use crate::estimator::architecture::{Fact, List, Part};
use crate::estimator::methods::calibrated::blocks::primitives::{COLOURS, Convolution, LinearLayer, square};
use crate::estimator::methods::calibrated::blocks::walk::{Operation, Walk};
use crate::estimator::methods::calibrated::blocks::walk_names::module;
use crate::estimator::methods::calibrated::model::shape::Shape;

/// The code that is walked.
pub const SOURCE: &str = "torchvision/models/convnext.py";

/// Edge of the patches that the stem makes of an image.
const PATCH: f64 = 4.0;
/// How many times its channels a block's feed-forward part is wide.
const INNER: f64 = 4.0;

/// Walks through the stages.
pub fn walk(walk: &mut Walk, it: &Shape, image: f64) {
    let mut edge = (image / PATCH).floor();
    let (widths, depths) = (it.list(List::Widths), it.list(List::Depths));
    let mut channels = widths.first().copied().unwrap_or(1.0);
    walk.stage();
    let shape = Convolution::between(COLOURS, square(image), channels, square(edge), PATCH);
    walk.first_convolution(module!("stem.0", matrix), Convolution { has_bias: true, ..shape });
    walk.layer_norm(module!("stem.1"), channels, square(edge), 0.0);
    for (stage, (&width, &n_blocks)) in widths.iter().zip(depths.iter()).enumerate() {
        walk.stage();
        if stage > 0 {
            walk.layer_norm(module!("downsample.0"), channels, square(edge), 0.0);
            let to_edge = (edge / 2.0).floor();
            let shape = Convolution::between(channels, square(edge), width, square(to_edge), 2.0);
            let shape = Convolution { has_bias: true, keeps_operand: true, ..shape };
            walk.convolution(module!("downsample.1", matrix), shape);
            (channels, edge) = (width, to_edge);
        }
        walk.alike(n_blocks, |walk| block(walk, channels, square(edge)));
    }
    walk.stage();
    let wide = walk.formats.wide;
    walk.mean(channels, square(edge), wide);
    walk.layer_norm(module!("classifier.0"), channels, 1.0, 0.0);
    walk.classifier(module!("classifier.2", matrix), LinearLayer::of_head(channels, it.number(Fact::NumClasses)));
}

/// A depthwise convolution and a feed-forward block behind it.
fn block(walk: &mut Walk, channels: f64, area: f64) {
    let compute = walk.formats.compute;
    let waiting = walk.formats.wide * channels * area;
    let inner = INNER * channels;
    let shape = Convolution::between(channels, area, channels, area, 7.0);
    let depthwise = Convolution { groups: channels, has_bias: true, keeps_operand: true, waiting, ..shape };
    walk.convolution(module!("block.0", matrix), depthwise);
    walk.layer_norm(module!("block.2"), channels, area, waiting);
    let linear = |from, to| LinearLayer {
        part: Part::FeedForward,
        from,
        to,
        area,
        has_bias: true,
        keeps_operand: true,
        is_summed: false,
        waiting,
    };
    walk.linear(module!("block.3", matrix), linear(channels, inner));
    walk.function(module!("block.4").input, inner, area, waiting);
    walk.linear(module!("block.5", matrix), linear(inner, channels));
    // A scale per channel keeps the block's result. Stochastic depth makes a gradient of its own, and each factor's is
    // as large as the map before the scale's is added up.
    let saved = walk.keep(module!("layer_scale").input, compute, channels, area);
    let parameters = walk.weigh(Part::Norms, module!("layer_scale").weight, [channels, 1.0, 1.0]);
    walk.add(Operation { saved, parameters, outer: waiting, inner: 2.0 * waiting, waiting, ..Operation::default() });
}
