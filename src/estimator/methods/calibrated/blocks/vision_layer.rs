//! The tensors that one layer of a vision tower keeps for its backward pass, and those that live inside it. It knows
//! neither the tower's ends nor the text.

use crate::estimator::architecture::{Activation, Fact, NormPlacement, QkNorm};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::vision_tower::Tower;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, element};
use crate::estimator::units::{Count, Memory};
use std::ops::{Add, Sub};

/// Tensors that have some elements for each patch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PerPatch {
    /// Bytes for each element of the tower's width.
    pub width: f64,
    /// Bytes for each element of the feed-forward block's width.
    pub inner: f64,
    /// Bytes for each attention head.
    pub heads: f64,
    /// Bytes for each patch of the batch: rows of a mask.
    pub patches: f64,
    /// Bytes beside them.
    pub other: f64,
}

impl PerPatch {
    /// Tensors of the tower's width with so many bytes in all.
    pub fn width(bytes: f64) -> Self {
        Self { width: bytes, ..Self::default() }
    }

    /// Tensors of the feed-forward block's width.
    pub fn inner(bytes: f64) -> Self {
        Self { inner: bytes, ..Self::default() }
    }

    /// So many bytes.
    pub fn other(bytes: f64) -> Self {
        Self { other: bytes, ..Self::default() }
    }

    /// The same, or nothing.
    pub fn only_if(self, is_kept: bool) -> Self {
        if is_kept { self } else { Self::default() }
    }

    /// Bytes for each patch: `22·D + 24·I_v + …`.
    pub fn formula(self, tower: &Tower) -> Expr<Memory> {
        let leaf = |fact| tower.shape.leaf::<Count>(fact);
        let terms = [
            (self.width, Some(Fact::VisionHiddenSize)),
            (self.inner, Some(Fact::VisionIntermediateSize)),
            (self.heads, Some(Fact::VisionNumHeads)),
            (self.other, None),
        ];
        let mut res: Option<Expr<Memory>> = None;
        let mut add = |term: Expr<Memory>| {
            res = Some(match res.take() {
                Some(sum) => sum + term,
                None => term,
            })
        };
        for (bytes, fact) in terms.into_iter().filter(|(bytes, _)| *bytes != 0.0) {
            add(match fact {
                Some(fact) => element(bytes) * leaf(fact),
                None => Expr::number(bytes),
            });
        }
        if self.patches != 0.0 {
            add(element(self.patches) * tower.patches.clone());
        }
        res.unwrap_or_else(|| Expr::number(0.0))
    }
}

impl Add for PerPatch {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            width: self.width + other.width,
            inner: self.inner + other.inner,
            heads: self.heads + other.heads,
            patches: self.patches + other.patches,
            other: self.other + other.other,
        }
    }
}

impl Sub for PerPatch {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self {
            width: self.width - other.width,
            inner: self.inner - other.inner,
            heads: self.heads - other.heads,
            patches: self.patches - other.patches,
            other: self.other - other.other,
        }
    }
}

/// All that a layer keeps.
pub fn saved(tower: &Tower) -> PerPatch {
    let is_around = NormPlacement::of(tower.shape.number(Fact::VisionNormPlacement)) == NormPlacement::Around;
    let before = norm(tower, tower.stream);
    let behind = norm(tower, tower.formats.compute).only_if(is_around);
    // Each block's output is scaled: the product keeps both factors.
    let scaled = PerPatch::width(2.0 * tower.formats.compute)
        .only_if(tower.shape.is(Fact::VisionLayerScale) && tower.learning.tower);
    before + before + behind + behind + attention(tower) + feed_forward(tower) + product(tower) + scaled
}

/// A norm of an input with elements of so many bytes: the input or an FP32 copy of it, its statistics, and the normalized
/// input where the gradient of the scale needs it.
pub fn norm(tower: &Tower, input: f64) -> PerPatch {
    if tower.is_root_mean_square() {
        let normalized = PerPatch::width(input).only_if(tower.learning.tower);
        return PerPatch::width(FP32) + PerPatch::other(FP32) + normalized;
    }
    PerPatch::width(if tower.formats.is_autocast { FP32 } else { input }) + PerPatch::other(2.0 * FP32)
}

fn attention(tower: &Tower) -> PerPatch {
    let shape = tower.shape;
    let bytes = tower.formats.compute;
    let is_fused = shape.is(Fact::VisionFusedQkv);
    let is_rotated = shape.is(Fact::VisionRotary);
    // Autocast converts the input for each linear layer anew.
    let n_inputs = if tower.formats.is_autocast && !is_fused { 3.0 } else { 1.0 };
    let inputs = PerPatch::width(n_inputs * bytes).only_if(tower.learning.tower);
    // Values are a view of the fused projection, which keeps it whole beside the rotated queries and keys.
    let operands = PerPatch::width(bytes * if is_fused && is_rotated { 5.0 } else { 3.0 });
    let norms = match QkNorm::of(shape.number(Fact::VisionQkNorm)) {
        QkNorm::None => PerPatch::default(),
        QkNorm::PerHead | QkNorm::Full => {
            let normalized = if tower.learning.tower { bytes } else { 0.0 };
            PerPatch { width: 2.0 * (FP32 + normalized), heads: 2.0 * FP32, ..PerPatch::default() }
        }
    };
    let result = PerPatch { width: bytes, heads: FP32, ..PerPatch::default() };
    // Images of any size attend one by one; the output projection reads their results joined.
    let joined = PerPatch::width(bytes).only_if(is_fused && is_rotated && tower.learning.tower);
    let mask = PerPatch { patches: bytes, ..PerPatch::default() }.only_if(tower.converts_mask());
    inputs + operands + norms + result + joined + mask
}

/// The feed-forward block up to its last projection.
fn feed_forward(tower: &Tower) -> PerPatch {
    let bytes = tower.formats.compute;
    let is_gated = tower.shape.is(Fact::VisionGatedMlp);
    let n_inputs = if tower.formats.is_autocast && is_gated { 2.0 } else { 1.0 };
    let inputs = PerPatch::width(n_inputs * bytes).only_if(tower.learning.tower);
    let n_kept = match Activation::of(tower.shape.number(Fact::VisionActivation)) {
        // Gate, its activation, and the other factor.
        _ if is_gated => 3.0,
        // x and the sigmoid.
        Activation::QuickGelu => 2.0,
        _ => 1.0,
    };
    inputs + PerPatch::inner(n_kept * bytes)
}

/// The last projection's input.
fn product(tower: &Tower) -> PerPatch {
    PerPatch::inner(tower.formats.compute).only_if(tower.learning.tower)
}

/// Gradients while the activation is differentiated, beside the stream's, less the product, which is let go by then.
pub fn in_backward(tower: &Tower) -> PerPatch {
    let bytes = tower.formats.compute;
    let is_written_out = Activation::of(tower.shape.number(Fact::VisionActivation)) == Activation::QuickGelu;
    // Of the product and of its factors, one of which is an activation's result.
    let n_gradients = if tower.shape.is(Fact::VisionGatedMlp) || is_written_out { 3.0 } else { 2.0 };
    PerPatch::inner(n_gradients * bytes) + PerPatch::width(tower.stream) - product(tower)
}
