//! What was given for parameters in place of their defaults: few values, and one place for each parameter that says
//! where its value is, so that nobody searches. It knows no default and no limit.

use crate::estimator::parameters::{ParameterId, Value};

/// The place of a parameter for which nothing was given.
const NOTHING: u16 = u16::MAX;

/// Values of some parameters.
///
/// *Invariant:* equal values compare equal in whatever order they were given.
#[derive(Clone, Debug)]
pub struct Given {
    values: Vec<(ParameterId, Value)>,
    places: [u16; ParameterId::ALL.len()],
}

// The largest value of a place stands for none.
const _: () = assert!(ParameterId::ALL.len() < NOTHING as usize);

impl Given {
    /// Nothing.
    pub const fn nothing() -> Self {
        Self { values: Vec::new(), places: [NOTHING; ParameterId::ALL.len()] }
    }

    /// What was given for a parameter.
    pub fn get(&self, id: ParameterId) -> Option<&Value> {
        self.values.get(usize::from(self.places[id as usize])).map(|(_, value)| value)
    }

    /// Gives a value in place of the one before.
    pub fn put(&mut self, id: ParameterId, value: Value) {
        let place = &mut self.places[id as usize];
        match self.values.get_mut(usize::from(*place)) {
            Some(known) => known.1 = value,
            None => {
                *place = self.values.len() as u16;
                self.values.push((id, value));
            }
        }
    }

    /// Takes a value back.
    pub fn remove(&mut self, id: ParameterId) {
        let place = std::mem::replace(&mut self.places[id as usize], NOTHING);
        if place == NOTHING {
            return;
        }
        self.values.swap_remove(usize::from(place));
        if let Some((moved, _)) = self.values.get(usize::from(place)) {
            self.places[*moved as usize] = place;
        }
    }
}

impl PartialEq for Given {
    fn eq(&self, other: &Self) -> bool {
        self.values.len() == other.values.len() && self.values.iter().all(|(id, value)| other.get(*id) == Some(value))
    }
}
