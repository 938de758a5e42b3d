//! What all that is taken away is made of. It writes nothing.

use crate::estimator::{Estimate, Inputs, MethodId};

/// A configuration and what the methods answer to it.
pub struct Shared<'a> {
    /// The link that restores it, as a whole address.
    pub address: &'a str,
    /// What is estimated.
    pub inputs: &'a Inputs,
    /// What each method answers, with formulas where a report is asked for.
    pub estimates: &'a [Estimate],
    /// The method that is selected.
    pub selected: MethodId,
    /// What the chart shows beside it in place of the other methods, in its order.
    pub pinned: Vec<PinnedAnswer<'a>>,
}

/// A configuration that is held against this one.
pub struct PinnedAnswer<'a> {
    /// Its place behind today's, from 1.
    pub place: usize,
    /// In what it differs.
    pub words: String,
    /// What the selected method answers to it; none where it has no answer.
    pub estimate: Option<&'a Estimate>,
}

impl Shared<'_> {
    /// The answer of the selected method, if it has one.
    pub fn of_selected(&self) -> Option<&Estimate> {
        self.estimates.iter().find(|it| it.method() == self.selected)
    }
}
