//! How far an estimate can be trusted: what runs of its kind took beyond it, and what the allocator holds besides. It
//! knows no case by name: `present/accuracy` makes the tables from the cases.

mod band;
mod evidence_kind;
mod readings;
mod reserve;

pub use band::Band;
pub use evidence_kind::Evidence;
pub use readings::{Readings, Reserved, readings};
pub use reserve::{AllocatorFigure, HeldRange, Reserve, ground, is_checkpointed};
