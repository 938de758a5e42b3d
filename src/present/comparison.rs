//! Two small bar charts of the document: SFT against DPO against GRPO, and the make-up of a multimodal
//! sequence. Shares are of the longest bar or of the whole.

use super::numbers;
use crate::estimator::{Inputs, MemoryUnit, activation_comparison, sequence_parts};
use crate::locale::Texts;

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Strip {
    /// What it stands for.
    pub label: String,
    /// Its amount with its unit.
    pub amount: String,
    /// Its length, from 0 to 1.
    pub share: f64,
}

/// The activations of SFT, DPO and GRPO.
pub fn preference(inputs: &Inputs, unit: MemoryUnit, texts: &Texts) -> Vec<Strip> {
    let it = activation_comparison(inputs);
    let amounts = [it.sft, it.dpo, it.grpo].map(|formula| formula.bytes());
    let longest = amounts.iter().map(|bytes| bytes.count()).fold(0.0, f64::max);
    let k = numbers::count(inputs.value(crate::estimator::ParameterId::NumGenerations).number());
    let strip = |(label, bytes): (String, crate::estimator::Bytes)| Strip {
        label,
        amount: numbers::card_amount(bytes, unit),
        share: bytes.count() / longest,
    };
    (texts.chart.preference_bars)(&k).into_iter().zip(amounts).map(strip).collect()
}

/// The tokens of text, images, video and audio, and their sum.
pub fn sequence(inputs: &Inputs, texts: &Texts) -> (Vec<Strip>, String) {
    let it = sequence_parts(inputs);
    let tokens = [it.text, it.images, it.video, it.audio].map(|formula| formula.value());
    let total: f64 = tokens.iter().sum();
    let strip = |(label, tokens): (&str, f64)| Strip {
        label: label.to_owned(),
        amount: numbers::count(tokens),
        share: tokens / total,
    };
    (texts.chart.sequence_parts.into_iter().zip(tokens).map(strip).collect(), numbers::count(total))
}
