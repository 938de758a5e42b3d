//! What a method answers: lines that each name a component and its formula. It knows no method.

use super::component::Component;
use super::expr::Expr;
use super::methods::MethodId;
use super::units::{Bytes, Memory};

/// One component of an estimate.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What the memory is for.
    pub component: Component,
    /// How much, and how that comes about.
    pub formula: Expr<Memory>,
}

/// The answer of one method: components in stacking order, which sum to the total.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    method: MethodId,
    lines: Vec<Line>,
}

impl Estimate {
    /// Collects lines; a component occurs at most once.
    pub fn new(method: MethodId, lines: impl IntoIterator<Item = (Component, Expr<Memory>)>) -> Self {
        let mut res: Vec<Line> = Vec::new();
        // Insertion keeps the order: a dozen lines need no sorting algorithm in the download.
        for (component, formula) in lines {
            let at = res.iter().position(|line| line.component as usize > component as usize).unwrap_or(res.len());
            debug_assert!(res.iter().all(|line| line.component != component), "{component:?} occurs twice");
            res.insert(at, Line { component, formula });
        }
        Self { method, lines: res }
    }

    /// The method that answered.
    pub const fn method(&self) -> MethodId {
        self.method
    }

    /// The components, in stacking order from the bottom of a bar.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The line of a component, or `None` where the method has none.
    pub fn line(&self, component: Component) -> Option<&Line> {
        self.lines.iter().find(|line| line.component == component)
    }

    /// The sum of all components.
    pub fn total(&self) -> Bytes {
        self.lines.iter().map(|line| line.formula.bytes()).sum()
    }
}
