//! What explains: Guide, Verification and the help of a parameter, which the page fetches when one of them is first
//! opened. It places nothing itself.

mod help;
mod parameters;
mod parts;
mod sections;
mod texts;
mod verification;
mod view;

pub use parts::guide_parts;
