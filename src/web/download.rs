//! Hands files to the browser, which keeps them where its reader wants them. It knows nothing of what is in them.

use leptos::prelude::{document, set_timeout};
use std::time::Duration;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlCanvasElement, HtmlElement, Url};

/// How long a file stays in memory after it was handed over: browsers read it a moment later.
const KEPT_FOR: Duration = Duration::from_secs(60);

/// Offers a text as a file of some name and media type.
pub fn save_text(name: &str, media_type: &str, text: &str) {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let parts = js_sys::Array::of1(&text.into());
    if let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &options) {
        save(name, &blob);
    }
}

/// Offers a canvas as a picture of some name, once the browser has packed it.
pub fn save_canvas(name: String, canvas: &HtmlCanvasElement) {
    let done = Closure::once_into_js(move |blob: JsValue| {
        // A canvas that is too large for the browser gives none.
        if let Ok(blob) = blob.dyn_into::<Blob>() {
            save(&name, &blob);
        }
    });
    let _ = canvas.to_blob(done.unchecked_ref());
}

/// Clicks an anchor to the file, which is what a page can do; the policy for what it fetches does not ask about it.
fn save(name: &str, blob: &Blob) {
    let Ok(address) = Url::create_object_url_with_blob(blob) else { return };
    if let Ok(anchor) = document().create_element("a") {
        let _ = anchor.set_attribute("href", &address);
        let _ = anchor.set_attribute("download", name);
        anchor.unchecked_into::<HtmlElement>().click();
    }
    set_timeout(move || drop(Url::revoke_object_url(&address)), KEPT_FOR);
}
