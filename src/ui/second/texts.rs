//! The texts of the second program. One call of this from the first view would draw all of them into it.

use crate::locale::{self, LaterTexts};
use crate::ui::state::State;
use leptos::prelude::GetUntracked;

/// The texts of the second program, in the page's language. Not tracked, like [`State::texts`].
pub fn later_texts(state: State) -> &'static LaterTexts {
    locale::later_texts(state.language.get_untracked())
}
