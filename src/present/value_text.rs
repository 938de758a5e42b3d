//! A parameter's value in words, as its control shows it. It knows no control.

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
        Value::List(_) => {
            let written = numbers::parameter_value(id, value);
            (texts.joints.names)(&written.split('_').collect::<Vec<_>>())
        }
    }
}
