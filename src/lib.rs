//! Estimates how much GPU memory an AI workload needs, what it is made of, and why.
//!
//! The crate is the whole product in reading order: the pure [`estimator`], the [`link`] that carries its inputs,
//! [`import`] of what other programs are told and [`export`] of it, the [`locale`] with every text, the view models of
//! [`present`], and, behind the feature `web`, the browser adapters (`web`) and the components that place things
//! (`ui`).
//!
//! Whose formulas these are: `documented` states the formula document's text, `verified` the application
//! that produced the document's verification table. Neither is corrected here; where they are wrong about
//! real memory, the page says so beside the number.
//!
//! ```
//! use vram_estimator::estimator::{Inputs, Mode, estimate_all};
//!
//! let estimates = estimate_all(&Inputs::defaults(Mode::Inference));
//! assert_eq!(format!("{:.1}", estimates[0].total().gib()), "14.1");
//! ```
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod estimator;
pub mod export;
pub mod import;
pub mod link;
pub mod locale;
pub mod present;
#[cfg(feature = "web")]
pub mod ui;
#[cfg(feature = "web")]
pub mod web;
