//! What the page fetches only when a reader asks for it: the shapes of these programs, and none of them.

use crate::estimator::ParameterId;
use crate::link::Tab;
use crate::present::decide::AnswerRow;
use crate::ui::gate::Gate;
use crate::ui::kit::element::El;
use crate::ui::state::State;
use leptos::prelude::{Memo, RwSignal};

/// What each tab below the chart says below its name, in [`Tab::ALL`]'s order; nothing where nobody knows yet.
pub type Said = [RwSignal<String>; Tab::ALL.len()];

/// What the workbench below the chart makes.
pub struct WorkbenchParts {
    /// What the open tab holds. All of them say their answers in a few words from now on.
    pub panels: fn(State, Memo<Option<Tab>>, Said) -> Vec<El>,
    /// Finds the cheapest sharding once the hand has rested for a while, as one more answer beside the others.
    pub find_cheapest: fn(State, RwSignal<Option<AnswerRow>>),
}

/// The page's access to the workbench.
pub type Workbench = Gate<WorkbenchParts>;

/// What reads texts and files of other programs makes, and writes those that start them.
pub struct BringParts {
    /// The sheet that tells what was found in them.
    pub sheet: fn(State) -> Vec<El>,
    /// The sheet of launches of what is shown.
    pub commands: fn(State) -> Vec<El>,
}

/// The page's access to what reads texts and files of other programs.
pub type Bring = Gate<BringParts>;

/// What the views that explain make.
pub struct GuideParts {
    /// The Guide.
    pub view: fn(State) -> Vec<El>,
    /// The Verification view.
    pub verification: fn(State) -> Vec<El>,
    /// What a parameter is and does.
    pub help: fn(State, ParameterId) -> Vec<El>,
}

/// The page's access to the views that explain.
pub type GuideProgram = Gate<GuideParts>;
