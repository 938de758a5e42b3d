//! What a formula is made of, for those who read it: its parameters, constants and named quantities. It changes
//! nothing.

use crate::estimator::constants::ConstantId;
use crate::estimator::expr::formula::Expr;
use crate::estimator::expr::listing::several;
use crate::estimator::expr::node::{Elements, Entry, Listing, Meaning, Node, NodeKind};
use crate::estimator::expr::typeset::{Face, Typeset, lay_out};
use crate::estimator::parameters::ParameterId;
use crate::estimator::units::Unit;
use std::sync::Arc;

/// A quantity that a formula names.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// What it is; it has the symbol too.
    pub meaning: Meaning,
    /// Its formula in symbols, unless it was counted.
    pub symbols: Option<Typeset>,
    /// Its formula with today's numbers, unless it was counted.
    pub numbers: Option<Typeset>,
    /// Its value, in the formula's unit; `None` for a quantity that has one value for each index of a sum.
    pub value: Option<f64>,
    /// The parameters that decide a counted quantity.
    pub from: &'static [ParameterId],
    /// What it is the sum of, where that is a list.
    pub listing: Option<Arc<Listing>>,
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

impl Definition {
    /// The symbol that it explains.
    pub const fn symbol(&self) -> &'static str {
        self.meaning.symbol()
    }
}

impl<U: Unit> Expr<U> {
    /// The formula laid out in symbols or in numbers; without a tree the value alone.
    pub fn layout(&self, face: Face) -> Typeset {
        match self.node() {
            Some(node) => lay_out(&node, face),
            None => lay_out(&Node { value: self.value(), kind: NodeKind::Number }, face),
        }
    }

    /// The formula in symbols, as plain text.
    pub fn symbolic(&self) -> String {
        self.layout(Face::Symbols).to_string()
    }

    /// The formula with today's numbers, as plain text.
    pub fn substituted(&self) -> String {
        self.layout(Face::Numbers).to_string()
    }

    fn visit(&self, f: &mut impl FnMut(&Node)) {
        if let Some(node) = self.node() {
            node.visit(f);
        }
    }

    /// The parameters that the formula or one of its definitions shows, each symbol once.
    pub fn parameter_leaves(&self) -> Vec<ParameterLeaf> {
        self.node().map_or_else(Vec::new, |node| parameter_leaves(&node))
    }

    /// The sourced numbers that the formula or one of its definitions shows, each once.
    pub fn constants(&self) -> Vec<(ConstantId, f64)> {
        let mut res = Vec::new();
        self.visit(&mut |node| {
            let NodeKind::Constant(id) = node.kind else { return };
            if !res.iter().any(|&(known, _)| known == id) {
                res.push((id, node.value));
            }
        });
        res
    }

    /// The named and counted quantities of the formula, outer ones first, each once. A symbol that stood for two things
    /// would be listed twice, so that nobody is shown the one for the other.
    pub fn definitions(&self) -> Vec<Definition> {
        self.node().map_or_else(Vec::new, |node| definitions(&node))
    }
}

impl Entry {
    /// How many elements all such things have, in symbols, such as `3·H`.
    pub fn elements_told(&self) -> String {
        match &self.elements {
            Elements::Several(count, node) => several(*count, &lay_out(node, Face::Symbols).to_string()),
            Elements::Numbers(text) => text.clone(),
        }
    }

    /// The parameters in whose symbols the thing's elements are told.
    pub fn parameter_leaves(&self) -> Vec<ParameterLeaf> {
        self.node().map_or_else(Vec::new, parameter_leaves)
    }

    /// The quantities, likewise.
    pub fn definitions(&self) -> Vec<Definition> {
        self.node().map_or_else(Vec::new, definitions)
    }

    fn node(&self) -> Option<&Node> {
        if let Elements::Several(_, node) = &self.elements { Some(node) } else { None }
    }
}

fn parameter_leaves(root: &Node) -> Vec<ParameterLeaf> {
    let mut res: Vec<ParameterLeaf> = Vec::new();
    root.visit(&mut |node| {
        let NodeKind::Parameter { id, symbol } = node.kind else { return };
        if !res.iter().any(|leaf| leaf.id == id && leaf.symbol == symbol) {
            res.push(ParameterLeaf { id, symbol, value: node.value });
        }
    });
    res
}

fn definitions(root: &Node) -> Vec<Definition> {
    let mut res: Vec<Definition> = Vec::new();
    root.visit(&mut |node| {
        let it = match &node.kind {
            NodeKind::Named { quantity, definition, listing } => Definition {
                meaning: (*quantity).into(),
                symbols: Some(lay_out(definition, Face::Symbols)),
                numbers: Some(lay_out(definition, Face::Numbers)),
                value: (!definition.depends_on_index()).then_some(definition.value),
                from: &[],
                listing: listing.as_ref().map(|it| Arc::new(it.listing())),
            },
            NodeKind::Counted { meaning, from, listing } => Definition {
                meaning: *meaning,
                symbols: None,
                numbers: None,
                value: Some(node.value),
                from,
                listing: listing.as_ref().map(|it| Arc::new(it.listing())),
            },
            NodeKind::Indexed { quantity } => Definition {
                meaning: (*quantity).into(),
                symbols: None,
                numbers: None,
                value: None,
                from: &[],
                listing: None,
            },
            _ => return,
        };
        let is_same =
            |known: &Definition| (known.meaning, &known.symbols, known.value) == (it.meaning, &it.symbols, it.value);
        if !res.iter().any(is_same) {
            res.push(it);
        }
    });
    res
}
