//! What the symbols of an opened row stand for: parameters, quantities with formulas of their own, and numbers with a
//! source, of all methods together. It knows no layout.
//!
//! *Invariant:* in a row a symbol means one thing, whichever method says it (`tests/formulas.rs`). If two methods
//! disagreed both meanings would be listed, so that nobody is shown the one for the other.

use crate::estimator::expr::{Definition, Entry, ParameterLeaf};
use crate::estimator::{ComponentGroup, ConstantId, Estimate};

/// What is to be said about the symbols of a row.
#[derive(Default)]
pub struct Symbols {
    /// Symbols that stand for parameters.
    pub leaves: Vec<ParameterLeaf>,
    /// Symbols of quantities and of facts of the model.
    pub definitions: Vec<Definition>,
    /// Numbers with a source.
    pub constants: Vec<(ConstantId, f64)>,
}

/// The symbols of a group's formulas at the fullest moment of each method.
pub fn symbols(estimates: &[Estimate], group: ComponentGroup) -> Symbols {
    let mut res = Symbols::default();
    for estimate in estimates {
        for line in estimate.lines().iter().filter(|line| line.component.group() == group) {
            merge(&mut res.leaves, line.formula.parameter_leaves(), |a, b| a == b);
            let definitions = line.formula.definitions();
            // A list speaks in symbols too.
            let entries = || definitions.iter().filter_map(|it| it.listing.as_ref()).flat_map(|it| &it.entries);
            let of_lists: Vec<_> = entries().flat_map(Entry::definitions).collect();
            for entry in entries() {
                merge(&mut res.leaves, entry.parameter_leaves(), |a, b| a == b);
            }
            merge(&mut res.definitions, definitions.into_iter().chain(of_lists), |a, b| {
                (a.meaning, &a.symbols, a.value) == (b.meaning, &b.symbols, b.value)
            });
            merge(&mut res.constants, line.formula.constants(), |a, b| a.0 == b.0);
        }
    }
    res
}

fn merge<T>(all: &mut Vec<T>, more: impl IntoIterator<Item = T>, is_same: impl Fn(&T, &T) -> bool) {
    for it in more {
        if !all.iter().any(|known| is_same(known, &it)) {
            all.push(it);
        }
    }
}
