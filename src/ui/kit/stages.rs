//! In which order the parts of a view come onto the page when it is opened: what is read first stands there first, and
//! no part holds up the next picture for long. It knows none of the parts.

use crate::ui::kit::element::{El, memo};
use crate::web::frames::{after_this_picture, in_a_moment};
use js_sys::Date;
use leptos::prelude::*;

/// A machine that shows what came in less than this, in milliseconds, is given twice as much at once: that would hold
/// up no picture for long on a machine of a quarter of its speed either.
const IS_FAST: f64 = 5.0;

/// How many parts are on the page. Once all are, a view that is made anew is made whole.
#[derive(Clone, Copy)]
pub struct Stages {
    reached: RwSignal<usize>,
    last: StoredValue<usize>,
}

impl Default for Stages {
    fn default() -> Self {
        Self { reached: RwSignal::new(0), last: StoredValue::new(0) }
    }
}

impl Stages {
    /// Lets the parts come: the first after the first picture, the others in tasks of their own.
    pub fn start(self, n_parts: usize) {
        self.last.set_value(n_parts);
        after_this_picture(move || self.next(1));
    }

    /// The next few parts, and as soon as the browser has time those after them.
    fn next(self, n_parts: usize) {
        let start = Date::now();
        self.reached.update(|it| *it += n_parts);
        if !untrack(|| self.is_complete()) {
            in_a_moment(move || self.next(if Date::now() - start < IS_FAST { 2 * n_parts } else { 1 }));
        }
    }

    /// Whether everything is there.
    pub fn is_complete(self) -> bool {
        self.reached.get() >= self.last.get_value()
    }

    /// Whether a part has its turn, the first being 1.
    pub fn has_come(self, part: usize) -> bool {
        self.reached.get() >= part
    }

    /// Children of an element that come as a part of their own.
    pub fn part(self, part: usize, element: El, make: impl Fn() -> Vec<El> + Send + 'static) -> El {
        self.boxed_part(part, element, Box::new(make))
    }

    /// The same, compiled once for all parts.
    fn boxed_part(self, part: usize, element: El, make: Box<dyn Fn() -> Vec<El> + Send>) -> El {
        let has_come = memo(move || self.has_come(part));
        element.children_fn(move || if has_come.get() { untrack(&make) } else { vec![] })
    }
}
