//! The facts of the model that runs: what its architecture states, overridden by parameters. It knows no formula.

use crate::estimator::architecture::{Architecture, Fact, Facts};
use crate::estimator::given::Given;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::{ParameterId, TableValue};
use crate::estimator::values::Values;

/// Facts that count some of the layers.
const SHARES_OF_LAYERS: [Fact; 4] =
    [Fact::NumDenseLayers, Fact::NumSlidingLayers, Fact::NumFullAttentionLayers, Fact::NumCrossAttentionLayers];

/// The facts that come of an architecture and of the parameters that a mode has beside it. Of a `known` architecture what
/// it does not state is known to be absent.
pub fn running_facts(mode: Mode, architecture: &Architecture, is_known: bool, given: &Given, values: &Values) -> Facts {
    let mut res = architecture.facts.clone();
    for &fact in Fact::ALL {
        let Some(id) = fact.parameter().filter(|id| values.taken_away_by(*id).is_none()) else { continue };
        // What an architecture lacks it has not, whatever stands at the parameter's default.
        let is_left = given.get(id).is_none()
            && (is_known && architecture.get(fact).is_none() || is_stated_by_architecture(id, mode));
        if !is_left {
            res.set(fact, values.number(id));
        }
    }
    let layers = res.get(Fact::NumLayers).unwrap_or(0.0);
    for fact in SHARES_OF_LAYERS {
        // A link may ask for fewer layers than the model has of one kind.
        if let Some(of_kind) = res.get(fact).filter(|of_kind| *of_kind > layers) {
            res.set(fact, of_kind.min(layers));
        }
    }
    res
}

/// Whether the architecture alone says what a parameter's default is.
fn is_stated_by_architecture(id: ParameterId, mode: Mode) -> bool {
    id.use_in(mode).is_some_and(|it| it.default == TableValue::Stated)
}
