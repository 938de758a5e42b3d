//! The make-up of a multimodal sequence, for whoever has inputs. It knows no other quantity.

use crate::estimator::inputs::Inputs;
use crate::estimator::methods::document::quantities::{SequenceParts, parts_of_sequence};
use crate::estimator::reader::{Reader, Telling};

/// The tokens of a multimodal sequence by where they come from.
pub fn sequence_parts(inputs: &Inputs) -> SequenceParts {
    parts_of_sequence(&Reader::new(inputs, Telling::Values))
}
