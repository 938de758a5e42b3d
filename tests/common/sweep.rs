//! Totals along everything that the control of a parameter reaches. It knows no formula and judges nothing.

use crate::common::{reached, with};
use vram_estimator::estimator::{Estimate, Inputs, MethodId, ParameterId, estimate_values};

/// Each method's name with its totals while a parameter goes through all that its control reaches. A method that has no
/// answer somewhere on the way has no total there.
pub fn sweep(start: &Inputs, id: ParameterId) -> Vec<(&'static str, Vec<f64>)> {
    let values = reached(start.mode(), id);
    let estimates: Vec<_> = values.iter().map(|value| estimate_values(&with(start, id, value.clone()))).collect();
    let totals = |method: MethodId| {
        let of_method = |all: &Vec<Estimate>| all.iter().find(|it| it.method() == method).map(|it| it.total().count());
        estimates.iter().filter_map(of_method).collect::<Vec<_>>()
    };
    let answered = MethodId::ALL.into_iter().map(|method| (method.id(), totals(method)));
    answered.filter(|(_, totals)| !totals.is_empty()).collect()
}
