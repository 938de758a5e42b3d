//! The Guide view, which the page fetches when it is first opened. It places nothing itself.

mod parameters;
mod parts;
mod sections;
mod texts;
mod view;

pub use parts::guide_parts;
