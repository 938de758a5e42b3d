//! The architecture that a run has: the preset's facts, overridden by parameters. It knows no formula.

use crate::estimator::architecture::{Architecture, Fact};
use crate::estimator::expr::Expr;
use crate::estimator::inputs::Inputs;
use crate::estimator::units::Unit;

/// The facts of the model that runs, read through the inputs.
#[derive(Clone, Copy)]
pub struct Shape<'a> {
    /// The inputs, for all that is no fact of the model.
    pub inputs: &'a Inputs,
    architecture: Option<&'static Architecture>,
}

impl<'a> Shape<'a> {
    /// The shape of the inputs' preset, or of the mode's defaults.
    pub fn new(inputs: &'a Inputs) -> Self {
        Self { inputs, architecture: inputs.preset().map(|preset| &preset.architecture) }
    }

    /// The preset's architecture, if a preset was chosen.
    pub const fn architecture(&self) -> Option<&'static Architecture> {
        self.architecture
    }

    /// A fact: the parameter of the mode that states it, else the preset's.
    pub fn get(&self, fact: Fact) -> Option<f64> {
        let of_mode = fact.parameter().filter(|id| id.spec().use_in(self.inputs.mode()).is_some());
        match of_mode {
            Some(id) => Some(match self.inputs.value(id) {
                crate::estimator::Value::Toggle(is_on) => f64::from(u8::from(is_on)),
                value => value.number(),
            }),
            None => self.architecture.and_then(|it| it.get(fact)),
        }
    }

    /// A fact that is 0 where nothing is known of it.
    pub fn number(&self, fact: Fact) -> f64 {
        self.get(fact).unwrap_or(0.0)
    }

    /// Whether a fact is known and not 0.
    pub fn is(&self, fact: Fact) -> bool {
        self.number(fact) != 0.0
    }

    /// A fact as a leaf of a formula: a parameter of the mode, or a number of the preset.
    pub fn leaf<U: Unit>(&self, fact: Fact) -> Expr<U> {
        let of_mode = fact.parameter().filter(|id| id.spec().use_in(self.inputs.mode()).is_some());
        match of_mode {
            Some(id) => self.inputs.leaf(id),
            None => Expr::fact(fact.symbol(), self.number(fact)),
        }
    }
}
