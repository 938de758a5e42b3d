//! What other programs wrote or are told about a run, as inputs of an estimate and as figures beside it. It knows no formula, and no
//! link.

mod imported;
mod kind;
mod megatron;
mod read;

pub use imported::{
    Assumed, Figure, Ignored, IgnoredBecause, ImportProblem, ImportProblemKind, Imported, Measured, Taken, Whose,
};
pub use kind::Kind;
pub use megatron::{ImportRefusal, of_megatron};
pub use read::import;
