//! What stands below the chart and the page fetches when it is first opened there.

mod devices;
mod parts;

pub use parts::workbench_parts;
