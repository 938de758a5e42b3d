//! Small files that the reader opens or takes away, as text. It knows nothing of what they say.

use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, HtmlInputElement};

/// Bytes of a file that is read.
const MOST_BYTES: f64 = 1e6;

/// Hands over the text of the file that was chosen in a field; `None` where there is none, or it is too large. The same
/// file can be chosen again then.
pub fn read_chosen(event: &Event, done: impl FnOnce(Option<String>) + 'static) {
    let field = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
    let file = field.as_ref().and_then(HtmlInputElement::files).and_then(|it| it.get(0));
    let Some(file) = file.filter(|it| it.size() <= MOST_BYTES) else {
        done(None);
        return;
    };
    let text = file.text();
    spawn_local(async move {
        done(JsFuture::from(text).await.ok().and_then(|it| it.as_string()));
        if let Some(field) = field {
            field.set_value("");
        }
    });
}

/// An address under which a text can be taken away as a file.
pub fn address_of(text: &str) -> String {
    format!("data:text/plain;charset=utf-8,{}", String::from(js_sys::encode_uri_component(text)))
}
