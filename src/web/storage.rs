//! Texts that the browser keeps for later visits. It knows nothing of what they say.

use leptos::prelude::window;

/// The browser keeps nothing: it was told not to, or has no room for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StorageRefused;

/// A text that was kept under a key, if there is one.
///
/// # Errors
/// Says where the browser keeps nothing.
pub fn kept(key: &str) -> Result<Option<String>, StorageRefused> {
    let storage = window().local_storage().ok().flatten().ok_or(StorageRefused)?;
    storage.get_item(key).map_err(|_| StorageRefused)
}

/// Keeps a text under a key; false where the browser does not.
pub fn keep(key: &str, text: &str) -> bool {
    window().local_storage().ok().flatten().is_some_and(|it| it.set_item(key, text).is_ok())
}
