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

/// Moves the focus inside of a list: so many children on from the one that has it, or to the one at a place, counted from the end
/// where that is negative. Behind the last comes the first; what cannot take the focus is passed over.
pub fn step_focus(list: &str, to: i32, is_step: bool) {
    let Some(list) = document().get_element_by_id(list) else { return };
    let Ok(all) = list.query_selector_all("button") else { return };
    let focused = document().active_element();
    let now = (0..all.length()).find(|at| all.get(*at).as_ref() == focused.as_deref());
    let from = if is_step { now.map_or(0, |at| at as i32) } else { 0 };
    let at = (from + to).rem_euclid(all.length().max(1) as i32);
    if let Some(element) = all.get(at as u32).and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
        // An element that is gone takes no focus, and needs none.
        let _ = element.focus();
    }
}

/// Whether an event happens inside of an element.
pub fn is_within(element: &web_sys::Element, event: &web_sys::Event) -> bool {
    event.target().and_then(|it| it.dyn_into::<web_sys::Node>().ok()).is_some_and(|it| element.contains(Some(&it)))
}
