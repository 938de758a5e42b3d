//! The tree of a formula: what each node is, how to walk over it, and what a sum is made of where it is made of things
//! with names. It knows no unit.

use crate::estimator::architecture::Fact;
use crate::estimator::constants::ConstantId;
use crate::estimator::parameters::ParameterId;
use crate::estimator::quantity::Quantity;
use std::fmt;
use std::sync::Arc;

/// A piece of a formula with its value.
#[derive(Debug, PartialEq)]
pub struct Node {
    /// The value, in whatever unit the formula has.
    pub value: f64,
    /// What the piece is.
    pub kind: NodeKind,
}

/// What a piece of a formula is.
#[derive(Debug, PartialEq)]
pub enum NodeKind {
    /// A parameter's value in the formula's unit.
    Parameter {
        /// Which parameter.
        id: ParameterId,
        /// Its symbol in this formula.
        symbol: &'static str,
    },
    /// A number with a source.
    Constant(ConstantId),
    /// A bare number that needs no source, such as the 1 of `1 + x`.
    Number,
    /// A number of the model's architecture that is no parameter of the mode, or one that was counted from several.
    Counted {
        /// What its symbol stands for.
        meaning: Meaning,
        /// The parameters that decide it, where it has no list to say so.
        from: &'static [ParameterId],
        /// What it is the sum of, where that is a list.
        listing: Option<LaterListing>,
    },
    /// A quantity that depends on the index of a series, such as `2^i`, at one index.
    Indexed {
        /// Which quantity.
        quantity: Quantity,
    },
    /// A quantity with a symbol of its own, defined by another tree.
    Named {
        /// Which quantity.
        quantity: Quantity,
        /// Its formula.
        definition: Arc<Node>,
        /// What it is the sum of, where that is a list.
        listing: Option<LaterListing>,
    },
    /// Two pieces and what is done with them.
    Binary {
        /// What is done.
        op: Op,
        /// The first.
        left: Arc<Node>,
        /// The second.
        right: Arc<Node>,
    },
    /// The largest whole number not above.
    Floor(Arc<Node>),
    /// The smallest whole number not below.
    Ceil(Arc<Node>),
    /// A sum over an index: `general` is shown in symbols, `terms` give the value.
    Series {
        /// The index.
        index: &'static str,
        /// The general term.
        general: Arc<Node>,
        /// All terms.
        terms: Vec<Arc<Node>>,
    },
}

/// What a symbol stands for that is no parameter of the mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// A quantity that formulas name.
    Quantity(Quantity),
    /// A fact of the model.
    Fact(Fact),
}

impl Meaning {
    /// The symbol.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Quantity(it) => it.symbol(),
            Self::Fact(it) => it.symbol(),
        }
    }
}

impl From<Quantity> for Meaning {
    fn from(it: Quantity) -> Self {
        Self::Quantity(it)
    }
}

impl From<Fact> for Meaning {
    fn from(it: Fact) -> Self {
        Self::Fact(it)
    }
}

/// What is done with two pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `a + b`
    Add,
    /// `a − b`
    Sub,
    /// `a · b`
    Mul,
    /// `a / b`
    Div,
    /// `max(a, b)`
    Max,
    /// `min(a, b)`
    Min,
}

impl Op {
    /// The result.
    pub const fn apply(self, left: f64, right: f64) -> f64 {
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

impl Node {
    /// Calls `f` on this node and all below it, in reading order. Of a series only the general
    /// term is visited: the written-out terms repeat its symbols.
    pub fn visit(&self, f: &mut impl FnMut(&Node)) {
        f(self);
        match &self.kind {
            NodeKind::Parameter { .. }
            | NodeKind::Constant(_)
            | NodeKind::Number
            | NodeKind::Counted { .. }
            | NodeKind::Indexed { .. } => {}
            NodeKind::Named { definition: inner, .. } | NodeKind::Floor(inner) | NodeKind::Ceil(inner) => {
                inner.visit(f)
            }
            NodeKind::Binary { left, right, .. } => {
                left.visit(f);
                right.visit(f);
            }
            NodeKind::Series { general, .. } => general.visit(f),
        }
    }

    /// Whether the value is that of one index of a series; a whole series has one value.
    pub fn depends_on_index(&self) -> bool {
        match &self.kind {
            NodeKind::Indexed { .. } => true,
            NodeKind::Parameter { .. }
            | NodeKind::Constant(_)
            | NodeKind::Number
            | NodeKind::Counted { .. }
            | NodeKind::Series { .. } => false,
            NodeKind::Named { definition: inner, .. } | NodeKind::Floor(inner) | NodeKind::Ceil(inner) => {
                inner.depends_on_index()
            }
            NodeKind::Binary { left, right, .. } => left.depends_on_index() || right.depends_on_index(),
        }
    }
}

/// Things that add up to a quantity.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// The things, in the order in which a run meets them.
    pub entries: Vec<Entry>,
}

/// A thing with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What it is called in the code that makes it, such as `q_proj.weight`; a contract, not a text.
    pub name: &'static str,
    /// The stage of a network in which it is, from 1; 0 where there are no stages, or all else is of one.
    pub stage: usize,
    /// How many elements all such things have: times [`Self::bytes_of_element`] that is the amount.
    pub elements: Elements,
    /// Bytes of an element, which say its [`ElementFormat`]; 0 for parameters, whose format is another matter.
    pub bytes_of_element: f64,
    /// What it adds to the quantity; negative for what has been let go by then.
    pub amount: f64,
    /// The code or paper that says so.
    pub source: &'static str,
}

/// How many elements things of one name have. Its text is made by whoever reads it: most of it nobody does.
#[derive(Clone, Debug, PartialEq)]
pub enum Elements {
    /// So many times what a tree says.
    Several(f64, Arc<Node>),
    /// Bare numbers, written out.
    Numbers(String),
}

/// A list that is made when somebody reads it: its texts cost more than the formula that they explain.
#[derive(Clone)]
pub struct LaterListing(Arc<dyn Fn() -> Listing + Send + Sync>);

impl LaterListing {
    /// A list that `make` makes.
    pub fn new(make: impl Fn() -> Listing + Send + Sync + 'static) -> Self {
        Self(Arc::new(make))
    }

    /// The list.
    pub fn listing(&self) -> Listing {
        (self.0)()
    }
}

impl From<Listing> for LaterListing {
    /// A list that is made already.
    fn from(listing: Listing) -> Self {
        Self::new(move || listing.clone())
    }
}

impl fmt::Debug for LaterListing {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.listing().fmt(f)
    }
}

impl PartialEq for LaterListing {
    fn eq(&self, other: &Self) -> bool {
        self.listing() == other.listing()
    }
}
