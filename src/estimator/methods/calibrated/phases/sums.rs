//! What the layers of a decoder come to in training, kind by kind. It knows no layer's tensors.

use crate::estimator::expr::Expr;
use crate::estimator::units::{Count, Memory};

/// Layers that are alike.
#[derive(Clone)]
pub struct Alike {
    /// How many there are.
    pub count: Expr<Count>,
    /// What one of them keeps for each token.
    pub kept: Expr<Memory>,
    /// Elements of its linear layers.
    pub linear: Expr<Count>,
    /// Elements of its packed experts, which are expanded when they are read and kept so for the backward pass.
    pub expanded: Option<Expr<Count>>,
    /// Whether layers of this kind stand before those of others only.
    pub is_leading: bool,
    /// Whether it has experts in the place of a feed-forward block of its own.
    pub has_experts: bool,
    /// Where among others it stands; nowhere in particular where layers of kinds are mixed otherwise.
    pub turn: Option<Turn>,
}

impl Alike {
    /// Whether the first of the kind is the first layer that needs a gradient, though others stand before it.
    pub const fn is_first_trained(&self) -> bool {
        matches!(self.turn, Some(Turn::Ends { is_first_trained: true, .. }))
    }
}

/// The place of a layer among layers of two mixers: in a group that is repeated, layers of linear attention, and behind
/// them one of softmax attention (`full_attention_interval`); or anywhere.
#[derive(Clone)]
pub enum Turn {
    /// One of so many that begin a group.
    Begins,
    /// It ends a group that so many begin, which keep nothing before the first adapter if that is its own.
    Ends {
        /// How many of the others stand before the first of this kind.
        n_before: Expr<Count>,
        /// Whether nothing before the first of this kind needs a gradient.
        is_first_trained: bool,
    },
    /// It stands among others, of which so many are before the first of its kind, and at least one is behind the last.
    Inside {
        /// How many of the others stand before the first of this kind.
        n_before: Expr<Count>,
    },
}

/// What layers come to.
#[derive(Clone)]
pub struct Sums {
    /// Layers that are alike together, in their order.
    pub kinds: Vec<Alike>,
    /// What all of them together keep for each token.
    pub kept: Expr<Memory>,
    /// What the input of one takes for each token: all that checkpoints keep of it.
    pub input: Expr<Memory>,
    /// What frozen layers of one hold for each token beside checkpoints, if they hold anything.
    pub held: Option<Expr<Memory>>,
    /// Elements of the linear layers that autocast converts: grouped products of experts are none.
    pub converted: Expr<Count>,
    /// Those among them of which no copy is kept, since their input needs no gradient either.
    pub passed: Option<Expr<Count>>,
}

impl Sums {
    /// Elements of which the graph holds autocast's copies when all layers have run.
    pub fn held_copies(&self) -> Expr<Count> {
        match &self.passed {
            Some(passed) => self.converted.clone() - passed.clone(),
            None => self.converted.clone(),
        }
    }

    /// Elements of packed experts that the graph holds expanded when all layers have run.
    pub fn expanded(&self) -> Option<Expr<Count>> {
        let of_kind = |it: &Alike| it.expanded.clone().map(|of_layer| it.count.clone() * of_layer);
        self.kinds.iter().filter_map(of_kind).reduce(|sum, it| sum + it)
    }

    /// The same by values alone.
    pub fn untold(&self) -> Self {
        let kind = |it: &Alike| Alike {
            count: it.count.without_tree(),
            kept: it.kept.without_tree(),
            linear: it.linear.without_tree(),
            expanded: it.expanded.as_ref().map(Expr::without_tree),
            is_leading: it.is_leading,
            has_experts: it.has_experts,
            turn: it.turn.as_ref().map(Turn::untold),
        };
        Self {
            kinds: self.kinds.iter().map(kind).collect(),
            kept: self.kept.without_tree(),
            input: self.input.without_tree(),
            held: self.held.as_ref().map(Expr::without_tree),
            converted: self.converted.without_tree(),
            passed: self.passed.as_ref().map(Expr::without_tree),
        }
    }

    /// What stands before the first layer of a kind: so many of another one.
    pub fn before(&self, kind: &Alike) -> Option<(&Alike, Expr<Count>)> {
        match &kind.turn {
            Some(Turn::Begins) => None,
            Some(Turn::Ends { n_before, .. } | Turn::Inside { n_before }) => {
                self.kinds.iter().find(|it| matches!(it.turn, Some(Turn::Begins))).map(|it| (it, n_before.clone()))
            }
            None if kind.is_leading => None,
            None => self.kinds.iter().find(|it| it.is_leading).map(|it| (it, it.count.clone())),
        }
    }

    /// The one layer that stands behind the last of a kind, where there is one.
    pub fn behind(&self, kind: &Alike) -> Option<&Alike> {
        let is_there = |it: &&Alike| match kind.turn {
            Some(Turn::Begins) => matches!(it.turn, Some(Turn::Ends { .. })),
            Some(Turn::Inside { .. }) => matches!(it.turn, Some(Turn::Begins)),
            Some(Turn::Ends { .. }) | None => false,
        };
        self.kinds.iter().find(is_there)
    }
}

impl Turn {
    fn untold(&self) -> Self {
        match self {
            Self::Begins => Self::Begins,
            Self::Inside { n_before } => Self::Inside { n_before: n_before.without_tree() },
            Self::Ends { n_before, is_first_trained } => {
                Self::Ends { n_before: n_before.without_tree(), is_first_trained: *is_first_trained }
            }
        }
    }
}
