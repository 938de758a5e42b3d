//! English: whether the run fits its device. It knows no figure.

use crate::estimator::plan::fit::VerdictKind;
use crate::locale::later::{VerdictText, VerdictTexts};

pub(super) const VERDICT: VerdictTexts = VerdictTexts { word, sentence };

fn word(kind: VerdictKind) -> &'static str {
    match kind {
        VerdictKind::Fits => "Fits",
        VerdictKind::Tight => "Tight",
        VerdictKind::TooMuch => "Does not fit",
        VerdictKind::DoesNotStart => "Does not start",
        VerdictKind::NoDevice => "No GPU chosen",
    }
}

fn sentence(it: &VerdictText) -> String {
    let VerdictText { device, needed, capacity, spare, .. } = it;
    let on = if device.is_empty() { String::new() } else { format!("{device}: ") };
    let smallest = it.smallest.map(|it| format!(" Smallest that fits: {it}.")).unwrap_or_default();
    match it.kind {
        // An engine that takes its share says what that has room for.
        VerdictKind::Fits | VerdictKind::Tight if it.reason.is_some() => {
            format!("{on}{}", it.reason.unwrap_or_default())
        }
        VerdictKind::Fits => format!("{on}{needed} of {capacity}, {spare} spare."),
        VerdictKind::Tight => format!("{on}{needed} of {capacity}, {spare} spare; {}", why_tight(it)),
        VerdictKind::TooMuch => format!("{on}{needed} of {capacity}, {spare} too much.{smallest}"),
        VerdictKind::DoesNotStart => format!("{on}{}{smallest}", it.reason.unwrap_or_default()),
        VerdictKind::NoDevice => format!("Needs {needed}.{smallest}"),
    }
}

fn why_tight(it: &VerdictText) -> String {
    match it.shown {
        Some(shown) => format!("nvidia-smi will show {shown}, more than there is."),
        None => "the upper end of the range is more than there is.".to_owned(),
    }
}
