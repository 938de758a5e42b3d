//! What the tests of behaviour share: the settings that a slider or a list reaches, and the totals there. It
//! knows no formula and judges nothing.

use vram_estimator::estimator::architecture::preset;
use vram_estimator::estimator::parameters::ParameterKind;
use vram_estimator::estimator::{Inputs, Mode, ParameterId, Value, estimate_all};

/// Every value that the page's control of a parameter reaches in a mode: the stops of its slider, all options of
/// its list, both positions of its switch.
pub fn reached(mode: Mode, id: ParameterId) -> Vec<Value> {
    let spec = id.spec();
    match spec.kind {
        ParameterKind::Number { .. } => {
            let slider = id.use_in(mode).and_then(|it| it.slider).expect("numbers have sliders");
            (0..=slider.last_stop()).map(|stop| Value::Number(slider.value_at(stop))).collect()
        }
        ParameterKind::Choice { ids } => (0..ids.len()).map(Value::Choice).collect(),
        ParameterKind::Toggle => [false, true].map(Value::Toggle).to_vec(),
        ParameterKind::Model => {
            let of_mode =
                ["llama-3.2-1b", "llama-3.1-70b", "mixtral-8x7b-instruct-v0.1", "qwen2-vl-7b-instruct", "resnet152"];
            let presets = of_mode.iter().filter_map(|id| preset(id)).map(|it| Value::Model(Some(it)));
            [Value::Model(None)].into_iter().chain(presets).collect()
        }
    }
}

/// The same inputs with one value changed.
#[track_caller]
pub fn with(inputs: &Inputs, id: ParameterId, value: Value) -> Inputs {
    inputs.clone().with(id, value).expect("the value is accepted")
}

/// Each method's name with its totals while a parameter goes through all that its control reaches.
pub fn sweep(start: &Inputs, id: ParameterId) -> Vec<(&'static str, Vec<f64>)> {
    let values = reached(start.mode(), id);
    let estimates: Vec<_> = values.iter().map(|value| estimate_all(&with(start, id, value.clone()))).collect();
    let n_methods = estimates[0].len();
    let totals = |at: usize| estimates.iter().map(|it| it[at].total().count()).collect();
    (0..n_methods).map(|at| (estimates[0][at].method().id(), totals(at))).collect()
}
