//! The page's entry point: crash message, theme and mount. Everything else is the library's.

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use vram_estimator::locale;
use vram_estimator::ui::{
    BringParts, FetchTexts, GuideParts, LaterParts, Programs, TextsOf, TranslatedOf, WorkbenchParts, app, bring_parts,
    guide_parts, later_parts, workbench_parts,
};
use vram_estimator::web::crash;
use vram_estimator::web::style;
use vram_estimator::web::theme::Theme;

/// The split point: what is reached from here alone is the second program, which is fetched when this is first called.
/// The build cuts it off (scripts/split); docs/architecture.md tells how.
#[wasm_split(later, wasm_split_path = leptos::wasm_split, fallible)]
fn later() -> Result<&'static LaterParts, SplitLoaderError> {
    Ok(later_parts())
}

/// Another, for what is fetched when a reader opens it below the chart.
#[wasm_split(workbench, wasm_split_path = leptos::wasm_split, fallible)]
fn workbench() -> Result<&'static WorkbenchParts, SplitLoaderError> {
    Ok(workbench_parts())
}

/// Another, for what reads texts and files of other programs.
#[wasm_split(bring, wasm_split_path = leptos::wasm_split, fallible)]
fn bring() -> Result<&'static BringParts, SplitLoaderError> {
    Ok(bring_parts())
}

/// Another, for the Guide.
#[wasm_split(guide, wasm_split_path = leptos::wasm_split, fallible)]
fn guide() -> Result<&'static GuideParts, SplitLoaderError> {
    Ok(guide_parts())
}

/// Another: the texts of languages other than English, which whoever reads English never fetches.
#[wasm_split(languages, wasm_split_path = leptos::wasm_split, fallible)]
fn languages() -> Result<TextsOf, SplitLoaderError> {
    Ok(locale::texts)
}

/// Another: what they say after the first view.
#[wasm_split(translated, wasm_split_path = leptos::wasm_split, fallible)]
fn translated() -> Result<TranslatedOf, SplitLoaderError> {
    Ok(locale::translated)
}

/// The styles of what the second program puts beside the first one's parts (`style/estimate/`). The others narrow them.
const LATER_STYLES: &str = "estimate.css";

/// A program with the styles that it needs: all are asked for at once, and nothing of it is shown before they are
/// there.
async fn dressed<T>(styles: &'static [&str], program: impl Future<Output = Result<T, SplitLoaderError>>) -> Option<T> {
    let styles: Option<Vec<_>> = styles.iter().map(|it| style::wear(it)).collect();
    let parts = program.await;
    let mut are_worn = true;
    // All are waited for, whatever is missing: one that fails takes its link away, and only then it can be asked for
    // again.
    for worn in styles? {
        are_worn &= worn.await;
    }
    parts.ok().filter(|_| are_worn)
}

fn main() {
    crash::show_crashes(locale::crash_texts);
    // Before the first paint, so that nobody sees the other theme flash by.
    let theme = Theme::stored();
    theme.wear();
    let programs = Programs {
        later: || Box::pin(dressed(&[LATER_STYLES], later())),
        workbench: || Box::pin(dressed(&[LATER_STYLES, "workbench.css"], workbench())),
        guide: || Box::pin(dressed(&[LATER_STYLES, "views.css"], guide())),
        bring: || Box::pin(dressed(&[LATER_STYLES, "bring.css"], bring())),
        languages: FetchTexts {
            first: || Box::pin(async { languages().await.ok() }),
            later: || Box::pin(async { translated().await.ok() }),
        },
    };
    mount_to_body(move || app(theme, programs).mount());
}
