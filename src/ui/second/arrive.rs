//! A step from a long page into the Estimate view: its top is shown, and the keyboard stands on its heading, or on the
//! control that is to be moved there. It knows no step.

use crate::estimator::ParameterId;
use crate::ui::kit::ids::{HEADING, control_id};
use crate::web::focus::{arrive_at, bring_near};
use crate::web::frames::after_this_picture;
use leptos::prelude::request_animation_frame;

/// Goes to the top of the view that the step has opened, and to a parameter's control if one is named.
pub fn arrive(parameter: Option<ParameterId>) {
    // In the next frame, when the view stands there.
    let place = parameter.map_or_else(|| HEADING.to_owned(), control_id);
    request_animation_frame(move || {
        arrive_at(&place);
        // What the strip says of the run comes after it, and moves what is below.
        after_this_picture(move || bring_near(&place));
    });
}
