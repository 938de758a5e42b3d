//! What the symbols of an opened row stand for: parameters, quantities with formulas of their own, and numbers with a source,
//! of all methods together. It knows no layout.

use crate::estimator::expr::{Definition, ParameterLeaf};
use crate::estimator::{ComponentGroup, ConstantId, Estimate, MethodId, MomentId, ParameterId};

/// What is to be said about the symbols of a row.
#[derive(Default)]
pub struct Symbols {
    /// Symbols that stand for parameters.
    pub leaves: Vec<Explained<ParameterLeaf>>,
    /// Parameters that decide a formula without standing in it.
    pub deciding: Vec<ParameterId>,
    /// Symbols of quantities and of facts of the model.
    pub definitions: Vec<Explained<Definition>>,
    /// Numbers with a source.
    pub constants: Vec<(ConstantId, f64)>,
}

/// What a symbol stands for.
pub struct Explained<T> {
    /// What it is.
    pub what: T,
    /// The methods whose formulas say so.
    pub by: Vec<MethodId>,
    /// Whether another method means something else by the symbol, so that the reader has to be told which method this is.
    pub is_told_apart: bool,
    /// The moment that the formula describes, where the method knows moments.
    pub moment: Option<MomentId>,
}

/// The symbols of a group's formulas at the fullest moment of each method.
pub fn symbols(estimates: &[Estimate], group: ComponentGroup) -> Symbols {
    let mut res = Symbols::default();
    for estimate in estimates {
        let method = estimate.method();
        let moment = Some(estimate.peak().id()).filter(|id| *id != MomentId::Whole);
        for line in estimate.lines().iter().filter(|line| line.component.group() == group) {
            for it in line.formula.parameter_leaves() {
                explain(&mut res.leaves, it, method, moment, |a, b| a == b);
            }
            for it in line.formula.definitions() {
                explain(&mut res.definitions, it, method, moment, |a, b| {
                    (a.meaning, &a.symbols, a.value) == (b.meaning, &b.symbols, b.value)
                });
            }
            merge(&mut res.constants, line.formula.constants());
            merge(&mut res.deciding, line.formula.dependencies());
        }
    }
    res.deciding.retain(|id| res.leaves.iter().all(|leaf| leaf.what.id != *id));
    let of_leaves = res.leaves.iter().map(|it| it.what.symbol);
    let all: Vec<_> = of_leaves.chain(res.definitions.iter().map(|it| it.what.symbol())).collect();
    let is_ambiguous = |symbol: &str| all.iter().filter(|it| **it == symbol).count() > 1;
    for it in &mut res.leaves {
        it.is_told_apart = is_ambiguous(it.what.symbol);
    }
    for it in &mut res.definitions {
        it.is_told_apart = is_ambiguous(it.what.symbol());
    }
    res
}

fn explain<T>(
    all: &mut Vec<Explained<T>>,
    what: T,
    method: MethodId,
    moment: Option<MomentId>,
    is_same: impl Fn(&T, &T) -> bool,
) {
    match all.iter_mut().find(|it| is_same(&it.what, &what)) {
        Some(known) if known.by.contains(&method) => {}
        Some(known) => known.by.push(method),
        None => all.push(Explained { what, by: vec![method], is_told_apart: false, moment }),
    }
}

fn merge<T: PartialEq>(all: &mut Vec<T>, more: Vec<T>) {
    for it in more {
        if !all.contains(&it) {
            all.push(it);
        }
    }
}
