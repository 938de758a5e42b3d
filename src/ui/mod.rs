//! The components: they place what estimator, view models and texts say. Arithmetic on bytes does not
//! belong here, and no text of the page stands here.
//!
//! A component is a function from the page's [`state::State`] to an element. All elements are made by
//! `kit::element`, which says why. `first` is the Estimate view, `second` all that is fetched later; `later` is the gate
//! between them; `fed` is what both know of each other.

mod app;
mod fed;
mod first;
mod kit;
mod later;
mod second;
mod spoken;
mod state;

pub use app::app;
pub use kit::fetched::Fetched;
pub use later::LaterParts;
pub use second::later_parts;
pub use spoken::TextsOf;
