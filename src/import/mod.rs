//! What other programs wrote or are told about a run, as inputs of an estimate and as figures beside it. It knows no formula, and no
//! link.

mod config;
mod imported;
mod kind;
pub mod launch;
mod megatron;
mod read;

pub use imported::{
    Assumed, Ignored, IgnoredBecause, ImportProblem, ImportProblemKind, Imported, Measured, MeasuredFigure, Taken,
    Whose,
};
pub use kind::FileKind;
pub use megatron::{ImportRefusal, assumed_words, of_megatron};
pub use read::import;
