//! What the page fetches only when a reader asks for it: the shapes of these programs, and none of them.

use crate::ui::gate::Gate;
use crate::ui::kit::element::El;
use crate::ui::state::State;

/// What the workbench below the chart makes.
pub struct WorkbenchParts {
    /// All GPUs as a list in groups.
    pub device_list: fn(State) -> Vec<El>,
}

/// The page's access to the workbench.
pub type Workbench = Gate<WorkbenchParts>;

/// What reads texts and files of other programs makes.
pub struct BringParts {
    /// The sheet that tells what was found in them.
    pub sheet: fn(State) -> Vec<El>,
}

/// The page's access to what reads texts and files of other programs.
pub type Bring = Gate<BringParts>;
