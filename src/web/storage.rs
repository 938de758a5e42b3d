//! Texts that the browser keeps for later visits. It knows nothing of what they say.

use leptos::prelude::window;

/// A text that was kept under a key, if there is one; an error where the browser keeps nothing.
pub fn kept(key: &str) -> Result<Option<String>, ()> {
    let storage = window().local_storage().ok().flatten().ok_or(())?;
    storage.get_item(key).map_err(drop)
}

/// Keeps a text under a key; false where the browser does not.
pub fn keep(key: &str, text: &str) -> bool {
    window().local_storage().ok().flatten().is_some_and(|it| it.set_item(key, text).is_ok())
}
