//! Random inputs from a fixed seed, so that a failure is the same everywhere. It knows the parameter table as a source
//! of values, and no formula.

use std::sync::Arc;
use vram_estimator::estimator::parameters::ParameterKind;
use vram_estimator::estimator::{Inputs, Mode, Model, ParameterId, Unsupported, Value, support};

/// A source of random values (SplitMix64, Steele et al. 2014).
pub struct Draw {
    state: u64,
}

impl Draw {
    /// The source of a seed.
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut it = self.state;
        it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        it ^ (it >> 31)
    }

    /// A whole number from 0 to below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// Any of some things.
    pub fn any<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// A number between two limits, small ones as often as large ones; the limits themselves now and then.
    pub fn number(&mut self, min: f64, max: f64, whole: bool) -> f64 {
        let share = match self.below(20) {
            0 => 0.0,
            1 => 1.0,
            _ => self.next() as f64 / u64::MAX as f64,
        };
        let number = min + (((max - min).ln_1p() * share).exp() - 1.0);
        if whole { number.round().clamp(min, max) } else { number.clamp(min, max) }
    }

    /// A value that a parameter accepts: mostly one that the slider of some mode reaches.
    pub fn value(&mut self, id: ParameterId, models: &[Arc<Model>]) -> Value {
        let spec = id.spec();
        match spec.kind {
            ParameterKind::Number { min, max, whole } => {
                let slider = self.any(spec.uses).slider.filter(|_| self.below(8) > 0);
                let (least, most) = slider.map_or((min, max), |it| (it.min, it.max));
                Value::Number(self.number(least, most, whole))
            }
            ParameterKind::Choice { ids } => Value::Choice(self.below(ids.all().len())),
            ParameterKind::Set { words } => Value::Choice(1 + self.below((1 << words.len()) - 1)),
            ParameterKind::Toggle => Value::Toggle(self.below(2) == 1),
            ParameterKind::Model => Value::Model((self.below(3) > 0).then(|| self.any(models).clone())),
            ParameterKind::List { most, min, max } => {
                let n_entries = if self.below(16) == 0 { most } else { 1 + self.below(6) };
                // Networks are walked layer by layer: thousands now and then.
                let largest = if self.below(16) == 0 { max } else { max.min(64.0) };
                Value::List((0..n_entries).map(|_| self.number(min, largest, true)).collect())
            }
        }
    }

    /// A mode with values for about a third of all parameters, also of those that the mode does not use.
    pub fn inputs(&mut self, models: &[Arc<Model>]) -> Inputs {
        let mode = *self.any(&Mode::ALL);
        let mut given: Vec<_> = ParameterId::ALL
            .iter()
            .map(|&id| (self.below(3) == 0 || id == ParameterId::Model).then(|| self.value(id, models)))
            .collect();
        for (id, value) in ParameterId::ALL.iter().zip(&given) {
            let is_taken = value.clone().is_none_or(|value| id.spec().check(value).is_ok());
            assert!(is_taken, "{:?} is refused: {value:?} of {:?}", id, id.spec().allowed());
        }
        // Facts drawn one by one ask for others: without those, and over another's layout, hardly any inputs have an
        // answer.
        let is_complete = self.below(8) > 0;
        // What a choice leaves without effect stays missing, however often it is stated.
        const ROUNDS: usize = 4;
        for _ in 0..ROUNDS {
            let inputs = Inputs::collect(mode, |id| given[id as usize].clone());
            match support(&inputs) {
                Err(Unsupported::FactsMissing(missing)) if is_complete => {
                    if missing.parameters().any(|id| id.use_in(mode).is_none()) {
                        return inputs;
                    }
                    // Stages of a network go together: as many widths as depths.
                    const N_ENTRIES: usize = 3;
                    for id in missing.parameters() {
                        given[id as usize] = Some(match id.spec().kind {
                            ParameterKind::List { .. } => {
                                Value::List((0..N_ENTRIES).map(|_| self.number(1.0, 8.0, true)).collect())
                            }
                            ParameterKind::Number { .. }
                            | ParameterKind::Choice { .. }
                            | ParameterKind::Set { .. }
                            | ParameterKind::Toggle
                            | ParameterKind::Model => Value::Number(self.number(1.0, 8.0, true)),
                        });
                    }
                }
                _ => return inputs,
            }
        }
        Inputs::collect(mode, |id| given[id as usize].clone())
    }
}
