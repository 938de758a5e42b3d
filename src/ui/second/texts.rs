//! The texts of the second program. One call of this from the first view would draw all of them into it.

use crate::locale::{ENGLISH_LATER, LaterTexts};
use crate::ui::state::State;

/// The texts of the second program, in the page's language. Not tracked, like [`State::texts`].
pub fn later_texts(state: State) -> &'static LaterTexts {
    state.spoken.translated().map_or(&ENGLISH_LATER, |it| it.later)
}
