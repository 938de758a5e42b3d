//! The Verification view. It places nothing itself.

mod replay;
mod scatter;
mod target;
mod view;

pub use target::target_line;
pub use view::verification_view;
