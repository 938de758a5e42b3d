//! When work is done that need not be done at once: with the coming frame, when the hand rests, or after what is there
//! has been shown. It knows nothing of the work.

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::{
    GetValue, SetValue, StoredValue, WriteValue, on_cleanup, request_animation_frame, set_timeout,
    set_timeout_with_handle,
};
use std::time::Duration;

/// When a piece of work is done that may be asked for often.
#[derive(Clone, Copy)]
enum Pace {
    /// With the coming frame, before its picture.
    Frame,
    /// In a task of its own; asked for in a frame, after its picture.
    Moment,
}

/// A piece of work that may be asked for often and is done once when its time has come.
#[derive(Clone, Copy)]
pub struct Once {
    pace: Pace,
    is_waiting: StoredValue<bool>,
}

impl Once {
    /// Work that belongs to the coming picture.
    pub fn per_frame() -> Self {
        Self { pace: Pace::Frame, is_waiting: StoredValue::new(false) }
    }

    /// Work that need not hold up the coming picture.
    pub fn in_a_moment() -> Self {
        Self { pace: Pace::Moment, is_waiting: StoredValue::new(false) }
    }

    /// Asks for the work; asked again before its time, it is still done once.
    pub fn ask(self, work: impl FnOnce() + 'static) {
        // Gone with its owner, there is nothing left to draw.
        let Some(mut is_waiting) = self.is_waiting.try_write_value() else { return };
        if std::mem::replace(&mut *is_waiting, true) {
            return;
        }
        drop(is_waiting);
        let work = move || {
            if self.is_waiting.try_set_value(false).is_none() {
                work();
            }
        };
        match self.pace {
            Pace::Frame => request_animation_frame(work),
            Pace::Moment => set_timeout(work, Duration::ZERO),
        }
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
