//! What was given and a method does not read, although another does: where totals differ for that reason alone, the
//! methods do not disagree, one of them answers another question. Found by taking each value back; nobody lists it. It
//! knows no text.

use crate::estimator::inputs::Inputs;
use crate::estimator::method::MethodId;
use crate::estimator::parameters::{ParameterGroup, ParameterId, Value};
use crate::estimator::plan::deciding::bytes_of_groups;

/// A method with what it does not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The method.
    pub method: MethodId,
    /// Parameters that were given and move no byte of it, but of another method; at least one.
    pub ids: Vec<ParameterId>,
}

/// The methods that do not read something that was given, in their order.
pub fn unread(inputs: &Inputs) -> Vec<Unread> {
    let now = bytes_of_groups(inputs);
    // What the run is held against is no part of it: that the driver's context follows the device is no other question.
    let is_of_run = |id: ParameterId| id.group_in(inputs.mode()) != Some(ParameterGroup::Device);
    let is_given = |id: &&ParameterId| is_of_run(**id) && inputs.has_effect(**id) && !inputs.is_default(**id);
    let is_moved = |other: &Inputs| {
        let then = bytes_of_groups(other);
        MethodId::ALL.map(|it| {
            let (now, then) = (now[it as usize].as_ref(), then[it as usize].as_ref());
            now.zip(then).map(|(now, then)| now != then)
        })
    };
    // Whether each method that answers with and without a value is moved by it, or by others in its place: NF4 weighs
    // what the default does.
    let moved_by = |&id: &ParameterId| {
        let moved = is_moved(&inputs.without(|it| it == id));
        if !moved.contains(&Some(false)) {
            return (id, moved);
        }
        let moved = others(inputs, id)
            .iter()
            .map(is_moved)
            .fold(moved, |sum, other| std::array::from_fn(|at| sum[at].map(|it| it || other[at] == Some(true))));
        (id, moved)
    };
    let all: Vec<_> = ParameterId::ALL.iter().filter(is_given).map(moved_by).collect();
    let of_method = |method: MethodId| {
        let is_unread = |moved: &[Option<bool>]| moved[method as usize] == Some(false) && moved.contains(&Some(true));
        let ids: Vec<_> = all.iter().filter(|it| is_unread(&it.1)).map(|it| it.0).collect();
        (!ids.is_empty()).then_some(Unread { method, ids })
    };
    MethodId::ALL.into_iter().filter_map(of_method).collect()
}

/// The inputs with other values of a parameter.
fn others(inputs: &Inputs, id: ParameterId) -> Vec<Inputs> {
    /// Of choices the first few are unlike each other; the rest are kinds of these.
    const N_CHOICES: usize = 4;
    let values: Vec<Value> = match inputs.value(id) {
        Value::Number(it) => [it * 2.0, (it / 2.0).floor()].map(Value::Number).to_vec(),
        Value::Choice(now) => (0..N_CHOICES).filter(|it| *it != now).map(Value::Choice).collect(),
        Value::Toggle(_) | Value::Model(_) | Value::List(_) => Vec::new(),
    };
    values.into_iter().filter_map(|it| inputs.clone().with(id, it).ok()).collect()
}
