//! Error bands: how far what was traced and measured lies from what a method says, for each kind of run. It judges nothing and
//! knows no formula.
//!
//! A band is the central 95 of 100 cases. It is made from the cases by `make accuracy`, and the program carries the file.

use crate::estimator::{MethodId, RunKind};
use crate::present::accuracy::families::quantile;
use crate::present::accuracy::judged::{Evidence, Judged};
use std::fmt::Write;
use std::sync::OnceLock;

/// How near a method comes to the runs of a kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// The method.
    pub method: MethodId,
    /// The kind of run.
    pub kind: RunKind,
    /// What it rests on.
    pub evidence: Evidence,
    /// How many such cases.
    pub n_cases: usize,
    /// Half of them have a smaller error.
    pub median: f64,
    /// 95 of 100 have a smaller error.
    pub p95: f64,
    /// How far the truth lies below the estimate, as a share of it: −0.1 where a run took 10 % less.
    pub low: f64,
    /// How far above.
    pub high: f64,
}

/// Cases of one kind of evidence from which a band can be told: fewer say little.
const ENOUGH: usize = 5;

/// The share of the cases that lies outside a band, at each of its ends.
const OUTSIDE: f64 = 0.025;

/// The bands of all methods and kinds for which there are cases enough.
pub fn bands(all: &[Judged]) -> Vec<Band> {
    let methods = MethodId::ALL.iter().copied();
    methods.flat_map(|method| RunKind::ALL.iter().filter_map(move |&kind| band(all, method, kind))).collect()
}

/// A band rests on published runs where there are enough, else on traced ones.
fn band(all: &[Judged], method: MethodId, kind: RunKind) -> Option<Band> {
    let of_kind = |it: &&Judged| it.kind == kind && it.case.figure.is_whole();
    [Evidence::Measured, Evidence::Traced].into_iter().find_map(|evidence| {
        let cases = all.iter().filter(of_kind).filter(|it| it.case.evidence == evidence);
        // What a run took beyond what the method says, as a share of that.
        let beyond = cases.filter_map(|it| Some(it.case.measured / it.said_by(method).filter(|it| *it > 0.0)? - 1.0));
        let mut beyond: Vec<f64> = beyond.collect();
        if beyond.len() < ENOUGH {
            return None;
        }
        beyond.sort_by(f64::total_cmp);
        let mut sizes: Vec<f64> = beyond.iter().map(|it| (1.0 / (1.0 + it) - 1.0).abs()).collect();
        sizes.sort_by(f64::total_cmp);
        let outside = (OUTSIDE * beyond.len() as f64).floor() as usize;
        Some(Band {
            method,
            kind,
            evidence,
            n_cases: beyond.len(),
            median: quantile(&sizes, 0.5),
            p95: quantile(&sizes, 0.95),
            low: beyond[outside].min(0.0),
            high: beyond[beyond.len() - 1 - outside].max(0.0),
        })
    })
}

/// The bands as lines of a file: method, kind, evidence, cases, and shares, parted by tabs.
pub fn band_lines(bands: &[Band]) -> String {
    let mut out = String::new();
    for it in bands {
        let Band { method, kind, evidence, n_cases, median, p95, low, high } = it;
        let (method, kind, evidence) = (method.id(), kind.id(), evidence.id());
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{method}\t{kind}\t{evidence}\t{n_cases}\t{median:.6}\t{p95:.6}\t{low:.6}\t{high:.6}");
    }
    out
}

/// The band of a method for a kind of run; `None` where too few cases are known.
pub fn band_of(method: MethodId, kind: RunKind) -> Option<Band> {
    static BANDS: OnceLock<Vec<Band>> = OnceLock::new();
    let all = BANDS.get_or_init(|| include_str!("../../../data/bands.tsv").lines().filter_map(read).collect());
    all.iter().find(|it| it.method == method && it.kind == kind).copied()
}

fn read(line: &str) -> Option<Band> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [method, kind, evidence, n_cases, shares @ ..] = &fields[..] else { return None };
    let shares: Vec<f64> = shares.iter().map(|it| it.parse().ok()).collect::<Option<_>>()?;
    let [median, p95, low, high] = shares[..] else { return None };
    Some(Band {
        method: MethodId::ALL.iter().copied().find(|it| it.id() == *method)?,
        kind: RunKind::ALL.iter().copied().find(|it| it.id() == *kind)?,
        evidence: [Evidence::Traced, Evidence::Measured].into_iter().find(|it| it.id() == *evidence)?,
        n_cases: n_cases.parse().ok()?,
        median,
        p95,
        low,
        high,
    })
}
