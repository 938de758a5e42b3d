//! Stages of attention inside windows of a map, every other one shifted (Swin, arXiv 2103.14030), for an image of any
//! size. It knows no batch.

use crate::estimator::architecture::{Fact, List, Part};
use crate::estimator::methods::calibrated::blocks::primitives::{COLOURS, Convolution, LinearLayer, square};
use crate::estimator::methods::calibrated::blocks::walk::{Operation, Walk};
use crate::estimator::methods::calibrated::blocks::walk_names::module;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::tensors::dtype::INT64;

/// The code that is walked.
pub const SOURCE: &str = "torchvision/models/swin_transformer.py";

/// Edge of the patches that the stem makes of an image.
const PATCH: f64 = 4.0;
/// Edge of a window.
const WINDOW: f64 = 7.0;
/// Width of a head.
const HEAD: f64 = 32.0;
/// How many times its channels a layer's feed-forward part is wide.
const INNER: f64 = 4.0;

/// Walks through the stages.
pub fn walk(walk: &mut Walk, it: &Shape, image: f64) {
    let mut edge = (image / PATCH).floor();
    let (widths, depths) = (it.list(List::Widths), it.list(List::Depths));
    let mut channels = widths.first().copied().unwrap_or(1.0);
    walk.stage();
    let shape = Convolution::between(COLOURS, square(image), channels, square(edge), PATCH);
    walk.first_convolution(module!("features.0.0", matrix), Convolution { has_bias: true, ..shape });
    walk.layer_norm(module!("features.0.2"), channels, square(edge), 0.0);
    // The stem's norm puts out what norms do; behind a merging the stream is what its product puts out.
    let mut stream = walk.formats.wide;
    for (stage, (&width, &n_layers)) in widths.iter().zip(depths.iter()).enumerate() {
        walk.stage();
        if stage > 0 {
            edge = (edge / 2.0).ceil();
            merging(walk, [channels, width, square(edge)], stream);
            (channels, stream) = (width, walk.formats.compute);
        }
        walk.alike(n_layers, |walk| layer(walk, channels, edge, stream));
    }
    walk.stage();
    walk.layer_norm(module!("norm"), channels, square(edge), 0.0);
    let wide = walk.formats.wide;
    walk.mean(channels, square(edge), wide);
    walk.classifier(module!("head", matrix), LinearLayer::of_head(channels, it.number(Fact::NumClasses)));
}

/// Four neighbours side by side, their norm, and a product that narrows them.
fn merging(walk: &mut Walk, [from, to, area]: [f64; 3], stream: f64) {
    let joined = 4.0 * from;
    // The gradient of each neighbour is put into a map of zeros, and added to those of the others.
    let map = stream * joined * area;
    walk.add(Operation { outer: map, inner: 2.0 * map, ..Operation::default() });
    walk.layer_norm(module!("merging.norm"), joined, area, 0.0);
    let shape = LinearLayer { part: Part::Convolutions, has_bias: false, ..LinearLayer::of_head(joined, to) };
    walk.linear(module!("merging.reduction", matrix), LinearLayer { area, ..shape });
}

/// A layer of attention and feed-forward, whose stream has elements of so many bytes.
fn layer(walk: &mut Walk, channels: f64, edge: f64, stream: f64) {
    let area = square(edge);
    // The map is filled up to whole windows.
    let places = square((edge / WINDOW).ceil() * WINDOW);
    let waiting = stream * channels * area;
    let linear = |part, from, to, area| LinearLayer { part, area, waiting, ..LinearLayer::of_head(from, to) };
    walk.layer_norm(module!("norm1"), channels, area, waiting);
    walk.linear(module!("attn.qkv", matrix), linear(Part::Attention, channels, 3.0 * channels, places));
    // The gradients of queries, keys and values are each put into zeros as large as all three, and added up.
    let map = walk.formats.compute * channels * places;
    walk.add(Operation { outer: 3.0 * map, inner: 4.0 * map, waiting, ..Operation::default() });
    window_attention(walk, [channels, WINDOW, HEAD], places, waiting);
    walk.linear(module!("attn.proj", matrix), linear(Part::Attention, channels, channels, places));
    walk.layer_norm(module!("norm2"), channels, area, waiting);
    let inner = INNER * channels;
    walk.linear(module!("mlp.0", matrix), linear(Part::FeedForward, channels, inner, area));
    walk.function(module!("mlp.1").input, inner, area, waiting);
    walk.linear(module!("mlp.3", matrix), linear(Part::FeedForward, inner, channels, area));
}

/// Attention inside windows, written out, with a table of distances: what Swin and MaxViT do with queries, keys and
/// values, whose channels, edge of a window and width of a head these are.
pub(super) fn window_attention(walk: &mut Walk, [channels, window, head]: [f64; 3], places: f64, waiting: f64) {
    let (compute, wide) = (walk.formats.compute, walk.formats.wide);
    let (heads, seen) = (channels / head, square(window));
    let map = compute * channels * places;
    let scores = heads * seen * places;
    // The gradient of the values waits until those of queries and keys are made.
    let saved = walk.keep("attn.query", compute, channels, places) + walk.keep("attn.key", compute, channels, places);
    let (outer, waiting_values) = (compute * scores, waiting + map);
    walk.add(Operation { saved, outer, inner: 2.0 * map, waiting: waiting_values, ..Operation::default() });
    let table = "attn.relative_position_bias_table";
    let parameters = walk.weigh(Part::Attention, table, [square(2.0 * window - 1.0), heads, 1.0]);
    let saved = walk.keep("attn.softmax", wide, heads * seen, places);
    walk.add(Operation {
        saved,
        parameters,
        outer: saved,
        inner: saved,
        waiting: waiting_values,
        ..Operation::default()
    });
    walk.hold("attn.relative_position_index", INT64, square(seen));
    // Autocast converts the weights for their product with the values.
    let copy = if walk.formats.is_autocast { walk.keep("attn.weights", compute, heads * seen, places) } else { 0.0 };
    let saved = walk.keep("attn.value", compute, channels, places) + copy;
    walk.add(Operation { saved, outer: map, inner: map + compute * scores, waiting, ..Operation::default() });
}
