//! A parameter's value in words, as its control shows it. It knows no control.

use crate::estimator::parameters::gpu_kinds::kinds;
use crate::estimator::{Mode, ParameterId, Value};
use crate::locale::Texts;
use crate::present::numbers;

/// A value as its control shows it.
pub fn value_text(id: ParameterId, value: &Value, mode: Mode, texts: &Texts) -> String {
    match value {
        Value::Choice(at) => (texts.choice)(id, *at),
        Value::Toggle(is_on) => (texts.controls.switch)(*is_on).to_owned(),
        Value::Model(None) => texts.controls.own_model.to_owned(),
        Value::Model(Some(model)) => model.name.to_string(),
        Value::Number(_) => numbers::box_text(id, value, mode),
        Value::List(gpus) if id == ParameterId::Gpu => gpus_by_name(gpus, texts),
        Value::List(_) => {
            let written = numbers::parameter_value(id, value);
            (texts.joints.names)(&written.split('_').collect::<Vec<_>>())
        }
    }
}

/// GPUs of several kinds by name, each kind with its number.
pub fn gpus_by_name(gpus: &[f64], texts: &Texts) -> String {
    let all: Vec<_> = kinds(gpus).map(|(place, n)| so_many(n, &(texts.choice)(ParameterId::Gpu, place))).collect();
    (texts.joints.names)(&all.iter().map(String::as_str).collect::<Vec<_>>())
}

/// "2 × RTX 3090"; of one the name alone.
pub fn so_many(n: usize, name: &str) -> String {
    if n > 1 { format!("{n} × {name}") } else { name.to_owned() }
}
