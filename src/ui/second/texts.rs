//! The texts of the second program. One call of this from the first view would draw all of them into it.

use crate::locale::{ENGLISH_LATER, LaterTexts};

/// The texts of the second program, in the page's language.
pub fn later_texts() -> &'static LaterTexts {
    &ENGLISH_LATER
}
