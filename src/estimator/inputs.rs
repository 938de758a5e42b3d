//! What an estimate is computed from: a mode, and what was given for its parameters. It knows no formula.

use crate::estimator::architecture::{Architecture, Layout, own_architecture};
use crate::estimator::catalog::Model;
use crate::estimator::defaults::{DefaultValue, default_of, stated_by};
use crate::estimator::mode::Mode;
use crate::estimator::parameters::choices::ChoiceValue;
use crate::estimator::parameters::{Control, Controls, ParameterId, Refusal, Value};
use crate::estimator::values::Values;
use std::sync::Arc;

/// A mode and a value for every parameter, each of its parameter's kind and inside its hard limits.
///
/// *Invariant:* what stands at the mode's default is not given, so equal inputs compare equal however they
/// were made. A parameter that the mode does not use has no default there: given, it is kept as it is, and never read.
#[derive(Clone, Debug)]
pub struct Inputs {
    mode: Mode,
    given: Vec<Option<Value>>,
    /// What formulas read, which follows from the two above.
    values: Values,
}

impl PartialEq for Inputs {
    fn eq(&self, other: &Self) -> bool {
        self.mode == other.mode && self.given == other.given
    }
}

/// A default that another choice has moved.
#[derive(Clone, Debug, PartialEq)]
pub struct Followed {
    /// The parameter.
    pub id: ParameterId,
    /// Its default now.
    pub value: Value,
    /// The parameter that moved it.
    pub because: ParameterId,
}

impl Inputs {
    /// The mode with the defaults of the document.
    pub fn defaults(mode: Mode) -> Self {
        Self::collect(mode, |_| None)
    }

    /// A mode with values from elsewhere; a value that its parameter does not accept stays at the default.
    pub fn collect(mode: Mode, given: impl Fn(ParameterId) -> Option<Value>) -> Self {
        let accepted = |&id: &ParameterId| given(id).and_then(|value| id.spec().check(value).ok());
        Self::settle(mode, ParameterId::ALL.iter().map(accepted).collect())
    }

    /// Finds what the given values come to, in the table's order, in which a default never depends on a later parameter.
    fn settle(mode: Mode, given: Vec<Option<Value>>) -> Self {
        let mut res = Self { mode, given, values: Values::none() };
        let controls = res.controls();
        let model = match res.given(ParameterId::Model) {
            Some(Value::Model(model)) => model.clone(),
            _ => None,
        };
        for &id in ParameterId::ALL {
            let Some(usage) = id.use_in(mode) else { continue };
            let taken_away = usage.only.taken_away_by(&controls);
            let slot = &mut res.given[id as usize];
            // Most facts are those of other layouts: nobody gave them, and nobody will read them.
            if let (Some(control), None) = (taken_away, &slot) {
                res.values.take_away(id, control);
                continue;
            }
            let Some(default) = default_of(id, mode, model.as_deref(), &res.values) else { continue };
            if slot.as_ref() == Some(&default.value) {
                *slot = None;
            }
            match taken_away {
                Some(control) => res.values.take_away(id, control),
                None => res.values.put(id, slot.as_ref().unwrap_or(&default.value)),
            }
        }
        res
    }

    /// The choices on which it depends which others have an effect. Their own defaults depend on nothing but the mode.
    fn controls(&self) -> Controls {
        fn choice<T: ChoiceValue>(inputs: &Inputs, id: ParameterId) -> T {
            let Some(usage) = id.use_in(inputs.mode) else { return T::ALL[0] };
            let value = inputs.given[id as usize].clone().unwrap_or(usage.default.value());
            let Value::Choice(at) = value else { return T::ALL[0] };
            T::ALL.get(at).copied().unwrap_or(T::ALL[0])
        }
        Controls {
            mode: self.mode,
            task: choice(self, ParameterId::Task),
            method: choice(self, ParameterId::FinetuneMethod),
            engine: choice(self, ParameterId::Engine),
            layout: match self.given(ParameterId::Layout) {
                Some(Value::Choice(at)) => Layout::of(*at as f64),
                _ => self.architecture().layout,
            },
        }
    }

    /// The mode.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// The model, if one was chosen.
    pub fn model(&self) -> Option<&Model> {
        match self.given(ParameterId::Model) {
            Some(Value::Model(model)) => model.as_deref(),
            _ => None,
        }
    }

    /// The architecture of the model, or the one that the mode assumes, before anything that was given.
    pub fn architecture(&self) -> &Architecture {
        self.model().map_or_else(|| own_architecture(self.mode), |model| &model.architecture)
    }

    /// What was given for a parameter in place of its default.
    pub fn given(&self, id: ParameterId) -> Option<&Value> {
        self.given[id as usize].as_ref()
    }

    /// What formulas read: nothing of what has no effect.
    pub const fn values(&self) -> &Values {
        &self.values
    }

    /// A parameter's default in these inputs, or `None` where the mode does not use it: the model's fact, else
    /// what follows from other parameters, else the mode's own.
    pub fn default_of(&self, id: ParameterId) -> Option<Value> {
        self.default_with_reason(id).map(|it| it.value)
    }

    /// The same with the parameter that moved it.
    pub fn default_with_reason(&self, id: ParameterId) -> Option<DefaultValue> {
        default_of(id, self.mode, self.model(), &self.values)
    }

    /// A parameter's value for people: what was given, else the default; parameters that the mode does not use have one too.
    pub fn value(&self, id: ParameterId) -> Value {
        let given = self.given(id).cloned();
        given.or_else(|| self.default_of(id)).unwrap_or_else(|| id.spec().uses[0].default.value())
    }

    /// Whether a parameter stands at its default.
    pub fn is_default(&self, id: ParameterId) -> bool {
        self.given(id).is_none()
    }

    /// Whether a parameter can change any byte of any method while the other choices stand.
    pub fn has_effect(&self, id: ParameterId) -> bool {
        self.taken_away_by(id).is_none()
    }

    /// What takes a parameter's effect away; `None` where it has one.
    pub const fn taken_away_by(&self, id: ParameterId) -> Option<Control> {
        self.values.taken_away_by(id)
    }

    /// The defaults that other choices have moved, in the table's order; what the model states is not told one by one.
    pub fn followed(&self) -> Vec<Followed> {
        let moved = |&id: &ParameterId| {
            let DefaultValue { value, because } = self.default_with_reason(id)?;
            let because =
                because.filter(|it| *it != ParameterId::Model && self.is_default(id) && self.has_effect(id))?;
            Some(Followed { id, value, because })
        };
        ParameterId::ALL.iter().filter_map(moved).collect()
    }

    /// The same inputs with one value changed.
    ///
    /// # Errors
    /// Refuses a value of the wrong kind or outside the hard limits.
    pub fn with(mut self, id: ParameterId, value: Value) -> Result<Self, Refusal> {
        self.given[id as usize] = Some(id.spec().check(value)?);
        // Settled anew: other values may now stand at their defaults.
        Ok(Self::settle(self.mode, self.given))
    }

    /// The same workload with another model: what the model states replaces what was given.
    pub fn with_model(&self, model: Option<Arc<Model>>) -> Self {
        let is_stated = |id| model.as_deref().is_some_and(|model| stated_by(model, id).is_some());
        let given = |id| match id {
            ParameterId::Model => Some(Value::Model(model.clone())),
            _ => self.given(id).filter(|_| id.use_in(self.mode).is_none() || !is_stated(id)).cloned(),
        };
        Self::collect(self.mode, given)
    }

    /// The same values in another mode, also those that stand at this mode's defaults.
    pub fn seen_as(&self, mode: Mode) -> Self {
        let is_shared = |id: ParameterId| [self.mode, mode].iter().all(|mode| id.use_in(*mode).is_some());
        Self::collect(mode, |id| is_shared(id).then(|| self.value(id)))
    }

    /// The same workload in another mode: what was given and the other mode knows is kept, all else takes
    /// the other mode's defaults.
    pub fn in_mode(&self, mode: Mode) -> Self {
        Self::collect(mode, |id| self.given(id).filter(|_| id.use_in(mode).is_some()).cloned())
    }

    /// The choice of a parameter whose list is that of `T`, as formulas read it.
    pub fn choice<T: ChoiceValue>(&self, id: ParameterId) -> T {
        self.values.choice(id)
    }
}
