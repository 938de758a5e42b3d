//! What other programs wrote or are told about a run, as inputs of an estimate and as figures beside it. It knows no
//! formula, and no link.

mod config;
mod cut;
mod devices;
mod gguf;
mod imported;
mod kind;
pub mod launch;
mod log;
mod measured;
mod megatron;
mod own_source;
mod read;
mod tensors;

pub use imported::{Assumed, Imported, NO_DEVICE, NamedScript, NotTaken, Omitted, Taken, Whose};
pub use measured::{Measured, MeasuredFigure};
pub use megatron::{ImportRefusal, of_megatron};
pub use own_source::{OwnDefault, OwnSource};
pub use read::{LONGEST_TEXT, beside, import, wanted};
