//! Files that lie beside the program. It knows nothing of what is in them.

use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// Where a file beside the program is.
pub fn address(name: &str) -> Option<String> {
    // The folder's name changes with its content. The document knows it, and names the start-up script in it.
    let script = document().query_selector("script[src]").ok()??.get_attribute("src")?;
    let folder = script.rsplit_once('/').map_or("", |(folder, _)| folder);
    Some(format!("{folder}/{name}"))
}

/// The text of a file beside the program, or `None` where it cannot be had.
pub async fn text(name: &str) -> Option<String> {
    let answer = JsFuture::from(window().fetch_with_str(&address(name)?)).await.ok()?;
    let response: Response = answer.dyn_into().ok()?;
    let text = if response.ok() { response.text().ok()? } else { return None };
    JsFuture::from(text).await.ok().as_ref().and_then(JsValue::as_string)
}
