//! GGUF files by their headers: what their keys say of the model, and what their tensors weigh in which types. It reads
//! no tensor.

mod cursor;
mod file;
mod header;
mod keys;
mod types;

pub use file::{add_tensors, of_header, of_keys, parts_beside};
pub use header::{GgufFault, GgufHeader, LONGEST_GGUF_HEADER, read_gguf};
