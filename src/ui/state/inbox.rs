//! What the reader has brought to the page, as it was pasted, dropped, typed or chosen: kept as long as the page is
//! open. It reads none of it.

use crate::web::carried::{Carried, can_drop, carried};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use web_sys::{Event, File};

/// What was brought. Its signals live as long as the page, and so does it.
pub struct Inbox {
    /// Whether the sheet is open in which it is read.
    pub is_open: RwSignal<bool>,
    /// Whether the sheet is open that goes the other way: launches of what is shown.
    pub gives: RwSignal<bool>,
    /// The text.
    pub text: RwSignal<String>,
    /// How long a text was that was not taken; 0 where all were.
    pub too_long: RwSignal<usize>,
    /// How often something came, or files were taken away: a signal of the files themselves would be code of its own.
    pub changed: RwSignal<usize>,
    /// The files.
    pub files: SendWrapper<RefCell<Vec<File>>>,
    /// What came last, until the sheet takes it up.
    pub arrived: SendWrapper<RefCell<Option<Carried>>>,
}

impl Inbox {
    /// Nothing yet. To be called once, at the root.
    pub fn new() -> &'static Self {
        Box::leak(Box::new(Self {
            is_open: RwSignal::new(false),
            gives: RwSignal::new(false),
            text: RwSignal::new(String::new()),
            too_long: RwSignal::new(0),
            changed: RwSignal::new(0),
            files: SendWrapper::new(RefCell::new(vec![])),
            arrived: SendWrapper::new(RefCell::new(None)),
        }))
    }

    /// Keeps what a paste or a drop outside of fields carries, and opens the sheet for it.
    pub fn hear(&'static self, event: &Event) {
        if event.type_() == "dragover" {
            if can_drop(event) {
                event.prevent_default();
            }
        } else if let Some(it) = carried(event) {
            event.prevent_default();
            *self.arrived.borrow_mut() = Some(it);
            self.tell();
            self.is_open.set(true);
        }
    }

    /// Something came or went.
    pub fn tell(&'static self) {
        self.changed.set(self.changed.get_untracked() + 1);
    }
}
