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
}

impl Shared<'_> {
    /// The answer of the selected method, if it has one.
    pub fn of_selected(&self) -> Option<&Estimate> {
        self.estimates.iter().find(|it| it.method() == self.selected)
    }
}
