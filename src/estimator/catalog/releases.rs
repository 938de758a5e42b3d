//! When the models of the built-in catalogue were released: beside them rather than in them, because only a list of
//! models asks. It knows no model.

use crate::estimator::catalog::models::Catalog;

/// Two letters a model of `data/models.json`, in its order: see `build.rs`.
const RELEASES: &str = include_str!(concat!(env!("OUT_DIR"), "/releases.txt"));

/// The first year that the letters tell.
const FIRST_YEAR: u16 = 2012;

/// A month of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReleaseMonth {
    /// The year.
    pub year: u16,
    /// The month, from 1.
    pub month: u8,
}

/// When the model at a place of the catalogue was released; `None` where nobody has read it, and of models made by
/// hand.
pub fn release(catalog: &Catalog, at: usize) -> Option<ReleaseMonth> {
    let letters = RELEASES.as_bytes().get(2 * at..2 * at + 2).filter(|_| catalog.is_built_in())?;
    let number = |letter: u8| letter.checked_sub(b'a');
    Some(ReleaseMonth { year: FIRST_YEAR + u16::from(number(letters[0])?), month: number(letters[1])? + 1 })
}
