//! The Verification view, which comes with the Guide when either is first opened. It places nothing itself.

mod replay;
mod scatter;
mod view;

pub use view::verification_view;
