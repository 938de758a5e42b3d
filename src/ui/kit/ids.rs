//! The ids by which elements of the page refer to each other. It knows no component.

use crate::estimator::ParameterId;
use crate::web::focus::focus;

/// The id of the heading of the Estimate view.
pub const HEADING: &str = "heading";

/// The id of the list of answers and changes, to which the focus goes also when one of its buttons was pressed and is
/// made anew.
pub const CHANGES: &str = "decide";

/// The id of a parameter's control: its slider, or else its box, select or switch.
pub fn control_id(id: ParameterId) -> String {
    format!("control-{}", id.spec().key)
}

/// The id of the line that explains why a typed value was not taken.
pub fn refusal_id(id: ParameterId) -> String {
    format!("refusal-{}", id.spec().key)
}

/// The id of a parameter's help.
pub fn help_id(id: ParameterId) -> String {
    format!("help-{}", id.spec().key)
}

/// Moves the focus to a parameter's control and brings it into sight.
pub fn focus_parameter(id: ParameterId) {
    focus(&control_id(id));
}
