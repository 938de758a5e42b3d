//! The command line's answer about devices: the run on each of the catalogue. Names and shapes are a contract.

use crate::estimator::catalog::devices::by_memory;
use crate::estimator::plan::devices::{alike, fewest_of_alike, judge_devices};
use crate::estimator::plan::fewest::SharedBy;
use crate::estimator::plan::fit::{FitVerdict, VerdictKind};
use crate::estimator::{Bytes, Inputs, MethodId};
use serde_json::{Value as Json, json};
use std::collections::HashMap;

/// Every device, the one with the least memory first: the verdict on as many of it as there are, with what is left, and
/// the fewest over which the run fits each; `null` where no number that is tried is enough, or nothing is shared.
pub(super) fn devices(inputs: &Inputs, method: MethodId) -> Json {
    let all = judge_devices(method, inputs);
    let mut needed: HashMap<&str, f64> = HashMap::new();
    if SharedBy::of(inputs).is_some() {
        needed.extend(alike().iter().flat_map(|group| fewest_of_alike(method, inputs, group)));
    }
    let row = |it: &FitVerdict, id: &str| {
        let alone = (it.kind == VerdictKind::Fits).then_some(it.n_gpus as f64);
        json!({
            "device": id,
            "verdict": it.kind.id(),
            "count": it.n_gpus,
            "capacity_bytes": it.capacity.map(Bytes::count),
            "spare_bytes": it.spare,
            "fewest": needed.get(id).copied().or(alone),
        })
    };
    let of = |id: &str| all.iter().find(|it| it.device.id == id).and_then(|it| it.verdict);
    by_memory(all.iter().map(|it| it.device)).into_iter().filter_map(|it| Some(row(&of(it.id)?, it.id))).collect()
}
