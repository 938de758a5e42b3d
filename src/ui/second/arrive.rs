//! A step from a long page into the Estimate view: its top is shown, and the keyboard stands on its heading. It knows no
//! step.

use crate::estimator::ParameterId;
use crate::ui::kit::ids::{HEADING, control_id};
use crate::web::focus::arrive_at;
use leptos::prelude::request_animation_frame;

/// Goes to the top of the view that the step has opened, and brings a parameter's control into sight.
pub fn arrive(parameter: Option<ParameterId>) {
    // In the next frame, when the view stands there.
    request_animation_frame(move || arrive_at(HEADING, parameter.map(control_id).as_deref()));
}
