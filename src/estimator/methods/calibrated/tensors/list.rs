//! Lists of tensors that add up to one readable sum: so many bytes for each element of each width. It knows no layer.

use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::widths::Widths;
use crate::estimator::methods::calibrated::tensors::dtype::element;
use crate::estimator::methods::calibrated::tensors::width::{N_WIDTHS, Width};
use crate::estimator::units::Memory;
use std::ops::{Add, Sub};

/// Tensors by width, in bytes for each element.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tensors {
    bytes: [f64; N_WIDTHS],
}

impl Tensors {
    /// A list of tensors: bytes of an element, and width.
    pub fn of(tensors: &[(f64, Width)]) -> Self {
        let mut res = Self::default();
        for (bytes, width) in tensors {
            res.bytes[*width as usize] += bytes;
        }
        res
    }

    /// The same, or nothing.
    pub fn only_if(self, is_kept: bool) -> Self {
        if is_kept { self } else { Self::default() }
    }

    /// Bytes for each token: `16·H + 4·q + …`.
    pub fn per_token(&self, widths: &Widths) -> Expr<Memory> {
        let mut res: Option<Expr<Memory>> = None;
        for (width, bytes) in self.bytes.iter().enumerate().filter(|(_, bytes)| **bytes != 0.0) {
            let term = match widths.get(width) {
                Some(leaf) => element(*bytes) * leaf.clone(),
                None => Expr::number(*bytes),
            };
            res = Some(match res {
                Some(sum) => sum + term,
                None => term,
            });
        }
        res.unwrap_or_else(|| Expr::number(0.0))
    }
}

impl Add for Tensors {
    type Output = Self;
    fn add(mut self, other: Self) -> Self {
        for (bytes, more) in self.bytes.iter_mut().zip(other.bytes) {
            *bytes += more;
        }
        self
    }
}

impl Sub for Tensors {
    type Output = Self;
    fn sub(mut self, other: Self) -> Self {
        for (bytes, less) in self.bytes.iter_mut().zip(other.bytes) {
            *bytes -= less;
        }
        self
    }
}

impl std::iter::Sum for Tensors {
    fn sum<I: Iterator<Item = Self>>(it: I) -> Self {
        it.fold(Self::default(), Add::add)
    }
}
