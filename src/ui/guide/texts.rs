//! The texts of the Guide. One call of this from another program would draw all of them into it.

use crate::locale::{ENGLISH_GUIDE, Guide};
use crate::ui::state::State;

/// The Guide's texts, in the page's language. Not tracked, like [`State::texts`].
pub fn guide_texts(state: State) -> &'static Guide {
    state.spoken.translated().map_or(&ENGLISH_GUIDE, |it| it.guide)
}
