//! What a reader takes away: the menu in the top bar, the page inside of another one, and the page on paper.

mod embedded;
mod files;
mod menu;
mod paper;

pub use embedded::embedded_view;
pub use menu::share_menu;
pub use paper::printed_charts;
