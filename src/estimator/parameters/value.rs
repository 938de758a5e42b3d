//! A parameter's value, and the only way from outside text to one. It knows no mode.

use crate::estimator::architecture::{Preset, preset};
use crate::estimator::expr::exact;
use crate::estimator::parameters::refusal::Refusal;
use crate::estimator::parameters::{ParameterKind, ParameterSpec};

/// A value that a parameter can take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A number in the parameter's unit; finite, never `-0`.
    Number(f64),
    /// A position in the parameter's list.
    Choice(usize),
    /// True or false.
    Toggle(bool),
    /// A model preset, or none.
    Model(Option<&'static Preset>),
}

impl Value {
    /// How links write that there is no preset.
    pub const NO_MODEL_ID: &'static str = "none";

    /// How links write `false` and `true`.
    pub const TOGGLE_IDS: &'static [&'static str] = &["false", "true"];

    /// The number, or 0 for other kinds, which no caller asks for a number.
    pub const fn number(self) -> f64 {
        match self {
            Self::Number(number) => number,
            Self::Choice(_) | Self::Toggle(_) | Self::Model(_) => 0.0,
        }
    }
}

impl ParameterSpec {
    /// Reads a value from outside: a link, a number box, a select.
    ///
    /// # Errors
    /// Says why the text is no value of this parameter; surrounding white space does not matter.
    pub fn parse(&self, text: &str) -> Result<Value, Refusal> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Refusal::Empty);
        }
        match self.kind {
            ParameterKind::Number { .. } => {
                // A number above every limit reads as infinite, and is too large; the words `inf` and `NaN` are no numbers.
                let is_word = text.contains(|it: char| it.is_ascii_alphabetic() && !matches!(it, 'e' | 'E'));
                let number = if is_word { None } else { text.parse().ok() };
                self.check_number(number.ok_or(Refusal::NotANumber)?)
            }
            ParameterKind::Choice { ids } => position(ids, text).map(Value::Choice),
            ParameterKind::Toggle => position(Value::TOGGLE_IDS, text).map(|at| Value::Toggle(at == 1)),
            ParameterKind::Model if text == Value::NO_MODEL_ID => Ok(Value::Model(None)),
            ParameterKind::Model => preset(text).map(|it| Value::Model(Some(it))).ok_or(Refusal::NotOffered),
        }
    }

    /// Checks a value that was not read from text.
    ///
    /// # Errors
    /// Refuses a value of the wrong kind, beyond the list, or outside the hard limits.
    pub fn check(&self, value: Value) -> Result<Value, Refusal> {
        match (value, self.kind) {
            (Value::Number(number), ParameterKind::Number { .. }) => self.check_number(number),
            (Value::Choice(at), ParameterKind::Choice { ids }) if at < ids.len() => Ok(value),
            (Value::Toggle(_), ParameterKind::Toggle) | (Value::Model(_), ParameterKind::Model) => Ok(value),
            (_, ParameterKind::Number { .. }) => Err(Refusal::NotANumber),
            (_, ParameterKind::Choice { .. } | ParameterKind::Toggle | ParameterKind::Model) => {
                Err(Refusal::NotOffered)
            }
        }
    }

    fn check_number(&self, number: f64) -> Result<Value, Refusal> {
        let ParameterKind::Number { min, max, whole } = self.kind else { return Err(Refusal::NotANumber) };
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
            Ok(Value::Number(if number == 0.0 { 0.0 } else { number }))
        }
    }

    /// The value as links write it.
    pub fn write(&self, value: Value) -> String {
        match (value, self.kind) {
            (Value::Number(number), _) => exact(number),
            (Value::Choice(at), ParameterKind::Choice { ids }) => ids.get(at).copied().unwrap_or_default().to_owned(),
            (Value::Choice(_), _) => String::new(),
            (Value::Toggle(on), _) => Value::TOGGLE_IDS[usize::from(on)].to_owned(),
            (Value::Model(model), _) => model.map_or(Value::NO_MODEL_ID, |it| it.id).to_owned(),
        }
    }
}

fn position(ids: &[&str], text: &str) -> Result<usize, Refusal> {
    ids.iter().position(|id| *id == text).ok_or(Refusal::NotOffered)
}

#[cfg(test)]
mod tests {
    use crate::estimator::parameters::{ParameterId, Refusal, Value};

    #[test]
    fn numbers_are_read_as_links_and_people_write_them() {
        for (text, number) in
            [("8.75", 8.75), (".5", 0.5), ("7.", 7.0), ("+7", 7.0), ("2.5e+2", 250.0), (" 1E-3 ", 1e-3)]
        {
            assert_eq!(ParameterId::ModelSize.spec().parse(text), Ok(Value::Number(number)), "{text}");
        }
        assert_eq!(ParameterId::ModelSize.spec().parse(&format!("1.{}", "0".repeat(300))), Ok(Value::Number(1.0)));
    }

    /// The standard parser reads words as numbers; a link that says `inf` must not reach a formula.
    #[test]
    fn what_is_no_number_is_refused() {
        let not_numbers = [
            "+", "-", ".", "e", "e5", "1e", "1e+", "1.2.3", "1_000", "7,5", "0x10", "inf", "-inf", "Infinity", "NaN",
            "nan", "１２", "٣", "--1", "1 2", "1\0",
        ];
        for text in not_numbers {
            assert_eq!(ParameterId::ModelSize.spec().parse(text), Err(Refusal::NotANumber), "{text}");
        }
        assert_eq!(ParameterId::ModelSize.spec().parse(" "), Err(Refusal::Empty));
    }

    /// Beyond what a float holds, a number is infinite or zero, and judged as such.
    #[test]
    fn ends_of_the_range_are_refused_where_they_do_not_fit() {
        let spec = ParameterId::ModelSize.spec();
        for text in ["1e999", "1e999999999999", &"9".repeat(400)] {
            assert_eq!(spec.parse(text), Err(Refusal::TooLarge), "{text}");
        }
        for text in ["1e-999", "1e-320", "0", "-0", "-1e999"] {
            assert_eq!(spec.parse(text), Err(Refusal::TooSmall), "{text}");
        }
    }
}
