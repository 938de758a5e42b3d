//! The Guide view. It places nothing itself.

mod parameters;
mod sections;
mod view;

pub use view::guide_view;
