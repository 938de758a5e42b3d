//! Makes the error bands from judged cases. It judges nothing and knows no formula.
//!
//! A band is the central 95 of 100 cases.

use crate::estimator::evidence::{Band, Evidence};
use crate::estimator::{DEFAULT_METHOD, MethodId, RunKind};
use crate::present::accuracy::families::quantile;
use crate::present::accuracy::judged::{Figure, Judged};

/// Cases of one kind of evidence from which a band can be told: fewer say little.
const ENOUGH: usize = 4;

/// The share of the cases that lies outside a band, at each of its ends.
const OUTSIDE: f64 = 0.025;

/// The bands of all methods and kinds for which there are cases enough.
pub fn bands(all: &[Judged]) -> Vec<Band> {
    let methods = MethodId::ALL.iter().copied();
    // What is derived alone has no cases of its own, whatever single runs among it were traced.
    let kinds = || RunKind::ALL.iter().filter(|it| **it != RunKind::Derived);
    methods.flat_map(|method| kinds().filter_map(move |&kind| band(all, method, kind))).collect()
}

/// The bands as lines of a file.
pub fn band_lines(all: &[Judged]) -> String {
    bands(all).iter().map(Band::line).collect()
}

/// A band holds what was traced and what was published; it is told as measured where there are enough published runs.
fn band(all: &[Judged], method: MethodId, kind: RunKind) -> Option<Band> {
    // Of Megatron-LM the last rank's peak was measured: it tells how far a rank's is off, of the method that has ranks.
    let is_peak =
        |it: &Judged| it.case.figure.is_whole() || method == DEFAULT_METHOD && it.case.figure == Figure::PeakOfLast;
    let of_kind = all.iter().filter(|it| it.kind == kind && is_peak(it));
    // What a run took beyond what the method says, as a share of that.
    let beyond = |it: &Judged| Some(it.case.measured / it.said_by(method).filter(|it| *it > 0.0)? - 1.0);
    let cases: Vec<(Evidence, f64)> = of_kind.filter_map(|it| Some((it.case.evidence, beyond(it)?))).collect();
    let of = |evidence| cases.iter().filter(|it| it.0 == evidence).map(|it| it.1).collect::<Vec<_>>();
    let (evidence, told) = [Evidence::Measured, Evidence::Traced]
        .map(|evidence| (evidence, of(evidence)))
        .into_iter()
        .find(|it| it.1.len() >= ENOUGH)?;
    let mut sizes: Vec<f64> = told.iter().map(|it| it.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    let ends = [Evidence::Measured, Evidence::Traced].map(of).into_iter().filter(|it| !it.is_empty()).map(central);
    let (low, high) = ends.fold((0.0, 0.0), |(low, high), it| (f64::min(low, it.0), f64::max(high, it.1)));
    let (median, p95) = (quantile(&sizes, 0.5), quantile(&sizes, 0.95));
    Some(Band { method, kind, evidence, n_cases: told.len(), median, p95, low, high })
}

/// The ends of the central 95 of 100 values; of few values the smallest and the largest. There is at least one.
pub(super) fn central(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let outside = (OUTSIDE * values.len() as f64).floor() as usize;
    (values[outside], values[values.len() - 1 - outside])
}
