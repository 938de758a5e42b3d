//! The Estimate view, which is what the page shows first: sliders, totals, chart and table.

pub mod bring;
pub mod cards;
pub mod chart;
mod lying_bar;
pub mod mode_tabs;
pub mod notices;
pub mod order;
pub mod parameters;
pub mod results;
pub mod share;
pub mod top_bar;
