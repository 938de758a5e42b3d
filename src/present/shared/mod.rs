//! What is taken away from the page as text: the table for programs, and a report for people. Names are the command line's, and
//! so is each number, to the byte. It knows no browser and no file.

mod names;
mod report;
mod table;

pub use names::{file_name, frame_line, title};
pub use report::{Told, report};
pub use table::{csv, json};

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
    fn of_selected(&self) -> Option<&Estimate> {
        self.estimates.iter().find(|it| it.method() == self.selected)
    }
}
