//! Fetches the model presets, which are not part of the program. It knows no model.

use crate::estimator::architecture::install;
use crate::web::fetch;

/// Where they lie, beside the page: what `src/bin/presets.rs` prints.
const FILE: &str = "presets.txt";

/// Fetches and installs the presets; false where they cannot be had.
pub async fn load() -> bool {
    let Some(text) = fetch::text(FILE).await else { return false };
    // A line that cannot be read is a model less; the tests of the build would have told.
    install(text);
    true
}
