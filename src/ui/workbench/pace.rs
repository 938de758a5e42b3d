//! When what is opened below the chart is made anew. It knows none of it.

use crate::ui::kit::element::effect;
use crate::ui::state::State;
use crate::web::frames::Once;
use leptos::prelude::*;
use std::rc::Rc;

/// Does work when the hand has rested, in a task of its own, after it was found out how much fits; and never while a
/// slider is held.
pub fn when_found(state: State, work: impl Fn() + 'static) {
    // Once for all kinds of work: each would be a copy of it.
    let (moment, work): (_, Rc<dyn Fn()>) = (Once::in_a_moment(), Rc::new(work));
    effect(move || {
        state.shown.estimates.track();
        state.found.track();
        // What the link says of the page is told as one: also over which parameter memory is shown.
        state.selected();
        state.unit();
        if !state.is_held.get() {
            let work = work.clone();
            moment.ask(move || untrack(|| work()));
        }
    });
}
