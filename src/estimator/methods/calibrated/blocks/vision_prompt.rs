//! What images take while a prompt runs, without gradients: inside the tower, and beside the text's layers. It knows no
//! layer of the text.
//!
//! Sizes follow the same modelling code as the training run's; a tensor lives as long as a local refers to it.

use crate::estimator::architecture::{Activation, Fact};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::vision_tower::{is_inside, pixels_of_patch};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, element, times};
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// What tower and projector leave for the text's layers: the tower's output, also that of the layers behind the one that
/// is read, which the model's `forward` holds to its end; the features of each image, and all joined. Deep features are
/// there too.
pub fn beside_text(
    shape: &Shape,
    of: &Expr<BytesPerElement>,
    patches: Expr<Count>,
    packed: Expr<Count>,
) -> Expr<Memory> {
    let n_outputs = 1.0 + shape.number(Fact::VisionIdleLayers);
    let n_features = 2.0 * (1.0 + shape.number(Fact::DeepstackLayers));
    patches * times(n_outputs) * shape.leaf::<Count>(Fact::VisionHiddenSize) * of.clone()
        + times(n_features) * joined(shape, of, packed)
}

/// What the model's output holds while logits are made: all images' features, unless the model does not return them.
pub fn beside_logits(shape: &Shape, of: &Expr<BytesPerElement>, packed: Expr<Count>) -> Option<Expr<Memory>> {
    (!is_inside(shape)).then(|| joined(shape, of, packed))
}

fn joined(shape: &Shape, of: &Expr<BytesPerElement>, packed: Expr<Count>) -> Expr<Memory> {
    packed * shape.leaf::<Count>(Fact::HiddenSize) * of.clone()
}

/// Inside a layer of the tower: its residual streams and normed input, and what rotation or the activation need.
///
/// Rotation runs in FP32: queries and keys converted, two products, the rotated half, and the sum that queries have become.
pub fn inside_tower(shape: &Shape, of: &Expr<BytesPerElement>, patches: Expr<Count>) -> Expr<Memory> {
    let width = || shape.leaf::<Count>(Fact::VisionHiddenSize);
    let n_inner = match Activation::of(shape.number(Fact::VisionActivation)) {
        _ if shape.is(Fact::VisionGatedMlp) => 3.0,
        Activation::QuickGelu => 3.0,
        _ => 2.0,
    };
    let inner = times(n_inner) * shape.leaf::<Count>(Fact::VisionIntermediateSize);
    let feed_forward: Expr<Memory> = (times(4.0) * width() + inner) * of.clone();
    let is_rotated_wide = shape.is(Fact::VisionRotary) && shape.is(Fact::VisionFusedQkv);
    let inside = if is_rotated_wide {
        let rotation = times(5.0) * width() * of.clone() + width() * element(6.0 * FP32);
        feed_forward.max(rotation)
    } else {
        feed_forward
    };
    // Pixels in the weights' format: a local of the model where it converts them itself.
    let converted = is_inside(shape).then(|| times(pixels_of_patch(shape)) * of.clone());
    patches
        * match converted {
            Some(converted) => inside + converted,
            None => inside,
        }
}
