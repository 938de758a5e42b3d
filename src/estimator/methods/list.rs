//! All methods as entries of one list. It knows no formula.

use crate::estimator::estimate::Estimate;
use crate::estimator::inputs::Inputs;
use crate::estimator::method::MethodId;
use crate::estimator::methods::calibrated;
use crate::estimator::methods::document::{documented, verified};
use crate::estimator::mode::Mode;
use crate::estimator::reader::{Reader, Telling};
use crate::estimator::units::Bytes;

/// A way to estimate.
pub struct Method {
    /// Its name.
    pub id: MethodId,
    /// The formulas; for a mode that it does not cover, and for a run of which it has none, there is no answer.
    pub estimate: fn(&Reader) -> Option<Estimate>,
}

/// The method that answers in every mode, alone: for a page that has not fetched the others yet.
pub const FIRST_METHODS: &[Method] = &[DOCUMENTED];

/// Every method, in the order in which the page shows them. Who names this list carries the formulas of them all.
pub const METHODS: &[Method] = &[
    DOCUMENTED,
    Method { id: MethodId::Verified, estimate: verified::estimate },
    Method { id: MethodId::Calibrated, estimate: calibrated::estimate },
];

const DOCUMENTED: Method = Method { id: MethodId::Documented, estimate: documented::estimate };

/// Whether a method has formulas for a mode.
pub fn covers(method: MethodId, mode: Mode) -> bool {
    match method {
        MethodId::Documented | MethodId::Calibrated => true,
        MethodId::Verified => matches!(mode, Mode::Nlp | Mode::Vlm | Mode::Moe | Mode::Cnn),
    }
}

/// The answers of all methods that have one, in the order of [`METHODS`], with the formulas behind them; never empty,
/// because `documented` answers in every mode.
pub fn estimate_all(inputs: &Inputs) -> Vec<Estimate> {
    answers(METHODS, inputs, Telling::Formulas)
}

/// The same without formulas, in a fraction of the time: for sliders, sweeps and solvers.
pub fn estimate_values(inputs: &Inputs) -> Vec<Estimate> {
    answers(METHODS, inputs, Telling::Values)
}

/// The answers of some methods, in their order.
pub fn answers(methods: &[Method], inputs: &Inputs, telling: Telling) -> Vec<Estimate> {
    let reader = Reader::new(inputs, telling);
    methods.iter().filter_map(|method| (method.estimate)(&reader)).collect()
}

/// The answer of one method without formulas, where it has one: for sweeps and solvers that ask nobody else.
pub fn values_of(method: MethodId, inputs: &Inputs) -> Option<Estimate> {
    let reader = Reader::new(inputs, Telling::Values);
    METHODS.iter().find(|it| it.id == method).and_then(|it| (it.estimate)(&reader))
}

/// A method's total alone; nothing where it has no answer.
pub fn total(method: MethodId, inputs: &Inputs) -> Option<Bytes> {
    values_of(method, inputs).map(|it| it.total())
}
