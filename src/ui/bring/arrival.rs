//! Takes up what was pasted, dropped, typed or chosen, beside what is there. It reads none of it.

use crate::ui::state::Inbox;
use crate::web::carried::{Carried, list};
use leptos::prelude::*;
use web_sys::File;

/// Bytes of a text that is taken; a longer one is a file's.
pub const MOST_TEXT: usize = 1024 * 1024;

/// Takes up what has come: in place of what is there where that has opened the sheet, else beside it.
pub fn take_up(inbox: &'static Inbox, is_first: bool) {
    let Some(Carried { text, files }) = inbox.arrived.borrow_mut().take() else { return };
    if is_first {
        inbox.files.borrow_mut().clear();
        set_text(inbox, text);
    } else if !text.is_empty() {
        let before = inbox.text.get_untracked();
        set_text(inbox, if before.is_empty() { text } else { [before, text].join("\n") });
    }
    if let Some(files) = files {
        inbox.files.borrow_mut().extend(list(&files));
    }
}

/// Takes a text, unless it is too long: then what is there stays.
pub fn set_text(inbox: &'static Inbox, text: String) {
    let is_too_long = text.len() > MOST_TEXT;
    inbox.too_long.set(if is_too_long { text.len() } else { 0 });
    if !is_too_long {
        inbox.text.set(text);
    }
}

/// Adds files.
pub fn add_files(inbox: &'static Inbox, files: impl Iterator<Item = File>) {
    inbox.files.borrow_mut().extend(files);
    inbox.tell();
}

/// Takes a file away, by its place.
pub fn remove_file(inbox: &'static Inbox, at: usize) {
    if at < inbox.files.borrow().len() {
        inbox.files.borrow_mut().remove(at);
        inbox.tell();
    }
}
