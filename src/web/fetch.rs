//! Files that lie beside the page. It knows nothing of what is in them.

use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// The text of a file beside the page, or `None` where it cannot be had.
pub async fn text(name: &str) -> Option<String> {
    // Against the page's own address, so that the folder may lie anywhere on a server.
    let answer = JsFuture::from(window().fetch_with_str(name)).await.ok()?;
    let response: Response = answer.dyn_into().ok()?;
    let text = if response.ok() { response.text().ok()? } else { return None };
    JsFuture::from(text).await.ok().as_ref().and_then(JsValue::as_string)
}
