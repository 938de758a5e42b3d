//! What a parameter is where nobody gave it: what the model states, else what follows from other parameters, else the mode's
//! own. Each rule is named in the parameter's row of the table. It knows no formula.

use crate::estimator::architecture::{Fact, own_architecture};
use crate::estimator::catalog::Model;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::choices::{FinetuneMethod, Precision, Recipe};
use crate::estimator::parameters::{Follows, ParameterId as Id, ParameterKind, TableValue, Value};
use crate::estimator::values::Values;

/// A default, and the parameter that moved it from the mode's own.
#[derive(Clone, Debug, PartialEq)]
pub struct DefaultValue {
    /// The value.
    pub value: Value,
    /// What moved it; `None` where it is the mode's own.
    pub because: Option<Id>,
}

/// A parameter's default in a mode with a model, once the parameters before it in the table have their values; `None` where
/// the mode does not use the parameter.
pub fn default_of(id: Id, mode: Mode, model: Option<&Model>, values: &Values) -> Option<DefaultValue> {
    let own = id.use_in(mode)?.default.value();
    let moved = |value: Value, because| (value != own).then_some(DefaultValue { value, because: Some(because) });
    let usage = id.use_in(mode)?;
    if usage.default == TableValue::Stated {
        // Not moved by anything: the architecture is what it is.
        return Some(DefaultValue { value: stated_in(id, mode, model), because: None });
    }
    let stated = model.and_then(|model| stated_by(model, id));
    let followed = || {
        let (number, because) = follow(id.spec().follows, mode, values)?;
        // A rule may lead beyond the limits of its parameter.
        let number = match id.spec().kind {
            ParameterKind::Number { min, max, .. } => number.clamp(min, max),
            ParameterKind::Choice { .. } | ParameterKind::Toggle | ParameterKind::Model => number,
        };
        Some((id.spec().check(of_kind(id, number)).ok()?, because))
    };
    let res = match stated {
        Some(value) => moved(value, Id::Model),
        None => followed().and_then(|(value, because)| moved(value, because)),
    };
    Some(res.unwrap_or(DefaultValue { value: own, because: None }))
}

/// What a model says of a parameter, if the parameter accepts it.
pub fn stated_by(model: &Model, id: Id) -> Option<Value> {
    let spec = id.spec();
    let number = match id {
        Id::ModelSize => model.total_parameters / spec.unit.factor(),
        _ => {
            let fact = Fact::of_parameter(id)?;
            // A model without experts is a mixture of one. What a known architecture does not state it has not: 0 or no,
            // where the parameter accepts that.
            let lacking = if matches!(fact, Fact::NumExperts | Fact::NumActiveExperts) { 1.0 } else { 0.0 };
            model.architecture.get(fact).or_else(|| model.is_known().then_some(lacking))?
        }
    };
    spec.check(of_kind(id, number)).ok()
}

/// What the model's architecture says of a fact, or the architecture that the mode assumes; 0, no, or the first of the list
/// where it says nothing.
fn stated_in(id: Id, mode: Mode, model: Option<&Model>) -> Value {
    let architecture = model.map_or_else(|| own_architecture(mode), |model| &model.architecture);
    let number = match Fact::of_parameter(id) {
        Some(fact) => architecture.number(fact),
        // The layout is no number of the architecture, but what its numbers hang on.
        None => architecture.layout as usize as f64,
    };
    of_kind(id, number)
}

/// A number as a value of the parameter's kind.
fn of_kind(id: Id, number: f64) -> Value {
    match id.spec().kind {
        ParameterKind::Toggle => Value::Toggle(number != 0.0),
        ParameterKind::Choice { .. } => Value::Choice(number as usize),
        ParameterKind::Number { .. } | ParameterKind::Model => Value::Number(number),
    }
}

/// What a rule makes of the values before it, and which of them decides; `None` where the mode's own default holds.
fn follow(rule: Follows, mode: Mode, values: &Values) -> Option<(f64, Id)> {
    let number = |id| values.number(id);
    match rule {
        Follows::Nothing => None,
        Follows::Heads => Some((number(Id::NumAttentionHeads), Id::NumAttentionHeads)),
        Follows::HeadsShareWidth => {
            Some(((number(Id::HiddenSize) / number(Id::NumAttentionHeads)).max(1.0), Id::HiddenSize))
        }
        Follows::ExpertsShareModel => {
            let (hidden, layers) = (number(Id::HiddenSize), number(Id::NumLayers));
            let (heads, key_heads) = (number(Id::NumAttentionHeads), number(Id::NumKeyValueHeads));
            let attention = layers * 2.0 * hidden * number(Id::HeadDim) * (heads + key_heads);
            let left = number(Id::ModelSize) * Id::ModelSize.spec().unit.factor()
                - attention
                - 2.0 * number(Id::VocabSize) * hidden;
            let matrices = if values.is_on(Id::GatedMlp) { 3.0 } else { 2.0 };
            let experts = matrices * layers * number(Id::NumExperts) * hidden;
            Some(((left / experts).floor().max(1.0), Id::ModelSize))
        }
        Follows::WholeSequence => Some((number(Id::SequenceLength), Id::SequenceLength)),
        Follows::TrainedParameters => {
            let trains_beside =
                mode != Mode::Cnn && values.choice::<FinetuneMethod>(Id::FinetuneMethod) != FinetuneMethod::Full;
            if trains_beside {
                Some((Recipe::Autocast as usize as f64, Id::FinetuneMethod))
            } else if values.choice::<Precision>(Id::Precision) == Precision::Fp32 {
                // Vision models are trained in FP32 unless told otherwise.
                Some((Recipe::Pure as usize as f64, Id::Precision))
            } else {
                None
            }
        }
    }
}
