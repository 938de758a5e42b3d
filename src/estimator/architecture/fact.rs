//! Which parameter of a link states which fact: those of the same key. It knows no value.

use crate::estimator::architecture::facts::Fact;
use crate::estimator::parameters::{PARAMETERS, ParameterId, ParameterKind, Value};

impl Fact {
    /// The parameter that states the fact, if links have one.
    pub const fn parameter(self) -> Option<ParameterId> {
        PARAMETER_OF[self as usize]
    }

    /// How links write that a model has it not.
    pub fn nothing(self) -> &'static str {
        let is_toggle = self.parameter().is_some_and(|id| matches!(id.spec().kind, ParameterKind::Toggle));
        if is_toggle { Value::TOGGLE_IDS[0] } else { "0" }
    }

    /// The fact that a parameter states, if it is one of the architecture.
    pub const fn of_parameter(id: ParameterId) -> Option<Self> {
        FACT_OF[id as usize]
    }
}

// Computed by the compiler, so that nobody searches.
static PARAMETER_OF: [Option<ParameterId>; Fact::ALL.len()] = parameters_of_facts();

const fn parameters_of_facts() -> [Option<ParameterId>; Fact::ALL.len()] {
    let mut res = [None; Fact::ALL.len()];
    let mut at = 0;
    while at < res.len() {
        let mut row = 0;
        while row < PARAMETERS.len() {
            if is_same(PARAMETERS[row].key.as_bytes(), Fact::ALL[at].key().as_bytes()) {
                res[at] = Some(ParameterId::ALL[row]);
            }
            row += 1;
        }
        at += 1;
    }
    res
}

const fn is_same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}

static FACT_OF: [Option<Fact>; PARAMETERS.len()] = {
    let mut res = [None; PARAMETERS.len()];
    let mut at = 0;
    while at < PARAMETER_OF.len() {
        if let Some(id) = PARAMETER_OF[at] {
            res[id as usize] = Some(Fact::ALL[at]);
        }
        at += 1;
    }
    res
};
