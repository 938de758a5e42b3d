//! An encoder of image patches with a classifier, walked as torchvision builds it (arXiv 2010.11929), for an image of
//! any size. It knows no batch.

use crate::estimator::architecture::Fact;
use crate::estimator::methods::calibrated::blocks::primitives::LinearLayer;
use crate::estimator::methods::calibrated::blocks::vision_layer::VisionLayer;
use crate::estimator::methods::calibrated::blocks::vision_operations::{LayerOperation, LayerWeights};
use crate::estimator::methods::calibrated::blocks::vision_patches;
use crate::estimator::methods::calibrated::blocks::vision_tensors::VisionWidth;
use crate::estimator::methods::calibrated::blocks::walk::{Operation, Walk, WalkBytes};
use crate::estimator::methods::calibrated::blocks::walk_names::{Module, module};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::tensors::dtype::FP32;

/// The code that is walked.
pub const SOURCE: &str = "torchvision/models/vision_transformer.py";

/// The memory-efficient kernel keeps its logarithms for whole blocks of this many queries.
const LOGARITHM_BLOCK: f64 = 32.0;

/// Patches, layers of attention and feed-forward, and the classifier that reads the first token.
pub fn walk(walk: &mut Walk, shape: &Shape, image: f64) {
    let n = |fact| shape.number(fact);
    let width = n(Fact::VisionHiddenSize);
    walk.stage();
    let area = vision_patches::walk(walk, shape, image);
    walk.stage();
    walk.alike(n(Fact::VisionNumLayers), |walk| layer(walk, shape, area));
    walk.stage();
    walk.layer_norm(module!("ln"), width, area, 0.0);
    // The classifier reads one token, a view that holds the whole result; under autocast it is copied.
    let head = LinearLayer::of_head(width, n(Fact::NumClasses));
    if walk.formats.is_autocast {
        walk.classifier(module!("head", matrix), head);
    } else {
        let saved = walk.keep(module!("head").input, walk.formats.wide, width, area);
        walk.add(Operation { saved, ..Operation::default() });
        walk.classifier(module!("head", matrix), LinearLayer { keeps_operand: false, ..head });
    }
}

/// A layer of attention and feed-forward.
fn layer(walk: &mut Walk, shape: &Shape, area: f64) {
    let WalkBytes { compute, wide, is_autocast, .. } = walk.formats;
    // Half-precision tensors take the flash kernel, FP32 the memory-efficient one.
    let is_half = compute < FP32;
    let logarithms = if is_half { area } else { (area / LOGARITHM_BLOCK).ceil() * LOGARITHM_BLOCK };
    let layer = VisionLayer {
        is_fused: true,
        is_rotated: false,
        copies_result: !is_half,
        is_autocast,
        compute,
        stream: wide,
        ..VisionLayer::of(shape)
    };
    let width = |it: VisionWidth| it.fact().map_or(1.0, |fact| shape.number(fact));
    layer.each(|it| {
        let mut saved = 0.0;
        for tensor in it.kept.iter().filter(|tensor| tensor.count > 0.0) {
            let places = if tensor.width == VisionWidth::Heads { logarithms } else { area };
            saved += walk.keep(tensor.name, tensor.bytes_of_element, tensor.count * width(tensor.width), places);
        }
        let (linear, others) = weights(walk, &it, width);
        let of = |(bytes, it): (f64, VisionWidth)| bytes * width(it) * area;
        walk.add(Operation {
            saved,
            parameters: linear + others,
            linear,
            // The gradient of what is added to the stream is the stream's, unless autocast converts it.
            outer: if it.is_summed && !is_autocast { 0.0 } else { of(it.result) },
            inner: of(it.operand),
            waiting: wide * width(VisionWidth::Tower) * area,
            ..Operation::default()
        });
    });
}

/// Weights of an operation: those of matrices, and vectors.
fn weights(walk: &mut Walk, it: &LayerOperation, width: impl Fn(VisionWidth) -> f64) -> (f64, f64) {
    let tower = width(VisionWidth::Tower);
    let Module { weight, bias, .. } = *it.module;
    match it.weights {
        LayerWeights::None => (0.0, 0.0),
        LayerWeights::Vectors(n) => {
            let scales = walk.weigh(it.part, weight, [tower, n.min(1.0), 1.0]);
            (0.0, scales + walk.weigh(it.part, bias, [tower, n - n.min(1.0), 1.0]))
        }
        LayerWeights::HeadVectors(n) => {
            (0.0, walk.weigh(it.part, weight, [n, tower / width(VisionWidth::Heads).max(1.0), 1.0]))
        }
        LayerWeights::Matrices { n, from, to, has_bias } => {
            let linear = walk.weigh_matrix(it.part, weight, [n * width(to), width(from), 1.0]);
            let biases = if has_bias { walk.weigh(it.part, bias, [n * width(to), 1.0, 1.0]) } else { 0.0 };
            (linear, biases)
        }
    }
}
