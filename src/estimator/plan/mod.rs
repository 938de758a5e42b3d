//! Changed inputs, estimated again. It knows no formula.

pub mod deciding;
pub mod devices;
pub mod fit;
pub mod strategies;
pub mod unread;
