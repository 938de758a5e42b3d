//! Values and defaults as people are told them: those of `Inputs`, but for the size of a model whose shape was typed
//! without one, which is what the shape counts to. Inputs know no layer, and so cannot count; the document's methods
//! count no shape, and take the size as it stands in the inputs.

use crate::estimator::inputs::{Followed, Inputs};
use crate::estimator::method::MethodId;
use crate::estimator::methods::calibrated::size_of_typed_shape;
use crate::estimator::parameters::{ParameterId, Value};

/// A parameter's default, or `None` where the mode does not use it.
pub fn told_default(inputs: &Inputs, id: ParameterId) -> Option<Value> {
    counted(inputs, id).map(|(size, _)| Value::Number(size)).or_else(|| inputs.default_of(id))
}

/// A parameter's value: what was given, else its default.
pub fn told_value(inputs: &Inputs, id: ParameterId) -> Value {
    counted(inputs, id).map_or_else(|| inputs.value(id), |(size, _)| Value::Number(size))
}

/// The defaults that other choices have moved, in the table's order.
pub fn told_followed(inputs: &Inputs) -> Vec<Followed> {
    let id = ParameterId::ModelSize;
    let only = Some(MethodId::Calibrated);
    let size = counted(inputs, id).map(|(size, because)| Followed { id, value: Value::Number(size), because, only });
    let mut res = inputs.followed();
    if let Some(size) = size {
        let at = res.partition_point(|it| (it.id as usize) < id as usize);
        res.insert(at, size);
    }
    res
}

fn counted(inputs: &Inputs, id: ParameterId) -> Option<(f64, Vec<ParameterId>)> {
    if id == ParameterId::ModelSize { size_of_typed_shape(inputs) } else { None }
}
