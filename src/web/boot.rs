//! What stands in the document until the page is there. It knows none of its texts, which stand in index.html.

use leptos::prelude::document;

/// Takes it away, if it is still there.
pub fn leave() {
    if let Some(boot) = document().get_element_by_id("boot") {
        boot.remove();
    }
}
