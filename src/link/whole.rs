//! A link as a whole: what is estimated, and how the page shows it. It knows no text that is not canonical.

use crate::estimator::{Inputs, Mode, ParameterId};
use crate::link::page_state::{PageKey, PageState};
use std::sync::Arc;

/// The key that names the mode.
pub const MODE_KEY: &str = "mode";

/// The mode of a link that names none.
pub const DEFAULT_MODE: Mode = Mode::ALL[0];

/// The key of a pinned configuration, the only one that may stand in a link more than once.
pub const PIN_KEY: &str = "pin";

/// Configurations that can be pinned.
pub const MOST_PINS: usize = 4;

/// Pinned configurations in their order; handed on, never copied.
pub type Pins = Arc<Vec<Inputs>>;

/// Everything that a link restores.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// What is estimated.
    pub inputs: Inputs,
    /// How the page shows it.
    pub page: PageState,
    /// What it is held against.
    pub pins: Pins,
}

impl Default for Link {
    fn default() -> Self {
        Self { inputs: Inputs::defaults(DEFAULT_MODE), page: PageState::default(), pins: Pins::default() }
    }
}

impl Link {
    /// The canonical query, without `?`: the mode, then what differs from the mode's defaults in the order
    /// of the parameter table, then the page's own keys, then what is pinned. Empty when all is default.
    pub fn encode(&self) -> String {
        let mut pairs = pairs_of(&self.inputs);
        for key in PageKey::ALL {
            if self.page.id_of(key) != PageState::default().id_of(key) {
                pairs.push((key.key(), self.page.id_of(key).to_owned()));
            }
        }
        pairs.extend(self.pins.iter().map(|it| (PIN_KEY, query_of_inputs(it))));
        written(pairs)
    }
}

/// The canonical query of inputs alone: mode and parameters, without the page's own keys.
pub fn query_of_inputs(inputs: &Inputs) -> String {
    written(pairs_of(inputs))
}

fn pairs_of(inputs: &Inputs) -> Vec<(&'static str, String)> {
    let mode = inputs.mode();
    let mut pairs = Vec::new();
    if mode != DEFAULT_MODE {
        pairs.push((MODE_KEY, mode.id().to_owned()));
    }
    for &id in ParameterId::ALL {
        if !inputs.is_default(id) {
            pairs.push((id.spec().key, id.spec().write(&inputs.value(id))));
        }
    }
    pairs
}

/// A comma as a query escapes it, behind its `%`.
const ESCAPED_COMMA: &str = "2C";

fn written(pairs: Vec<(&str, String)>) -> String {
    // A comma needs no escape in a query, and lists are made to be read.
    let escaped = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let mut parts = escaped.split('%');
    let mut res = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.strip_prefix(ESCAPED_COMMA) {
            Some(rest) => {
                res.push(',');
                res.push_str(rest);
            }
            None => {
                res.push('%');
                res.push_str(part);
            }
        }
    }
    res
}
