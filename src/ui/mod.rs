//! The components: they place what estimator, view models and texts say. Arithmetic on bytes does not
//! belong here, and no text of the page stands here.

mod app;
mod bars;
mod chart;
mod cards;
mod formula;
mod guide;
mod icons;
mod mode_tabs;
mod notices;
mod parameters;
mod results;
mod state;
mod table;
mod top_bar;
mod verification;

pub use app::App;
