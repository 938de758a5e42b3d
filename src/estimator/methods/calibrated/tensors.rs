//! Lists of tensors that add up to one readable sum: so many bytes for each element of each width. It knows no layer.

use crate::estimator::architecture::Fact;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::experts;
use crate::estimator::methods::calibrated::shape::Shape;
use crate::estimator::parameters::ParameterId;
use crate::estimator::units::{BytesPerElement, Count, Memory};
use std::ops::{Add, Sub};

/// Bytes of an element of a format that the text around names.
pub fn element(bytes: f64) -> Expr<BytesPerElement> {
    Expr::number(bytes)
}

/// Bytes of an element of a format that parameters decide.
pub fn format(symbol: &'static str, bytes: f64, from: &'static [ParameterId]) -> Expr<BytesPerElement> {
    Expr::counted(symbol, bytes, from)
}

/// So many of a thing.
pub fn times(number: f64) -> Expr<Count> {
    Expr::number(number)
}

/// How many elements a tensor has for each token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Width {
    /// Width of the residual stream: `H`.
    Hidden,
    /// Queries of all heads: `q = a·d`.
    Queries,
    /// Keys, or values, of all heads that have them: `kv = a_kv·d`.
    Keys,
    /// Width of the feed-forward block: `I`.
    Intermediate,
    /// One number per query head: `a`.
    Heads,
    /// One number per key head: `a_kv`.
    KeyHeads,
    /// Scores of all heads: `a·S`.
    Scores,
    /// One number per position: `S`.
    Positions,
    /// Rank of an adapter: `r`.
    Rank,
    /// One number per expert: `E`.
    Experts,
    /// One number per expert that a token visits: `k`.
    Visits,
    /// The residual stream once for each visit: `k·H`.
    Rows,
    /// The inner tensor of an expert once for each visit: `k·I_e`.
    InnerRows,
    /// Width of all shared experts together: `I_s`.
    Shared,
    /// One number.
    One,
}

/// Widths in reading order; `One` has no symbol.
const N_WIDTHS: usize = Width::One as usize + 1;

/// The widths of a model as leaves of formulas, built once and shared.
pub struct Widths {
    leaves: [Expr<Count>; N_WIDTHS - 1],
}

impl Widths {
    /// The widths of a shape for sequences of a length.
    pub fn of(shape: &Shape, sequence: &Expr<Count>) -> Self {
        let heads: Expr<Count> = shape.leaf(Fact::NumAttentionHeads);
        let key_heads: Expr<Count> = shape.leaf(Fact::NumKeyValueHeads);
        // Links may ask for more key heads than heads; no kernel takes that.
        let key_heads = if key_heads.value() > heads.value() { heads.clone() } else { key_heads };
        let head: Expr<Count> = shape.leaf(Fact::HeadDim);
        let hidden: Expr<Count> = shape.leaf(Fact::HiddenSize);
        let visits = experts::visits(shape);
        Self {
            leaves: [
                hidden.clone(),
                (heads.clone() * head.clone()).named("q"),
                (key_heads.clone() * head).named("kv"),
                shape.leaf(Fact::IntermediateSize),
                heads.clone(),
                key_heads,
                heads * sequence.clone(),
                sequence.clone(),
                shape.inputs.leaf(ParameterId::LoraRank),
                shape.leaf(Fact::NumExperts),
                visits.clone(),
                visits.clone() * hidden,
                visits * shape.leaf::<Count>(Fact::MoeIntermediateSize),
                shape.leaf(Fact::SharedIntermediateSize),
            ],
        }
    }

    /// A width as a leaf.
    pub fn leaf(&self, width: Width) -> Expr<Count> {
        self.leaves.get(width as usize).cloned().unwrap_or_else(|| Expr::number(1.0))
    }

    /// A width's value.
    pub fn value(&self, width: Width) -> f64 {
        self.leaves.get(width as usize).map_or(1.0, Expr::value)
    }
}

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
            let term = match widths.leaves.get(width) {
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
