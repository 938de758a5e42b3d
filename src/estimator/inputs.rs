//! What an estimate is computed from: a mode, and what was given for its parameters. It knows no formula.

use crate::estimator::architecture::{Architecture, Fact, Layout, List, is_of_shape, own_architecture};
use crate::estimator::catalog::Model;
use crate::estimator::defaults::{DefaultValue, default_of, stated_by};
use crate::estimator::given::Given;
use crate::estimator::method::MethodId;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::choices::{ChoiceValue, Precision, Quantization, TaskHead};
use crate::estimator::parameters::{Control, Controls, ParameterId, Refusal, Value, head_in};
use crate::estimator::running_facts::{running_facts, take_away_absent};
use crate::estimator::values::Values;
use std::borrow::Cow;
use std::sync::Arc;

/// A mode and a value for every parameter, each of its parameter's kind and inside its hard limits.
///
/// *Invariant:* what stands at the mode's default is not given, so equal inputs compare equal however they
/// were made. A parameter that the mode does not use has no default there: given, it is kept as it is, and never read.
#[derive(Clone, Debug)]
pub struct Inputs {
    mode: Mode,
    given: Given,
    /// What formulas read, which follows from the two above.
    values: Values,
}

impl PartialEq for Inputs {
    fn eq(&self, other: &Self) -> bool {
        self.mode == other.mode && self.given == other.given
    }
}

/// A default that other choices have moved.
#[derive(Clone, Debug, PartialEq)]
pub struct Followed {
    /// The parameter.
    pub id: ParameterId,
    /// Its default now.
    pub value: Value,
    /// The parameters that were given and moved it; at least one.
    pub because: Vec<ParameterId>,
    /// The method that takes it, where the others take the mode's own default; `None` where all take it.
    pub only: Option<MethodId>,
}

impl Inputs {
    /// The mode with the defaults of the document.
    pub fn defaults(mode: Mode) -> Self {
        Self::collect(mode, |_| None)
    }

    /// A mode with values from elsewhere; a value that its parameter does not accept stays at the default.
    pub fn collect(mode: Mode, given: impl Fn(ParameterId) -> Option<Value>) -> Self {
        Self::collect_of(mode, &given)
    }

    // Compiled once for all that give values.
    fn collect_of(mode: Mode, given: &dyn Fn(ParameterId) -> Option<Value>) -> Self {
        let mut accepted = Given::nothing();
        for &id in ParameterId::ALL {
            if let Some(value) = given(id).and_then(|value| id.spec().check(value).ok()) {
                accepted.put(id, value);
            }
        }
        Self::settle(mode, accepted)
    }

    /// Finds what the given values come to, in the table's order, in which a default depends on no later parameter but
    /// the engine and the device.
    fn settle(mode: Mode, given: Given) -> Self {
        let mut res = Self { mode, given, values: Values::none() };
        // Which format a checkpoint is served in hangs on it, and its own default on nothing but the mode.
        res.settle_one(ParameterId::Engine, None);
        // Kinds of GPU say how many there are, and hang on nothing.
        res.settle_one(ParameterId::Gpu, None);
        let controls = res.controls();
        for &id in ParameterId::ALL {
            let Some(usage) = id.use_in(mode) else { continue };
            let taken_away = usage.only.taken_away_by(&controls);
            // Most facts are those of other layouts: nobody gave them, and nobody will read them.
            match taken_away {
                Some(control) if res.is_default(id) => res.values.take_away(id, control),
                _ => res.settle_one(id, taken_away),
            }
        }
        res.settle_facts();
        res.settle_alike();
        res
    }

    /// Finds what one parameter comes to, once those that it depends on are settled.
    fn settle_one(&mut self, id: ParameterId, taken_away: Option<Control>) {
        let Some(default) = self.default_of(id) else { return };
        // The size comes last: see `settle_facts`.
        if self.given(id) == Some(&default) && id != ParameterId::ModelSize {
            self.given.remove(id);
        }
        match taken_away {
            Some(control) => self.values.take_away(id, control),
            None => self.values.put(id, self.given.get(id).unwrap_or(&default)),
        }
    }

    /// Finds the facts of the model that runs, once all parameters are settled.
    fn settle_facts(&mut self) {
        // Beside a shape that was typed a size says something, whatever it is: without it the shape would be counted.
        let size = ParameterId::ModelSize;
        let is_at_default = self.given(size).is_some_and(|given| self.default_of(size).as_ref() == Some(given));
        if is_at_default && !self.states_shape() {
            self.given.remove(size);
        }
        let is_known = self.model().is_some_and(Model::is_known);
        let architecture = architecture_of(self.mode, &self.given);
        let mut facts = running_facts(self.mode, architecture, is_known, &self.given, &self.values);
        take_away_absent(self.mode, architecture, &mut facts, &mut self.values);
        self.values.put_facts(facts);
    }

    /// Takes the effect of what says something in llama.cpp only where there are several slots, or layers with a window
    /// beside others (`serving/cells.rs`, `serving/cache.rs`).
    fn settle_alike(&mut self) {
        if !self.has_effect(ParameterId::ParallelSlots) {
            return;
        }
        let slots = [ParameterId::ParallelSlots, ParameterId::BatchSize].map(|it| self.values.number(it));
        let is_one = slots.iter().all(|it| *it <= 1.0);
        self.settle_one(ParameterId::KvUnified, is_one.then_some(Control::Slots));
        let fact = |it| self.values.facts().get(it).unwrap_or(0.0);
        let windowed = if fact(Fact::SlidingWindow) > 0.0 { fact(Fact::NumSlidingLayers) } else { 0.0 };
        let has_both = windowed > 0.0 && windowed < self.values.number(ParameterId::NumLayers);
        self.settle_one(ParameterId::SwaFull, (!has_both).then_some(Control::Windows));
    }

    /// The choices on which it depends which others have an effect. Their own defaults depend on nothing but the mode.
    pub fn controls(&self) -> Controls {
        // Compiled once for all kinds of choice.
        #[inline(never)]
        fn place(inputs: &Inputs, id: ParameterId) -> Option<usize> {
            id.use_in(inputs.mode)?;
            id.spec().kind.place_of(inputs.given(id)?)
        }
        #[inline(never)]
        fn place_or_default(inputs: &Inputs, id: ParameterId) -> usize {
            let kind = id.spec().kind;
            let default = || kind.place_of(&kind.table_value(id.use_in(inputs.mode)?.default));
            place(inputs, id).or_else(default).unwrap_or_default()
        }
        fn choice<T: ChoiceValue>(inputs: &Inputs, id: ParameterId) -> T {
            T::ALL.get(place_or_default(inputs, id)).copied().unwrap_or(T::ALL[0])
        }
        let layout = match self.given(ParameterId::Layout) {
            Some(Value::Choice(at)) => Layout::of(*at as f64),
            _ => self.architecture().layout,
        };
        Controls {
            mode: self.mode,
            task: choice(self, ParameterId::Task),
            algorithm: choice(self, ParameterId::Algorithm),
            rollout: choice(self, ParameterId::Rollout),
            method: choice(self, ParameterId::FinetuneMethod),
            engine: choice(self, ParameterId::Engine),
            draft: choice(self, ParameterId::Draft),
            trainer: choice(self, ParameterId::Trainer),
            zero_stage: choice(self, ParameterId::ZeroStage),
            optimizer: choice(self, ParameterId::Optimizer),
            layout,
            head: place(self, ParameterId::TaskHead)
                .and_then(|at| TaskHead::ALL.get(at).copied())
                .unwrap_or_else(|| head_in(self.mode, layout, self.model().is_some_and(|it| it.is_headless))),
            has_unlike_gpus: matches!(self.given(ParameterId::Gpu), Some(Value::List(_))),
            is_packed: self.quantization().is_packed() || choice::<Precision>(self, ParameterId::Precision).is_packed(),
        }
    }

    /// The format of the weights before anything else is settled but the engine.
    fn quantization(&self) -> Quantization {
        let id = ParameterId::Quantization;
        let default = self.default_of(id);
        // Where the mode has no such default, what was given is not read.
        let value = default.map(|default| self.given(id).cloned().unwrap_or(default));
        let at = value.and_then(|it| id.spec().kind.place_of(&it)).unwrap_or_default();
        Quantization::ALL.get(at).copied().unwrap_or(Quantization::None)
    }

    /// The mode.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// The model, if one was chosen.
    pub fn model(&self) -> Option<&Model> {
        model_of(&self.given)
    }

    /// The architecture of the model, or the one that the mode assumes, before anything that was given.
    pub fn architecture(&self) -> &Architecture {
        architecture_of(self.mode, &self.given)
    }

    /// A list of the model that runs: what was given, if it has an effect, else what the architecture states.
    pub fn list(&self, list: List) -> Cow<'_, [f64]> {
        match self.entries(list.parameter()) {
            entries @ [_, ..] => Cow::Borrowed(entries),
            [] => {
                let running = |fact| self.values.facts().get(fact).unwrap_or(0.0);
                list.stated_in(self.architecture(), self.values.choice(ParameterId::Layout), &running)
            }
        }
    }

    /// The entries that were given for a list, if it has an effect; else none.
    pub fn entries(&self, id: ParameterId) -> &[f64] {
        match self.given(id) {
            Some(Value::List(entries)) if self.has_effect(id) => entries,
            _ => &[],
        }
    }

    /// What was given for a parameter in place of its default.
    pub fn given(&self, id: ParameterId) -> Option<&Value> {
        self.given.get(id)
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

    /// The same with the parameters that its rule reads.
    pub fn default_with_reason(&self, id: ParameterId) -> Option<DefaultValue> {
        default_of(id, self.mode, self.model(), &self.values)
    }

    /// A parameter's value for people: what was given, else the default; parameters that the mode does not use have one
    /// too.
    pub fn value(&self, id: ParameterId) -> Value {
        let given = self.given(id).cloned();
        let spec = id.spec();
        given.or_else(|| self.default_of(id)).unwrap_or_else(|| spec.kind.table_value(spec.uses[0].default))
    }

    /// What was given of the model's shape and has an effect, in the table's order: its layout, facts and lists.
    pub fn given_shape(&self) -> impl Iterator<Item = ParameterId> {
        let is_given = |id: &ParameterId| self.given(*id).is_some() && self.has_effect(*id);
        ParameterId::ALL.iter().copied().filter(move |id| is_given(id) && is_of_shape(*id))
    }

    /// Whether anything of the model's shape was given in place of what the model, or the mode, has.
    pub fn states_shape(&self) -> bool {
        self.given_shape().next().is_some()
    }

    /// The same inputs without some of what was given.
    pub fn without(&self, taken_back: impl Fn(ParameterId) -> bool) -> Self {
        Self::collect(self.mode, |id| self.given(id).filter(|_| !taken_back(id)).cloned())
    }

    /// The parameters for which other values were given than in some others, or none, in the table's order.
    pub fn differing_from<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = ParameterId> + 'a {
        ParameterId::ALL.iter().copied().filter(|id| self.given(*id) != other.given(*id))
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
            let DefaultValue { value, sources } = self.default_with_reason(id)?;
            let because = self.movers(sources);
            let is_stated = sources == [ParameterId::Model];
            let is_told = !because.is_empty() && !is_stated && self.is_default(id) && self.has_effect(id);
            is_told.then_some(Followed { id, value, because, only: None })
        };
        ParameterId::ALL.iter().filter_map(moved).collect()
    }

    /// What was given of that which a rule reads, or else what moved the defaults that it reads. Where nothing was
    /// given nothing has followed, whatever a mode does on its own.
    fn movers(&self, sources: &[ParameterId]) -> Vec<ParameterId> {
        let read = || sources.iter().copied().filter(|it| self.has_effect(*it));
        let given: Vec<_> = read().filter(|it| !self.is_default(*it)).collect();
        if !given.is_empty() {
            return given;
        }
        let mut res = Vec::new();
        for DefaultValue { sources, .. } in read().filter_map(|it| self.default_with_reason(it)) {
            for mover in self.movers(sources) {
                if !res.contains(&mover) {
                    res.push(mover);
                }
            }
        }
        res
    }

    /// The same inputs with one value changed.
    ///
    /// # Errors
    /// Refuses a value of the wrong kind or outside the hard limits.
    pub fn with(mut self, id: ParameterId, value: Value) -> Result<Self, Refusal> {
        self.given.put(id, id.spec().check(value)?);
        if id.is_depended_on() {
            // Others may now have another default, or stand at it, or have no effect.
            return Ok(Self::settle(self.mode, self.given));
        }
        if id.use_in(self.mode).is_some() {
            self.settle_one(id, self.taken_away_by(id));
        }
        if is_of_shape(id) {
            self.settle_facts();
        }
        self.settle_alike();
        Ok(self)
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

fn model_of(given: &Given) -> Option<&Model> {
    match given.get(ParameterId::Model) {
        Some(Value::Model(model)) => model.as_deref(),
        _ => None,
    }
}

fn architecture_of(mode: Mode, given: &Given) -> &Architecture {
    model_of(given).map_or_else(|| own_architecture(mode), |model| &model.architecture)
}
