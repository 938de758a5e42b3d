//! The sentence under the chart: what makes the methods differ here, or what the only one is made of.

use super::{numbers, table};
use crate::estimator::{Bytes, ComponentGroup, Estimate, MemoryUnit};
use crate::locale::Texts;

/// Parts that the sentence names at most.
const NAMED_PARTS: usize = 3;

/// A part of the gap below this share is not worth a word.
const WORTH_NAMING: f64 = 0.03;

/// One sentence on the estimates, in the unit of the page.
pub fn sentence(estimates: &[Estimate], unit: MemoryUnit, texts: &Texts) -> String {
    let by_total = |a: &&Estimate, b: &&Estimate| a.total().count().total_cmp(&b.total().count());
    let (Some(larger), Some(smaller)) = (estimates.iter().max_by(by_total), estimates.iter().min_by(by_total)) else {
        return String::new();
    };
    let name = |estimate: &Estimate| (texts.method)(estimate.method()).label;
    let gap = larger.total().count() - smaller.total().count();
    if estimates.len() < 2 {
        return (texts.chart.makeup)(name(larger), &shares(larger, texts));
    }
    if gap <= 1e-9 * larger.total().count() {
        return (texts.chart.agree)(name(larger), name(smaller));
    }
    let bytes = |estimate: &Estimate, group| table::group_bytes(estimate, group).unwrap_or_default().count();
    let gaps = ComponentGroup::ALL.iter().map(|&group| (group, bytes(larger, group) - bytes(smaller, group)));
    let parts = widest(gaps.collect(), gap).into_iter().map(|(group, bytes)| {
        let decimals = if unit.of(Bytes::new(bytes.abs())) < 1.0 { 2 } else { 1 };
        let amount = format!("{} {}", numbers::signed(unit.of(Bytes::new(bytes)), decimals), unit.id());
        ((texts.component_group_in_sentence)(group), amount, numbers::percent(bytes / gap))
    });
    let ratio = numbers::ratio(larger.total().count(), smaller.total().count());
    (texts.chart.gap)(name(larger), name(smaller), &ratio, &parts.collect::<Vec<_>>())
}

fn shares(estimate: &Estimate, texts: &Texts) -> Vec<(String, String)> {
    let total = estimate.total().count();
    let groups = ComponentGroup::ALL
        .iter()
        .filter_map(|&group| table::group_bytes(estimate, group).map(|bytes| (group, bytes.count())));
    let name = |group| (texts.component_group_in_sentence)(group);
    widest(groups.collect(), total)
        .into_iter()
        .map(|(group, bytes)| (name(group), numbers::percent(bytes / total)))
        .collect()
}

/// The few largest parts in the direction of the whole, largest first.
fn widest(mut parts: Vec<(ComponentGroup, f64)>, whole: f64) -> Vec<(ComponentGroup, f64)> {
    let mut res = Vec::new();
    while res.len() < NAMED_PARTS {
        let largest = (0..parts.len()).max_by(|a, b| parts[*a].1.total_cmp(&parts[*b].1));
        match largest {
            Some(at) if parts[at].1 >= WORTH_NAMING * whole => res.push(parts.remove(at)),
            _ => break,
        }
    }
    res
}
