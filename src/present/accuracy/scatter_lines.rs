//! The cases as the page's chart reads them: a few digits of each, since the chart has no more, and no name that the link says too. It
//! judges nothing.

use crate::estimator::Bytes;
use crate::present::accuracy::judged::{Case, Judged};
use std::fmt::Write;

/// Digits of a size: a per mille at most, finer than a point of the chart.
const SIZE_DIGITS: i32 = 4;

/// Decimals of an error in per cent, as the page tells them at most.
const ERROR_DECIMALS: usize = 2;

/// The cases that are answered, one a line: family, error in per cent, measured MiB, name, link, parted by tabs. The name of a traced
/// case, which is a path made of what its link says, is left out, and so is what the line above says at the same place: the family,
/// and each `key=value` of the link. It is a seventh of the download.
pub fn scatter_lines(all: &[Judged]) -> String {
    let mut out = String::new();
    let (mut family_before, mut link_before) = ("", "");
    for it in all {
        let Case { id, family, link, measured, .. } = &it.case;
        let Some(error) = it.error() else { continue };
        let name = if id.contains('/') { "" } else { id.as_str() };
        let (error, size) = (plain(100.0 * error, ERROR_DECIMALS), sized(measured / Bytes::PER_MIB));
        // Writing to a string cannot fail.
        let shown = if family == family_before { "" } else { family.as_str() };
        let _ = writeln!(out, "{shown}\t{error}\t{size}\t{name}\t{}", beside(link_before, link));
        (family_before, link_before) = (family, link);
    }
    out
}

/// A link without the pairs that the one before has at the same place.
fn beside(before: &str, link: &str) -> String {
    let mut known = before.split('&');
    let pairs: Vec<_> = link.split('&').map(|it| if known.next() == Some(it) { "" } else { it }).collect();
    pairs.join("&")
}

/// A number with so many digits in front of and behind the point together.
fn sized(number: f64) -> String {
    let before = number.abs().max(1.0).log10().floor() as i32 + 1;
    match usize::try_from(SIZE_DIGITS - before) {
        Ok(decimals) => plain(number, decimals),
        // Before the point the rest are zeros.
        Err(_) => {
            let unit = 10_f64.powi(before - SIZE_DIGITS);
            plain((number / unit).round() * unit, 0)
        }
    }
}

/// A number without zeros at its end, and without a sign of nothing.
fn plain(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$}");
    let short = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_left_out_where_the_line_above_has_it() {
        assert_eq!(beside("a=1&b=2&c=3", "a=1&c=3&c=3"), "&c=3&");
        assert_eq!(beside("a=1", "a=1&b=2"), "&b=2");
        assert_eq!(beside("", "a=1"), "a=1");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(plain(-0.000_01, 4), "0");
        assert_eq!(plain(-12.5, 4), "-12.5");
        assert_eq!(plain(100.0, 0), "100");
        assert_eq!(sized(15_473.123), "15470");
        assert_eq!(sized(0.012_345), "0.012");
        assert_eq!(sized(12.345_678), "12.35");
    }
}
