//! Where the keyboard is: moves the focus to an element by its id. It knows no component.

use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;

/// Moves the focus to an element, with the top of the page in sight, unless the element is too far down for that.
pub fn arrive_at(id: &str) {
    let Some(element) = document().get_element_by_id(id) else { return focus(id) };
    // In the middle of a column that scrolls by itself, so that it stays in sight when the page is at its top.
    bring_into_sight(&element, web_sys::ScrollLogicalPosition::Center);
    window().scroll_to_with_x_and_y(0.0, 0.0);
    focus(id);
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
    bring_into_sight(&element, web_sys::ScrollLogicalPosition::Nearest);
    // An element that cannot take the focus is at least in sight.
    let _ = element.focus();
}

/// Brings an element into sight where it is not, as little as need be.
pub fn bring_near(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        bring_into_sight(&element, web_sys::ScrollLogicalPosition::Nearest);
    }
}

/// Whether an element has the focus.
pub fn is_focused(id: &str) -> bool {
    document().active_element().is_some_and(|it| it.id() == id)
}

fn bring_into_sight(element: &web_sys::Element, place: web_sys::ScrollLogicalPosition) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(place);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}
