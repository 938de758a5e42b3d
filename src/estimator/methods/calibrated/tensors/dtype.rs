//! Bytes of an element of the formats that every run has, and small counts as leaves of formulas. It knows no tensor.

use crate::estimator::expr::Expr;
use crate::estimator::units::{BytesPerElement, Count};

/// IEEE 754 binary32.
pub const FP32: f64 = 4.0;
/// IEEE 754 binary16 and bfloat16.
pub const HALF: f64 = 2.0;
/// 64-bit integers: token ids, places that a pooling has chosen.
pub const INT64: f64 = 8.0;
/// Bytes of a 32-bit integer.
pub const INT32: f64 = 4.0;
/// Masks of dropout and Boolean masks of attention.
pub const BYTE: f64 = 1.0;

/// Bytes of an element of a format that the text around names.
pub fn element(bytes: f64) -> Expr<BytesPerElement> {
    Expr::number(bytes)
}

/// So many of a thing.
pub fn times(number: f64) -> Expr<Count> {
    Expr::number(number)
}
