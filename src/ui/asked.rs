//! What the page fetches only when a reader asks for it: the shapes of these programs, and none of them.

use crate::link::Tab;
use crate::ui::gate::Gate;
use crate::ui::kit::element::El;
use crate::ui::state::State;
use leptos::prelude::RwSignal;

/// What the workbench below the chart makes.
pub struct WorkbenchParts {
    /// What an open tab holds. It says its answer in a few words, for below its name.
    pub panel: fn(State, Tab, RwSignal<String>) -> Vec<El>,
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

/// What the Guide view makes.
pub struct GuideParts {
    /// The view.
    pub view: fn(State) -> Vec<El>,
}

/// The page's access to the Guide.
pub type GuideProgram = Gate<GuideParts>;
