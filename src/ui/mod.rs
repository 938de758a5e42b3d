//! The components: they place what estimator, view models and texts say. Arithmetic on bytes does not
//! belong here, and no text of the page stands here.
//!
//! A component is a function from the page's [`state::State`] to an element. All elements are made by
//! [`dom`], which says why.

mod app;
mod bars;
mod cards;
mod chart;
mod comparison;
mod controls;
mod dom;
mod formula;
mod guide;
mod icons;
mod later;
mod mode_tabs;
mod notices;
mod parameters;
mod results;
mod state;
mod table;
mod top_bar;
mod verification;

pub use app::app;
pub use later::{Fetch, LaterParts, later_parts};
