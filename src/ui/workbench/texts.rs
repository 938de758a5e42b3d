//! The texts of what is opened below the chart. One call of this from elsewhere would draw all of them into another program.

use crate::locale::{self, WorkbenchTexts};
use crate::ui::state::State;
use leptos::prelude::GetUntracked;

/// The texts of the workbench, in the page's language. Not tracked, like [`State::texts`].
pub fn workbench_texts(state: State) -> &'static WorkbenchTexts {
    locale::workbench_texts(state.language.get_untracked())
}
