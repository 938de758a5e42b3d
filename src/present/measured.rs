//! What an estimate says of the bytes that a log or a file gives a figure of. It computes no memory: it finds rows, and
//! adds them up.

use crate::estimator::{Capacity, Component, Estimate, Line};
use crate::import::{Measured, MeasuredFigure};

/// What an estimate says of the same: bytes, or as many as the figure counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterpart {
    /// How much.
    pub amount: f64,
    /// The components of which it is the sum; none where it is what the run has room for.
    pub components: Option<Vec<Component>>,
}

/// The rows of an estimate's fullest rank that hold the same bytes, or what it has room for; `None` where it has
/// nothing of the kind.
pub fn counterpart(it: &Measured, estimated: Option<&Estimate>, room: Option<&Capacity>) -> Option<Counterpart> {
    let of_room = |amount: f64| Some(Counterpart { amount, components: None });
    match (it.figure, room) {
        (MeasuredFigure::KvPool, Some(room)) => return of_room(room.pool.value()),
        (MeasuredFigure::KvTokens, Some(room)) => return of_room(room.tokens.value().floor()),
        (MeasuredFigure::Concurrency, Some(room)) => return of_room(room.sequences.value()),
        _ => {}
    }
    let estimate = estimated.filter(|_| !it.figure.groups().is_empty())?;
    let is_like = |line: &&Line| it.figure.groups().contains(&line.component.group());
    let lines: Vec<_> = estimate.peak().lines().iter().filter(is_like).collect();
    Some(Counterpart {
        amount: lines.iter().map(|it| it.formula.bytes().count()).sum(),
        components: Some(lines.iter().map(|it| it.component).collect()),
    })
}
