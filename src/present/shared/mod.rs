//! What is taken away from the page as text: the table for programs, and a report for people. Names are the command
//! line's, and so is each number, to the byte. It knows no browser and no file.

mod answered;
mod names;
mod report;
mod table;

pub use answered::{PinnedAnswer, Shared};
pub use names::{file_name, frame_line, title};
pub use report::{ReportTexts, report};
pub use table::{csv, json};
