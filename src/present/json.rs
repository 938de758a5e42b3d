//! What answers to programs are made of: values, and how much fits. Names and shapes are a contract.

use crate::estimator::plan::solve::{Solved, SolvedKind};
use crate::estimator::{Inputs, ParameterId, Value};
use serde_json::{Value as Json, json};

/// A value of a parameter: a number, true or false, or a name.
pub(super) fn value(id: ParameterId, value: &Value) -> Json {
    match value {
        Value::Number(value) => number(*value),
        Value::Toggle(is_on) => Json::Bool(*is_on),
        Value::List(_) if id == ParameterId::Gpu => Json::String(id.spec().write(value)),
        Value::List(entries) => entries.iter().map(|it| number(*it)).collect(),
        Value::Choice(_) | Value::Model(_) => Json::String(id.spec().write(value)),
    }
}

/// Whole numbers read better without a fraction: `4`, not `4.0`. Beyond 2^53 a float is no longer exact.
pub(super) fn number(value: f64) -> Json {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < EXACT { json!(value as i64) } else { json!(value) }
}

/// How much of a parameter fits.
pub(super) fn solved(it: &Solved, inputs: &Inputs, at: impl Fn(Inputs) -> String) -> Json {
    let told = it.value().map(|set| value(it.id, &set));
    let mut res = json!({ "key": it.id.spec().key, "value": told, "kind": it.kind.id() });
    if let SolvedKind::Nothing { tight: Some(tight) } = it.kind {
        res["tight_value"] = number(tight);
    }
    if let Some(there) = it.apply(inputs) {
        res["link"] = json!(at(there));
    }
    res
}
