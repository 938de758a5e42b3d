//! Makes the error bands from judged cases. It judges nothing and knows no formula.
//!
//! A band is the central 95 of 100 cases.

use crate::estimator::evidence::{Band, Evidence};
use crate::estimator::{MethodId, RunKind};
use crate::present::accuracy::families::quantile;
use crate::present::accuracy::judged::Judged;

/// Cases of one kind of evidence from which a band can be told: fewer say little.
const ENOUGH: usize = 5;

/// The share of the cases that lies outside a band, at each of its ends.
const OUTSIDE: f64 = 0.025;

/// The bands of all methods and kinds for which there are cases enough.
pub fn bands(all: &[Judged]) -> Vec<Band> {
    let methods = MethodId::ALL.iter().copied();
    methods.flat_map(|method| RunKind::ALL.iter().filter_map(move |&kind| band(all, method, kind))).collect()
}

/// The bands as lines of a file.
pub fn band_lines(all: &[Judged]) -> String {
    bands(all).iter().map(Band::line).collect()
}

/// A band rests on published runs where there are enough, else on traced ones.
fn band(all: &[Judged], method: MethodId, kind: RunKind) -> Option<Band> {
    let of_kind = |it: &&Judged| it.kind == kind && it.case.figure.is_whole();
    [Evidence::Measured, Evidence::Traced].into_iter().find_map(|evidence| {
        let cases = all.iter().filter(of_kind).filter(|it| it.case.evidence == evidence);
        // What a run took beyond what the method says, as a share of that.
        let beyond = cases.filter_map(|it| Some(it.case.measured / it.said_by(method).filter(|it| *it > 0.0)? - 1.0));
        let beyond: Vec<f64> = beyond.collect();
        if beyond.len() < ENOUGH {
            return None;
        }
        let mut sizes: Vec<f64> = beyond.iter().map(|it| (1.0 / (1.0 + it) - 1.0).abs()).collect();
        sizes.sort_by(f64::total_cmp);
        let n_cases = beyond.len();
        let (low, high) = central(beyond);
        Some(Band {
            method,
            kind,
            evidence,
            n_cases,
            median: quantile(&sizes, 0.5),
            p95: quantile(&sizes, 0.95),
            low: low.min(0.0),
            high: high.max(0.0),
        })
    })
}

/// The ends of the central 95 of 100 values; of few values the smallest and the largest. There is at least one.
pub(super) fn central(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let outside = (OUTSIDE * values.len() as f64).floor() as usize;
    (values[outside], values[values.len() - 1 - outside])
}
