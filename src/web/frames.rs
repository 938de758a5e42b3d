//! At most one piece of work per animation frame. It knows nothing of the work.

use leptos::prelude::{SetValue, StoredValue, WriteValue, request_animation_frame};

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
