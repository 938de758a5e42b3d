//! Where the keyboard is: moves the focus to an element by its id. It knows no component.

use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;

/// Shows the top of the page with the focus on its heading, and another element in sight, by their ids.
pub fn arrive_at(heading: &str, in_sight: Option<&str>) {
    window().scroll_to_with_x_and_y(0.0, 0.0);
    focus(heading);
    if let Some(element) = in_sight.and_then(|id| document().get_element_by_id(id)) {
        bring_into_sight(&element);
    }
}

/// Moves the focus to an element and scrolls it to the top of the window.
pub fn focus_at_top(id: &str) {
    focus(id);
    if let Some(element) = document().get_element_by_id(id) {
        // The browser's own default: as near to the top as the page lets it.
        element.scroll_into_view();
    }
}

/// Moves the focus to an element and brings it into sight.
pub fn focus(id: &str) {
    let Some(element) = document().get_element_by_id(id) else { return };
    let Ok(element) = element.dyn_into::<web_sys::HtmlElement>() else { return };
    bring_into_sight(&element);
    // An element that cannot take the focus is at least in sight.
    let _ = element.focus();
}

fn bring_into_sight(element: &web_sys::Element) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}
