//! The table of all that the workbench makes. Whoever calls it outside of the place of the cut takes all of it into another
//! program.

use crate::link::Tab;
use crate::ui::asked::WorkbenchParts;
use crate::ui::kit::element::El;
use crate::ui::state::State;
use crate::ui::workbench::compare::compare_view;
use crate::ui::workbench::devices::device_list;
use crate::ui::workbench::plans::plan_view;
use crate::ui::workbench::sweep::sweep_view;
use leptos::prelude::*;

/// The workbench.
pub fn workbench_parts() -> &'static WorkbenchParts {
    static PARTS: WorkbenchParts = WorkbenchParts { panel };
    &PARTS
}

fn panel(state: State, tab: Tab, said: RwSignal<String>) -> Vec<El> {
    // What another tab has said is no answer of this one.
    said.set(String::new());
    match tab {
        Tab::Sweep => sweep_view(state),
        Tab::Plans => plan_view(state, said),
        Tab::Gpus => device_list(state, said),
        Tab::Compare => compare_view(state),
    }
}
