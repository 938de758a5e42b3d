//! What the reader sees after a panic: a message with the link, and a way to reload. A panic is a defect. It stops the
//! program at the spot where it happens (scripts/env.sh builds the page so, and says what that saves), and the browser
//! tells of it like of any error that nobody catches.

use crate::link::Language;
use crate::locale::CrashTexts;
use crate::web::language;
use js_sys::{Reflect, WebAssembly};
use leptos::prelude::{document, window};
use wasm_bindgen::prelude::*;
use web_sys::Event;

/// Shows the message when the program was stopped, be it by a panic, by a stack that ran over or for want of memory: in
/// an event (`error`), or in what was awaited (`unhandledrejection`). The language is the document's, which can still
/// be asked then. Errors that are not the program's, such as those of an extension of the browser, are none of ours.
pub fn show_crashes(texts: fn(Language) -> &'static CrashTexts) {
    for (event, field) in [("error", "error"), ("unhandledrejection", "reason")] {
        let note = Closure::<dyn Fn(Event)>::new(move |it: Event| {
            let error = Reflect::get(&it, &field.into()).unwrap_or_default();
            if error.is_instance_of::<WebAssembly::RuntimeError>() {
                show(texts(language::announced()));
            }
        });
        let _ = window().add_event_listener_with_callback(event, note.as_ref().unchecked_ref());
        note.forget(); // It serves as long as the page does.
    }
}

const ID: &str = "crash";

/// Puts the message over the page, once. It is a plain anchor that reloads: what handlers of ours find is half done.
fn show(texts: &CrashTexts) {
    let Some(body) = document().body() else { return };
    if document().get_element_by_id(ID).is_some() {
        return;
    }
    let Ok(message) = document().create_element("section") else { return };
    let href = window().location().href().unwrap_or_default();
    let add = |tag: &str, text: &str, attributes: &[(&str, &str)]| {
        let Ok(element) = document().create_element(tag) else { return };
        element.set_text_content(Some(text));
        for (name, value) in attributes {
            let _ = element.set_attribute(name, value);
        }
        let _ = message.append_child(&element);
    };
    message.set_id(ID);
    let _ = message.set_attribute("class", "crash");
    let _ = message.set_attribute("role", "alert");
    let _ = message.set_attribute("data-testid", "crash");
    add("h1", texts.title, &[]);
    add("p", texts.advice, &[]);
    add("code", &href, &[]);
    add("a", texts.reload, &[("href", href.as_str()), ("class", "btn")]);
    let _ = body.append_child(&message);
}
