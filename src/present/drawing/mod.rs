//! The charts as marks on paper: what stands where, before anything is painted. The page's canvas, pictures of pixels
//! and SVG files all paint the same marks. It knows no colour and no browser.

mod bars;
mod beyond;
mod mark;
mod picture;
mod svg;
mod sweep;

pub use bars::bars;
pub use mark::{Anchor, Area, Ink, Mark};
pub use picture::{Picture, PictureTexts};
pub use svg::{escaped, svg};
pub use sweep::{sweep_marks, sweep_picture};
