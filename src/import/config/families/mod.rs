//! The kinds of text models whose layers the estimator knows, by the name that configurations have for them. It knows
//! no number of any model.

mod dense;
mod mixtures;
mod others;
mod row;
mod unknown;

pub use row::{ModelKind, Quirk};

/// The kind of that name.
pub fn family_of(model_type: &str) -> Option<&'static ModelKind> {
    all().find(|it| it.types.split(' ').any(|name| name == model_type))
}

/// Every kind.
pub fn all() -> impl Iterator<Item = &'static ModelKind> {
    dense::DENSE.iter().chain(mixtures::MIXTURES).chain(others::OTHERS).chain(unknown::UNKNOWN)
}
