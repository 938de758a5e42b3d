//! What one component of a link's run takes at one moment. It knows no formula.

use crate::catalog::CATALOG;
use vram_estimator::estimator::{Component, DEFAULT_METHOD, MomentId, estimate_values};
use vram_estimator::link::decode;

/// Bytes of a component at a moment of a link's run.
#[track_caller]
pub fn bytes(link: &str, moment: MomentId, component: Component) -> f64 {
    let answers = estimate_values(&decode(link, &CATALOG).0.inputs);
    let answer = answers.iter().find(|it| it.method() == DEFAULT_METHOD).expect("an answer");
    let moment = answer.moments().iter().find(|it| it.id() == moment).expect("a moment of the run");
    moment.lines().iter().find(|it| it.component == component).map_or(0.0, |it| it.formula.bytes().count())
}
