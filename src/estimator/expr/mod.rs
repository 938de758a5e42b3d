//! Formulas: one expression gives the value, the symbols, the substituted numbers and the parameters it depends on. It
//! knows how to add and multiply, and nothing of memory.

mod formula;
mod listing;
mod node;
mod reading;
mod typeset;

pub use crate::estimator::digits::{exact, grouped, short};
pub use formula::Expr;
pub use listing::ElementFormat;
pub use node::{Elements, Entry, LaterListing, Listing, Meaning};
pub use reading::{Definition, ParameterLeaf};
pub use typeset::{Face, Typeset};
