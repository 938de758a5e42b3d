//! The page's entry point: crash message, theme and mount. Everything else is the library's.

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use vram_estimator::locale;
use vram_estimator::ui::{LaterParts, app, later_parts};
use vram_estimator::web::crash;
use vram_estimator::web::theme::Theme;

/// The split point: what is reached from here alone is the second program, which is fetched when this is first called.
/// The build cuts it off (scripts/split); docs/architecture.md tells how.
#[wasm_split(later, wasm_split_path = leptos::wasm_split, fallible)]
fn later() -> Result<&'static LaterParts, SplitLoaderError> {
    Ok(later_parts())
}

fn main() {
    crash::show_panics(|language| &locale::texts(language).crash);
    // Before the first paint, so that nobody sees the other theme flash by.
    let theme = Theme::stored();
    theme.wear();
    if let Some(boot) = document().get_element_by_id("boot") {
        boot.remove();
    }
    mount_to_body(move || app(theme, || Box::pin(async { later().await.ok() })).mount());
}
