//! The widths of a model as leaves of formulas. It knows no tensor.

use crate::estimator::architecture::{Fact, Router};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::tensors::width::{N_WIDTHS, Width};
use crate::estimator::parameters::ParameterId;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::Count;

/// The widths of a model as leaves of formulas, built once and shared.
#[derive(Clone)]
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
        let visits = visits(shape);
        Self {
            leaves: [
                hidden.clone(),
                (heads.clone() * head.clone()).named(Quantity::QueryWidth),
                (key_heads.clone() * head).named(Quantity::KeyWidth),
                shape.leaf(Fact::IntermediateSize),
                heads.clone(),
                key_heads,
                heads * sequence.clone(),
                sequence.clone(),
                shape.reader.leaf(ParameterId::LoraRank),
                shape.leaf(Fact::NumExperts),
                visits.clone(),
                visits.clone() * hidden,
                visits * shape.leaf::<Count>(Fact::MoeIntermediateSize),
                shape.leaf(Fact::SharedIntermediateSize),
            ],
        }
    }

    /// The same in an engine that sends each token to the experts that its router names, whatever the code of Transformers
    /// computes, and in which a token meets so many positions.
    pub fn in_engine(self, shape: &Shape, positions: &Expr<Count>) -> Self {
        let [hidden, queries, keys, inner, heads, key_heads, _, _, rank, experts, _, _, _, shared] = self.leaves;
        let visits = routed(shape);
        let (rows, inner_rows) =
            (visits.clone() * hidden.clone(), visits.clone() * shape.leaf::<Count>(Fact::MoeIntermediateSize));
        let scores = heads.clone() * positions.clone();
        let positions = positions.clone();
        Self {
            leaves: [
                hidden, queries, keys, inner, heads, key_heads, scores, positions, rank, experts, visits, rows,
                inner_rows, shared,
            ],
        }
    }

    /// The same by values alone.
    pub fn untold(&self) -> Self {
        Self { leaves: self.leaves.each_ref().map(Expr::without_tree) }
    }

    /// Whether formulas are told.
    pub const fn are_told(&self) -> bool {
        self.leaves[Width::Hidden as usize].is_told()
    }

    /// A width as a leaf.
    pub fn leaf(&self, width: Width) -> Expr<Count> {
        self.leaves.get(width as usize).cloned().unwrap_or_else(|| Expr::number(1.0))
    }

    /// The leaf at a place of [`Width`]'s order; `One` has none.
    pub fn get(&self, at: usize) -> Option<&Expr<Count>> {
        self.leaves.get(at)
    }

    /// A width's value.
    pub fn value(&self, width: Width) -> f64 {
        self.leaves.get(width as usize).map_or(1.0, Expr::value)
    }
}

/// Experts that a token visits in Transformers, whose code for some models has all experts compute all tokens.
fn visits(shape: &Shape) -> Expr<Count> {
    match Router::of(shape.number(Fact::Router)) {
        Router::EveryExpert => shape.leaf(Fact::NumExperts),
        Router::Wide | Router::WideProduct | Router::Narrow => routed(shape),
    }
}

/// Experts to which a router sends a token: those that it visits in engines of their own, whatever Transformers computes.
pub fn routed(shape: &Shape) -> Expr<Count> {
    let all: Expr<Count> = shape.leaf(Fact::NumExperts);
    let some: Expr<Count> = shape.leaf(Fact::NumActiveExperts);
    // Links may ask for more visits than experts.
    if some.value() > all.value() { all } else { some }
}
