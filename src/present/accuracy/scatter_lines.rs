//! The cases as the page's chart reads them: a few digits of each, since the chart has no more, and no name that the
//! link says too. It judges nothing.

use crate::estimator::Bytes;
use crate::estimator::evidence::Evidence;
use crate::present::accuracy::judged::{Case, Judged};
use std::fmt::Write;

/// Digits of a size: it is half a per cent off at most, which is less than a point of the chart.
const SIZE_DIGITS: i32 = 3;
/// About a byte, in the mebibytes of the file.
const SMALLEST: f64 = 1e-6;

/// The least error, as a share of what was measured, of a traced case that one may want to open.
const WORTH_A_LOOK: f64 = 0.002;
/// The same of a measured one, whose allocator and workspaces are in its figure too.
const WORTH_A_LOOK_MEASURED: f64 = 0.03;

/// Decimals of an error in per cent, as the page tells them at most.
const ERROR_DECIMALS: usize = 2;

/// The cases that are answered. First one a line: family, error in per cent, measured MiB, name, parted by tabs; the
/// family where the line above has another, and the name where the case is published, since that of a traced one is a
/// path made of what its link says. Then, behind an empty line, their links: a line for each key, with its value in
/// every case, `~` where a link has none, and `*n` behind a value that so many cases in a row have. Cases named by a
/// path that are met have no link: one opens those where there is something to see, and links would be most of the
/// file's bytes.
pub fn scatter_lines(all: &[Judged]) -> String {
    let mut out = String::new();
    let mut family_before = "";
    let mut links = Vec::new();
    for it in all {
        let Case { id, family, link, measured, .. } = &it.case;
        let Some(error) = it.error() else { continue };
        let name = if id.contains('/') { "" } else { id.as_str() };
        let size = sized(measured / Bytes::PER_MIB);
        let shown = if family == family_before { "" } else { family.as_str() };
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{shown}\t{}\t{size}\t{name}", plain(100.0 * error, ERROR_DECIMALS));
        family_before = family;
        let least = if it.case.evidence == Evidence::Traced { WORTH_A_LOOK } else { WORTH_A_LOOK_MEASURED };
        links.push(if name.is_empty() && error.abs() < least { "" } else { link.as_str() });
    }
    out + "\n" + &columns(&links)
}

/// Links as a line for each key.
fn columns(links: &[&str]) -> String {
    let links: Vec<Vec<(&str, &str)>> =
        links.iter().map(|link| link.split('&').filter_map(|it| it.split_once('=')).collect()).collect();
    let mut keys: Vec<&str> = Vec::new();
    for (key, _) in links.iter().flatten() {
        if !keys.contains(key) {
            keys.push(key);
        }
    }
    let mut out = String::new();
    for key in keys {
        out.push_str(key);
        let values = links.iter().map(|link| link.iter().find(|it| it.0 == key).map_or("~", |it| it.1));
        let values: Vec<&str> = values.collect();
        for alike in values.chunk_by(|a, b| a == b) {
            let _ = if alike.len() > 1 {
                write!(out, " {}*{}", alike[0], alike.len())
            } else {
                write!(out, " {}", alike[0])
            };
        }
        out.push('\n');
    }
    out
}

/// A number with so many significant digits; none is smaller than a byte.
fn sized(number: f64) -> String {
    let before = number.abs().max(SMALLEST).log10().floor() as i32 + 1;
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
    fn each_key_has_a_line() {
        let links = ["mode=nlp&batchSize=2", "mode=nlp&batchSize=2&model=x", "mode=cnn"];
        assert_eq!(columns(&links), "mode nlp*2 cnn\nbatchSize 2*2 ~\nmodel ~ x ~\n");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(plain(-0.000_01, 4), "0");
        assert_eq!(plain(-12.5, 4), "-12.5");
        assert_eq!(plain(100.0, 0), "100");
        assert_eq!(sized(15_473.123), "15500");
        assert_eq!(sized(0.012_345), "0.0123");
        assert_eq!(sized(0.0), "0");
        assert_eq!(sized(12.345_678), "12.3");
    }
}
