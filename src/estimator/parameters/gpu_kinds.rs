//! GPUs of several kinds at once as a choice: the place of each GPU among the devices, those of a kind together, in the
//! order in which the run has them. It knows no device.

use crate::estimator::digits::exact;
use crate::estimator::joined::joined;

/// How kinds are written, for whoever tells it.
pub const SEVERAL_KINDS: &str = "rtx-3090*2_rtx-4090";

/// What stands between kinds.
pub(super) const BETWEEN: char = '_';

/// What stands before the number of a kind; without it there is one.
pub(super) const TIMES: char = '*';

/// Kinds in their order, each with how many GPUs follow each other of it.
pub fn kinds(gpus: &[f64]) -> impl Iterator<Item = (usize, usize)> {
    gpus.chunk_by(|a, b| a == b).map(|it| (it[0] as usize, it.len()))
}

/// Kinds by name, each with its number, as links write them.
pub fn written<'a>(kinds: impl Iterator<Item = (&'a str, usize)>) -> String {
    let kind = |(id, n): (&str, usize)| if n > 1 { format!("{id}{TIMES}{}", exact(n as f64)) } else { id.to_owned() };
    joined(kinds.map(kind), BETWEEN)
}
