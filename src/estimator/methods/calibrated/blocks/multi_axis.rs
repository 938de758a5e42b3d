//! Stages of inverted bottlenecks, each with attention inside windows and attention over a grid behind it (MaxViT,
//! arXiv
//! 2204.01697), for an image of any size. It knows no batch.

use crate::estimator::architecture::{Fact, List, Part};
use crate::estimator::divide::divides_evenly;
use crate::estimator::methods::calibrated::blocks::excitation::Excitation;
use crate::estimator::methods::calibrated::blocks::inverted::Map;
use crate::estimator::methods::calibrated::blocks::primitives::{COLOURS, Convolution, LinearLayer, halved, square};
use crate::estimator::methods::calibrated::blocks::shifted::window_attention;
use crate::estimator::methods::calibrated::blocks::walk::{Operation, Walk};
use crate::estimator::methods::calibrated::blocks::walk_names::module;
use crate::estimator::methods::calibrated::model::shape::Shape;

/// The code that is walked.
pub const SOURCE: &str = "torchvision/models/maxvit.py";

/// Edge of a window, and how many places of a row see each other over the grid.
const WINDOW: f64 = 7.0;
/// Width of a head.
const HEAD: f64 = 32.0;
/// How many times its channels a bottleneck, and a layer's feed-forward part, is wide.
const INNER: f64 = 4.0;
/// Share of a bottleneck's result to which its gate narrows the means.
const SQUEEZED: f64 = 0.25;

/// Whether an image fills whole windows in each of so many stages: of another one torchvision makes no network
/// (`MaxVit.__init__`).
pub fn fills_windows(image: f64, n_stages: usize) -> bool {
    let edges = std::iter::successors(Some(halved(halved(image))), |edge| Some(halved(*edge)));
    edges.take(n_stages).all(|edge| divides_evenly(WINDOW, edge))
}

/// Walks through the stages.
pub fn walk(walk: &mut Walk, it: &Shape, image: f64) {
    walk.stage();
    let mut at = Map { channels: it.number(Fact::StemWidth), edge: halved(image) };
    let area = square(at.edge);
    walk.first_convolution(
        module!("stem.0.0", matrix),
        Convolution::between(COLOURS, square(image), at.channels, area, 3.0),
    );
    walk.batch_norm(module!("stem.0.1", batch_norm), at.channels, area, 0.0);
    walk.function(module!("stem.0.2").input, at.channels, area, 0.0);
    let shape = Convolution::between(at.channels, area, at.channels, area, 3.0);
    walk.convolution(module!("stem.1.0", matrix), Convolution { has_bias: true, keeps_operand: true, ..shape });
    let (widths, depths) = (it.list(List::Widths), it.list(List::Depths));
    // The probabilities of stochastic depth rise from none, in the first layer of all.
    let mut is_scaled = false;
    for (&width, &n_layers) in widths.iter().zip(depths.iter()) {
        walk.stage();
        if n_layers < 1.0 {
            continue;
        }
        let to = Map { channels: width, edge: halved(at.edge) };
        layer(walk, at, to, is_scaled);
        walk.alike(n_layers - 1.0, |walk| layer(walk, to, to, true));
        (at, is_scaled) = (to, true);
    }
    walk.stage();
    let compute = walk.formats.compute;
    walk.mean(at.channels, square(at.edge), compute);
    walk.layer_norm(module!("classifier.2"), at.channels, 1.0, 0.0);
    walk.linear(module!("classifier.3", matrix), LinearLayer::of_head(at.channels, at.channels));
    walk.function(module!("classifier.4").output, at.channels, 1.0, 0.0);
    // Its operand is what the function before keeps.
    let head = LinearLayer::of_head(at.channels, it.number(Fact::NumClasses));
    walk.classifier(module!("classifier.5", matrix), LinearLayer { has_bias: false, keeps_operand: false, ..head });
}

/// A bottleneck, attention inside windows, and attention over a grid, which differ in nothing but the places that see
/// each other.
fn layer(walk: &mut Walk, from: Map, to: Map, is_scaled: bool) {
    bottleneck(walk, from, to, is_scaled);
    partition(walk, to, is_scaled);
    partition(walk, to, is_scaled);
}

/// An inverted bottleneck behind a norm, and what it is added to: its operand, or the means of neighbours in other
/// channels.
fn bottleneck(walk: &mut Walk, from: Map, to: Map, is_scaled: bool) {
    let compute = walk.formats.compute;
    let (area, to_area) = (square(from.edge), square(to.edge));
    let (operand, result) = (compute * from.channels * area, compute * to.channels * to_area);
    let has_step = from.edge != to.edge || from.channels != to.channels;
    if has_step {
        // The pooling's operand is what the norm below keeps. The gradient that comes through the layers waits.
        let pooled = compute * from.channels * to_area;
        walk.add(Operation { outer: pooled, inner: operand, waiting: operand, ..Operation::default() });
        let shape = Convolution::between(from.channels, to_area, to.channels, to_area, 1.0);
        let shape = Convolution { has_bias: true, keeps_operand: true, waiting: operand, ..shape };
        walk.convolution(module!("proj.1", matrix), shape);
    }
    let waiting = result;
    walk.batch_norm(module!("layers.pre_norm", batch_norm), from.channels, area, waiting);
    let inner = INNER * to.channels;
    let between = |from, area, to, to_area, kernel| Convolution {
        keeps_operand: true,
        waiting,
        ..Convolution::between(from, area, to, to_area, kernel)
    };
    walk.convolution(module!("layers.conv_a.0", matrix), between(from.channels, area, inner, area, 1.0));
    walk.batch_norm(module!("layers.conv_a.1", batch_norm), inner, area, waiting);
    walk.function(module!("layers.conv_a.2").input, inner, area, waiting);
    let shape = between(inner, area, inner, to_area, 3.0);
    walk.convolution(module!("layers.conv_b.0", matrix), Convolution { groups: inner, ..shape });
    walk.batch_norm(module!("layers.conv_b.1", batch_norm), inner, to_area, waiting);
    walk.function(module!("layers.conv_b.2").input, inner, to_area, waiting);
    Excitation {
        channels: inner,
        squeezed: (SQUEEZED * to.channels).floor(),
        area: to_area,
        copies_narrow: true,
        keeps_logits: false,
        keeps_operand: true,
        waiting,
    }
    .walk(walk);
    let shape = between(inner, to_area, to.channels, to_area, 1.0);
    // What stochastic depth does not scale has the sum's gradient itself.
    let waiting = if is_scaled { waiting } else { 0.0 };
    walk.convolution(module!("layers.conv_c", matrix), Convolution { has_bias: true, waiting, ..shape });
}

/// Attention among the places of each part of a map, and a feed-forward part.
fn partition(walk: &mut Walk, Map { channels, edge }: Map, is_scaled: bool) {
    let compute = walk.formats.compute;
    let area = square(edge);
    // torchvision builds no network whose windows would have to be filled up.
    let places = square((edge / WINDOW).ceil() * WINDOW);
    let waiting = compute * channels * places;
    // Channels come last while places attend, and first again behind that: each way is a copy of the map.
    let turned = |from: f64, to: f64| {
        let of = |area| compute * channels * area;
        Operation { outer: of(to), inner: of(from), ..Operation::default() }
    };
    let linear = |part, from, to| LinearLayer { part, area: places, waiting, ..LinearLayer::of_head(from, to) };
    let summed = |it| LinearLayer { is_summed: !is_scaled, ..it };
    walk.add(turned(area, places));
    walk.layer_norm(module!("attn_layer.0"), channels, places, waiting);
    walk.linear(module!("attn_layer.1.to_qkv", matrix), linear(Part::Attention, channels, 3.0 * channels));
    // The gradients of queries, keys and values are put side by side.
    let three = 3.0 * waiting;
    walk.add(Operation { outer: three, inner: three, waiting, ..Operation::default() });
    window_attention(walk, [channels, WINDOW, HEAD], places, waiting);
    walk.linear(module!("attn_layer.1.merge", matrix), summed(linear(Part::Attention, channels, channels)));
    walk.layer_norm(module!("mlp_layer.0"), channels, places, waiting);
    let inner = INNER * channels;
    walk.linear(module!("mlp_layer.1", matrix), linear(Part::FeedForward, channels, inner));
    walk.function(module!("mlp_layer.2").input, inner, places, waiting);
    walk.linear(module!("mlp_layer.3", matrix), summed(linear(Part::FeedForward, inner, channels)));
    walk.add(turned(places, area));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_fill_windows_as_torchvision_asks() {
        // Steps of two round up: 223 pixels make as many places as 224.
        for (image, is_filled) in [(224.0, true), (223.0, true), (448.0, true), (225.0, false), (256.0, false)] {
            assert_eq!(fills_windows(image, 4), is_filled, "{image}");
        }
        assert!(fills_windows(28.0, 1) && !fills_windows(28.0, 2));
    }
}
