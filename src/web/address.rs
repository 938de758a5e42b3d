//! The address bar follows the page, and the page follows Back and Forward. It decides nothing.

use crate::link::{Link, decode};
use leptos::prelude::window;
use std::time::Duration;
use wasm_bindgen::JsValue;

/// Pause after the last change before the address follows: browsers refuse more than 100 changes in 30
/// seconds, and a dragged slider makes more.
pub const FOLLOW_AFTER: Duration = Duration::from_millis(350);

/// Puts a link into the address bar in place of the present one; nothing happens where the address
/// already means that link, so that a hand-written one stays as it was written.
pub fn follow(link: &Link) {
    if decode(&query()).0 == *link {
        return;
    }
    // A refused change is made up for by the next one.
    let _ = window().history().and_then(|it| it.replace_state_with_url(&JsValue::NULL, "", Some(&href(link))));
}

/// Puts a link into the address bar as a new step, to which Back returns.
pub fn step_to(link: &Link) {
    let _ = window().history().and_then(|it| it.push_state_with_url(&JsValue::NULL, "", Some(&href(link))));
}

/// A link as an address of this page: relative, for anchors and the history.
pub fn href(link: &Link) -> String {
    let query = link.encode();
    // An empty `?` would be kept by the browser; the bare path takes the old query away.
    if query.is_empty() { window().location().pathname().unwrap_or_default() } else { format!("?{query}") }
}

/// A link as a whole address, to be sent to someone.
pub fn absolute(link: &Link) -> String {
    let location = window().location();
    let base = location.origin().unwrap_or_default() + &location.pathname().unwrap_or_default();
    let query = link.encode();
    if query.is_empty() { base } else { format!("{base}?{query}") }
}

/// The query of the address bar, with its `?`.
pub fn query() -> String {
    let search = window().location().search().unwrap_or_default();
    // Without `?` in front, a bare value with `://` in it could be taken for an address.
    if search.is_empty() { "?".to_owned() } else { search }
}
