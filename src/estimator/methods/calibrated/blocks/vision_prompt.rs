//! What images take while a prompt runs, without gradients: inside the tower, and beside the text's layers. It knows no
//! layer of the text.
//!
//! Sizes follow the same modelling code as the training run's; a tensor lives as long as a local refers to it.

use crate::estimator::architecture::Fact;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::projector::joined;
use crate::estimator::methods::calibrated::blocks::vision_layer;
use crate::estimator::methods::calibrated::blocks::vision_patches::pixels_of_patch;
use crate::estimator::methods::calibrated::blocks::vision_tower::is_inside;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::tensors::dtype::times;
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// What tower and projector leave for the text's layers: the tower's output, also that of the layers behind the one
/// that is read, which the model's `forward` holds to its end; the features of each image, and all joined. Deep
/// features are there too.
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

/// What the tower of vLLM's profile run needs for each patch: inside a layer, its pixels in the run's format
/// (`InputProcessingContext.call_hf_processor` converts them), and the positions where they are interpolated
/// (`Qwen3_VisionTransformer.prepare_encoder_metadata`).
pub fn in_vllm(shape: &Shape, of: &Expr<BytesPerElement>) -> Expr<Memory> {
    let around = times(pixels_of_patch(shape)) * of.clone();
    let inside = vision_layer::in_vllm(shape, of) + around;
    let is_interpolated = is_inside(shape) && shape.is(Fact::VisionPositions);
    if is_interpolated { inside + shape.leaf::<Count>(Fact::VisionHiddenSize) * of.clone() } else { inside }
}

/// Inside a layer of the tower.
pub fn inside_tower(shape: &Shape, of: &Expr<BytesPerElement>, patches: Expr<Count>) -> Expr<Memory> {
    let inside = vision_layer::in_prompt(shape, of);
    // Pixels in the weights' format: a local of the model where it converts them itself.
    let converted = is_inside(shape).then(|| times(pixels_of_patch(shape)) * of.clone());
    patches
        * match converted {
            Some(converted) => inside + converted,
            None => inside,
        }
}
