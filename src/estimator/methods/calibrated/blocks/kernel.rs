//! What computes attention, and over which window: one rule each, for training and serving. It knows neither what a
//! kernel keeps nor any engine but PyTorch.
//!
//! Which kernel runs is PyTorch's choice on CUDA (`aten/src/ATen/native/transformers/cuda/sdp_utils.cpp`), and before
//! it that of Transformers (`sdpa_attention_forward`, which repeats keys where there is a mask or a head is too wide
//! for flash).

use crate::estimator::architecture::{Fact, Layout, Positions};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::tensors::dtype::FP32;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Attention;

/// What computes attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// Flash attention: 16 bits, no mask, heads of up to 256 elements.
    Flash,
    /// The memory-efficient kernel: any format, with a mask if need be; as many key heads as heads.
    Efficient,
    /// Matrix products and a softmax inside `scaled_dot_product_attention`, all in FP32.
    Math,
    /// Matrix products and a softmax in the model's own code.
    Eager,
}

/// The flash kernel takes heads of a multiple of so many elements.
const FLASH_HEADS_BY: f64 = 8.0;

/// The widest head that the flash kernel takes.
const WIDEST_FLASH_HEAD: f64 = 256.0;

impl Kernel {
    /// The kernel for operands with elements of so many bytes, with a mask or without.
    pub fn of(shape: &Shape, bytes_of_element: f64, is_masked: bool) -> Self {
        if is_eager(shape) {
            return Self::Eager;
        }
        if shape.is(Fact::BroadcastKeys) {
            return Self::Math;
        }
        let (is_wide, is_masked) = (has_wide_heads(shape), is_masked || shape.is(Fact::AlwaysMasked));
        if shape.is(Fact::KvLoraRank) {
            let takes_flash = bytes_of_element < FP32 && !is_masked && !is_wide && !has_other_values(shape);
            return if takes_flash { Self::Flash } else { Self::Efficient };
        }
        if bytes_of_element < FP32 && !is_masked && !is_wide {
            Self::Flash
        // With a mask, and for wide heads, Transformers repeats keys and values to all heads itself.
        } else if is_masked || is_wide || !shares_keys(shape) {
            Self::Efficient
        } else {
            Self::Math
        }
    }

    /// Bytes of an element of the operands, where activations have `bytes`.
    pub fn operand(self, bytes: f64) -> f64 {
        if self == Self::Math { FP32 } else { bytes }
    }

    /// Bytes of an element of the queries and keys that are multiplied, and of their scores: some models' own code
    /// converts them for that.
    pub fn scored(self, shape: &Shape, bytes: f64) -> f64 {
        if self == Self::Eager && shape.is(Fact::WideScores) { FP32 } else { self.operand(bytes) }
    }

    /// Whether the whole score matrix becomes a tensor.
    pub const fn makes_scores(self) -> bool {
        matches!(self, Self::Math | Self::Eager)
    }

    /// Elements of a head that the kernel reads, where that is more than the model's.
    pub fn padded_head(self, shape: &Shape) -> Option<f64> {
        let head = shape.number(Fact::HeadDim);
        let padded = (head / FLASH_HEADS_BY).ceil() * FLASH_HEADS_BY;
        (self == Self::Flash && padded > head).then_some(padded)
    }

    /// Whether the softmax of its scores runs in the format of activations and not in FP32: some models' own code.
    pub fn narrows_softmax(self, shape: &Shape) -> bool {
        self == Self::Eager && shape.is(Fact::NarrowSoftmax)
    }

    /// Whether keys and values become tensors with as many heads as the queries have, unless they are such already
    /// or are left to broadcasting.
    pub fn repeats_keys(self, shape: &Shape, is_masked: bool) -> bool {
        if shape.is(Fact::ExpandedKeys) || shape.is(Fact::BroadcastKeys) {
            return false;
        }
        match self {
            Self::Flash => false,
            // One head is repeated by a view of it.
            Self::Efficient => {
                let is_repeated = is_masked || has_wide_heads(shape);
                is_repeated && shares_keys(shape) && shape.number(Fact::NumKeyValueHeads) > 1.0
            }
            Self::Math | Self::Eager => shares_keys(shape),
        }
    }
}

/// Whether the model's own code computes attention: it was asked for, or nothing else can. Bounded scores and sinks are
/// not known to the fused kernels; biases of scores would need a mask per head.
pub fn is_eager(shape: &Shape) -> bool {
    let has_plain_scores = match Positions::of(shape.number(Fact::Positions)) {
        Positions::Rotary | Positions::Learned | Positions::None => true,
        Positions::Alibi | Positions::Relative => false,
    };
    shape.is(Fact::EagerAttention)
        || shape.is(Fact::AttentionSoftCap)
        || shape.is(Fact::AttentionSinks)
        || !has_plain_scores
        || shape.reader.choice::<Attention>(Id::Attention) == Attention::Eager
}

/// Whether a head is wider than the flash kernel takes.
fn has_wide_heads(shape: &Shape) -> bool {
    shape.number(Fact::HeadDim).max(shape.number(Fact::GlobalHeadDim)) > WIDEST_FLASH_HEAD
}

/// Whether values of latent attention are of another width than queries and keys, which the flash kernel does not take.
fn has_other_values(shape: &Shape) -> bool {
    shape.number(Fact::ValueHeadDim) != shape.number(Fact::HeadDim)
}

/// Whether several heads share keys and values. Latent attention makes keys and values for each.
pub fn shares_keys(shape: &Shape) -> bool {
    !shape.is(Fact::KvLoraRank) && shape.number(Fact::NumKeyValueHeads) < shape.number(Fact::NumAttentionHeads)
}

/// Whether sequences reach beyond the window; Transformers makes a mask from the window's length on. An encoder looks
/// both ways, and its configuration has half the window as `sliding_window` (`configuration_modernbert.py`).
pub fn is_cut(shape: &Shape, sequence: f64) -> bool {
    let window = shape.number(Fact::SlidingWindow);
    let reach = if shape.layout() == Layout::Encoder { window / 2.0 } else { window };
    window > 0.0 && sequence >= reach
}

/// How many of `layers` layers have the model's window, if it has one: all of them where nobody said how many.
pub fn windowed_layers(shape: &Shape, layers: f64) -> f64 {
    match shape.number(Fact::NumSlidingLayers) {
        0.0 => layers,
        // Asked of a mixture without its dense layers, too.
        some => some.min(layers),
    }
}
