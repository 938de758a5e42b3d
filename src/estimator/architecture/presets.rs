//! The models whose architecture is known by name: the packed text that the build script makes, read once. It does not
//! know where a fact comes from.

use crate::estimator::architecture::{Architecture, parse};
use std::sync::LazyLock;

/// A model by name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Preset {
    /// Its name in links: lower-case letters, digits, `.`, `-` and `_`.
    pub id: &'static str,
    /// Its name for readers.
    pub name: &'static str,
    /// Parameters of the model without blocks that only predict further tokens: counted from the facts, or published where
    /// the layout is unknown.
    pub total_parameters: f64,
    /// What it is made of.
    pub architecture: Architecture,
}

/// The packed text of all presets.
pub const PACKED: &str = include_str!(concat!(env!("OUT_DIR"), "/presets.txt"));

// A line that cannot be read is a model less; the tests find that none is.
static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| parse(PACKED).0);

/// Every preset, in the order of `data/models.json`.
pub fn presets() -> &'static [Preset] {
    &PRESETS
}

/// The preset with a name in links.
pub fn preset(id: &str) -> Option<&'static Preset> {
    presets().iter().find(|it| it.id == id)
}
