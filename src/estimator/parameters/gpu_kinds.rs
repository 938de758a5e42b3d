//! GPUs of several kinds at once as a choice: the place of each GPU among the devices, those of a kind together, in the
//! order in which the run has them. It knows no device.

use crate::estimator::parameters::refusal::Refusal;
use crate::estimator::parameters::table::MOST_DEVICES;
use crate::estimator::parameters::value::Value;

/// How kinds are written, for whoever tells it.
pub const SEVERAL_KINDS: &str = "rtx-3090*2_rtx-4090";

/// What stands between kinds.
const BETWEEN: char = '_';

/// What stands before the number of a kind; without it there is one.
const TIMES: char = '*';

/// Kinds in their order, each with how many GPUs follow each other of it.
pub fn kinds(gpus: &[f64]) -> impl Iterator<Item = (usize, usize)> {
    gpus.chunk_by(|a, b| a == b).map(|it| (it[0] as usize, it.len()))
}

/// Reads kinds with their numbers; what is wrong is refused with the place of its kind.
pub(super) fn read(ids: &[&str], text: &str) -> Result<Value, Refusal> {
    if !text.contains(BETWEEN) {
        let is_counted = text.split_once(TIMES).is_some_and(|(id, _)| place(ids, id).is_some());
        return Err(if is_counted { Refusal::CountOfOne } else { Refusal::NotOffered });
    }
    let mut gpus = Vec::new();
    for (kind, at) in text.split(BETWEEN).zip(1..) {
        let (id, count) = kind.split_once(TIMES).unwrap_or((kind, "1"));
        let refused = |why| Refusal::Entry(at, why);
        let place = place(ids, id).ok_or(refused(&Refusal::NotOffered))? as f64;
        let count: f64 = count.trim().parse().map_err(|_| refused(&Refusal::NotANumber))?;
        if count.is_nan() || count.fract() != 0.0 {
            return Err(refused(&Refusal::NotWhole));
        }
        if count < 1.0 {
            return Err(refused(&Refusal::TooSmall));
        }
        if gpus.contains(&place) {
            return Err(refused(&Refusal::Twice));
        }
        // More than all that are allowed are told to be too many.
        let count = count.min(MOST_DEVICES as f64 + 1.0) as usize;
        gpus.extend(std::iter::repeat_n(place, count));
        if gpus.len() > MOST_DEVICES {
            return Err(Refusal::TooManyEntries);
        }
    }
    Ok(Value::List(gpus.into()))
}

/// Whether places are GPUs of several kinds, each of which comes once.
pub(super) fn check(ids: &[&str], gpus: &[f64]) -> Result<(), Refusal> {
    let is_device = |it: &f64| it.fract() == 0.0 && *it >= 1.0 && *it < ids.len() as f64;
    let n_kinds = kinds(gpus).count();
    let is_once = kinds(gpus).all(|(kind, n)| gpus.iter().filter(|it| **it as usize == kind).count() == n);
    match () {
        () if gpus.len() > MOST_DEVICES => Err(Refusal::TooManyEntries),
        () if n_kinds > 1 && is_once && gpus.iter().all(is_device) => Ok(()),
        () => Err(Refusal::NotOffered),
    }
}

/// Kinds by name, each with its number, as links write them.
pub fn written<'a>(kinds: impl Iterator<Item = (&'a str, usize)>) -> String {
    let kind = |(id, n)| if n > 1 { format!("{id}{TIMES}{n}") } else { String::from(id) };
    kinds.map(kind).collect::<Vec<_>>().join(&BETWEEN.to_string())
}

/// The place of a device; that of none is none.
fn place(ids: &[&str], id: &str) -> Option<usize> {
    ids.iter().position(|it| *it == id.trim()).filter(|it| *it > 0)
}
