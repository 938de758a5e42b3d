//! What was given in the modes that were open, for the modes to come: a mode that does not know a parameter, or does
//! not run a model, must not lose it. It knows no link: what a link says is opened as it stands.

use crate::estimator::catalog::Model;
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::{Unsupported, support};
use crate::estimator::mode::Mode;
use crate::estimator::parameters::{PARAMETERS, ParameterId, Value};
use std::sync::Arc;

/// What was given so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Remembered {
    given: Vec<Option<Value>>,
    /// Models, the last one that was chosen last: a network for images does not replace a language model.
    models: Vec<Known>,
}

/// A model, and the modes that were left with it: there it was wanted, whether the mode has formulas for it or not.
#[derive(Clone, Debug, PartialEq)]
struct Known {
    model: Arc<Model>,
    modes: Vec<Mode>,
}

impl Default for Remembered {
    fn default() -> Self {
        Self { given: vec![None; PARAMETERS.len()], models: Vec::new() }
    }
}

impl Remembered {
    /// Takes over what a mode leaves behind, and of that what a hand put there, also where it is the mode's default:
    /// the inputs do not know such a choice, and a link does not state it.
    pub fn note(&mut self, inputs: &Inputs, by_hand: &dyn Fn(ParameterId) -> Option<Value>) {
        let mode = inputs.mode();
        for &id in ParameterId::ALL.iter().filter(|id| **id != ParameterId::Model) {
            let known = &mut self.given[id as usize];
            match by_hand(id).or_else(|| inputs.given(id).cloned()) {
                Some(value) => *known = Some(value),
                // Put back to the mode's default, unless that is what was given before.
                None if id.use_in(mode).is_some() && *known != Some(inputs.value(id)) => *known = None,
                None => {}
            }
        }
        match inputs.given(ParameterId::Model) {
            Some(Value::Model(Some(model))) => {
                let at = self.models.iter().position(|it| it.model.id == model.id);
                let mut modes = at.map(|at| self.models.remove(at).modes).unwrap_or_default();
                self.models.iter_mut().for_each(|it| it.modes.retain(|it| *it != mode));
                modes.retain(|it| *it != mode);
                modes.push(mode);
                self.models.push(Known { model: model.clone(), modes });
            }
            // The mode was left without one, although it would have run these, or had them once.
            _ => {
                self.models.retain(|it| !runs(mode, &it.model));
                self.models.iter_mut().for_each(|it| it.modes.retain(|it| *it != mode));
            }
        }
    }

    /// The inputs with which a mode opens: all that was given and that it knows, all else at its defaults.
    pub fn inputs(&self, mode: Mode) -> Inputs {
        let is_wanted = |it: &&Known| it.modes.contains(&mode) || runs(mode, &it.model);
        let model = self.models.iter().rev().find(is_wanted).map(|it| it.model.clone());
        Inputs::collect(mode, |id| match id {
            ParameterId::Model => Some(Value::Model(model.clone())),
            _ => self.given[id as usize].clone().filter(|_| id.use_in(mode).is_some()),
        })
    }
}

/// Whether a mode runs such models. Of a model whose layers are not known nobody can tell.
fn runs(mode: Mode, model: &Arc<Model>) -> bool {
    let inputs = Inputs::defaults(mode).with_model(Some(model.clone()));
    matches!(support(&inputs), Ok(()) | Err(Unsupported::LayersUnknown))
}
