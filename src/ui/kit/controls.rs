//! What several controls have in common: reading an event's control, following a link inside the page.

use crate::link::Link;
use crate::ui::kit::element::{El, el};
use crate::web::address;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, HtmlOptionElement, HtmlSelectElement, MouseEvent, Node};

/// The text of the input or select that an event comes from.
pub fn text_of(event: &Event) -> String {
    let Some(target) = event.target() else { return String::new() };
    match target.dyn_ref::<HtmlInputElement>() {
        Some(input) => input.value(),
        None => target.dyn_into::<HtmlSelectElement>().map(|select| select.value()).unwrap_or_default(),
    }
}

/// Whether the check box that an event comes from is on.
pub fn is_checked(event: &Event) -> bool {
    event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok()).is_some_and(|input| input.checked())
}

/// An anchor to a link of this page. A plain click stays in the page and calls `go`; with a modifier key
/// the browser opens the address elsewhere, as usual.
pub fn anchor(link: impl Fn() -> Link + Send + 'static, go: impl Fn() + 'static) -> El {
    el("a").attr_fn("href", move || Some(address::href(&link()))).on("click", move |event| {
        let is_plain = event
            .dyn_ref::<MouseEvent>()
            .is_none_or(|it| it.button() == 0 && !(it.ctrl_key() || it.meta_key() || it.shift_key() || it.alt_key()));
        if is_plain {
            event.prevent_default();
            untrack(&go);
        }
    })
}

/// A button with a text.
pub fn button(class: &str, on_click: impl Fn() + 'static) -> El {
    el("button").attr("type", "button").class(class).on("click", move |_| untrack(&on_click))
}

/// A select in its frame; the options' texts stand beside their values.
pub fn select(
    options: impl IntoIterator<Item = (&'static str, String)>,
    value: impl Fn() -> String + Send + Clone + 'static,
    choose: impl Fn(&str) + 'static,
) -> El {
    let option = |(id, text): (&'static str, String)| {
        let value = value.clone();
        el("option").attr("value", id).flag_fn("selected", move || value() == id).text(text)
    };
    let options: Vec<_> = options.into_iter().map(option).collect();
    el("select").children(options).value_fn(value).on("change", move |event| choose(&text_of(&event)))
}

/// Adds options to a select that has too many of them to be elements of the view, in a group if that has a name; texts
/// stand beside values.
pub fn set_options<'a>(
    select: &HtmlSelectElement,
    group: Option<&str>,
    options: impl Iterator<Item = (&'a str, &'a str)>,
) {
    let place = group.and_then(|label| {
        let place = document().create_element("optgroup").ok()?;
        place.set_attribute("label", label).ok()?;
        select.append_child(&place).ok()?;
        Some(place)
    });
    let place: &Node = place.as_ref().map_or(select, |it| it);
    for (value, text) in options {
        // A browser that makes no option has a select that says nothing; there is nothing to fall back to.
        if let Ok(option) = HtmlOptionElement::new_with_text_and_value(text, value) {
            let _ = place.append_child(&option);
        }
    }
}
