//! The link: inputs and page state as a query string, readable and editable by hand. It knows no browser.
//!
//! *Invariants:* decoding never fails, it reports; `encode(decode(text, catalog).0)` is canonical and decodes to the
//! same link; what stands at its default is not written.

mod decode;
mod nearest;
mod page_state;
mod problem;
mod saved;
mod whole;

pub use decode::{configuration, decode, query_of};
pub use nearest::{TOLD_IN_FULL, is_slip, nearest};
pub use page_state::{Language, PageKey, PageState, Tab, View};
pub use problem::{Accepted, PinFault, Problem, ProblemKind, meant_of};
pub use saved::{MOST_SAVED, NamedRun, SavedRefusal, read_saved, save, write_saved};
pub use whole::{DEFAULT_MODE, Link, MODE_KEY, MOST_PINS, PIN_KEY, Pins, query_of_inputs};
