//! What makes patches of an image, and what stands around the layers of a vision tower: the convolution, vectors of
//! places and of whole images, outer norms. It knows no layer and no text.

use crate::estimator::architecture::{Fact, Part};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::primitives::{COLOURS, square};
use crate::estimator::methods::calibrated::blocks::vision_operations::{SOURCE, norm};
use crate::estimator::methods::calibrated::blocks::vision_tensors::{PerPatch, VisionTensor, VisionWidth};
use crate::estimator::methods::calibrated::blocks::vision_tower::{VisionTower, is_inside};
use crate::estimator::methods::calibrated::blocks::walk::{Operation, Walk};
use crate::estimator::methods::calibrated::blocks::walk_names::module;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::parts::counter::Counter;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, element, times};
use crate::estimator::units::{Count, Memory};

/// Elements of a patch: all colours of its pixels, in every frame of it.
pub fn pixels_of_patch(shape: &Shape) -> f64 {
    let edge = shape.number(Fact::PatchSize);
    COLOURS * edge * edge * shape.number(Fact::TemporalPatchSize).max(1.0)
}

/// Pixels in FP32, as the processor hands them over.
pub fn pixels(shape: &Shape, of_pixels: Expr<Count>) -> Expr<Memory> {
    of_pixels * times(pixels_of_patch(shape)) * element(FP32)
}

/// Counts all that stands around the layers.
pub fn count(counter: &mut Counter) {
    let shape = counter.shape;
    let own: Expr<Count> = shape.leaf(Fact::VisionHiddenSize);
    let width = || own.clone();
    counter.count(Part::Convolutions, "patch_embedding.weight", width() * times(pixels_of_patch(shape)), SOURCE);
    if shape.is(Fact::PatchBias) {
        counter.count(Part::Convolutions, "patch_embedding.bias", width(), SOURCE);
    }
    let norm = counter.norm(Fact::VisionNorm, 1.0);
    let outer_norms = times(shape.number(Fact::VisionOuterNorms) * norm) * width();
    counter.count(Part::Norms, "outer norms", outer_norms, SOURCE);
    let tables = [("class_embedding", Fact::ClassTokens), ("position_embedding.weight", Fact::VisionPositions)];
    for (name, n_vectors) in tables.into_iter().filter(|(_, it)| shape.is(*it)) {
        counter.count(Part::Embedding, name, shape.leaf::<Count>(n_vectors) * width(), SOURCE);
    }
    if shape.is(Fact::AspectRatios) {
        // An arrangement of none is one more. Tiles' places within an image and patches' places within tiles, each with
        // a gate; tiles have vectors before and after the layers.
        let arrangements = times((shape.number(Fact::AspectRatios) + 1.0) * shape.number(Fact::MaxTiles));
        let positions = shape.leaf::<Count>(Fact::VisionPositions);
        let of_tiles = arrangements.clone() * positions * width();
        counter.count(Part::Embedding, "gated_positional_embedding.tile_embedding.weight", of_tiles, SOURCE);
        let around = times(2.0) * arrangements * width();
        counter.count(Part::Embedding, "pre/post_tile_positional_embedding.weight", around, SOURCE);
        counter.count(Part::Norms, "tile gates", times(3.0), SOURCE);
    }
}

/// What a tower keeps before its layers: pixels in the weights' format, the leaf, and the norm in front with its input.
pub fn before_layers(tower: &VisionTower) -> PerPatch {
    if !tower.learning.flows {
        return PerPatch::default();
    }
    let compute = tower.formats.compute;
    let pixels = VisionTensor::new("pixel_values", compute, VisionWidth::One).times(pixels_of_patch(tower.shape));
    // Pixels are FP32; an FP32 tower reads and keeps them themselves.
    let own = [pixels.only_if(tower.learning.tower && compute < FP32), leaf(tower).only_if(!tower.learning.tower)];
    let mut res = PerPatch::of(&own, tower.is_told());
    if tower.has_front_norm() {
        let run = (tower.formats.is_autocast, tower.learning.tower);
        res.add_all(&norm(tower.shape, module!("pre_layernorm"), compute, run), tower.is_told());
    }
    res
}

/// The convolution's output.
pub fn leaf(tower: &VisionTower) -> VisionTensor {
    VisionTensor::new("patch_embedding.output", tower.formats.compute, VisionWidth::Tower)
}

/// What a tower keeps behind its layers: the last norm, and what pooling keeps.
pub fn behind_layers(tower: &VisionTower) -> PerPatch {
    let has_norm = tower.learning.flows && (is_inside(tower.shape) || tower.has_end_norm());
    let is_pooled = tower.shape.is(Fact::TokensPerImage) && tower.merged_patches() == 1.0;
    // Autocast has made the norm's result, which is pooled, FP32.
    let is_wide = tower.formats.is_autocast && has_norm && !tower.is_root_mean_square();
    let bytes = if is_wide { FP32 } else { tower.stream };
    let pooled = VisionTensor::new("pooling.input", bytes, VisionWidth::Tower);
    let pooled = pooled.only_if(is_pooled && (tower.learning.flows || tower.learning.projector));
    let mut res = PerPatch::default();
    if has_norm {
        let run = (tower.formats.is_autocast, tower.learning.tower);
        res.add_all(&norm(tower.shape, module!("post_layernorm"), tower.stream, run), tower.is_told());
    }
    res.add_all(&[pooled], tower.is_told());
    res
}

/// The first operation of a classifier, as torchvision builds it; how many tokens run through the layers.
pub fn walk(walk: &mut Walk, shape: &Shape, image: f64) -> f64 {
    let (width, n_classes) = (shape.number(Fact::VisionHiddenSize), shape.number(Fact::ClassTokens));
    let n_patches = square((image / shape.number(Fact::PatchSize).max(1.0)).floor());
    let tokens = n_patches + n_classes;
    let (compute, module) = (walk.formats.compute, module!("conv_proj"));
    let saved = if walk.formats.is_autocast { walk.keep(module.input, compute, COLOURS, square(image)) } else { 0.0 };
    let linear = walk.weigh_matrix(Part::Convolutions, module.weight, [width, pixels_of_patch(shape), 1.0]);
    let has_bias = shape.is(Fact::PatchBias);
    let biases = if has_bias { walk.weigh(Part::Convolutions, module.bias, [width, 1.0, 1.0]) } else { 0.0 };
    let tables = walk.weigh(Part::Embedding, "class_token", [n_classes, width, 1.0])
        + walk.weigh(Part::Embedding, "pos_embedding", [tokens, width, 1.0]);
    walk.add(Operation {
        saved,
        parameters: linear + biases + tables,
        linear,
        outer: compute * width * n_patches,
        ..Operation::default()
    });
    tokens
}
