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

/// One sentence on the estimates, in the unit of the page; none where there is nothing to compare, or the selected
/// method has no answer.
pub fn sentence(estimates: &[Estimate], selected: MethodId, unit: MemoryUnit, texts: &Texts) -> String {
    // Against the method that judges stands the one that is farthest from it.
    let judging = estimates.iter().find(|it| it.method() == selected).filter(|_| estimates.len() > 1);
    let Some(one) = judging else { return String::new() };
    let total = |it: &Estimate| it.total().count();
    let ratio = |it: &&Estimate| total(it) / total(one);
    let distance = |it: &&Estimate| ratio(it).max(1.0 / ratio(it));
    let other = estimates.iter().max_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(one);
    let (larger, smaller) = if total(one) < total(other) { (other, one) } else { (one, other) };
    let name = |estimate: &Estimate| (texts.method)(estimate.method()).label;
    let bytes = |estimate: &Estimate, group| table::group_bytes(estimate, group).unwrap_or_default().count();
    // Not as shares of the gap: parts that pull the other way make those of the rest add up to more than all of it.
    let named = |sign: f64, parts: &[(ComponentGroup, f64)], whole: f64| -> Vec<NamedPart> {
        let name = |(group, bytes): (ComponentGroup, f64)| NamedPart {
            name: (texts.in_sentence)((texts.component_group)(group)),
            amount: numbers::signed_amount(Bytes::new(sign * bytes), unit),
        };
        let turned = parts.iter().map(|it| (it.0, sign * it.1)).collect();
        widest(turned, whole).into_iter().map(name).collect()
    };
    // Encoders that one of the two counts among its weights are weights of both here.
    let home = |group| match table::home(larger, group) {
        it if it == group => table::home(smaller, group),
        it => it,
    };
    let groups = || ComponentGroup::ALL.iter().copied();
    let (large, small) = (larger.total().count(), smaller.total().count());
    let gap = large - small;
    if gap <= NEAR * large {
        // Rounded up to a tenth of a per cent, since it is said to be the most.
        let most = (gap / large * 1000.0).ceil().max(1.0) / 1000.0;
        return (texts.chart.agree)(name(larger), name(smaller), &numbers::percent(most));
    }
    let difference = |group: ComponentGroup| {
        let at_home = groups().filter(|it| home(*it) == group);
        (group, at_home.map(|it| bytes(larger, it) - bytes(smaller, it)).sum::<f64>())
    };
    let parts: Vec<_> = groups().map(difference).collect();
    let [more, less] = [1.0, -1.0].map(|sign| named(sign, &parts, gap));
    (texts.chart.gap)(name(larger), name(smaller), &numbers::ratio(large, small), &more, &less)
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
    use crate::estimator::{DEFAULT_METHOD, Inputs, Mode, ParameterId, Value, estimate_all};
    use crate::locale::ENGLISH;

    /// Broken before: where a single method answered, its total was said to agree with itself.
    #[test]
    fn one_answer_is_compared_with_nothing() {
        let all = estimate_all(&Inputs::defaults(Mode::Nlp));
        assert!(all.len() > 1 && !sentence(&all, DEFAULT_METHOD, MemoryUnit::Gib, &ENGLISH).is_empty());
        assert_eq!(sentence(&all[..1], all[0].method(), MemoryUnit::Gib, &ENGLISH), "");
    }

    /// Where the selected method had no answer, the document's two were compared in its place, as if one of them
    /// judged.
    #[test]
    fn what_is_not_judged_is_not_compared() {
        let all = estimate_all(&Inputs::defaults(Mode::Nlp));
        let others: Vec<_> = all.iter().filter(|it| it.method() != DEFAULT_METHOD).cloned().collect();
        assert!(others.len() > 1);
        assert_eq!(sentence(&others, DEFAULT_METHOD, MemoryUnit::Gib, &ENGLISH), "");
        assert_ne!(sentence(&all, others[0].method(), MemoryUnit::Gib, &ENGLISH), "");
    }

    /// The method that counts was taken to be the last of the list; it is found by its name.
    #[test]
    fn the_order_of_the_answers_says_nothing() {
        for mode in Mode::ALL {
            let all = estimate_all(&Inputs::defaults(mode));
            let turned: Vec<_> = all.iter().rev().cloned().collect();
            let told = sentence(&all, DEFAULT_METHOD, MemoryUnit::Gib, &ENGLISH);
            assert!(!told.is_empty());
            assert_eq!(sentence(&turned, DEFAULT_METHOD, MemoryUnit::Gib, &ENGLISH), told, "{mode:?}");
        }
    }

    /// Shares were told that added up to more than the gap ("98 % and 5.6 %"), because what pulls the other way was
    /// not; and ratios that were none ("1.0 times").
    #[test]
    fn a_sentence_tells_both_directions_and_no_share() {
        let (mut n_less, mut n_agreeing) = (0, 0);
        for mode in Mode::ALL {
            for stop in 0..60 {
                let size = Value::Number(0.5 * 1.1f64.powi(stop));
                let Ok(inputs) = Inputs::defaults(mode).with(ParameterId::ModelSize, size) else { continue };
                let told = sentence(&estimate_all(&inputs), DEFAULT_METHOD, MemoryUnit::Gib, &ENGLISH);
                assert!(!told.contains(" 1.0 times") && !told.contains(" 1 times"), "{mode:?}: {told}");
                let agrees = told.contains("at most");
                assert!(agrees || !told.contains('%'), "{mode:?}: {told}");
                assert!(agrees || told.contains("(+"), "{mode:?}: {told}");
                assert_eq!(told.contains("; less "), told.contains("(−"), "{mode:?}: {told}");
                n_less += usize::from(told.contains("; less "));
                n_agreeing += usize::from(agrees);
            }
        }
        assert!(n_less > 20, "{n_less} told what is smaller, {n_agreeing} agree");
    }

    /// The whole weights of one method were held against the few of another that counts encoders apart.
    #[test]
    fn encoders_are_weights_where_one_method_counts_them_there() {
        let told = sentence(&estimate_all(&Inputs::defaults(Mode::Vlm)), DEFAULT_METHOD, MemoryUnit::Gib, &ENGLISH);
        assert!(!told.contains("vision encoder") && !told.contains("text encoder"), "{told}");
    }
}
