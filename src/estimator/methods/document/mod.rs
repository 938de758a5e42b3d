//! What the formula document says (`documented`), and what the application behind its verification table did
//! (`verified`). The two never import each other; what they share stands in `quantities`.

pub mod documented;
pub mod preference;
pub mod quantities;
pub mod sequence;
pub mod verified;
