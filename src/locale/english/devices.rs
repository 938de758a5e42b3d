//! English: GPUs and models to choose from. It knows no figure.

use crate::estimator::plan::fit::VerdictKind;
use crate::locale::decide::{DeviceTexts, ModelTexts};

pub(super) const DEVICES: DeviceTexts = DeviceTexts {
    verdict,
    proposed: "Smallest that fit, one of each size",
    beside: |gpus| format!("Beside {gpus}"),
    nothing: "No GPU matches",
    usable: |usable, sold| format!("{usable} of {sold} GB usable"),
    one_fewer: "One GPU fewer",
    one_more: "One GPU more",
};

pub(super) const MODELS: ModelTexts = ModelTexts {
    nothing: "No model matches",
    runs_in: |mode| format!("runs in {mode}"),
    runs_nowhere: "size only",
    altered: |name, n| {
        let facts = if n == 1 { "fact" } else { "facts" };
        name.map_or_else(|| format!("own shape, {n} {facts} typed"), |it| format!("own: {it}, {n} {facts} typed"))
    },
};

fn verdict(kind: VerdictKind, spare: &str, is_missing: bool) -> String {
    match kind {
        VerdictKind::Fits => format!("{spare} spare"),
        // Of vLLM, that sequences wait for room in its pool.
        VerdictKind::Tight if is_missing => format!("tight, {spare} too much at once"),
        VerdictKind::Tight => format!("tight, {spare} spare"),
        VerdictKind::TooMuch => format!("{spare} too much"),
        VerdictKind::DoesNotStart => "does not run".to_owned(),
        VerdictKind::CannotSay => "cannot say".to_owned(),
        VerdictKind::NoDevice => String::new(),
    }
}
