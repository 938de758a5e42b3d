//! The track that a native range input runs on. It knows no parameter.

use crate::ui::kit::element::{El, el};

/// A slider's track: filled up to `share`, with a tick at `default`.
pub fn track(
    share: impl Fn() -> String + Send + 'static,
    default: impl Fn() -> String + Send + 'static,
    input: El,
) -> El {
    el("span")
        .class("track")
        .style_fn("--share", share)
        .style_fn("--default", default)
        .child(el("i").class("default-tick"))
        .child(input)
}
