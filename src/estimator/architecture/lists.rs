//! The lists of an architecture: which parameter of a link states which, and what each is where nobody gives it. It
//! knows no formula.

use crate::estimator::architecture::facts::Fact;
use crate::estimator::architecture::kinds::Layout;
use crate::estimator::architecture::whole::{Architecture, List};
use crate::estimator::parameters::ParameterId;
use std::borrow::Cow;

impl List {
    /// The parameter that states the list.
    pub const fn parameter(self) -> ParameterId {
        match self {
            Self::Depths => ParameterId::Depths,
            Self::Widths => ParameterId::Widths,
            Self::Projector => ParameterId::Projector,
        }
    }

    /// The list that a parameter states, if it is one.
    pub fn of_parameter(id: ParameterId) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.parameter() == id)
    }

    /// What the list is where nobody gives it: the architecture's, if the model that runs has the architecture's
    /// layout. `running` says what a fact of the model that runs is.
    pub fn stated_in<'a>(
        self,
        architecture: &'a Architecture,
        layout: Layout,
        running: &dyn Fn(Fact) -> f64,
    ) -> Cow<'a, [f64]> {
        match self {
            // Another layout's stages say something else.
            Self::Depths | Self::Widths if layout != architecture.layout => Cow::Borrowed(&[]),
            Self::Depths | Self::Widths => Cow::Borrowed(architecture.list(self)),
            Self::Projector => projector(architecture, running),
        }
    }
}

/// Whether a parameter says something of a model's shape: its layout, a fact or a list.
pub fn is_of_shape(id: ParameterId) -> bool {
    id == ParameterId::Layout || Fact::of_parameter(id).is_some() || List::of_parameter(id).is_some()
}

/// The widths along the architecture's projector behind the tower that runs: the input is as wide as the tower, or as
/// all patches that merge; hidden layers as wide as it are so for the same reason.
fn projector<'a>(architecture: &'a Architecture, running: &dyn Fn(Fact) -> f64) -> Cow<'a, [f64]> {
    let stated = architecture.list(List::Projector);
    let Some(&input) = stated.first() else { return Cow::Borrowed(stated) };
    let own = |fact| architecture.number(fact).max(1.0);
    let grown = |fact| match running(fact) {
        0.0 => 1.0,
        number => number / own(fact),
    };
    let merges = input == own(Fact::VisionHiddenSize) * own(Fact::SpatialMerge).powi(2);
    let merged = if merges { grown(Fact::SpatialMerge).powi(2) } else { 1.0 };
    let factor = grown(Fact::VisionHiddenSize) * merged;
    if factor == 1.0 {
        return Cow::Borrowed(stated);
    }
    Cow::Owned(stated.iter().map(|it| if *it == input { it * factor } else { *it }).collect())
}
