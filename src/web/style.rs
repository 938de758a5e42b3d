//! Styles that are not in the page's stylesheet, because the first view does not need them. A content security policy
//! allows them: they come from the program and not from the document.

use leptos::prelude::document;
use web_sys::CssStyleSheet;

/// Adds a stylesheet after all others. An old browser may not know how; then its page stays plain.
pub fn add(text: &str) -> bool {
    let Ok(sheet) = CssStyleSheet::new() else { return false };
    let is_taken = sheet.replace_sync(text).is_ok();
    document().set_adopted_style_sheets(&js_sys::Array::of1(&sheet));
    is_taken
}
