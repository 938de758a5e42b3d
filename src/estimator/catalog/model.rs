//! A model with its architecture. It knows neither formulas nor where a model comes from.

use crate::estimator::architecture::{Architecture, Layout};
use std::borrow::Cow;

/// A model by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Its name in links: lower-case letters, digits, `.`, `-` and `_`.
    pub id: Cow<'static, str>,
    /// Its name for readers.
    pub name: Cow<'static, str>,
    /// Parameters of the model without blocks that only predict further tokens: counted from the facts, or published
    /// where the layout is unknown.
    pub total_parameters: f64,
    /// Tokens that its positions are made for; 0 where that is not known.
    pub context_length: f64,
    /// Whether it is published without a head: an embedding model's checkpoint has no projection onto the vocabulary,
    /// and who trains it further uses none.
    pub is_headless: bool,
    /// What it is made of.
    pub architecture: Architecture,
}

impl Model {
    /// Whether the model's layers are known, and not only how many parameters it has.
    pub fn is_known(&self) -> bool {
        self.architecture.layout != Layout::Unknown
    }
}
