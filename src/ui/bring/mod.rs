//! What the page fetches when the reader brings something or takes a launch away: the readers of other programs' texts
//! and files and what writes such texts by the same tables, and the sheets for both.

mod arrival;
mod commands;
mod dialog;
mod files;
mod parts;
mod reading;
mod rows;
mod sheet;
mod texts;

pub use parts::bring_parts;
