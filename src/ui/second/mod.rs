//! All that the page fetches when it is first asked for: opened formulas, help, small charts.

pub mod arrive;
mod beyond;
mod comparison;
mod decide;
mod devices;
mod formula;
mod gpus;
mod help;
mod marks;
mod models;
mod parts;
mod picked;
pub mod pictures;
mod pins;
mod ranks;
mod readings;
mod report;
mod said;
mod search_fields;
mod switched;
mod table;
mod target;
pub mod texts;
mod verdict;
pub mod workbench;

pub use parts::later_parts;
