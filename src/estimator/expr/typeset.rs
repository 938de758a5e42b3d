//! A formula laid out for reading, one result for many faces: plain text here, MathML in `present`.
//! It decides where brackets stand; it knows neither fonts nor markup.

use crate::estimator::digits;
use crate::estimator::expr::node::{Node, NodeKind, Op};
use std::fmt;

/// Whether leaves show their symbol or today's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// `P · b`
    Symbols,
    /// `7×10⁹ · 2`
    Numbers,
}

/// A piece of a laid-out formula.
#[derive(Clone, Debug, PartialEq)]
pub enum Typeset {
    /// A symbol; `P_train` reads as P with the index "train".
    Symbol(&'static str),
    /// A number `mantissa × 10^exponent`; the exponent is 0 when the number is written plainly.
    Number {
        /// The digits.
        mantissa: String,
        /// The power of ten.
        exponent: i32,
    },
    /// Summands or factors with their sign between them.
    Chain {
        /// `+`, `−` or `·`.
        sign: char,
        /// Two or more pieces.
        items: Vec<Typeset>,
    },
    /// A fraction.
    Fraction(Box<Typeset>, Box<Typeset>),
    /// A piece to the power of two.
    Square(Box<Typeset>),
    /// A piece in round brackets.
    Bracket(Box<Typeset>),
    /// A piece in floor brackets.
    Floor(Box<Typeset>),
    /// A piece in ceiling brackets.
    Ceil(Box<Typeset>),
    /// `max(a, b)` and the like.
    Call(&'static str, Vec<Typeset>),
    /// A sum over an index from 0 to `last`.
    Series {
        /// The index.
        index: &'static str,
        /// Its last value.
        last: usize,
        /// The general term.
        term: Box<Typeset>,
    },
}

/// How strongly a piece holds together; a piece that holds less than its place asks gets brackets.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Bond {
    Sum,
    Product,
    Atom,
}

pub fn lay_out(node: &Node, face: Face) -> Typeset {
    piece(node, face).0
}

/// Pieces of a series that are written out in numbers before the dots.
const WRITTEN_TERMS: usize = 2;

fn piece(node: &Node, face: Face) -> (Typeset, Bond) {
    match &node.kind {
        NodeKind::Parameter { symbol, .. } if face == Face::Symbols => (Typeset::Symbol(symbol), Bond::Atom),
        NodeKind::Named { quantity, .. } | NodeKind::Indexed { quantity } if face == Face::Symbols => {
            (Typeset::Symbol(quantity.symbol()), Bond::Atom)
        }
        NodeKind::Counted { meaning, .. } if face == Face::Symbols => (Typeset::Symbol(meaning.symbol()), Bond::Atom),
        NodeKind::Parameter { .. }
        | NodeKind::Named { .. }
        | NodeKind::Indexed { .. }
        | NodeKind::Counted { .. }
        | NodeKind::Constant(_)
        | NodeKind::Number => {
            let (mantissa, exponent) = digits::parts(node.value);
            (Typeset::Number { mantissa, exponent }, if exponent == 0 { Bond::Atom } else { Bond::Product })
        }
        NodeKind::Floor(inner) => (Typeset::Floor(Box::new(lay_out(inner, face))), Bond::Atom),
        NodeKind::Ceil(inner) => (Typeset::Ceil(Box::new(lay_out(inner, face))), Bond::Atom),
        NodeKind::Series { index, general, terms } => match face {
            Face::Symbols => {
                let term = Box::new(bonded(general, face, Bond::Product));
                (Typeset::Series { index, last: terms.len().saturating_sub(1), term }, Bond::Sum)
            }
            Face::Numbers => {
                let mut items: Vec<_> = terms.iter().take(WRITTEN_TERMS).map(|term| lay_out(term, face)).collect();
                if terms.len() > WRITTEN_TERMS {
                    items.push(Typeset::Symbol("…"));
                }
                (Typeset::Chain { sign: '+', items }, Bond::Sum)
            }
        },
        NodeKind::Binary { op: Op::Add, .. } => (chain(node, face, Op::Add, '+', Bond::Sum), Bond::Sum),
        NodeKind::Binary { op: Op::Sub, left, right } => {
            // What is taken away needs brackets if it is a sum itself.
            let items = vec![bonded(left, face, Bond::Sum), bonded(right, face, Bond::Product)];
            (Typeset::Chain { sign: '−', items }, Bond::Sum)
        }
        NodeKind::Binary { op: Op::Mul, left, right } if left == right => {
            (Typeset::Square(Box::new(bonded(left, face, Bond::Atom))), Bond::Product)
        }
        NodeKind::Binary { op: Op::Mul, .. } => (chain(node, face, Op::Mul, '·', Bond::Product), Bond::Product),
        NodeKind::Binary { op: Op::Div, left, right } => {
            // The bar of a fraction brackets both sides.
            let sides = [left, right].map(|side| Box::new(lay_out(side, face)));
            let [top, bottom] = sides;
            (Typeset::Fraction(top, bottom), Bond::Atom)
        }
        NodeKind::Binary { op: Op::Max, left, right } => call("max", left, right, face),
        NodeKind::Binary { op: Op::Min, left, right } => call("min", left, right, face),
    }
}

fn call(name: &'static str, left: &Node, right: &Node, face: Face) -> (Typeset, Bond) {
    (Typeset::Call(name, vec![lay_out(left, face), lay_out(right, face)]), Bond::Atom)
}

fn bonded(node: &Node, face: Face, needed: Bond) -> Typeset {
    let (layout, bond) = piece(node, face);
    if bond < needed { Typeset::Bracket(Box::new(layout)) } else { layout }
}

/// Flattens nested sums or products into one chain.
fn chain(node: &Node, face: Face, op: Op, sign: char, needed: Bond) -> Typeset {
    fn collect(node: &Node, face: Face, op: Op, needed: Bond, items: &mut Vec<Typeset>) {
        match &node.kind {
            NodeKind::Binary { op: inner, left, right } if *inner == op && (op == Op::Add || left != right) => {
                collect(left, face, op, needed, items);
                collect(right, face, op, needed, items);
            }
            _ => items.push(bonded(node, face, needed)),
        }
    }
    let mut items = Vec::new();
    collect(node, face, op, needed, &mut items);
    Typeset::Chain { sign, items }
}

impl fmt::Display for Typeset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Symbol(symbol) => f.write_str(symbol),
            Self::Number { mantissa, exponent: 0 } => f.write_str(mantissa),
            Self::Number { mantissa, exponent } => write!(f, "{mantissa}×10^{exponent}"),
            Self::Chain { sign, items } => {
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        write!(f, " {sign} ")?;
                    }
                    write!(f, "{item}")?;
                }
                Ok(())
            }
            Self::Fraction(top, bottom) => {
                write_side(f, top)?;
                f.write_str(" / ")?;
                write_side(f, bottom)
            }
            Self::Square(base) => {
                // Plain text has no fraction bar, so a squared fraction needs brackets.
                if matches!(**base, Self::Fraction(..)) { write!(f, "({base})²") } else { write!(f, "{base}²") }
            }
            Self::Bracket(inner) => write!(f, "({inner})"),
            Self::Floor(inner) => write!(f, "⌊{inner}⌋"),
            Self::Ceil(inner) => write!(f, "⌈{inner}⌉"),
            Self::Call(name, arguments) => {
                write!(f, "{name}(")?;
                for (i, argument) in arguments.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{argument}")?;
                }
                f.write_str(")")
            }
            Self::Series { index, last, term } => write!(f, "Σ[{index}=0…{last}] {term}"),
        }
    }
}

/// One side of a fraction in plain text, where the bar that would bracket it is missing.
fn write_side(f: &mut fmt::Formatter<'_>, side: &Typeset) -> fmt::Result {
    let bare = matches!(
        side,
        Typeset::Symbol(_)
            | Typeset::Number { exponent: 0, .. }
            | Typeset::Bracket(_)
            | Typeset::Floor(_)
            | Typeset::Ceil(_)
            | Typeset::Call(..)
            | Typeset::Square(_)
    );
    if bare { write!(f, "{side}") } else { write!(f, "({side})") }
}
