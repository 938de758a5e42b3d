//! Named tensors that live together at an instant of a pass without gradients, and which of several instants is the
//! fullest. It knows no layer.
//!
//! Blocks say what they hold as arrays; an engine puts those of several blocks side by side. Nothing is copied before
//! it is known which instant counts and that somebody will read its names.

use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::widths::Widths;
use crate::estimator::methods::calibrated::tensors::list::{Tensor, Tensors};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::Memory;

/// Bytes for each token of tensors that live together.
pub fn bytes(tensors: &[Tensor], widths: &Widths) -> f64 {
    tensors.iter().map(|it| it.bytes(widths)).sum()
}

/// The fullest of some instants; the earlier of two alike, and nothing of none.
pub fn fullest<const N: usize>(instants: &[&[Tensor; N]], widths: &Widths) -> [Tensor; N] {
    let mut res = &[Tensor::NONE; N];
    let mut most = 0.0;
    for &instant in instants {
        let bytes = bytes(instant, widths);
        if bytes > most {
            (res, most) = (instant, bytes);
        }
    }
    *res
}

/// Bytes for each token of what several blocks hold together, under a quantity that opens to the list of tensors.
pub fn listed(blocks: &[&[Tensor]], quantity: Quantity, widths: &Widths) -> Expr<Memory> {
    let mut all = Tensors::default();
    for &tensors in blocks {
        all.add_all(tensors, widths.are_told());
    }
    all.listed(quantity, widths)
}
