//! What stands behind the layers of a model unless somebody says otherwise. It knows no parameter.

use crate::estimator::architecture::{FactGroup, Layout};
use crate::estimator::mode::Mode;
use crate::estimator::parameters::choices::TaskHead;

/// The head with which models of a layout are trained unless told otherwise.
pub const fn head_of(layout: Layout) -> TaskHead {
    if FactGroup::Encoder.is_of(layout) {
        TaskHead::Mlm
    } else if FactGroup::Contrastive.is_of(layout) {
        TaskHead::None
    } else {
        TaskHead::Lm
    }
}

/// What stands behind the layers in a mode unless told otherwise: encoders that are served make embeddings, and
/// decoders logits; who trains a model that is published without a head uses none.
pub const fn head_in(mode: Mode, layout: Layout, is_headless: bool) -> TaskHead {
    match mode {
        Mode::Inference if FactGroup::Encoder.is_of(layout) => TaskHead::None,
        Mode::Inference => TaskHead::Lm,
        // No other mode has such a choice.
        Mode::Finetune | Mode::Train | Mode::Nlp | Mode::Vlm | Mode::Moe if is_headless => TaskHead::None,
        Mode::Finetune
        | Mode::Train
        | Mode::Grpo
        | Mode::Multimodal
        | Mode::Nlp
        | Mode::Vlm
        | Mode::Moe
        | Mode::Cnn => head_of(layout),
    }
}
