//! The command line's answer about plans: ways to spread a run over its GPUs. Names and shapes are a contract.

use crate::estimator::plan::fewest::MOST_GPUS;
use crate::estimator::plan::spreads::{DECIDED, Plan, Plans, RefusedPlans};
use crate::estimator::{Bytes, Inputs, ParameterId, Value};
use crate::locale::{CommandLineTexts, LaterTexts};
use crate::present::json::value;
use serde_json::{Map, Value as Json, json};

/// One way: what it sets, and what comes of it.
pub(super) fn planned(it: &Plan, today: &Inputs, at: impl Fn(Inputs) -> String) -> Json {
    let is_set = |id: &&ParameterId| it.inputs.has_effect(**id);
    let set = DECIDED.iter().filter(is_set).map(|&id| (id.spec().key.to_owned(), value(id, &it.inputs.value(id))));
    json!({
        "set": Json::Object(set.collect::<Map<_, _>>()),
        "verdict": it.verdict.kind.id(),
        "total_bytes": it.total.count(),
        "spare_bytes": it.verdict.spare,
        "capacity_bytes": it.verdict.capacity.map(Bytes::count),
        "rank": it.rank.to_string(),
        "traffic": it.traffic.kinds().map(|it| it.id()).collect::<Vec<_>>(),
        "is_now": it.is_of(today),
        "link": at(it.inputs.clone()),
    })
}

/// What is not there, trainer by trainer, and why.
pub(super) fn not_planned(all: &Plans, texts: &LaterTexts, told: &CommandLineTexts) -> Json {
    if all.n_gpus as f64 > MOST_GPUS {
        let key = ParameterId::GpuCount.spec().key;
        let message = (told.too_many_gpus)(key, &all.n_gpus.to_string(), &MOST_GPUS.to_string());
        return json!([{ "trainer": null, "count": null, "message": message }]);
    }
    let row = |it: &RefusedPlans| {
        let trainer = it.trainer.map(|it| value(ParameterId::Trainer, &Value::Choice(it as usize)));
        json!({ "trainer": trainer, "count": it.count, "message": (texts.unsupported)(it.reason) })
    };
    all.refused.iter().map(row).collect()
}
