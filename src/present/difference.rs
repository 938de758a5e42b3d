//! The sentence under the chart: what makes the methods differ here.

use crate::estimator::{Bytes, ComponentGroup, Estimate, MemoryUnit, MethodId};
use crate::locale::{NamedPart, Texts};
use crate::present::{numbers, table};

/// Parts that the sentence names at most.
const NAMED_PARTS: usize = 3;

/// A part of the gap below this share is not worth a word.
const WORTH_NAMING: f64 = 0.03;

/// A gap below this share of the larger total is agreement.
const NEAR: f64 = 0.02;

/// One sentence on the estimates, in the unit of the page; none where there is nothing to compare.
pub fn sentence(estimates: &[Estimate], unit: MemoryUnit, texts: &Texts) -> String {
    // Against the method that counts stands the one that is farthest from it.
    let answering: Vec<_> = estimates.iter().map(Estimate::method).collect();
    let counting = MethodId::that_counts(&answering).filter(|_| estimates.len() > 1);
    let Some(one) = estimates.iter().find(|it| Some(it.method()) == counting) else { return String::new() };
    let total = |it: &Estimate| it.total().count();
    let ratio = |it: &&Estimate| total(it) / total(one);
    let distance = |it: &&Estimate| ratio(it).max(1.0 / ratio(it));
    let other = estimates.iter().max_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(one);
    let (larger, smaller) = if total(one) < total(other) { (other, one) } else { (one, other) };
    let name = |estimate: &Estimate| (texts.method)(estimate.method()).label;
    let bytes = |estimate: &Estimate, group| table::group_bytes(estimate, group).unwrap_or_default().count();
    // As the table and the legend call it.
    let rows = table::rows(estimates);
    let row_name = |group| {
        let row = rows.iter().find(|row| row.group == group);
        row.map_or((texts.component_group)(group), |row| table::row_name(group, &row.components, texts))
    };
    let named = |parts: Vec<(ComponentGroup, f64)>, whole: f64| -> Vec<NamedPart> {
        // Where others pull the opposite way, shares of the whole say nothing, and none is more than all of it.
        let is_one_way = parts.iter().all(|it| it.1 >= -WORTH_NAMING * whole);
        let name = |(group, bytes)| NamedPart {
            name: (texts.in_sentence)(row_name(group)),
            amount: signed_amount(bytes, unit),
            share: if is_one_way && bytes <= whole { numbers::percent(bytes / whole) } else { String::new() },
        };
        widest(parts, whole).into_iter().map(name).collect()
    };
    let groups = || ComponentGroup::ALL.iter().copied();
    let (large, small) = (larger.total().count(), smaller.total().count());
    let gap = large - small;
    if gap <= NEAR * large {
        return (texts.chart.agree)(name(larger), name(smaller), &numbers::percent(gap / large));
    }
    let parts = groups().map(|group| (group, bytes(larger, group) - bytes(smaller, group))).collect();
    (texts.chart.gap)(name(larger), name(smaller), &numbers::ratio(large, small), &named(parts, gap))
}

/// `+65.2 GiB`, with a decimal more where one would leave a single digit.
fn signed_amount(bytes: f64, unit: MemoryUnit) -> String {
    let value = unit.of(Bytes::new(bytes));
    let decimals = if value.abs() < 1.0 { 2 } else { 1 };
    format!("{} {}", numbers::signed(value, decimals), unit.id())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::{Inputs, Mode, ParameterId, Value, estimate_all};
    use crate::locale::ENGLISH;

    /// Shares above the whole were told ("101 % of the gap"), and ratios that were none ("1.0 times").
    /// Broken before: where a single method answered, its total was said to agree with itself.
    #[test]
    fn one_answer_is_compared_with_nothing() {
        let all = estimate_all(&Inputs::defaults(Mode::Nlp));
        assert!(all.len() > 1 && !sentence(&all, MemoryUnit::Gib, &ENGLISH).is_empty());
        assert_eq!(sentence(&all[..1], MemoryUnit::Gib, &ENGLISH), "");
    }

    /// The method that counts was taken to be the last of the list; it is found by its name.
    #[test]
    fn the_order_of_the_answers_says_nothing() {
        for mode in Mode::ALL {
            let all = estimate_all(&Inputs::defaults(mode));
            let turned: Vec<_> = all.iter().rev().cloned().collect();
            let told = sentence(&all, MemoryUnit::Gib, &ENGLISH);
            assert!(!told.is_empty());
            assert_eq!(sentence(&turned, MemoryUnit::Gib, &ENGLISH), told, "{mode:?}");
        }
    }

    #[test]
    fn a_sentence_tells_neither_more_than_the_whole_nor_no_difference() {
        let mut n_shares = 0;
        for mode in Mode::ALL {
            for stop in 0..60 {
                let size = Value::Number(0.5 * 1.1f64.powi(stop));
                let Ok(inputs) = Inputs::defaults(mode).with(ParameterId::ModelSize, size) else { continue };
                let told = sentence(&estimate_all(&inputs), MemoryUnit::Gib, &ENGLISH);
                assert!(!told.contains(" 1.0 times") && !told.contains(" 1 times"), "{mode:?}: {told}");
                for share in told.split('(').skip(1).filter_map(|it| it.split("\u{a0}%").next()) {
                    if let Some(Ok(percent)) = share.split_whitespace().last().map(str::parse::<f64>) {
                        n_shares += 1;
                        assert!(percent <= 100.0, "{mode:?}: {told}");
                    }
                }
            }
        }
        assert!(n_shares > 20, "{n_shares} shares were told");
    }
}
