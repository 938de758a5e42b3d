//! From a parameter's name to its row of the table, and back. It knows no value.

use crate::estimator::mode::Mode;
use crate::estimator::parameters::spec::{ParameterGroup, ParameterSpec, ParameterUse};
use crate::estimator::parameters::table::{PARAMETERS, ParameterId};
use crate::estimator::parameters::value::TableValue;

/// How each mode uses each parameter, as a place in its row; computed by the compiler, so that nobody searches.
static USES: [[Option<u8>; PARAMETERS.len()]; Mode::ALL.len()] = {
    let mut res = [[None; PARAMETERS.len()]; Mode::ALL.len()];
    // Loops over ranges are not yet possible in constants.
    let mut id = 0;
    while id < PARAMETERS.len() {
        let mut at = 0;
        while at < PARAMETERS[id].uses.len() {
            let modes = PARAMETERS[id].uses[at].modes;
            let mut mode = 0;
            while mode < modes.len() {
                res[modes[mode] as usize][id] = Some(at as u8);
                mode += 1;
            }
            at += 1;
        }
        id += 1;
    }
    res
};

impl ParameterId {
    /// The parameter's row of the table.
    pub fn spec(self) -> &'static ParameterSpec {
        &PARAMETERS[self as usize]
    }

    /// The parameter that a link's key names, or `None`.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|id| id.spec().key == key)
    }

    /// How a mode uses the parameter, or `None`.
    pub fn use_in(self, mode: Mode) -> Option<&'static ParameterUse> {
        USES[mode as usize][self as usize].map(|at| &self.spec().uses[usize::from(at)])
    }

    /// Where a mode shows the parameter: in its own group, or among the facts of an architecture where the mode knows
    /// it as one of those only.
    pub fn group_in(self, mode: Mode) -> Option<ParameterGroup> {
        let is_fact = matches!(self.use_in(mode)?.default, TableValue::Stated);
        Some(if is_fact { ParameterGroup::Shape } else { self.spec().group })
    }

    /// The parameters of a mode, in the table's order.
    pub fn of_mode(mode: Mode) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |id| id.use_in(mode).is_some())
    }
}
