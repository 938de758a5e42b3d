//! The views that explain, Guide and Verification, which the page fetches when one of them is first opened. It places
//! nothing itself.

mod parameters;
mod parts;
mod sections;
mod texts;
mod verification;
mod view;

pub use parts::guide_parts;
