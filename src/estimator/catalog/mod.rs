//! What is known by name: models, number formats and devices. A catalogue of models is a value that is handed to
//! whoever reads names; there is no global one.

pub mod devices;
pub mod formats;
mod model;
mod models;
mod packed;
mod published;
mod releases;
pub mod tuned;

pub use model::Model;
pub use models::Catalog;
pub use packed::{Unreadable, parse};
pub use published::{PublishedFormat, published_format};
pub use releases::{ReleaseMonth, release};
