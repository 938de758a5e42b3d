//! What an estimate is computed from: a mode and a value for every parameter. It knows no formula.

use super::choices::{ChoiceValue, Precision};
use super::expr::Expr;
use super::mode::Mode;
use super::parameters::{PARAMETERS, ParameterId, Refusal, Value};
use super::units::{BytesPerElement, Unit};

/// A mode and a value for every parameter, each of its parameter's kind and inside its hard limits.
///
/// *Invariant:* what stands at the mode's default is not given, so equal inputs compare equal however they
/// were made. A parameter that the mode does not use has no default there: given, it is kept as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Inputs {
    mode: Mode,
    given: Vec<Option<Value>>,
}

/// Two parameters that contradict each other although each is allowed by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// A token would visit more experts than there are.
    MoreActiveThanExperts,
    /// A patch would be larger than the image.
    PatchLargerThanImage,
}

impl Conflict {
    /// The parameter beside which the page explains the conflict.
    pub const fn parameter(self) -> ParameterId {
        match self {
            Self::MoreActiveThanExperts => ParameterId::NumActiveExperts,
            Self::PatchLargerThanImage => ParameterId::PatchSize,
        }
    }
}

impl Inputs {
    /// The mode with the defaults of the document.
    pub fn defaults(mode: Mode) -> Self {
        Self { mode, given: vec![None; PARAMETERS.len()] }
    }

    /// A mode with values from elsewhere; a value that its parameter does not accept stays at the default.
    pub fn collect(mode: Mode, given: impl Fn(ParameterId) -> Option<Value>) -> Self {
        let mut res = Self::defaults(mode);
        for &id in ParameterId::ALL {
            if let Some(value) = given(id).and_then(|value| id.spec().check(value).ok()) {
                res.put(id, value);
            }
        }
        res
    }

    /// The mode.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// What was given for a parameter in place of its default.
    pub fn given(&self, id: ParameterId) -> Option<Value> {
        self.given[id as usize]
    }

    /// A parameter's value; parameters that the mode does not use have one too.
    pub fn value(&self, id: ParameterId) -> Value {
        self.given(id).unwrap_or_else(|| id.spec().default_in(self.mode))
    }

    /// Whether a parameter stands at the mode's default.
    pub fn is_default(&self, id: ParameterId) -> bool {
        self.given(id).is_none()
    }

    /// The same inputs with one value changed.
    ///
    /// # Errors
    /// Refuses a value of the wrong kind or outside the hard limits.
    pub fn with(mut self, id: ParameterId, value: Value) -> Result<Self, Refusal> {
        let value = id.spec().check(value)?;
        self.put(id, value);
        Ok(self)
    }

    fn put(&mut self, id: ParameterId, value: Value) {
        let default = id.spec().use_in(self.mode).map(|it| it.default);
        self.given[id as usize] = (default != Some(value)).then_some(value);
    }

    /// The same workload in another mode: what was given and the other mode knows is kept, all else takes
    /// the other mode's defaults.
    pub fn in_mode(&self, mode: Mode) -> Self {
        Self::collect(mode, |id| self.given(id).filter(|_| id.spec().use_in(mode).is_some()))
    }

    /// The choice of a parameter whose list is that of `T`.
    pub fn choice<T: ChoiceValue>(&self, id: ParameterId) -> T {
        match self.value(id) {
            Value::Choice(at) => T::ALL[at.min(T::ALL.len() - 1)],
            Value::Number(_) | Value::Toggle(_) => T::ALL[0],
        }
    }

    /// Whether a toggle is on.
    pub fn is_on(&self, id: ParameterId) -> bool {
        self.value(id) == Value::Toggle(true)
    }

    /// A number as a leaf of a formula, in the formula's unit.
    pub fn leaf<U: Unit>(&self, id: ParameterId) -> Expr<U> {
        let spec = id.spec();
        Expr::parameter(id, spec.symbol, self.value(id).number() * spec.unit.factor())
    }

    /// The bytes of one element in the run's precision, as a leaf of a formula.
    pub fn element_bytes(&self) -> Expr<BytesPerElement> {
        let id = ParameterId::Precision;
        Expr::parameter(id, id.spec().symbol, self.choice::<Precision>(id).bytes())
    }

    /// Parameters of the mode that contradict each other. The formulas are computed as they stand.
    pub fn conflicts(&self) -> Vec<Conflict> {
        let number = |id| self.value(id).number();
        let uses = |id: ParameterId| id.spec().use_in(self.mode).is_some();
        let mut res = Vec::new();
        if uses(ParameterId::NumExperts) && number(ParameterId::NumActiveExperts) > number(ParameterId::NumExperts) {
            res.push(Conflict::MoreActiveThanExperts);
        }
        if uses(ParameterId::PatchSize) && number(ParameterId::PatchSize) > number(ParameterId::ImageResolution) {
            res.push(Conflict::PatchLargerThanImage);
        }
        res
    }
}
