//! The texts about imports. One call of this from another program would draw all of them into it.

use crate::locale::{ENGLISH_IMPORTS, ImportTexts};
use crate::ui::state::State;

/// The texts about imports, in the page's language. Not tracked, like [`State::texts`].
pub fn import_texts(state: State) -> &'static ImportTexts {
    state.spoken.translated().map_or(&ENGLISH_IMPORTS, |it| it.imports)
}
