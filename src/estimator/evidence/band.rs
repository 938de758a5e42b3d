//! Error bands: how far what runs took lies from what a method says, for each kind of run. It knows no case:
//! `data/bands.tsv`, which `make accuracy` writes, has what the cases come to.

use crate::estimator::evidence::evidence_kind::Evidence;
use crate::estimator::method::MethodId;
use crate::estimator::methods::RunKind;
use std::sync::OnceLock;

/// How near a method comes to the runs of a kind. Shares are of what the method says.
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
    /// Half of them lie nearer to what the method says.
    pub median: f64,
    /// 95 of 100 lie nearer.
    pub p95: f64,
    /// How much less than the method says runs took, 0 or below: −0.1 where that is 10 %.
    pub low: f64,
    /// How much more, 0 or above.
    pub high: f64,
}

impl Band {
    /// The band of a method for a kind of run; `None` where too few cases are known.
    pub fn of(method: MethodId, kind: RunKind) -> Option<Self> {
        static BANDS: OnceLock<Vec<Band>> = OnceLock::new();
        let all =
            BANDS.get_or_init(|| include_str!("../../../data/bands.tsv").lines().filter_map(Self::read).collect());
        all.iter().find(|it| it.method == method && it.kind == kind).copied()
    }

    /// The band as a line of the file: method, kind, evidence, cases, and shares, parted by tabs.
    pub fn line(&self) -> String {
        let Self { method, kind, evidence, n_cases, median, p95, low, high } = self;
        let (method, kind, evidence) = (method.id(), kind.id(), evidence.id());
        format!("{method}\t{kind}\t{evidence}\t{n_cases}\t{median:.6}\t{p95:.6}\t{low:.6}\t{high:.6}\n")
    }

    fn read(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.split('\t').collect();
        let [method, kind, evidence, n_cases, shares @ ..] = &fields[..] else { return None };
        let shares: Vec<f64> = shares.iter().map(|it| it.parse().ok()).collect::<Option<_>>()?;
        let [median, p95, low, high] = shares[..] else { return None };
        Some(Self {
            method: MethodId::ALL.iter().copied().find(|it| it.id() == *method)?,
            kind: RunKind::from_id(kind)?,
            evidence: Evidence::ALL.into_iter().find(|it| it.id() == *evidence)?,
            n_cases: n_cases.parse().ok()?,
            median,
            p95,
            low,
            high,
        })
    }
}
