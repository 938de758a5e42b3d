//! The table of all that the workbench makes. Whoever calls it outside of the place of the cut takes all of it into
//! another program.

use crate::link::Tab;
use crate::ui::asked::{Said, WorkbenchParts};
use crate::ui::kit::element::{El, el};
use crate::ui::state::State;
use crate::ui::workbench::answers::{find_cheapest, keep_answers};
use crate::ui::workbench::compare::compare_view;
use crate::ui::workbench::devices::device_list;
use crate::ui::workbench::plans::plan_view;
use crate::ui::workbench::sweep::sweep_view;
use leptos::prelude::*;

/// The workbench.
pub fn workbench_parts() -> &'static WorkbenchParts {
    static PARTS: WorkbenchParts = WorkbenchParts { panels, find_cheapest };
    &PARTS
}

fn panels(state: State, open: Memo<Option<Tab>>, said: Said) -> Vec<El> {
    keep_answers(state, open, said);
    let panel = move || {
        let Some(tab) = open.get() else { return vec![] };
        let said = said[tab as usize];
        match tab {
            Tab::Sweep => sweep_view(state, said),
            Tab::Plans => plan_view(state, said),
            Tab::Gpus => device_list(state, said),
            Tab::Compare => compare_view(state),
        }
    };
    vec![el("div").children_fn(panel)]
}
