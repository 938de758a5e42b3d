//! Generated documentation is what the code says today. It knows where the pages lie, and nothing of what they
//! tell.
//!
//! `make docs` sets `UPDATE_DOCS`, which writes the pages anew.

use std::path::Path;
use vram_estimator::locale::{ENGLISH, ENGLISH_GUIDE};
use vram_estimator::present::parameters_page::parameters_page;

#[track_caller]
fn check(page: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, expected).expect("the page can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == expected, "{page} is not what the code says: run `make docs`");
}

#[test]
fn parameters_are_documented() {
    check("docs/parameters.md", &parameters_page(&ENGLISH, &ENGLISH_GUIDE));
}
