//! The widths of a model as leaves of formulas. It knows no tensor.

use crate::estimator::architecture::{Fact, Router};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::tensors::dtype::times;
use crate::estimator::methods::calibrated::tensors::width::{N_WIDTHS, Width};
use crate::estimator::parameters::ParameterId;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::Count;

/// The widths of a model, built once and shared.
#[derive(Clone)]
pub struct Widths {
    values: [f64; N_WIDTHS],
    /// The same as leaves, where formulas are told.
    leaves: Option<Box<[Expr<Count>; N_WIDTHS]>>,
}

impl Widths {
    /// The widths of a shape for sequences of a length, in Transformers' code.
    pub fn of(shape: &Shape, sequence: &Expr<Count>) -> Self {
        Self::with_visits(shape, sequence, visits(shape))
    }

    /// The same in an engine that sends each token to the experts that its router names, whatever the code of
    /// Transformers computes, and in which a token meets so many positions.
    pub fn of_engine(shape: &Shape, positions: &Expr<Count>) -> Self {
        Self::with_visits(shape, positions, routed(shape))
    }

    fn with_visits(shape: &Shape, sequence: &Expr<Count>, visits: Expr<Count>) -> Self {
        // Plans of tensor parallelism divide heads, and the inner width of feed-forward blocks.
        let ranks = Mesh::of(&shape.reader).tensor();
        let divided = |whole: Expr<Count>| {
            if ranks > 1.0 { whole / shape.reader.leaf::<Count>(ParameterId::TensorParallel) } else { whole }
        };
        let heads = divided(shape.leaf(Fact::NumAttentionHeads));
        let key_heads = divided(shape.leaf(Fact::NumKeyValueHeads));
        let head: Expr<Count> = shape.leaf(Fact::HeadDim);
        let hidden: Expr<Count> = shape.leaf(Fact::HiddenSize);
        let leaf = |width| match width {
            Width::Hidden => hidden.clone(),
            Width::Queries => (heads.clone() * head.clone()).named(Quantity::QueryWidth),
            Width::Keys => (key_heads.clone() * head.clone()).named(Quantity::KeyWidth),
            Width::Intermediate => divided(shape.leaf(Fact::IntermediateSize)),
            Width::Heads => heads.clone(),
            Width::KeyHeads => key_heads.clone(),
            Width::Scores => heads.clone() * sequence.clone(),
            Width::Positions => sequence.clone(),
            Width::Rank => shape.reader.leaf(ParameterId::LoraRank),
            Width::Experts => shape.leaf(Fact::NumExperts),
            Width::Visits => visits.clone(),
            Width::Rows if shape.is(Fact::ExpertLatentSize) => {
                visits.clone() * shape.leaf::<Count>(Fact::ExpertLatentSize)
            }
            Width::Rows => visits.clone() * hidden.clone(),
            Width::ExpertLatent => shape.leaf(Fact::ExpertLatentSize),
            Width::InnerRows => visits.clone() * divided(shape.leaf(Fact::MoeIntermediateSize)),
            Width::Shared => shape.leaf(Fact::SharedIntermediateSize),
            Width::CompressedQueries => shape.leaf(Fact::QLoraRank),
            Width::CompressedKeys => shape.leaf(Fact::KvLoraRank),
            Width::RotatedKey => shape.leaf(Fact::QkRopeHeadDim),
            Width::Decompressed => {
                heads.clone() * (shape.leaf::<Count>(Fact::QkNopeHeadDim) + shape.leaf::<Count>(Fact::ValueHeadDim))
            }
            Width::HeadValues => heads.clone() * shape.leaf::<Count>(Fact::ValueHeadDim),
            Width::Convolved => {
                let keys = shape.leaf::<Count>(Fact::LinearNumKeyHeads) * shape.leaf::<Count>(Fact::LinearKeyHeadDim);
                times(2.0) * keys + linear_values(shape)
            }
            Width::LinearHeads => shape.leaf(Fact::LinearNumValueHeads),
            Width::LinearValues => linear_values(shape),
            // Of stacks beside another alone, see `of_stack`.
            Width::SharedScores
            | Width::SharedPositions
            | Width::SeenHidden
            | Width::SeenKeys
            | Width::SeenScores
            | Width::SeenPositions
            | Width::SharedSeenScores => Expr::untold(0.0),
            Width::One => Expr::number(1.0),
        };
        if !shape.reader.is_telling() {
            return Self { values: Width::ALL.map(|width| leaf(width).value()), leaves: None };
        }
        let leaves = Width::ALL.map(leaf);
        Self { values: leaves.each_ref().map(Expr::value), leaves: Some(Box::new(leaves)) }
    }

    /// The same of a stack of `batch` sequences beside another: what the whole batch shares, and, of a decoder, what it
    /// makes of the `seen` tokens of an encoder.
    pub fn of_stack(mut self, batch: &Expr<Count>, sequence: &Expr<Count>, seen: Option<&Expr<Count>>) -> Self {
        let (heads, hidden, keys) = (self.leaf(Width::Heads), self.leaf(Width::Hidden), self.leaf(Width::Keys));
        let mut put = |width: Width, leaf: Expr<Count>| {
            self.values[width as usize] = leaf.value();
            if let Some(leaves) = &mut self.leaves {
                leaves[width as usize] = leaf;
            }
        };
        put(Width::SharedPositions, sequence.clone() / batch.clone());
        put(Width::SharedScores, heads.clone() * sequence.clone() / batch.clone());
        if let Some(seen) = seen {
            put(Width::SeenPositions, seen.clone());
            put(Width::SeenHidden, hidden * seen.clone() / sequence.clone());
            put(Width::SeenKeys, keys * seen.clone() / sequence.clone());
            put(Width::SeenScores, heads.clone() * seen.clone());
            put(Width::SharedSeenScores, heads * seen.clone() / batch.clone());
        }
        self
    }

    /// The same by values alone.
    pub fn untold(&self) -> Self {
        Self { values: self.values, leaves: None }
    }

    /// Whether formulas are told.
    pub fn are_told(&self) -> bool {
        self.leaves.as_ref().is_some_and(|leaves| leaves[Width::Hidden as usize].is_told())
    }

    /// A width as a leaf; of a single element the bare 1.
    pub fn leaf(&self, width: Width) -> Expr<Count> {
        match &self.leaves {
            Some(leaves) => leaves[width as usize].clone(),
            None => Expr::untold(self.value(width)),
        }
    }

    /// A width's value.
    pub const fn value(&self, width: Width) -> f64 {
        self.values[width as usize]
    }
}

/// Values of all heads of linear attention.
fn linear_values(shape: &Shape) -> Expr<Count> {
    shape.leaf::<Count>(Fact::LinearNumValueHeads) * shape.leaf::<Count>(Fact::LinearValueHeadDim)
}

/// Experts that a token visits in Transformers, whose code for some models has all experts compute all tokens.
fn visits(shape: &Shape) -> Expr<Count> {
    match Router::of(shape.number(Fact::Router)) {
        Router::EveryExpert => shape.leaf(Fact::NumExperts),
        Router::Wide | Router::WideProduct | Router::Narrow => routed(shape),
    }
}

/// Experts to which a router sends a token: those that it visits in engines of their own, whatever Transformers
/// computes.
pub fn routed(shape: &Shape) -> Expr<Count> {
    let all: Expr<Count> = shape.leaf(Fact::NumExperts);
    let some: Expr<Count> = shape.leaf(Fact::NumActiveExperts);
    // Links may ask for more visits than experts.
    if some.value() > all.value() { all } else { some }
}
