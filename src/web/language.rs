//! The reader's language: what the browser asks for, what was chosen on an earlier visit, and what the document says
//! that it is written in. It knows no text.

use crate::link::Language;
use leptos::prelude::{document, window};

/// Where the browser keeps the choice.
const STORAGE_KEY: &str = "vram-estimator.language";

/// The language of the reader: chosen on an earlier visit, else the first that the browser asks for.
pub fn of_reader() -> Language {
    let storage = window().local_storage().ok().flatten();
    let id = storage.and_then(|it| it.get_item(STORAGE_KEY).ok().flatten());
    id.and_then(|it| Language::from_id(&it)).unwrap_or_else(of_browser)
}

fn of_browser() -> Language {
    Language::preferred(window().navigator().languages().iter().filter_map(|it| it.as_string()))
}

/// Keeps the choice where the browser lets us.
pub fn keep(language: Language) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(STORAGE_KEY, language.id());
    }
}

/// Tells the browser, and with it screen readers and search engines, what the page now speaks, and what it is about.
pub fn announce(tag: &str, description: &str) {
    // Attributes of the document cannot fail in a way that a reader could mend.
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("lang", tag);
    }
    if let Ok(Some(meta)) = document().query_selector("meta[name=description]") {
        let _ = meta.set_attribute("content", description);
    }
}

/// The language that the document says it is written in: for what cannot ask the page any more.
pub fn announced() -> Language {
    let tag = document().document_element().and_then(|root| root.get_attribute("lang"));
    tag.and_then(|it| Language::from_tag(&it)).unwrap_or_default()
}
