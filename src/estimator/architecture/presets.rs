//! The models whose architecture is known by name. Natively they are built in; the page fetches the same text as a second
//! request and installs it. It knows no browser.

use crate::estimator::architecture::{Architecture, Fault, parse};
use std::sync::OnceLock;

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

/// The packed text of all presets, which `src/bin/presets.rs` prints for the page.
#[cfg(not(target_arch = "wasm32"))]
pub const PACKED: &str = include_str!(concat!(env!("OUT_DIR"), "/presets.txt"));

static PRESETS: OnceLock<Vec<Preset>> = OnceLock::new();

/// Every preset, in the order of `data/models.json`. On the page there are none until they are installed.
pub fn presets() -> &'static [Preset] {
    #[cfg(not(target_arch = "wasm32"))]
    return PRESETS.get_or_init(|| parse(PACKED).0);
    #[cfg(target_arch = "wasm32")]
    PRESETS.get().map_or(&[], |it| it)
}

/// The preset with a name in links.
pub fn preset(id: &str) -> Option<&'static Preset> {
    presets().iter().find(|it| it.id == id)
}

/// Takes presets from their packed text, and returns what of it could not be read. The first text stays.
pub fn install(text: String) -> Vec<Fault> {
    let (presets, faults) = parse(text.leak());
    // Presets that are there already are referred to, and are the same.
    let _ = PRESETS.set(presets);
    faults
}
