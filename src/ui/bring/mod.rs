//! What the page fetches when the reader brings something: the readers of other programs' texts and files, and the sheet that tells
//! what they found.

mod arrival;
mod files;
mod parts;
mod reading;
mod rows;
mod sheet;

pub use parts::bring_parts;
