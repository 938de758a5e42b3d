//! What a paste or a drop carries into the page, and whether a field takes it by itself. It knows nothing of what is in
//! it.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DataTransfer, Element, Event, File, FileList};

/// Where a text is typed; it takes texts itself.
const FIELD: &str = "textarea, input:not([type=range], [type=radio], [type=checkbox])";

/// A text or files.
pub struct Carried {
    /// The text; empty where there are files.
    pub text: String,
    /// The files, which outlast the event.
    pub files: Option<FileList>,
}

/// What an event carries; `None` where that is nothing, or a text for the field that the event meets.
pub fn carried(event: &Event) -> Option<Carried> {
    let data = data_of(event)?;
    let files = data.files().filter(|it| it.length() > 0);
    let is_taken = files.is_none() && is_in_field(event);
    let text = if files.is_some() || is_taken { String::new() } else { data.get_data("text").unwrap_or_default() };
    (files.is_some() || !text.is_empty()).then_some(Carried { text, files })
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
pub fn list(files: &FileList) -> impl Iterator<Item = File> {
    (0..files.length()).filter_map(|at| files.get(at))
}

fn data_of(event: &Event) -> Option<DataTransfer> {
    // Either event has one of the two; asking which event it is would be code of its own for each.
    let data = ["clipboardData", "dataTransfer"].into_iter().filter_map(|it| Reflect::get(event, &it.into()).ok());
    data.into_iter().find(|it| it.is_object()).map(JsCast::unchecked_into)
}

fn is_in_field(event: &Event) -> bool {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    target.is_some_and(|it| it.closest(FIELD).ok().flatten().is_some())
}
