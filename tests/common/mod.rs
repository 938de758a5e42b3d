//! What the tests of behaviour share: the settings that a slider or a list reaches. It knows no formula and judges
//! nothing.

use vram_estimator::estimator::parameters::{ParameterGroup, ParameterKind};
use vram_estimator::estimator::{Catalog, Inputs, Mode, ParameterId, Value};

/// The parameters of a mode whose values it chooses itself. What moves with the facts of an architecture, how far, and
/// whether a formula reads them depends on the other facts: nothing is declared of those.
pub fn declared(mode: Mode) -> impl Iterator<Item = ParameterId> {
    ParameterId::of_mode(mode).filter(move |id| id.group_in(mode) != Some(ParameterGroup::Shape))
}

/// Every value that the page's control of a parameter reaches in a mode: the stops of its slider, all options of
/// its list, both positions of its switch.
pub fn reached(mode: Mode, id: ParameterId) -> Vec<Value> {
    let spec = id.spec();
    match spec.kind {
        ParameterKind::Number { .. } => {
            let slider = id.use_in(mode).and_then(|it| it.slider).expect("numbers have sliders");
            (0..=slider.last_stop()).map(|stop| Value::Number(slider.value_at(stop))).collect()
        }
        ParameterKind::Choice { ids } => (0..ids.all().len()).map(Value::Choice).collect(),
        // Each word alone, and the default.
        ParameterKind::Set { words } => {
            let default = id.use_in(mode).map(|it| spec.kind.table_value(it.default));
            (0..words.len()).map(|at| Value::Choice(1 << at)).chain(default).collect()
        }
        ParameterKind::Toggle => [false, true].map(Value::Toggle).to_vec(),
        ParameterKind::List { .. } => {
            [&[1.0][..], &[2.0, 3.0], &[1024.0, 0.0]].map(|entries| Value::List(entries.into())).to_vec()
        }
        ParameterKind::Model => {
            let of_mode =
                ["llama-3.2-1b", "llama-3.1-70b", "mixtral-8x7b-instruct-v0.1", "qwen2-vl-7b-instruct", "resnet152"];
            let catalog = Catalog::built_in();
            let models = of_mode.map(|id| Value::Model(Some(catalog.model(id).expect("a model").clone())));
            [Value::Model(None)].into_iter().chain(models).collect()
        }
    }
}

/// The same inputs with one value changed.
#[track_caller]
pub fn with(inputs: &Inputs, id: ParameterId, value: Value) -> Inputs {
    inputs.clone().with(id, value).expect("the value is accepted")
}
