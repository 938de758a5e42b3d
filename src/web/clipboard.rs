//! Copies text. It knows nothing of what is copied.

use leptos::prelude::window;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

/// Copies a text and says whether the browser let it. Outside https and localhost there is no clipboard.
pub fn copy(text: &str, done: impl FnOnce(bool) + 'static) {
    let navigator: JsValue = window().navigator().into();
    let has_clipboard = js_sys_get(&navigator, "clipboard").is_some();
    if !has_clipboard {
        done(false);
        return;
    }
    let promise = window().navigator().clipboard().write_text(text);
    spawn_local(async move { done(wasm_bindgen_futures::JsFuture::from(promise).await.is_ok()) });
}

/// A property of an object, unless it is missing: web-sys assumes a clipboard where there may be none.
fn js_sys_get(object: &JsValue, name: &str) -> Option<JsValue> {
    js_sys::Reflect::get(object, &name.into()).ok().filter(|it| !it.is_undefined() && !it.is_null())
}
