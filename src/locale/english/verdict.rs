//! English: whether the run fits its device. It knows no figure.

use crate::estimator::plan::fit::VerdictKind;
use crate::locale::decide::{VerdictText, VerdictTexts};

pub(super) const VERDICT: VerdictTexts = VerdictTexts {
    word,
    assumed: |memory| format!("no GPU chosen, {memory} assumed"),
    deciding: |rank, device| format!("{rank} ({device}) decides"),
    by_sold: |name| format!("{name} (its usable memory is estimated)"),
    sentence,
};

fn word(kind: VerdictKind) -> &'static str {
    match kind {
        VerdictKind::Fits => "Fits",
        VerdictKind::Tight => "Tight",
        VerdictKind::TooMuch => "Does not fit",
        VerdictKind::DoesNotStart => "Does not start",
        VerdictKind::CannotSay => "Cannot say",
        VerdictKind::NoDevice => "No GPU chosen",
    }
}

fn sentence(it: &VerdictText) -> String {
    let VerdictText { device, needed, capacity, spare, n_gpus, .. } = it;
    let times = if *n_gpus > 1 { format!("{n_gpus} × ") } else { String::new() };
    let on = if device.is_empty() { String::new() } else { format!("{times}{device}: ") };
    let fullest = match it.fullest {
        Some(rank) => format!(" on the fullest GPU ({rank})"),
        None if *n_gpus > 1 => " on the fullest GPU".to_owned(),
        None => String::new(),
    };
    let largest = it.largest.map_or_else(String::new, |it| format!(" Most of it: {it}."));
    let smallest = match it.smallest {
        Some(Some(name)) => format!(" Smallest NVIDIA card that fits: {name}."),
        Some(None) => " No NVIDIA card listed here is large enough.".to_owned(),
        None => String::new(),
    };
    let driver = if it.has_other_driver { " CUDA's context is counted; this driver's is not known." } else { "" };
    match it.kind {
        // An engine that takes its share says what that has room for.
        VerdictKind::Fits | VerdictKind::Tight if it.reason.is_some() => {
            format!("{on}{}", it.reason.unwrap_or_default())
        }
        VerdictKind::Fits => {
            let decides = it.decides.map_or_else(String::new, |(most, left)| {
                format!("; what decides counts range and allocator: {most}, {left} spare")
            });
            format!("{on}{needed} of {capacity}{fullest}, {spare} spare{decides}.{driver}")
        }
        VerdictKind::Tight => format!("{on}{needed} of {capacity}{fullest}, {spare} spare; {}{largest}", why_tight(it)),
        VerdictKind::TooMuch => {
            let least = if it.is_least { " with what the allocator cannot give back" } else { "" };
            format!("{on}{needed} of {capacity}{fullest}{least}, {spare} too much.{driver}{smallest}{largest}")
        }
        VerdictKind::DoesNotStart => format!("{on}{}{smallest}", it.reason.unwrap_or_default()),
        VerdictKind::CannotSay if it.counts_one_gpu => {
            format!("{on}this method counts one GPU, and for the whole run {needed}.")
        }
        VerdictKind::CannotSay => {
            format!("{on}how the framework allocates there was not read. On a GPU under CUDA it takes {needed}.")
        }
        VerdictKind::NoDevice => format!("Needs {needed}{fullest}.{smallest}"),
    }
}

fn why_tight(it: &VerdictText) -> String {
    if let Some(paged) = it.paged {
        return format!(
            "{paged} of the paged optimizer's states stay in the host's memory, and its step takes longer."
        );
    }
    match it.shown {
        Some(shown) => format!("with what the allocator holds {shown}, more than there is."),
        None => "the upper end of the range is more than there is.".to_owned(),
    }
}
