//! What the reader has brought to the page, as it was pasted, dropped, typed or chosen: kept as long as the page is open. It reads
//! none of it.

use crate::ui::state::State;
use crate::web::carried::{Carried, can_drop, carried};
use leptos::prelude::*;
use web_sys::{Event, File};

/// Bytes of a text that is taken; a longer one is a file's.
pub const MOST_TEXT: usize = 1024 * 1024;

/// What was brought. A copy is a handle to the same signals.
#[derive(Clone, Copy)]
pub struct Inbox {
    /// Whether the sheet is open in which it is read.
    pub is_open: RwSignal<bool>,
    /// The text.
    pub text: RwSignal<String>,
    /// How long a text was that was not taken; 0 where all were.
    pub too_long: RwSignal<usize>,
    /// The files.
    pub files: RwSignal<Vec<File>, LocalStorage>,
}

impl Inbox {
    /// Makes it known to the whole page, and takes what is pasted or dropped outside of fields. To be called once, at the root.
    pub fn provide(state: State) {
        let res = Self {
            is_open: RwSignal::new(false),
            text: RwSignal::new(String::new()),
            too_long: RwSignal::new(0),
            files: RwSignal::new_local(vec![]),
        };
        provide_context(res);
        for name in ["paste", "drop"] {
            window_event_listener_untyped(name, move |event| {
                untrack(|| {
                    if !state.is_embedded() {
                        res.hear(&event);
                    }
                });
            });
        }
        window_event_listener_untyped("dragover", |event| {
            if can_drop(&event) {
                event.prevent_default();
            }
        });
    }

    /// That of the page.
    pub fn of_page() -> Self {
        expect_context()
    }

    fn hear(self, event: &Event) {
        if let Some(it) = carried(event) {
            event.prevent_default();
            self.take(it);
        }
    }

    /// Takes what was brought: beside what is there while the sheet is open, else in its place.
    fn take(self, it: Carried) {
        let is_more = self.is_open.get();
        if !is_more {
            self.text.set(String::new());
            self.files.set(vec![]);
        }
        self.too_long.set(0);
        let length = self.text.with(String::len) + it.text.len();
        if length > MOST_TEXT {
            self.too_long.set(length);
        } else if !it.text.is_empty() {
            self.text.update(|text| {
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str(&it.text);
            });
        }
        self.files.update(|all| all.extend(it.files));
        self.is_open.set(true);
    }
}
