//! A formula laid out for reading, one result for many faces: plain text here, MathML in `present`.
//! It decides where brackets stand; it knows neither fonts nor markup.

use crate::estimator::expr::{Kind, Node, Op, number};
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
pub enum Layout {
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
        items: Vec<Layout>,
    },
    /// A fraction.
    Fraction(Box<Layout>, Box<Layout>),
    /// A piece to the power of two.
    Square(Box<Layout>),
    /// A piece in round brackets.
    Bracket(Box<Layout>),
    /// A piece in floor brackets.
    Floor(Box<Layout>),
    /// A piece in ceiling brackets.
    Ceil(Box<Layout>),
    /// `max(a, b)` and the like.
    Call(&'static str, Vec<Layout>),
    /// A sum over an index from 0 to `last`.
    Series {
        /// The index.
        index: &'static str,
        /// Its last value.
        last: usize,
        /// The general term.
        term: Box<Layout>,
    },
}

/// How strongly a piece holds together; a piece that holds less than its place asks gets brackets.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Bond {
    Sum,
    Product,
    Atom,
}

pub(super) fn lay_out(node: &Node, face: Face) -> Layout {
    piece(node, face).0
}

/// Pieces of a series that are written out in numbers before the dots.
const WRITTEN_TERMS: usize = 2;

fn piece(node: &Node, face: Face) -> (Layout, Bond) {
    match &node.kind {
        Kind::Parameter { symbol, .. }
        | Kind::Named { symbol, .. }
        | Kind::Indexed { symbol }
        | Kind::Fact { symbol, .. }
            if face == Face::Symbols =>
        {
            (Layout::Symbol(symbol), Bond::Atom)
        }
        Kind::Parameter { .. }
        | Kind::Named { .. }
        | Kind::Indexed { .. }
        | Kind::Fact { .. }
        | Kind::Constant(_)
        | Kind::Number => {
            let (mantissa, exponent) = number::parts(node.value);
            (Layout::Number { mantissa, exponent }, if exponent == 0 { Bond::Atom } else { Bond::Product })
        }
        Kind::ChosenBy { inner, .. } => piece(inner, face),
        Kind::Floor(inner) => (Layout::Floor(Box::new(lay_out(inner, face))), Bond::Atom),
        Kind::Ceil(inner) => (Layout::Ceil(Box::new(lay_out(inner, face))), Bond::Atom),
        Kind::Series { index, general, terms } => match face {
            Face::Symbols => {
                let term = Box::new(bonded(general, face, Bond::Product));
                (Layout::Series { index, last: terms.len().saturating_sub(1), term }, Bond::Sum)
            }
            Face::Numbers => {
                let mut items: Vec<_> = terms.iter().take(WRITTEN_TERMS).map(|term| lay_out(term, face)).collect();
                if terms.len() > WRITTEN_TERMS {
                    items.push(Layout::Symbol("…"));
                }
                (Layout::Chain { sign: '+', items }, Bond::Sum)
            }
        },
        Kind::Binary { op: Op::Add, .. } => (chain(node, face, Op::Add, '+', Bond::Sum), Bond::Sum),
        Kind::Binary { op: Op::Sub, left, right } => {
            // What is taken away needs brackets if it is a sum itself.
            let items = vec![bonded(left, face, Bond::Sum), bonded(right, face, Bond::Product)];
            (Layout::Chain { sign: '−', items }, Bond::Sum)
        }
        Kind::Binary { op: Op::Mul, left, right } if left == right => {
            (Layout::Square(Box::new(bonded(left, face, Bond::Atom))), Bond::Product)
        }
        Kind::Binary { op: Op::Mul, .. } => (chain(node, face, Op::Mul, '·', Bond::Product), Bond::Product),
        Kind::Binary { op: Op::Div, left, right } => {
            // The bar of a fraction brackets both sides.
            let sides = [left, right].map(|side| Box::new(lay_out(side, face)));
            let [top, bottom] = sides;
            (Layout::Fraction(top, bottom), Bond::Atom)
        }
        Kind::Binary { op: Op::Max, left, right } => call("max", left, right, face),
        Kind::Binary { op: Op::Min, left, right } => call("min", left, right, face),
    }
}

fn call(name: &'static str, left: &Node, right: &Node, face: Face) -> (Layout, Bond) {
    (Layout::Call(name, vec![lay_out(left, face), lay_out(right, face)]), Bond::Atom)
}

fn bonded(node: &Node, face: Face, needed: Bond) -> Layout {
    let (layout, bond) = piece(node, face);
    if bond < needed { Layout::Bracket(Box::new(layout)) } else { layout }
}

/// Flattens nested sums or products into one chain.
fn chain(node: &Node, face: Face, op: Op, sign: char, needed: Bond) -> Layout {
    fn collect(node: &Node, face: Face, op: Op, needed: Bond, items: &mut Vec<Layout>) {
        match &node.kind {
            Kind::Binary { op: inner, left, right } if *inner == op && (op == Op::Add || left != right) => {
                collect(left, face, op, needed, items);
                collect(right, face, op, needed, items);
            }
            Kind::ChosenBy { inner, .. } => collect(inner, face, op, needed, items),
            _ => items.push(bonded(node, face, needed)),
        }
    }
    let mut items = Vec::new();
    collect(node, face, op, needed, &mut items);
    Layout::Chain { sign, items }
}

impl fmt::Display for Layout {
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
fn write_side(f: &mut fmt::Formatter<'_>, side: &Layout) -> fmt::Result {
    let bare = matches!(
        side,
        Layout::Symbol(_)
            | Layout::Number { exponent: 0, .. }
            | Layout::Bracket(_)
            | Layout::Floor(_)
            | Layout::Ceil(_)
            | Layout::Call(..)
            | Layout::Square(_)
    );
    if bare { write!(f, "{side}") } else { write!(f, "({side})") }
}
