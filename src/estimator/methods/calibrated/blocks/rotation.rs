//! How positions enter attention: which of a head's elements are rotated, and what that keeps and takes. One rule each, for
//! training and serving. It knows no kernel.

use crate::estimator::architecture::{Fact, Positions};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::tensors::dtype::times;
use crate::estimator::units::Count;

/// How positions enter a model's layers.
pub fn positions(shape: &Shape) -> Positions {
    Positions::of(shape.number(Fact::Positions))
}

/// Whether positions are rotated into queries and keys.
pub fn is_rotated(shape: &Shape) -> bool {
    positions(shape) == Positions::Rotary
}

/// Whether rotated and other elements of a head are joined by concatenation, which leaves queries, and with them attention's
/// output, in an order that the output projection cannot read.
pub fn is_concatenated(shape: &Shape) -> bool {
    shape.is(Fact::RotaryDim) || shape.is(Fact::FusedQkv) && is_rotated(shape)
}

/// Elements that tell one position, the same for all sequences: its cosines and sines, its learned vector, or a bias for
/// each head.
pub fn table_width(shape: &Shape) -> Expr<Count> {
    match positions(shape) {
        Positions::Rotary => {
            let rotated = if shape.is(Fact::RotaryDim) { Fact::RotaryDim } else { Fact::HeadDim };
            times(2.0) * shape.leaf::<Count>(rotated)
        }
        Positions::Learned => shape.leaf(Fact::HiddenSize),
        Positions::Alibi | Positions::Relative => shape.leaf(Fact::NumAttentionHeads),
    }
}
