//! A link as a whole: what is estimated, and how the page shows it. It knows no text that is not canonical.

use crate::estimator::{Inputs, Mode, ParameterId};
use crate::link::page_state::{PageKey, PageState};

/// The key that names the mode.
pub const MODE_KEY: &str = "mode";

/// The mode of a link that names none.
pub const DEFAULT_MODE: Mode = Mode::ALL[0];

/// Everything that a link restores.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// What is estimated.
    pub inputs: Inputs,
    /// How the page shows it.
    pub page: PageState,
}

impl Default for Link {
    fn default() -> Self {
        Self { inputs: Inputs::defaults(DEFAULT_MODE), page: PageState::default() }
    }
}

impl Link {
    /// The canonical query, without `?`: the mode, then what differs from the mode's defaults in the order
    /// of the parameter table, then the page's own keys. Empty when all is default.
    pub fn encode(&self) -> String {
        let mode = self.inputs.mode();
        let mut pairs = Vec::new();
        if mode != DEFAULT_MODE {
            pairs.push((MODE_KEY, mode.id().to_owned()));
        }
        for &id in ParameterId::ALL {
            if !self.inputs.is_default(id) {
                pairs.push((id.spec().key, id.spec().write(&self.inputs.value(id))));
            }
        }
        for key in PageKey::ALL {
            if self.page.id_of(key) != PageState::default().id_of(key) {
                pairs.push((key.key(), self.page.id_of(key).to_owned()));
            }
        }
        // A comma needs no escape in a query, and lists are made to be read.
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().replace("%2C", ",")
    }
}
