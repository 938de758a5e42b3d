//! A parameter's value. It knows no parameter.

use crate::estimator::catalog::Model;
use std::borrow::Cow;
use std::sync::Arc;

/// A value that a parameter can take.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number in the parameter's unit; finite, never `-0`.
    Number(f64),
    /// A position in the parameter's list; of a set of its words, a bit for each.
    Choice(usize),
    /// True or false.
    Toggle(bool),
    /// A model by name or by its file, or none.
    Model(Option<Arc<Model>>),
    /// Numbers in their order, each finite and never `-0`; none where nobody states the list. Of GPUs of several kinds
    /// the place of each among the devices.
    List(Cow<'static, [f64]>),
}

impl Value {
    /// How links write that there is no preset.
    pub const NO_MODEL_ID: &'static str = "none";

    /// How links write `false` and `true`.
    pub const TOGGLE_IDS: &'static [&'static str] = &["false", "true"];

    /// The number, or 0 for other kinds, which no caller asks for a number.
    pub const fn number(&self) -> f64 {
        match self {
            Self::Number(number) => *number,
            Self::Choice(_) | Self::Toggle(_) | Self::Model(_) | Self::List(_) => 0.0,
        }
    }
}

/// A value that the table of parameters can name: any but a certain model and a certain list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TableValue {
    /// See [`Value::Number`].
    Number(f64),
    /// See [`Value::Choice`].
    Choice(usize),
    /// See [`Value::Toggle`].
    Toggle(bool),
    /// No model.
    NoModel,
    /// What the architecture states; where it states nothing, 0, no, the first of the list, or no entry.
    Stated,
}
