//! Whether the run fits its device, as text. It computes nothing and knows no device by name.

use crate::estimator::catalog::devices::{Device, UsableSource, Vendor};
use crate::estimator::plan::fit::{FitVerdict, VerdictKind, n_of};
use crate::estimator::{Bytes, Component, Inputs, MemoryUnit, ParameterId};
use crate::locale::{LaterTexts, Texts, VerdictText};
use crate::present::comparison::{cannot_start, room, waiting};
use crate::present::numbers;
use crate::present::value_text::so_many;

/// A verdict in words.
#[derive(Clone, Debug, PartialEq)]
pub struct VerdictSaid {
    /// The verdict.
    pub kind: VerdictKind,
    /// It in a word.
    pub word: &'static str,
    /// What follows the word: whole sentences.
    pub sentence: String,
    /// What is left of the device in bytes, below 0 what is missing; `None` without a device.
    pub spare: Option<f64>,
}

/// A device that is proposed, as many of it as the run is on; of one whose memory nobody has read that is said.
fn told_device(inputs: &Inputs, it: &Device, texts: &LaterTexts) -> String {
    let name = so_many(n_of(inputs, it), it.name);
    if it.usable().1 == UsableSource::FromSold { (texts.verdict.by_sold)(&name) } else { name }
}

/// The share of a device that is little to be left.
const NEAR: f64 = 0.1;

/// A verdict in a few words, with what is left or missing.
pub fn in_few_words(it: &FitVerdict, unit: MemoryUnit, later: &LaterTexts) -> (VerdictKind, String) {
    let spare = it.spare.unwrap_or(0.0);
    let amount = numbers::total_amount(Bytes::new(spare.abs()), unit);
    (it.kind, (later.devices.verdict)(it.kind, &amount, spare < 0.0))
}

/// A verdict on some inputs, and the smallest device that fits where that was asked for.
pub fn said(
    inputs: &Inputs,
    it: &FitVerdict,
    smallest: Option<Option<&Device>>,
    unit: MemoryUnit,
    names: &Texts,
    texts: &LaterTexts,
) -> VerdictSaid {
    let amount = |bytes: f64| numbers::total_amount(Bytes::new(bytes), unit);
    let capacity = it.capacity.unwrap_or_default();
    // A figure that nobody has read is about right.
    let is_read = it.device.is_none_or(|it| it.usable().1 == UsableSource::Measured);
    let has = if is_read { amount(capacity.count()) } else { format!("≈ {}", amount(capacity.count())) };
    let amount_of_needed = amount(it.needed.count());
    let shown = it.shown.filter(|shown| *shown > capacity).map(|it| amount(it.count()));
    // What decides is the upper end of what it may take and hold, which leaves less than the tensors do: told where
    // little is left.
    let most = it.shown.map_or(it.most, |shown| if shown > it.most { shown } else { it.most });
    let is_near = (capacity.count() - most.count()) < NEAR * capacity.count();
    let decides = (it.kind == VerdictKind::Fits && most > it.needed && is_near)
        .then(|| (amount(most.count()), amount(capacity.count() - most.count())))
        .filter(|it| it.0 != amount_of_needed);
    let reason = match it.kind {
        VerdictKind::DoesNotStart => it.refusal.map(|it| cannot_start(inputs, it, unit, &texts.comparison)),
        VerdictKind::Tight => waiting(inputs, &texts.comparison).map(|it| it.trim_start().to_owned()),
        VerdictKind::Fits => room(inputs, &texts.comparison),
        VerdictKind::TooMuch | VerdictKind::CannotSay | VerdictKind::NoDevice => None,
    };
    let is_assumed = it.device.is_none() && inputs.is_default(ParameterId::GpuMemory) && it.capacity.is_some();
    let assumed = if is_assumed { (texts.verdict.assumed)(&amount(capacity.count())) } else { String::new() };
    let name = it.device.map_or(assumed.as_str(), |it| it.name);
    let deciding = it.rank.map(|rank| (texts.verdict.deciding)(&(texts.ranks.kind)(rank), name));
    let smallest = smallest.map(|it| it.map(|it| told_device(inputs, it, texts)));
    let fullest = it.fullest.map(texts.ranks.kind);
    let part = |(component, bytes): (Component, Bytes)| {
        (names.joints.named)((names.component)(component), &amount(bytes.count()))
    };
    let largest = it.largest.map(part);
    let paged = it.paged.map(|it| amount(it.count()));
    let text = VerdictText {
        kind: it.kind,
        device: deciding.as_deref().unwrap_or(name),
        n_gpus: it.n_gpus,
        fullest: fullest.as_deref(),
        largest: largest.as_deref(),
        needed: &amount_of_needed,
        is_least: it.is_least,
        capacity: &has,
        spare: &amount(it.spare.unwrap_or(0.0).abs()),
        shown: shown.as_deref(),
        decides: decides.as_ref().map(|it| (it.0.as_str(), it.1.as_str())),
        paged: paged.as_deref(),
        smallest: smallest.as_ref().map(|it| it.as_deref()),
        has_other_driver: it.device.is_some_and(|it| it.vendor != Vendor::Nvidia),
        counts_one_gpu: it.counts_one_gpu,
        reason: reason.as_deref(),
    };
    let sentence = (texts.verdict.sentence)(&text);
    VerdictSaid { kind: it.kind, word: (texts.verdict.word)(it.kind), sentence, spare: it.spare }
}
