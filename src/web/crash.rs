//! What the reader sees after a panic: a message with the link, and a way to reload. A panic is a defect;
//! after it the program does not run on, so the message must need nothing of it.

use crate::link::Language;
use crate::locale::CrashTexts;
use crate::web::language;
use leptos::prelude::{document, window};
use std::panic;

/// Shows the message when a panic happens, and writes the panic to the console. The language is the document's, which can
/// still be asked then.
pub fn show_panics(texts: fn(Language) -> &'static CrashTexts) {
    panic::set_hook(Box::new(move |info| {
        console_error_panic_hook::hook(info);
        show(texts(language::announced()));
    }));
}

/// Puts the message over the page. It is a plain anchor that reloads: handlers of ours no longer run.
pub fn show(texts: &CrashTexts) {
    let Some(body) = document().body() else { return };
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
    let _ = message.set_attribute("class", "crash");
    let _ = message.set_attribute("role", "alert");
    let _ = message.set_attribute("data-testid", "crash");
    add("h1", texts.title, &[]);
    add("p", texts.advice, &[]);
    add("code", &href, &[]);
    add("a", texts.reload, &[("href", href.as_str()), ("class", "btn")]);
    let _ = body.append_child(&message);
}
