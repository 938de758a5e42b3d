//! What ranks of a served model hold. It knows no formula.

use crate::catalog::CATALOG;
use vram_estimator::estimator::{Component, Estimate, Inputs, MethodId, Rank, values_of};
use vram_estimator::link::decode;

/// The inputs of a link of inference.
pub fn inputs(link: &str) -> Inputs {
    decode(&format!("mode=inference&{link}"), &CATALOG).0.inputs
}

/// The answer of `calibrated` to it.
#[track_caller]
pub fn calibrated(link: &str) -> Estimate {
    values_of(MethodId::Calibrated, &inputs(link)).expect("an answer")
}

/// Bytes of a component of a rank where it holds most.
pub fn at_peak(rank: &Rank, component: Component) -> f64 {
    rank.peak().line(component).map_or(0.0, |it| it.formula.value())
}
