//! What stands below the chart and the page fetches when it is first opened there.

mod answers;
mod compare;
mod devices;
mod pace;
mod parts;
mod plans;
mod saved;
mod sweep;
mod sweep_figure;
mod texts;

pub use parts::workbench_parts;
