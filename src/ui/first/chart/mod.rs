//! The two bar charts of the Estimate view: the methods side by side, and the moments of one run.

mod figure;
mod labels;
mod legend;
mod methods;
mod paint;
mod palette;
mod timeline;
mod told;

pub use methods::{chart, scene_of};
pub use palette::Palette;
pub use timeline::timeline;
