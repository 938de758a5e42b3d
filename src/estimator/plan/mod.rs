//! Changed inputs, estimated again. It knows no formula.

pub mod strategies;
