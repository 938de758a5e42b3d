//! An encoder of image patches with a classifier, walked as torchvision builds it (arXiv 2010.11929), for an image of any
//! size. It knows no batch.

use crate::estimator::architecture::{Activation, Fact};
use crate::estimator::methods::calibrated::blocks::primitives::{COLOURS, Linear, square};
use crate::estimator::methods::calibrated::blocks::walk::{Operation, Walk};
use crate::estimator::methods::calibrated::blocks::walk_names::module;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::parts::counter::Part;
use crate::estimator::methods::calibrated::tensors::dtype::FP32;

/// The code that is walked.
pub const SOURCE: &str = "torchvision/models/vision_transformer.py";

/// The memory-efficient kernel keeps its logarithms for whole blocks of this many queries.
const LOGARITHM_BLOCK: f64 = 32.0;

/// Patches, layers of attention and feed-forward, and the classifier that reads the first token.
pub fn walk(walk: &mut Walk, shape: &Shape, image: f64) {
    let n = |fact| shape.number(fact);
    let width = n(Fact::VisionHiddenSize);
    let (n_patches, area) = patches(walk, shape, image);
    debug_assert!(n_patches <= area);
    walk.stage();
    walk.alike(n(Fact::VisionNumLayers), |walk| layer(walk, shape, area));
    walk.stage();
    walk.layer_norm(module!("ln"), width, area, 0.0);
    // The classifier reads one token, a view that holds the whole result; under autocast it is copied.
    let head = Linear::of_head(width, n(Fact::NumClasses));
    if walk.formats.is_autocast {
        walk.classifier(module!("head"), head);
    } else {
        let saved = walk.keep(module!("head").input, walk.formats.wide, width, area);
        walk.add(Operation { saved, ..Operation::default() });
        walk.classifier(module!("head"), Linear { keeps_operand: false, ..head });
    }
}

/// The convolution of patches, the token that stands for the image, and positions; how many patches, and tokens.
fn patches(walk: &mut Walk, shape: &Shape, image: f64) -> (f64, f64) {
    let n = |fact| shape.number(fact);
    let (width, patch) = (n(Fact::VisionHiddenSize), n(Fact::PatchSize).max(1.0));
    let compute = walk.formats.compute;
    let (n_patches, n_classes) = (square((image / patch).floor()), n(Fact::ClassTokens));
    let tokens = n_patches + n_classes;
    let module = module!("conv_proj");
    walk.stage();
    let saved = if walk.formats.is_autocast { walk.keep(module.input, compute, COLOURS, square(image)) } else { 0.0 };
    let weights = walk.weigh(Part::Convolutions, module.weight, [width, COLOURS, patch]);
    let biases =
        if shape.is(Fact::PatchBias) { walk.weigh(Part::Convolutions, module.bias, [width, 1.0, 1.0]) } else { 0.0 };
    let tables = walk.weigh(Part::Embedding, "class_token", [n_classes, width, 1.0])
        + walk.weigh(Part::Embedding, "pos_embedding", [tokens, width, 1.0]);
    walk.add(Operation {
        saved,
        parameters: weights + biases + tables,
        linear: weights,
        outer: compute * width * n_patches,
        ..Operation::default()
    });
    (n_patches, tokens)
}

/// A layer of attention and feed-forward.
fn layer(walk: &mut Walk, shape: &Shape, area: f64) {
    let n = |fact| shape.number(fact);
    let (width, heads, inner) = (n(Fact::VisionHiddenSize), n(Fact::VisionNumHeads), n(Fact::VisionIntermediateSize));
    let compute = walk.formats.compute;
    let waiting = walk.formats.wide * width * area;
    // Half-precision tensors take the flash kernel, FP32 the memory-efficient one.
    let is_half = compute < FP32;
    let is_summed = !walk.formats.is_autocast;
    let linear = |part, from, to, has_bias| Linear {
        part,
        from,
        to,
        area,
        has_bias,
        keeps_operand: true,
        is_summed: false,
        waiting,
    };
    let attention = |from, to| linear(Part::Attention, from, to, shape.is(Fact::VisionAttentionBias));
    let feed_forward = |from, to| linear(Part::FeedForward, from, to, shape.is(Fact::VisionMlpBias));
    walk.layer_norm(module!("ln_1"), width, area, waiting);
    walk.linear(module!("in_proj"), attention(width, 3.0 * width));
    // Queries, keys, values, the result and a logarithm for each head.
    let logarithms = if is_half { area } else { (area / LOGARITHM_BLOCK).ceil() * LOGARITHM_BLOCK };
    let saved = walk.keep(module!("self_attention").input, compute, 3.0 * width, area)
        + walk.keep(module!("self_attention").output, compute, width, area)
        + walk.keep(module!("self_attention").statistics, FP32, heads, logarithms);
    let (outer, qkv) = (compute * width * area, compute * 3.0 * width * area);
    walk.add(Operation { saved, outer, inner: qkv, waiting, ..Operation::default() });
    // The flash kernel's result is in the order that the output projection reads; the other's is copied.
    walk.linear(module!("out_proj"), Linear { keeps_operand: !is_half, is_summed, ..attention(width, width) });
    walk.layer_norm(module!("ln_2"), width, area, waiting);
    walk.linear(module!("mlp.0"), feed_forward(width, inner));
    walk.function(module!("mlp.1").input, inner, area, waiting);
    if Activation::of(n(Fact::VisionActivation)) == Activation::QuickGelu {
        // A product with a sigmoid of its own, which is kept beside the operand.
        walk.function(module!("mlp.1").output, inner, area, waiting);
    }
    walk.linear(module!("mlp.3"), Linear { is_summed, ..feed_forward(inner, width) });
}
