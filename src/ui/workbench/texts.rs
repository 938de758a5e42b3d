//! The texts of what is opened below the chart. One call of this from elsewhere would draw all of them into another
//! program.

use crate::locale::{ENGLISH_WORKBENCH, WorkbenchTexts};
use crate::ui::state::State;

/// The texts of the workbench, in the page's language. Not tracked, like [`State::texts`].
pub fn workbench_texts(state: State) -> &'static WorkbenchTexts {
    state.spoken.translated().map_or(&ENGLISH_WORKBENCH, |it| it.workbench)
}
