//! Formulas as trees: one expression gives the value, the symbols, the substituted numbers and the
//! parameters it depends on. It knows how to add and multiply, and nothing of memory.
//!
//! Each node carries its value, so reading a total costs nothing; trees are shared, never copied.

mod layout;
mod number;

pub use layout::{Face, Layout};
pub use number::{exact, short};

use crate::estimator::constants::{Constant, ConstantId};
use crate::estimator::parameters::ParameterId;
use crate::estimator::units::{Bytes, BytesPerElement, Count, Memory, Milliseconds, MillisecondsPerToken, Ratio, Unit};
use std::marker::PhantomData;
use std::ops::{Add, Div, Mul, Sub};
use std::sync::Arc;

/// A formula in the unit `U`.
#[derive(Debug, PartialEq)]
pub struct Expr<U> {
    node: Arc<Node>,
    unit: PhantomData<U>,
}

// Not derived: that would ask for `U: Clone`, which marker types need not be.
impl<U> Clone for Expr<U> {
    fn clone(&self) -> Self {
        Self { node: self.node.clone(), unit: PhantomData }
    }
}

#[derive(Debug, PartialEq)]
struct Node {
    value: f64,
    kind: Kind,
}

#[derive(Debug, PartialEq)]
enum Kind {
    /// A parameter's value in the formula's unit.
    Parameter {
        id: ParameterId,
        symbol: &'static str,
    },
    /// A number with a source.
    Constant(ConstantId),
    /// A bare number that needs no source, such as the 1 of `1 + x`.
    Number,
    /// A number of the model's architecture that is no parameter of the mode, or one that was counted from several.
    Fact {
        symbol: &'static str,
        from: &'static [ParameterId],
    },
    /// A quantity that depends on the index of a series, such as `2^i`, at one index.
    Indexed {
        symbol: &'static str,
    },
    /// A quantity with a symbol of its own, defined by another tree.
    Named {
        symbol: &'static str,
        definition: Arc<Node>,
    },
    /// A tree that was chosen by a parameter which does not occur in it.
    ChosenBy {
        by: ParameterId,
        inner: Arc<Node>,
    },
    Binary {
        op: Op,
        left: Arc<Node>,
        right: Arc<Node>,
    },
    Floor(Arc<Node>),
    Ceil(Arc<Node>),
    /// A sum over an index: `general` is shown in symbols, `terms` give the value.
    Series {
        index: &'static str,
        general: Arc<Node>,
        terms: Vec<Arc<Node>>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Op {
    Add,
    Sub,
    Mul,
    Div,
    Max,
    Min,
}

impl Op {
    fn apply(self, left: f64, right: f64) -> f64 {
        match self {
            Self::Add => left + right,
            Self::Sub => left - right,
            Self::Mul => left * right,
            Self::Div => left / right,
            Self::Max => left.max(right),
            Self::Min => left.min(right),
        }
    }
}

/// A quantity that a formula names, with its own formula.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// The quantity's symbol.
    pub symbol: &'static str,
    /// Its formula in symbols.
    pub symbols: Layout,
    /// Its formula with today's numbers.
    pub numbers: Layout,
    /// Its value, in the formula's unit; `None` for a quantity that has one value for each index of a sum.
    pub value: Option<f64>,
}

/// A symbol of a formula that stands for a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParameterLeaf {
    /// Which parameter.
    pub id: ParameterId,
    /// Its symbol in this formula.
    pub symbol: &'static str,
    /// Its value in the formula's unit (parameters, not billions of them).
    pub value: f64,
}

impl<U: Unit> Expr<U> {
    fn new(value: f64, kind: Kind) -> Self {
        Self { node: Arc::new(Node { value, kind }), unit: PhantomData }
    }

    fn binary<L, R>(op: Op, left: Expr<L>, right: Expr<R>) -> Self {
        let value = op.apply(left.node.value, right.node.value);
        Self::new(value, Kind::Binary { op, left: left.node, right: right.node })
    }

    /// A parameter as a leaf; `value` is in the unit `U`.
    pub fn parameter(id: ParameterId, symbol: &'static str, value: f64) -> Self {
        Self::new(value, Kind::Parameter { id, symbol })
    }

    /// A number of the model's architecture that is no parameter of the mode.
    pub fn fact(symbol: &'static str, value: f64) -> Self {
        Self::counted(symbol, value, &[])
    }

    /// A number that was counted by walking through an architecture, with the parameters that decide it.
    pub fn counted(symbol: &'static str, value: f64, from: &'static [ParameterId]) -> Self {
        Self::new(value, Kind::Fact { symbol, from })
    }

    /// A bare number that needs no source.
    pub fn number(value: f64) -> Self {
        Self::new(value, Kind::Number)
    }

    /// A quantity that depends on the index of a series, at one index.
    pub fn indexed(symbol: &'static str, value: f64) -> Self {
        Self::new(value, Kind::Indexed { symbol })
    }

    /// Gives the quantity a symbol; the formula then shows the symbol, and the definition beside it.
    pub fn named(self, symbol: &'static str) -> Self {
        Self::new(self.node.value, Kind::Named { symbol, definition: self.node })
    }

    /// Notes that a parameter decided which formula this is.
    pub fn chosen_by(self, by: ParameterId) -> Self {
        Self::new(self.node.value, Kind::ChosenBy { by, inner: self.node })
    }

    /// The larger of two quantities.
    pub fn max(self, other: Self) -> Self {
        Self::binary(Op::Max, self, other)
    }

    /// The smaller of two quantities.
    pub fn min(self, other: Self) -> Self {
        Self::binary(Op::Min, self, other)
    }

    /// The largest whole number not above the quantity.
    pub fn floor(self) -> Self {
        Self::new(self.node.value.floor(), Kind::Floor(self.node))
    }

    /// The smallest whole number not below the quantity.
    pub fn ceil(self) -> Self {
        Self::new(self.node.value.ceil(), Kind::Ceil(self.node))
    }

    /// The sum of `terms`, shown as a sum of `general` over `index` from 0.
    pub fn series(index: &'static str, general: Self, terms: impl IntoIterator<Item = Self>) -> Self {
        let terms: Vec<_> = terms.into_iter().map(|term| term.node).collect();
        let value = terms.iter().map(|term| term.value).sum();
        Self::new(value, Kind::Series { index, general: general.node, terms })
    }

    /// The value in the unit `U`.
    pub fn value(&self) -> f64 {
        self.node.value
    }

    /// The formula laid out in symbols or in numbers.
    pub fn layout(&self, face: Face) -> Layout {
        layout::lay_out(&self.node, face)
    }

    /// The formula in symbols, as plain text.
    pub fn symbolic(&self) -> String {
        self.layout(Face::Symbols).to_string()
    }

    /// The formula with today's numbers, as plain text.
    pub fn substituted(&self) -> String {
        self.layout(Face::Numbers).to_string()
    }

    /// The parameters that the value depends on, in order of appearance.
    pub fn dependencies(&self) -> Vec<ParameterId> {
        let mut res = Vec::new();
        self.node.visit(&mut |node| {
            let ids: &[ParameterId] = match &node.kind {
                Kind::Parameter { id, .. } | Kind::ChosenBy { by: id, .. } => std::slice::from_ref(id),
                Kind::Fact { from, .. } => from,
                _ => return,
            };
            for id in ids {
                if !res.contains(id) {
                    res.push(*id);
                }
            }
        });
        res
    }

    /// The parameters that the formula or one of its definitions shows, each symbol once.
    pub fn parameter_leaves(&self) -> Vec<ParameterLeaf> {
        let mut res: Vec<ParameterLeaf> = Vec::new();
        self.node.visit(&mut |node| {
            let Kind::Parameter { id, symbol } = node.kind else { return };
            if !res.iter().any(|leaf| leaf.id == id && leaf.symbol == symbol) {
                res.push(ParameterLeaf { id, symbol, value: node.value });
            }
        });
        res
    }

    /// The sourced numbers that the formula or one of its definitions shows, each once.
    pub fn constants(&self) -> Vec<(ConstantId, f64)> {
        let mut res = Vec::new();
        self.node.visit(&mut |node| {
            let Kind::Constant(id) = node.kind else { return };
            if !res.iter().any(|&(known, _)| known == id) {
                res.push((id, node.value));
            }
        });
        res
    }

    /// The named quantities of the formula, outer ones first, each once.
    pub fn definitions(&self) -> Vec<Definition> {
        let mut res: Vec<Definition> = Vec::new();
        self.node.visit(&mut |node| {
            let Kind::Named { symbol, definition } = &node.kind else { return };
            if !res.iter().any(|known| known.symbol == *symbol) {
                res.push(Definition {
                    symbol,
                    symbols: layout::lay_out(definition, Face::Symbols),
                    numbers: layout::lay_out(definition, Face::Numbers),
                    value: (!definition.depends_on_index()).then_some(definition.value),
                });
            }
        });
        res
    }
}

impl Expr<Memory> {
    /// The value as an amount of memory.
    pub fn bytes(&self) -> Bytes {
        Bytes::new(self.node.value)
    }
}

impl<U: Unit> From<Constant<U>> for Expr<U> {
    fn from(constant: Constant<U>) -> Self {
        Self::new(constant.value(), Kind::Constant(constant.id()))
    }
}

impl Node {
    /// Calls `f` on this node and all below it, in reading order. Of a series only the general
    /// term is visited: the written-out terms repeat its symbols.
    fn visit(&self, f: &mut impl FnMut(&Node)) {
        f(self);
        match &self.kind {
            Kind::Parameter { .. } | Kind::Constant(_) | Kind::Number | Kind::Fact { .. } | Kind::Indexed { .. } => {}
            Kind::Named { definition: inner, .. }
            | Kind::ChosenBy { inner, .. }
            | Kind::Floor(inner)
            | Kind::Ceil(inner) => inner.visit(f),
            Kind::Binary { left, right, .. } => {
                left.visit(f);
                right.visit(f);
            }
            Kind::Series { general, .. } => general.visit(f),
        }
    }
}

impl Node {
    /// Whether the value is that of one index of a series; a whole series has one value.
    fn depends_on_index(&self) -> bool {
        match &self.kind {
            Kind::Indexed { .. } => true,
            Kind::Parameter { .. } | Kind::Constant(_) | Kind::Number | Kind::Fact { .. } | Kind::Series { .. } => {
                false
            }
            Kind::Named { definition: inner, .. }
            | Kind::ChosenBy { inner, .. }
            | Kind::Floor(inner)
            | Kind::Ceil(inner) => inner.depends_on_index(),
            Kind::Binary { left, right, .. } => left.depends_on_index() || right.depends_on_index(),
        }
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
