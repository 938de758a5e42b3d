//! The components: they place what estimator, view models and texts say. Arithmetic on bytes does not
//! belong here, and no text of the page stands here.
//!
//! A component is a function from the page's [`state::State`] to an element. All elements are made by `kit::element`,
//! which says why. `first` is the Estimate view, `second` all that is fetched once that stands, `workbench` and `bring`
//! what is fetched when it is opened; `gate` lies between them, `later` and `asked` say what comes through it; `fed` is
//! what the first two know of each other.

mod app;
mod asked;
mod bring;
mod fed;
mod first;
mod gate;
mod guide;
mod kit;
mod later;
mod second;
mod spoken;
mod state;
mod taken;
mod workbench;

pub use app::{Programs, app};
pub use asked::{BringParts, GuideParts, WorkbenchParts};
pub use bring::bring_parts;
pub use guide::guide_parts;
pub use kit::fetched::Fetched;
pub use later::LaterParts;
pub use second::later_parts;
pub use spoken::{FetchTexts, TextsOf, TranslatedOf};
pub use workbench::workbench_parts;
