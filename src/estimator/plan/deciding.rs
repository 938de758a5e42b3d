//! Which parameters decide what: each is changed alone, to the values around its own, and the real estimate says what
//! moved. Nobody lists them, so no list can be wrong. It knows no formula and no text.

use crate::estimator::component::ComponentGroup;
use crate::estimator::inputs::Inputs;
use crate::estimator::method::MethodId;
use crate::estimator::methods::estimate_values;
use crate::estimator::parameters::gpu_kinds::kinds;
use crate::estimator::parameters::{ParameterId, ParameterKind, Value};

/// A parameter with the groups of components whose bytes it moves, whichever method says so.
#[derive(Clone, Debug, PartialEq)]
pub struct Deciding {
    /// The parameter.
    pub id: ParameterId,
    /// The groups; at least one.
    pub groups: Vec<ComponentGroup>,
}

/// The parameters that decide what the inputs come to, in the table's order. The model is told for everything: its
/// facts are among them.
///
/// *Assumption:* what decides anything does so at one of the values of [`values_around`].
pub fn deciding(inputs: &Inputs) -> Vec<Deciding> {
    let now = bytes_of_groups(inputs);
    let decides = |&id: &ParameterId| {
        let changed = values_around(inputs, id).into_iter().filter_map(|it| inputs.clone().with(id, it).ok());
        let then: Vec<_> = changed.map(|it| bytes_of_groups(&it)).collect();
        // A method that has no answer there says nothing of what moved.
        let moves = |group: &&ComponentGroup| {
            let at = **group as usize;
            let of_methods = |then: &GroupsOfMethods| {
                let both = now.iter().zip(then).filter_map(|(now, then)| now.as_ref().zip(then.as_ref()));
                both.into_iter().any(|(now, then)| now[at] != then[at])
            };
            id == ParameterId::Model || then.iter().any(of_methods)
        };
        let groups: Vec<_> = ComponentGroup::ALL.iter().filter(moves).copied().collect();
        (!groups.is_empty()).then_some(Deciding { id, groups })
    };
    let is_of_mode = |id: &&ParameterId| id.use_in(inputs.mode()).is_some() && inputs.has_effect(**id);
    ParameterId::ALL.iter().filter(is_of_mode).filter_map(decides).collect()
}

/// The parameters that decide any of some groups.
pub fn deciding_any(inputs: &Inputs, groups: &[ComponentGroup]) -> Vec<ParameterId> {
    let is_decided = |it: &Deciding| it.groups.iter().any(|group| groups.contains(group));
    deciding(inputs).into_iter().filter(is_decided).map(|it| it.id).collect()
}

/// Bytes of every group at the fullest moment, of every method that answers.
pub(super) type GroupsOfMethods = [Option<[f64; ComponentGroup::ALL.len()]>; MethodId::ALL.len()];

pub(super) fn bytes_of_groups(inputs: &Inputs) -> GroupsOfMethods {
    let mut res = [None; MethodId::ALL.len()];
    for estimate in estimate_values(inputs) {
        let of_method = res[estimate.method() as usize].insert([0.0; ComponentGroup::ALL.len()]);
        for line in estimate.lines() {
            of_method[line.component.group() as usize] += line.formula.bytes().count();
        }
    }
    res
}

/// Values beside a parameter's own: of a number a little more than its double (of many
/// facts 0 means what 1 means), its half, its neighbours and the least that there is, of a choice
/// all others. Those that its limits forbid are refused later.
fn values_around(inputs: &Inputs, id: ParameterId) -> Vec<Value> {
    match (id.spec().kind, inputs.value(id)) {
        (ParameterKind::Number { min, whole, .. }, Value::Number(own)) => {
            let half = if whole { (own / 2.0).floor() } else { own / 2.0 };
            [2.0 * own + 2.0, half, own + 1.0, own - 1.0, min]
                .into_iter()
                .filter(|it| *it != own)
                .map(Value::Number)
                .collect()
        }
        (ParameterKind::Choice { ids }, Value::Choice(own)) => {
            (0..ids.all().len()).filter(|at| *at != own).map(Value::Choice).collect()
        }
        // All of one of the kinds.
        (ParameterKind::Choice { .. }, Value::List(gpus)) => kinds(&gpus).map(|it| Value::Choice(it.0)).collect(),
        // With one of its words more or less.
        (ParameterKind::Set { words }, Value::Choice(own)) => {
            (0..words.len()).map(|at| Value::Choice(own ^ (1 << at))).collect()
        }
        (ParameterKind::Toggle, Value::Toggle(is_on)) => vec![Value::Toggle(!is_on)],
        (ParameterKind::List { .. }, Value::List(entries)) => {
            let doubled = entries.iter().map(|it| 2.0 * it).collect::<Vec<_>>();
            vec![Value::List(doubled.into()), Value::List(vec![1.0].into())]
        }
        // A value is of its parameter's kind; see `deciding` for the model.
        _ => Vec::new(),
    }
}
