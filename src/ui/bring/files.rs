//! The files that were brought, each read as far as its header goes. It knows no kind of file but by how much of it is
//! wanted.

use crate::import::{LONGEST_TEXT, wanted};
use crate::ui::kit::element::effect;
use crate::ui::state::Inbox;
use crate::web::file_start::start_of;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use web_sys::File;

/// Bytes of a text that is no JSON: a log of more takes longer to read than a reader waits.
const MOST_PRINTED: f64 = 4.0 * 1024.0 * 1024.0;

/// Bytes of any other text.
const MOST_JSON: f64 = LONGEST_TEXT as f64;

/// Why nothing is known of a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FileFault {
    /// The browser does not read it.
    Unreadable,
    /// It is larger than is read of its kind: its size, and the limit.
    TooLarge(f64, f64),
}

/// A file with its first bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadFile {
    /// Its name.
    pub name: String,
    /// The bytes that are wanted.
    pub start: Result<Vec<u8>, FileFault>,
}

/// The files as they are read, in their order.
pub fn read_files(inbox: &'static Inbox) -> RwSignal<Arc<Vec<ReadFile>>> {
    let res = RwSignal::new(Arc::default());
    effect(move || {
        inbox.changed.get();
        let all = inbox.files.borrow().clone();
        spawn_local(async move {
            let mut read = Vec::new();
            for file in &all {
                read.push(ReadFile { name: file.name(), start: start(file).await });
            }
            // Others may have come or gone meanwhile, and the sheet may be closed.
            if *inbox.files.borrow() == all {
                let _ = res.try_set(Arc::new(read));
            }
        });
    });
    res
}

async fn start(file: &File) -> Result<Vec<u8>, FileFault> {
    let size = file.size();
    // Its first bytes tell whether it has a header, or is a text that is wanted whole.
    let first = start_of(file, |bytes| if bytes.is_empty() { wanted(bytes) } else { 0 }).await;
    let first = first.ok_or(FileFault::Unreadable)?;
    let is_header = wanted(&first) != LONGEST_TEXT;
    let is_json = first.iter().find(|it| !it.is_ascii_whitespace()).is_some_and(|it| b"{[".contains(it));
    let most = if is_json { MOST_JSON } else { MOST_PRINTED };
    if !is_header && size > most {
        return Err(FileFault::TooLarge(size, most));
    }
    start_of(file, wanted).await.ok_or(FileFault::Unreadable)
}
