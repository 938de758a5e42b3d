//! What is found out about a model, a value for each parameter, until it is known whether a model of the catalogue has
//! it all. It knows no key of a configuration.

use crate::estimator::architecture::{Architecture, Fact, Layout, List};
use crate::estimator::{Catalog, ParameterId as Id, Value};
use crate::import::config::config_part::KeyFault;
use crate::import::imported::{Imported, NotTaken, Whose};

/// Who says a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// A place of the file.
    Place(String),
    /// Nobody in the file.
    Whose(Whose),
}

/// Values with who says them, and what is told beside.
pub struct Sheet {
    /// Which layers there are.
    pub layout: Layout,
    /// The kind of model, as the file names it.
    pub model_type: String,
    entries: Vec<(Id, Value, Origin)>,
    /// Problems, what was ignored, and what is no fact.
    pub out: Imported,
}

impl Sheet {
    /// An empty one.
    pub fn new(layout: Layout, model_type: &str) -> Self {
        Self { layout, model_type: model_type.to_owned(), entries: Vec::new(), out: Imported::default() }
    }

    /// Puts a value, in place of an earlier one.
    pub fn put(&mut self, id: Id, value: &str, origin: Origin) {
        // A number that is 0 says that there is none, also where the parameter itself begins at 1.
        match id.spec().parse(value, &Catalog::default()) {
            Ok(parsed) => {
                self.entries.retain(|it| it.0 != id);
                self.entries.push((id, parsed, origin));
            }
            Err(_) if value == "0" => self.entries.retain(|it| it.0 != id),
            Err(_) => {
                let place = match &origin {
                    Origin::Place(it) => it,
                    Origin::Whose(it) => it.source(),
                };
                self.out.leave(place, value, NotTaken::Refused);
            }
        }
    }

    /// What a place of the file says.
    pub fn state(&mut self, id: Id, value: &str, place: &str) {
        self.put(id, value, Origin::Place(place.to_owned()));
    }

    /// What the code says that runs such models.
    pub fn code(&mut self, id: Id, value: &str) {
        self.put(id, value, Origin::Whose(Whose::CodeOf(self.model_type.clone())));
    }

    /// What follows from places of the file.
    pub fn follow(&mut self, id: Id, number: f64, places: &str) {
        self.put(id, &number.to_string(), Origin::Whose(Whose::FollowsFrom(places.to_owned())));
    }

    /// Takes a value back.
    pub fn forget(&mut self, id: Id) {
        self.entries.retain(|it| it.0 != id);
    }

    /// What was put as the number that a fact would be: of a choice its place in the list, of a toggle 0 or 1; 0 where
    /// nothing was put.
    pub fn number(&self, id: Id) -> f64 {
        self.entries.iter().find(|it| it.0 == id).map_or(0.0, |it| fact_number(&it.1))
    }

    /// Whether something was put.
    pub fn has(&self, id: Id) -> bool {
        self.entries.iter().any(|it| it.0 == id)
    }

    /// Whether something was put that is not 0.
    pub fn is(&self, id: Id) -> bool {
        self.number(id) != 0.0
    }

    /// Tells why a key has no number.
    pub fn fault(&mut self, fault: KeyFault) {
        match fault {
            KeyFault::WrongType(place, value) => self.out.leave(&place, &value, NotTaken::WrongType),
            KeyFault::Unlike(place, value) => self.out.leave(&place, &value, NotTaken::NoFormula),
        }
    }

    /// What a lookup found; a fault is told and counts as nothing.
    pub fn found<T>(&mut self, looked_up: Result<Option<T>, KeyFault>) -> Option<T> {
        looked_up.unwrap_or_else(|fault| {
            self.fault(fault);
            None
        })
    }

    /// The architecture that was found out.
    pub fn architecture(&self) -> Architecture {
        let mut res = Architecture::of(self.layout);
        for (id, value, _) in &self.entries {
            match (Fact::of_parameter(*id), value) {
                (Some(fact), _) => res.facts.set(fact, fact_number(value)),
                (None, Value::List(entries)) if List::of_parameter(*id) == Some(List::Projector) => {
                    res.projector = entries.to_vec().into();
                }
                _ => {}
            }
        }
        res
    }

    /// All values with who says them, the layout first.
    pub fn write(self, mut told: impl FnMut(&mut Imported, Id, String, Origin)) -> Imported {
        let mut out = self.out;
        for (id, value, origin) in self.entries {
            let written = id.spec().write(&value);
            told(&mut out, id, written, origin);
        }
        out
    }
}

/// What a fact of an architecture says for a value.
fn fact_number(value: &Value) -> f64 {
    match value {
        Value::Number(it) => *it,
        Value::Choice(at) => *at as f64,
        Value::Toggle(is_on) => f64::from(u8::from(*is_on)),
        Value::Model(_) | Value::List(_) => 0.0,
    }
}
