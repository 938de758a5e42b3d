//! The page's entry point: crash message, theme and mount. Everything else is the library's.

use leptos::prelude::*;
use leptos::task::spawn_local;
use vram_estimator::locale::ENGLISH;
use vram_estimator::ui::app;
use vram_estimator::web::theme::Theme;
use vram_estimator::web::{address, crash, presets};

fn main() {
    crash::show_panics(&ENGLISH.crash);
    // Before the first paint, so that nobody sees the other theme flash by.
    let theme = Theme::stored();
    theme.wear();
    let show = move || {
        if let Some(boot) = document().get_element_by_id("boot") {
            boot.remove();
        }
        mount_to_body(move || app(theme));
    };
    // A link that names a model means nothing without the presets; all others need not wait for them.
    if address::names_model() {
        spawn_local(async move {
            presets::load().await;
            show();
        });
    } else {
        show();
    }
}
