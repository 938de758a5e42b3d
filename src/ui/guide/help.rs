//! A parameter's help. It knows no place.

use crate::estimator::ParameterId;
use crate::ui::guide::texts::guide_texts;
use crate::ui::kit::element::{El, el};
use crate::ui::state::State;

/// What the parameter is and does.
pub fn help(state: State, id: ParameterId) -> Vec<El> {
    vec![el("p").text((guide_texts(state).help)(id))]
}
