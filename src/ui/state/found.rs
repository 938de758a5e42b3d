//! What was found out about the run that is shown after its totals: how much fits, and how many changes are enough. It
//! finds nothing.

use crate::estimator::ParameterId;
use crate::estimator::plan::fit::VerdictKind;
use crate::estimator::plan::solve::{Solved, SolvedKind};
use crate::ui::state::configuration::Estimates;

/// What was found out, and of which estimates.
#[derive(Clone, Debug)]
pub struct FoundOut {
    /// The estimates that it belongs to.
    pub of: Estimates,
    /// How much fits.
    pub solved: Vec<Solved>,
    /// Where the run does not fit, the best that changes lead to, and how many at once.
    pub enough: Option<(VerdictKind, usize)>,
}

impl FoundOut {
    /// How much fits of a parameter.
    pub fn of_parameter(&self, id: ParameterId) -> Option<SolvedKind> {
        self.solved.iter().find(|it| it.id == id).map(|it| it.kind)
    }
}
