//! The inputs as formulas read them: every value a leaf of a formula, told or untold. It knows no formula.

use crate::estimator::architecture::{Architecture, Fact};
use crate::estimator::catalog::Model;
use crate::estimator::constants::Constant;
use crate::estimator::expr::{Expr, LaterListing};
use crate::estimator::inputs::Inputs;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::ParameterId;
use crate::estimator::parameters::choices::{ChoiceValue, Precision};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Unit};

/// Whether formulas are made beside the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// Values alone, for whoever asks hundreds of times: a slider, a sweep, a solver.
    Values,
    /// Values with the trees that explain them.
    Formulas,
}

/// The inputs of one question.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    inputs: &'a Inputs,
    telling: Telling,
}

impl<'a> Reader<'a> {
    /// Reads inputs, with formulas or without.
    pub const fn new(inputs: &'a Inputs, telling: Telling) -> Self {
        Self { inputs, telling }
    }

    /// The same question, of which the values alone are wanted.
    pub const fn untold(&self) -> Self {
        Self { inputs: self.inputs, telling: Telling::Values }
    }

    /// The inputs that are asked about.
    pub const fn inputs(&self) -> &'a Inputs {
        self.inputs
    }

    /// The mode.
    pub const fn mode(&self) -> Mode {
        self.inputs.mode()
    }

    /// The model, if one was chosen.
    pub fn model(&self) -> Option<&'a Model> {
        self.inputs.model()
    }

    /// The architecture of the model, or the one that the mode assumes, before anything that was given.
    pub fn architecture(&self) -> &'a Architecture {
        self.inputs.architecture()
    }

    /// Whether formulas are made.
    pub const fn telling(&self) -> Telling {
        self.telling
    }

    /// Whether leaves tell what they are.
    pub fn is_telling(&self) -> bool {
        self.telling == Telling::Formulas
    }

    /// Whether the mode uses a parameter, with an effect or without.
    pub fn is_used(&self, id: ParameterId) -> bool {
        id.use_in(self.mode()).is_some()
    }

    /// Whether the mode uses a parameter and no choice takes its effect away.
    pub fn has_effect(&self, id: ParameterId) -> bool {
        self.inputs.has_effect(id)
    }

    /// Whether a parameter was left at its default.
    pub fn is_default(&self, id: ParameterId) -> bool {
        self.inputs.is_default(id)
    }

    /// A fact of the model that runs, if it is known.
    pub const fn fact(&self, fact: Fact) -> Option<f64> {
        self.inputs.values().facts().get(fact)
    }

    /// A number in the parameter's unit; see [`crate::estimator::values::Values::number`].
    pub const fn number(&self, id: ParameterId) -> f64 {
        self.inputs.values().number(id)
    }

    /// The choice of a parameter whose list is that of `T`.
    pub fn choice<T: ChoiceValue>(&self, id: ParameterId) -> T {
        self.inputs.values().choice(id)
    }

    /// Whether a toggle is on.
    pub fn is_on(&self, id: ParameterId) -> bool {
        self.inputs.values().is_on(id)
    }

    /// A number as a leaf of a formula, in the formula's unit.
    pub fn leaf<U: Unit>(&self, id: ParameterId) -> Expr<U> {
        let spec = id.spec();
        self.parameter(id, spec.symbol, self.number(id) * spec.unit.factor())
    }

    /// A number that a parameter stands for, as a leaf with a symbol of its own.
    pub fn parameter<U: Unit>(&self, id: ParameterId, symbol: &'static str, value: f64) -> Expr<U> {
        if self.is_telling() { Expr::parameter(id, symbol, value) } else { Expr::untold(value) }
    }

    /// A bare number that stands alone, or only beside others of its kind: no leaf near it says whether a tree is made.
    pub fn bare<U: Unit>(&self, value: f64) -> Expr<U> {
        if self.is_telling() { Expr::number(value) } else { Expr::untold(value) }
    }

    /// A number with a source that stands alone, or only beside others of its kind.
    pub fn constant<U: Unit>(&self, constant: Constant<U>) -> Expr<U> {
        if self.is_telling() { constant.into() } else { Expr::untold(constant.value()) }
    }

    /// A number that was counted, with the parameters that decide it, as a leaf.
    pub fn counted<U: Unit>(&self, quantity: Quantity, value: f64, from: &'static [ParameterId]) -> Expr<U> {
        if self.is_telling() { Expr::counted(quantity.into(), value, from) } else { Expr::untold(value) }
    }

    /// The same with the list of what was counted; without one, of which one was to be had, with the model that decides
    /// it.
    pub fn counted_from_list<U: Unit>(
        &self,
        quantity: Quantity,
        value: f64,
        listing: impl FnOnce() -> Option<LaterListing>,
    ) -> Expr<U> {
        if !self.is_telling() {
            return Expr::untold(value);
        }
        match listing() {
            Some(listing) => Expr::counted_from_list(quantity.into(), value, listing),
            None => Expr::counted(quantity.into(), value, &[ParameterId::Model, ParameterId::ModelSize]),
        }
    }

    /// A fact of the model that is no parameter of the mode, as a leaf.
    pub fn fact_leaf<U: Unit>(&self, fact: Fact, value: f64) -> Expr<U> {
        if self.is_telling() { Expr::counted(fact.into(), value, &[ParameterId::Model]) } else { Expr::untold(value) }
    }

    /// A quantity at one index of a series.
    pub fn indexed<U: Unit>(&self, quantity: Quantity, value: f64) -> Expr<U> {
        if self.is_telling() { Expr::indexed(quantity, value) } else { Expr::untold(value) }
    }

    /// The bytes of one element in the run's precision, as a leaf of a formula.
    pub fn element_bytes(&self) -> Expr<BytesPerElement> {
        let id = ParameterId::Precision;
        self.parameter(id, id.spec().symbol, self.choice::<Precision>(id).bytes())
    }
}
