//! Stylesheets that lie beside the program, worn when something needs them. It knows nothing of what they say.

use crate::web::fetch;
use js_sys::{Promise, Reflect};
use leptos::prelude::document;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

/// Asks for a stylesheet at once, if nobody has, and tells whether it came. One that did not come is asked for anew the
/// next time. `None` where the document has no room for it.
pub fn wear(name: &str) -> Option<impl Future<Output = bool>> {
    let address = fetch::address(name)?;
    let link = match document().query_selector(&format!("link[href='{address}']")).ok()? {
        Some(link) => link,
        None => add(&address)?,
    };
    // Without one a link has no sheet yet: it is still on its way.
    let is_worn = Reflect::get(&link, &JsValue::from_str("sheet")).is_ok_and(|it| it.is_object());
    let come = (!is_worn).then(|| {
        JsFuture::from(Promise::new(&mut |came, failed| {
            // These two are heard on every element.
            drop(link.add_event_listener_with_callback("load", &came));
            drop(link.add_event_listener_with_callback("error", &failed));
        }))
    });
    Some(async move {
        let has_come = match come {
            Some(come) => come.await.is_ok(),
            None => true,
        };
        if !has_come {
            link.remove();
        }
        has_come
    })
}

/// Behind those that are there: what comes later narrows what came first.
fn add(address: &str) -> Option<Element> {
    let link = document().create_element("link").ok()?;
    link.set_attribute("rel", "stylesheet").ok()?;
    link.set_attribute("href", address).ok()?;
    document().head()?.append_child(&link).ok()?;
    Some(link)
}
