//! What a paste or a drop carries into the page, and whether a field takes it by itself. It knows nothing of what is in it.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ClipboardEvent, DataTransfer, DragEvent, Element, Event, File, FileList};

/// Where a text is typed; it takes texts itself.
const FIELD: &str = "textarea, input:not([type=range], [type=radio], [type=checkbox])";

/// A text or files.
pub struct Carried {
    /// The text; empty where there are files.
    pub text: String,
    /// The files.
    pub files: Vec<File>,
}

/// What an event carries; `None` where that is nothing, or a text for the field that the event meets.
pub fn carried(event: &Event) -> Option<Carried> {
    let data = data_of(event)?;
    let files = data.files().map(|it| list(&it)).unwrap_or_default();
    if files.is_empty() && is_in_field(event) {
        return None;
    }
    let text = if files.is_empty() { data.get_data("text").unwrap_or_default() } else { String::new() };
    let is_empty = files.is_empty() && text.trim().is_empty();
    (!is_empty).then_some(Carried { text, files })
}

/// How many bytes of text an event carries, whatever it meets.
pub fn carried_length(event: &Event) -> usize {
    data_of(event).and_then(|it| it.get_data("text").ok()).map_or(0, |it| it.len())
}

/// Whether what is dragged over the page may be dropped there, and no field takes it.
pub fn can_drop(event: &Event) -> bool {
    let has_files = |it: DataTransfer| it.types().includes(&JsValue::from_str("Files"), 0);
    !is_in_field(event) || data_of(event).is_some_and(has_files)
}

/// The files of a list.
pub fn list(files: &FileList) -> Vec<File> {
    (0..files.length()).filter_map(|at| files.get(at)).collect()
}

fn data_of(event: &Event) -> Option<DataTransfer> {
    match event.dyn_ref::<DragEvent>() {
        Some(it) => it.data_transfer(),
        None => event.dyn_ref::<ClipboardEvent>()?.clipboard_data(),
    }
}

fn is_in_field(event: &Event) -> bool {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    target.is_some_and(|it| it.closest(FIELD).ok().flatten().is_some())
}
