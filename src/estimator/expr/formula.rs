//! A formula: a value always, its tree when somebody looks. It knows how to add and multiply, and nothing of memory.
//!
//! Whoever makes the leaves decides whether there will be a tree: a formula in which one leaf tells none of itself is a
//! bare value. Trees are shared, never copied.

use crate::estimator::constants::{Constant, ConstantId};
use crate::estimator::expr::node::{Elements, LaterListing, Listing, Meaning, Node, NodeKind, Op};
use crate::estimator::parameters::ParameterId;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Bytes, BytesPerElement, Count, Memory, Milliseconds, MillisecondsPerToken, Ratio, Unit};
use std::marker::PhantomData;
use std::ops::{Add, Div, Mul, Sub};
use std::sync::Arc;

/// A formula in the unit `U`.
#[derive(Debug, PartialEq)]
pub struct Expr<U> {
    value: f64,
    tree: Tree,
    unit: PhantomData<U>,
}

/// What is told of a formula beside its value.
#[derive(Clone, Debug, PartialEq)]
enum Tree {
    /// Nothing: only the value was asked for.
    Untold,
    /// A bare number that needs no source, whether a tree was asked for or not.
    Number,
    /// A number with a source, likewise.
    Constant(ConstantId),
    /// All.
    Told(Arc<Node>),
}

// Not derived: that would ask for `U: Clone`, which marker types need not be.
impl<U> Clone for Expr<U> {
    fn clone(&self) -> Self {
        Self { value: self.value, tree: self.tree.clone(), unit: PhantomData }
    }
}

impl<U> Expr<U> {
    const fn with(value: f64, tree: Tree) -> Self {
        Self { value, tree, unit: PhantomData }
    }

    /// The tree, if anything is told of the formula beside its value.
    pub fn tree(&self) -> Option<Arc<Node>> {
        if let Tree::Told(node) = &self.tree { Some(node.clone()) } else { None }
    }

    /// The root of the tree, if there is one.
    pub(super) fn node(&self) -> Option<Arc<Node>> {
        match &self.tree {
            Tree::Untold => None,
            Tree::Number => Some(Arc::new(Node { value: self.value, kind: NodeKind::Number })),
            Tree::Constant(id) => Some(Arc::new(Node { value: self.value, kind: NodeKind::Constant(*id) })),
            Tree::Told(node) => Some(node.clone()),
        }
    }

    /// A formula over this one.
    #[cfg_attr(not(target_family = "wasm"), inline)]
    fn over_one(self, value: f64, kind: impl FnOnce(Arc<Node>) -> NodeKind) -> Self {
        if matches!(self.tree, Tree::Untold) {
            return Self::with(value, Tree::Untold);
        }
        match self.node() {
            Some(node) => Self::told(value, kind(node)),
            None => Self::with(value, Tree::Untold),
        }
    }

    fn told(value: f64, kind: NodeKind) -> Self {
        Self::with(value, Tree::Told(Arc::new(Node { value, kind })))
    }

    /// A bare value is left to the caller's code, so that a sweep of values costs little more than its arithmetic; not
    /// in the page, which is downloaded before it runs.
    #[cfg_attr(not(target_family = "wasm"), inline)]
    fn binary<L, R>(op: Op, left: Expr<L>, right: Expr<R>) -> Self {
        let value = op.apply(left.value, right.value);
        match (&left.tree, &right.tree) {
            (Tree::Untold, _) | (_, Tree::Untold) => Self::with(value, Tree::Untold),
            _ => Self::binary_told(value, op, left.node(), right.node()),
        }
    }

    fn binary_told(value: f64, op: Op, left: Option<Arc<Node>>, right: Option<Arc<Node>>) -> Self {
        match (left, right) {
            (Some(left), Some(right)) => Self::told(value, NodeKind::Binary { op, left, right }),
            _ => Self::with(value, Tree::Untold),
        }
    }
}

impl<U: Unit> Expr<U> {
    /// A value of which nothing is told.
    pub const fn untold(value: f64) -> Self {
        Self::with(value, Tree::Untold)
    }

    /// The same value, of which nothing is told.
    pub const fn without_tree(&self) -> Self {
        Self::untold(self.value)
    }

    /// A parameter as a leaf; `value` is in the unit `U`.
    pub fn parameter(id: ParameterId, symbol: &'static str, value: f64) -> Self {
        Self::told(value, NodeKind::Parameter { id, symbol })
    }

    /// A number that was counted, or taken from an architecture, with the parameters that decide it.
    pub fn counted(meaning: Meaning, value: f64, from: &'static [ParameterId]) -> Self {
        Self::told(value, NodeKind::Counted { meaning, from, listing: None })
    }

    /// A number that was counted, with the list of what it is the sum of.
    pub fn counted_from_list(meaning: Meaning, value: f64, listing: LaterListing) -> Self {
        Self::told(value, NodeKind::Counted { meaning, from: &[], listing: Some(listing) })
    }

    /// A bare number that needs no source.
    pub const fn number(value: f64) -> Self {
        Self::with(value, Tree::Number)
    }

    /// A quantity that depends on the index of a series, at one index.
    pub fn indexed(quantity: Quantity, value: f64) -> Self {
        Self::told(value, NodeKind::Indexed { quantity })
    }

    /// Whether a tree is being made: what only readers of trees need may be left out otherwise.
    pub const fn is_told(&self) -> bool {
        matches!(self.tree, Tree::Told(_))
    }

    /// Gives the formula the symbol of a quantity; the formula then shows the symbol, and the definition beside it.
    pub fn named(self, quantity: Quantity) -> Self {
        self.over_one_named(quantity, None)
    }

    /// The same with the list of things that it is the sum of.
    pub fn listed(self, quantity: Quantity, listing: impl FnOnce() -> Listing) -> Self {
        self.listed_later(quantity, || listing().into())
    }

    /// The same with a list that is made when somebody reads it.
    pub fn listed_later(self, quantity: Quantity, listing: impl FnOnce() -> LaterListing) -> Self {
        let listing = self.is_told().then(listing);
        self.over_one_named(quantity, listing)
    }

    fn over_one_named(self, quantity: Quantity, listing: Option<LaterListing>) -> Self {
        let value = self.value;
        self.over_one(value, |definition| NodeKind::Named { quantity, definition, listing })
    }

    /// So many times these elements, for an entry of a list.
    pub fn several(&self, count: f64) -> Elements {
        let bare = || Arc::new(Node { value: self.value, kind: NodeKind::Number });
        Elements::Several(count, self.node().unwrap_or_else(bare))
    }

    /// The larger of two quantities.
    pub fn max(self, other: Self) -> Self {
        Self::binary(Op::Max, self, other)
    }

    /// The sum of what there is of two.
    #[cfg_attr(not(target_family = "wasm"), inline)]
    pub fn sum_of_any(left: Option<Self>, right: Option<Self>) -> Option<Self> {
        match (left, right) {
            (Some(left), Some(right)) => Some(left + right),
            (left, right) => left.or(right),
        }
    }

    /// The smaller of two quantities.
    pub fn min(self, other: Self) -> Self {
        Self::binary(Op::Min, self, other)
    }

    /// The largest whole number not above the quantity.
    pub fn floor(self) -> Self {
        let value = self.value.floor();
        self.over_one(value, NodeKind::Floor)
    }

    /// The smallest whole number not below the quantity.
    pub fn ceil(self) -> Self {
        let value = self.value.ceil();
        self.over_one(value, NodeKind::Ceil)
    }

    /// The quantity shared out evenly among so many.
    pub fn shared_among(self, among: Expr<Count>) -> Self {
        Self::binary(Op::Div, self, among)
    }

    /// So many times the quantity.
    pub fn times(self, count: Expr<Count>) -> Self {
        Self::binary(Op::Mul, self, count)
    }

    /// The sum of `terms`, shown as a sum of `general` over `index` from 0.
    pub fn series(index: &'static str, general: Self, terms: impl IntoIterator<Item = Self>) -> Self {
        let (mut value, mut nodes) = (0.0, Vec::new());
        for term in terms {
            value += term.value;
            nodes.extend(general.is_told().then(|| term.node()).flatten());
        }
        general.over_one(value, |general| NodeKind::Series { index, general, terms: nodes })
    }

    /// The value in the unit `U`.
    pub const fn value(&self) -> f64 {
        self.value
    }
}

impl Expr<Memory> {
    /// The value as an amount of memory.
    pub const fn bytes(&self) -> Bytes {
        Bytes::new(self.value)
    }
}

impl<U: Unit> From<Constant<U>> for Expr<U> {
    fn from(constant: Constant<U>) -> Self {
        Self::with(constant.value(), Tree::Constant(constant.id()))
    }
}

impl<U: Unit> Add for Expr<U> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::binary(Op::Add, self, other)
    }
}

impl<U: Unit> Sub for Expr<U> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::binary(Op::Sub, self, other)
    }
}

macro_rules! products {
    ($($left:ident * $right:ident = $output:ident),* $(,)?) => { $(
        impl Mul<Expr<$right>> for Expr<$left> {
            type Output = Expr<$output>;
            fn mul(self, other: Expr<$right>) -> Expr<$output> {
                Expr::binary(Op::Mul, self, other)
            }
        }
    )* };
}

products! {
    Count * Count = Count,
    Count * Ratio = Count,
    Count * BytesPerElement = Memory,
    Count * Memory = Memory,
    Ratio * Count = Count,
    Ratio * Ratio = Ratio,
    Ratio * BytesPerElement = BytesPerElement,
    Ratio * Memory = Memory,
    Memory * Count = Memory,
    Memory * Ratio = Memory,
    BytesPerElement * Count = Memory,
    BytesPerElement * Ratio = BytesPerElement,
}

macro_rules! quotients {
    ($($left:ident / $right:ident = $output:ident),* $(,)?) => { $(
        impl Div<Expr<$right>> for Expr<$left> {
            type Output = Expr<$output>;
            /// Divides; the methods only divide by quantities that a hard limit keeps above zero.
            fn div(self, other: Expr<$right>) -> Expr<$output> {
                Expr::binary(Op::Div, self, other)
            }
        }
    )* };
}

quotients! {
    Count / Count = Count,
    BytesPerElement / BytesPerElement = Ratio,
    Memory / Memory = Ratio,
    Milliseconds / MillisecondsPerToken = Count,
}

impl Expr<Count> {
    /// The quantity as a factor, for shares such as `rank / width`.
    pub fn over(self, whole: Self) -> Expr<Ratio> {
        Expr::binary(Op::Div, self, whole)
    }
}
