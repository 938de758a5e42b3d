//! When work is done that need not be done at once: with the coming frame, when the hand rests, or after what is there
//! has been shown. It knows nothing of the work.

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::{
    GetValue, SetValue, StoredValue, WriteValue, on_cleanup, request_animation_frame, set_timeout,
    set_timeout_with_handle,
};
use std::time::Duration;

/// A piece of work that may be asked for often and runs at most once a frame.
#[derive(Clone, Copy)]
pub struct OncePerFrame {
    is_waiting: StoredValue<bool>,
}

impl OncePerFrame {
    /// Nothing is asked for yet.
    pub fn new() -> Self {
        Self { is_waiting: StoredValue::new(false) }
    }

    /// Asks for the work; asked again before the frame, it still runs once.
    pub fn ask(self, work: impl FnOnce() + 'static) {
        // Gone with its owner, there is nothing left to draw.
        let Some(mut is_waiting) = self.is_waiting.try_write_value() else { return };
        if std::mem::replace(&mut *is_waiting, true) {
            return;
        }
        drop(is_waiting);
        request_animation_frame(move || {
            if self.is_waiting.try_set_value(false).is_none() {
                work();
            }
        });
    }
}

impl Default for OncePerFrame {
    fn default() -> Self {
        Self::new()
    }
}

/// Does the work once the coming frame has been shown, so that the reader has something to look at meanwhile.
pub fn after_this_picture(work: impl FnOnce() + 'static) {
    // A frame's own callback runs before its picture; a task that it asks for runs after.
    request_animation_frame(move || set_timeout(work, Duration::ZERO));
}

/// Does the work in a task of its own, so that input and pictures can come before it.
pub fn in_a_moment(work: impl FnOnce() + 'static) {
    set_timeout(work, Duration::ZERO);
}

/// A piece of work that waits until nothing has asked for it for a while.
#[derive(Clone, Copy)]
pub struct Rest {
    pause: Duration,
    waiting: StoredValue<Option<TimeoutHandle>>,
}

impl Rest {
    /// Nothing is asked for yet. What still waits when the owner goes is not done.
    pub fn new(pause: Duration) -> Self {
        let res = Self { pause, waiting: StoredValue::new(None) };
        on_cleanup(move || {
            if let Some(waiting) = res.waiting.try_get_value().flatten() {
                waiting.clear();
            }
        });
        res
    }

    /// Does the work after the pause, unless something asks again before.
    pub fn then(self, work: impl FnOnce() + 'static) {
        if let Some(earlier) = self.waiting.get_value() {
            earlier.clear();
        }
        self.waiting.set_value(set_timeout_with_handle(work, self.pause).ok());
    }
}
