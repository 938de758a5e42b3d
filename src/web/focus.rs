//! Where the keyboard is: moves the focus to an element by its id. It knows no component.

use leptos::prelude::document;
use wasm_bindgen::JsCast;

/// Moves the focus to an element and brings it into sight.
pub fn focus(id: &str) {
    let Some(element) = document().get_element_by_id(id) else { return };
    let Ok(element) = element.dyn_into::<web_sys::HtmlElement>() else { return };
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
    // An element that cannot take the focus is at least in sight.
    let _ = element.focus();
}
