//! The texts of the Guide. One call of this from another program would draw all of them into it.

use crate::locale::{self, Guide};
use crate::ui::state::State;
use leptos::prelude::GetUntracked;

/// The Guide's texts, in the page's language. Not tracked, like [`State::texts`].
pub fn guide_texts(state: State) -> &'static Guide {
    locale::guide_texts(state.language.get_untracked())
}
