//! The page's entry point: crash message, theme and mount. Everything else is the library's.

use leptos::prelude::*;
use vram_estimator::locale::ENGLISH;
use vram_estimator::ui::app;
use vram_estimator::web::crash;
use vram_estimator::web::theme::Theme;

fn main() {
    crash::show_panics(&ENGLISH.crash);
    // Before the first paint, so that nobody sees the other theme flash by.
    let theme = Theme::stored();
    theme.wear();
    if let Some(boot) = document().get_element_by_id("boot") {
        boot.remove();
    }
    mount_to_body(move || app(theme));
}
