//! An instant inside the backward pass of a layer: what lives then. It knows no layer.

use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::tensors::list::Tensors;
use crate::estimator::units::Count;

/// Which pass of a layer an instant is of, and where that counts: beside experts that are a group of their own, or when
/// a gradient arrives that is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstantSide {
    /// In no backward pass: the layer runs for the first time.
    FirstPass,
    /// While they run forward.
    Forward,
    /// When their parameters are gathered for the backward pass.
    Gather,
    /// Before the experts' gradients are reduced.
    Experts,
    /// While they are.
    Reduction,
    /// Behind.
    Behind,
    /// When the gradient of a weight arrives, which may have others reduced: of the feed-forward block's last matrix,
    ArrivalOfDown,
    /// of the one before it, that a gate is multiplied with,
    ArrivalOfUp,
    /// or of any other.
    ArrivalOfOther,
}

impl InstantSide {
    /// Those of the backward pass.
    pub const BACKWARD: [Self; 4] = [Self::Gather, Self::Experts, Self::Reduction, Self::Behind];
}

/// An instant inside a layer's backward pass.
#[derive(Clone, Debug)]
pub struct Instant {
    /// What the layer kept and has not yet let go.
    pub kept: Tensors,
    /// Gradients of activations and the operands of the instant's operation.
    pub gradients: Tensors,
    /// Elements of weights whose gradients exist by then; `None` where all of them wait.
    pub done: Option<Expr<Count>>,
    /// Elements of the projections of queries, keys and values, where these alone wait.
    pub projected: Option<Expr<Count>>,
    /// Elements of weights of which autocast has made copies, where these are not those whose gradients are to come: in
    /// a layer that runs again, and has not come to its end.
    pub copied: Option<Expr<Count>>,
    /// Elements of the layer's packed experts that are expanded then.
    pub expanded: Option<Expr<Count>>,
    /// On which side of experts it is.
    pub side: InstantSide,
}

impl Instant {
    /// An instant at which `done` elements of the layer's weights have their gradients.
    pub fn new(kept: Tensors, gradients: Tensors, done: Expr<Count>) -> Self {
        Self { done: Some(done), ..Self::waiting(kept, gradients) }
    }

    /// An instant at which the gradients of all weights are still to come.
    pub const fn waiting(kept: Tensors, gradients: Tensors) -> Self {
        Self { kept, gradients, done: None, projected: None, copied: None, expanded: None, side: InstantSide::Behind }
    }

    /// The same on another side of experts.
    pub const fn on(mut self, side: InstantSide) -> Self {
        self.side = side;
        self
    }

    /// The same while so many elements of packed experts are expanded.
    pub fn expanding(mut self, elements: Option<Expr<Count>>) -> Self {
        self.expanded = elements;
        self
    }

    /// Elements of the layer's weights whose gradients do not exist yet; `all` are those of the layer's linear layers.
    pub fn left(&self, all: &Expr<Count>) -> Expr<Count> {
        if let Some(projected) = &self.projected {
            return projected.clone().min(all.clone());
        }
        match &self.done {
            // A size that is overridden may leave a layer smaller than its shape says.
            Some(done) if done.value() < all.value() => all.clone() - done.clone(),
            Some(_) if all.is_told() => Expr::number(0.0),
            Some(_) => Expr::untold(0.0),
            None => all.clone(),
        }
    }
}
