//! English: the run on each GPU of the catalogue, and the models to choose from. It knows no figure.

use crate::estimator::plan::fit::VerdictKind;
use crate::locale::decide::{DeviceTexts, ModelTexts};

pub(super) const DEVICES: DeviceTexts = DeviceTexts {
    verdict,
    proposed: "Smallest that fit",
    nothing: "No GPU matches",
    title: "All GPUs",
    filter: "Filter: 48, ada, amd",
    summary: |n_fit, n_all| format!("{n_fit} of {n_all} fit this run as it is set"),
    note: "GiB is what programs can use of each GPU. Each is judged with the context of its own generation; choosing one changes nothing else.",
    gpu: "GPU",
    memory: "GiB",
    today: "This run",
    choose: "Choose",
    choose_one: |name| format!("Choose {name}"),
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

fn verdict(kind: VerdictKind, spare: &str) -> String {
    match kind {
        VerdictKind::Fits => format!("{spare} spare"),
        VerdictKind::Tight => format!("tight, {spare} spare"),
        VerdictKind::TooMuch => format!("{spare} too much"),
        VerdictKind::DoesNotStart => "does not start".to_owned(),
        VerdictKind::CannotSay => "cannot say".to_owned(),
        VerdictKind::NoDevice => String::new(),
    }
}
