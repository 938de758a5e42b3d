//! The only way from outside text to a parameter's value, and back. It knows no mode.

use crate::estimator::catalog::Catalog;
use crate::estimator::digits::exact;
use crate::estimator::joined::joined;
use crate::estimator::parameters::choice_ids::ChoiceIds;
use crate::estimator::parameters::engine_versions::EngineVersion;
use crate::estimator::parameters::gpu_kinds::{self, BETWEEN, TIMES};
use crate::estimator::parameters::library_names::meant;
use crate::estimator::parameters::refusal::Refusal;
use crate::estimator::parameters::spec::{ParameterKind, ParameterSpec, ParameterUnit};
use crate::estimator::parameters::table::{MOST_DEVICES, ParameterId};
use crate::estimator::parameters::typed::{Suffixes, parse_number, with_plain_commas};
use crate::estimator::parameters::value::Value;
use crate::estimator::parameters::words;

impl ParameterSpec {
    /// Reads a value from outside: a link, a number box, a select.
    ///
    /// # Errors
    /// Says why the text is no value of this parameter; surrounding white space does not matter.
    pub fn parse(&self, text: &str, catalog: &Catalog) -> Result<Value, Refusal> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Refusal::Empty);
        }
        match self.kind {
            ParameterKind::Number { .. } => number(text).and_then(|it| self.check_number(it)),
            ParameterKind::List { .. } => self.check_list(&entries(text)?),
            ParameterKind::Choice { ids } => match (position(ids.all(), text), ids) {
                (Err(_), ChoiceIds::OrModel(_)) => model(text, catalog),
                (Err(_), ChoiceIds::Devices) => several_kinds(ids.all(), text),
                (Err(_), _) if std::ptr::eq(self, ParameterId::EngineVersion.spec()) => {
                    EngineVersion::of_vllm(text).map(|it| Value::Choice(it as usize)).ok_or(Refusal::NotOffered)
                }
                (at, _) => at.map(Value::Choice),
            },
            ParameterKind::Set { words } => words::read(words, text, meant).map(Value::Choice),
            ParameterKind::Toggle => position(Value::TOGGLE_IDS, text).map(|at| Value::Toggle(at == 1)),
            ParameterKind::Model if text == Value::NO_MODEL_ID => Ok(Value::Model(None)),
            ParameterKind::Model => model(text, catalog),
        }
    }

    /// Checks a value that was not read from text.
    ///
    /// # Errors
    /// Refuses a value of the wrong kind, beyond the list, or outside the hard limits.
    pub fn check(&self, value: Value) -> Result<Value, Refusal> {
        match (&value, self.kind) {
            (Value::Number(number), ParameterKind::Number { .. }) => self.check_number(*number),
            (Value::List(entries), ParameterKind::List { .. }) => self.check_list(entries),
            (Value::Choice(at), ParameterKind::Choice { ids }) if *at < ids.all().len() => Ok(value),
            (Value::Model(Some(_)), ParameterKind::Choice { ids: ChoiceIds::OrModel(_) }) => Ok(value),
            // What can be written and read again is one.
            (Value::List(_), ParameterKind::Choice { ids: ids @ ChoiceIds::Devices }) => {
                several_kinds(ids.all(), &self.write(&value))
                    .and_then(|it| if it == value { Ok(it) } else { Err(Refusal::NotOffered) })
            }
            (Value::Choice(0), ParameterKind::Set { .. }) => Err(Refusal::Empty),
            (Value::Choice(set), ParameterKind::Set { words }) if words::is_of(words, *set) => Ok(value),
            (Value::Toggle(_), ParameterKind::Toggle) | (Value::Model(_), ParameterKind::Model) => Ok(value),
            (_, ParameterKind::Number { .. } | ParameterKind::List { .. }) => Err(Refusal::NotANumber),
            (
                _,
                ParameterKind::Choice { .. } | ParameterKind::Set { .. } | ParameterKind::Toggle | ParameterKind::Model,
            ) => Err(Refusal::NotOffered),
        }
    }

    fn check_number(&self, number: f64) -> Result<Value, Refusal> {
        let ParameterKind::Number { min, max, whole } = self.kind else { return Err(Refusal::NotANumber) };
        within(number, min, max, whole).map(Value::Number)
    }

    fn check_list(&self, entries: &[f64]) -> Result<Value, Refusal> {
        let ParameterKind::List { most, min, max } = self.kind else { return Err(Refusal::NotANumber) };
        if entries.is_empty() {
            return Err(Refusal::Empty);
        }
        if entries.len() > most {
            return Err(Refusal::TooManyEntries);
        }
        let each = entries.iter().zip(1..);
        let checked = each.map(|(entry, place)| within(*entry, min, max, true).map_err(|it| it.of_entry(place)));
        checked.collect::<Result<Vec<_>, _>>().map(|it| Value::List(it.into()))
    }

    /// The value as links write it.
    pub fn write(&self, value: &Value) -> String {
        match (value, self.kind) {
            (Value::Number(number), _) => exact(*number),
            (Value::Choice(at), ParameterKind::Choice { ids }) => {
                ids.all().get(*at).copied().unwrap_or_default().to_owned()
            }
            (Value::List(gpus), ParameterKind::Choice { ids }) => {
                let name = |(at, n)| (ids.all().get(at).copied().unwrap_or_default(), n);
                gpu_kinds::written(gpu_kinds::kinds(gpus).map(name))
            }
            (Value::Choice(set), ParameterKind::Set { words }) => words::written(words, *set),
            (Value::Choice(_), _) => String::new(),
            (Value::Toggle(on), _) => Value::TOGGLE_IDS[usize::from(*on)].to_owned(),
            (Value::Model(model), _) => model.as_ref().map_or(Value::NO_MODEL_ID, |it| it.id.as_ref()).to_owned(),
            (Value::List(entries), _) => joined(entries.iter().map(|it| exact(*it)), ','),
        }
    }
}

impl ParameterId {
    /// Reads a value as somebody types it: numbers also with separators and suffixes, read in the parameter's unit.
    ///
    /// # Errors
    /// Says why the text is no value of this parameter.
    pub fn parse_typed(self, text: &str, catalog: &Catalog) -> Result<Value, Refusal> {
        match self.spec().kind {
            ParameterKind::Number { .. } => {
                parse_number(text, self.suffixes()).and_then(|it| self.spec().check_number(it))
            }
            ParameterKind::List { .. } => self.spec().parse(&with_plain_commas(text), catalog),
            ParameterKind::Set { .. } => {
                let is_between = |it: char| it == ',' || it.is_whitespace();
                let pieces = with_plain_commas(text);
                let given: Vec<_> = pieces.split(is_between).filter(|it| !it.is_empty()).collect();
                self.spec().parse(&given.join(&words::BETWEEN.to_string()), catalog)
            }
            ParameterKind::Choice { .. } | ParameterKind::Toggle | ParameterKind::Model => {
                self.spec().parse(text, catalog)
            }
        }
    }

    /// What letters behind a typed number mean.
    pub fn suffixes(self) -> Suffixes {
        match self.spec().unit {
            // The tokens of a vocabulary are entries of a list: "32k" are 32,000 there.
            ParameterUnit::Tokens if self != Self::VocabSize => Suffixes::Binary,
            ParameterUnit::BillionParameters => Suffixes::OfBillions,
            ParameterUnit::Gibibytes if self == Self::GpuMemory => Suffixes::Card,
            ParameterUnit::Gibibytes => Suffixes::Memory,
            ParameterUnit::Tokens
            | ParameterUnit::None
            | ParameterUnit::Dimensions
            | ParameterUnit::Layers
            | ParameterUnit::Heads
            | ParameterUnit::Sequences
            | ParameterUnit::Experts
            | ParameterUnit::Completions
            | ParameterUnit::Steps
            | ParameterUnit::Pixels
            | ParameterUnit::Gpus
            | ParameterUnit::Mebibytes
            | ParameterUnit::Images
            | ParameterUnit::Frames
            | ParameterUnit::Milliseconds => Suffixes::Decimal,
        }
    }
}

fn model(text: &str, catalog: &Catalog) -> Result<Value, Refusal> {
    catalog.model_meant(text).map(|it| Value::Model(Some(it.clone()))).ok_or(Refusal::NotOffered)
}

fn position(ids: &[&str], text: &str) -> Result<usize, Refusal> {
    meant(ids, text).ok_or(Refusal::NotOffered)
}

/// Reads kinds of GPU with their numbers; what is wrong is refused with the place of its kind.
fn several_kinds(ids: &[&str], text: &str) -> Result<Value, Refusal> {
    let place = |id: &str| ids.iter().position(|it| *it == id.trim()).filter(|it| *it > 0);
    if !text.contains(BETWEEN) {
        let is_counted = text.split_once(TIMES).is_some_and(|it| place(it.0).is_some());
        return Err(if is_counted { Refusal::CountOfOne } else { Refusal::NotOffered });
    }
    let mut gpus = Vec::new();
    for (kind, at) in text.split(BETWEEN).zip(1..) {
        let (id, count) = kind.split_once(TIMES).unwrap_or((kind, "1"));
        let place = place(id).ok_or(Refusal::Entry(at, &Refusal::NotOffered))? as f64;
        let count = number(count.trim()).and_then(|it| within(it, 1.0, MOST_DEVICES as f64, true));
        let end = gpus.len() + count.map_err(|it| it.of_entry(at))? as usize;
        if gpus.contains(&place) {
            return Err(Refusal::Entry(at, &Refusal::Twice));
        }
        gpus.resize(end, place);
    }
    if gpus.len() > MOST_DEVICES { Err(Refusal::TooManyEntries) } else { Ok(Value::List(gpus.into())) }
}

/// Reads a number as links write it. One above every limit reads as infinite, and is too large; the words `inf` and
/// `NaN` are no numbers.
fn number(text: &str) -> Result<f64, Refusal> {
    let is_word = text.contains(|it: char| it.is_ascii_alphabetic() && !matches!(it, 'e' | 'E'));
    let number = if is_word { None } else { text.parse().ok() };
    let number: f64 = number.ok_or(Refusal::NotANumber)?;
    let digits = text.split(['e', 'E']).next().unwrap_or_default();
    // What vanished on the way is no zero that somebody wrote.
    let has_vanished = number == 0.0 && digits.contains(|it: char| ('1'..='9').contains(&it));
    if has_vanished { Err(Refusal::TooSmall) } else { Ok(number) }
}

/// Longer texts are no list that somebody wrote: no more entries are read than are told to be too many.
const MOST_READ: usize = 1000;

/// Reads the entries of a list, between which commas stand.
fn entries(text: &str) -> Result<Vec<f64>, Refusal> {
    let entry = |(text, place): (&str, usize)| match text.trim() {
        "" => Err(Refusal::Empty.of_entry(place)),
        text => number(text).map_err(|it| it.of_entry(place)),
    };
    text.split(',').zip(1..).take(MOST_READ).map(entry).collect()
}

/// A number between limits, and whole if it has to be.
fn within(number: f64, min: f64, max: f64, whole: bool) -> Result<f64, Refusal> {
    if number.is_nan() {
        Err(Refusal::NotANumber)
    } else if number < min {
        Err(Refusal::TooSmall)
    } else if number > max {
        Err(Refusal::TooLarge)
    } else if whole && number.fract() != 0.0 {
        Err(Refusal::NotWhole)
    } else {
        // `-0` compares equal to 0 but reads differently.
        Ok(if number == 0.0 { 0.0 } else { number })
    }
}
