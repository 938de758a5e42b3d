//! Over which parameter memory is shown: one rule for the words below the tab's name and for the chart. It estimates
//! nothing.

use crate::estimator::parameters::ParameterKind;
use crate::estimator::plan::sweep_request::is_swept;
use crate::estimator::{Inputs, ParameterId};

/// Of which parameter one asks first how far it can go.
const ASKED_FIRST: [ParameterId; 2] = [ParameterId::SequenceLength, ParameterId::BatchSize];

/// Choices that have room side by side.
const MOST_CHOICES: usize = 9;

/// Whether memory can be shown over a parameter in some inputs: it has an effect, and a slider, or choices that are
/// few.
pub fn is_offered(inputs: &Inputs, id: ParameterId) -> bool {
    let has_room = || match id.spec().kind {
        ParameterKind::Number { .. } => id.use_in(inputs.mode()).and_then(|it| it.slider).is_some(),
        ParameterKind::Choice { ids } => ids.all().len() <= MOST_CHOICES,
        _ => true,
    };
    is_swept(id) && id.use_in(inputs.mode()).is_some() && inputs.has_effect(id) && has_room()
}

/// The parameter over which memory is shown: the chosen one where that can be, else the first that is asked about.
pub fn swept(inputs: &Inputs, chosen: Option<ParameterId>) -> Option<ParameterId> {
    let all = chosen.into_iter().chain(ASKED_FIRST).chain(ParameterId::ALL.iter().copied());
    { all }.find(|it| is_offered(inputs, *it))
}
