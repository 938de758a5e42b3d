//! How near `calibrated` comes to what was traced and measured: errors of cases, by family, as a report and as
//! the points of a chart. It knows no formula and reads no file.

mod cases;

pub use cases::cases;

use crate::estimator::{
    Bytes, Component, ComponentGroup, DEFAULT_METHOD, Estimate, Inputs, ParameterId, capacity, estimate_values,
};
use std::fmt::Write;

/// What of an estimate is compared with the measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// The total without the runtime's overhead: what tensors take.
    Tensors,
    /// The total with the runtime's overhead: what the driver reports.
    Total,
    /// Weights alone.
    Weights,
    /// Keys and values of one token.
    KvPerToken,
    /// The pool that vLLM makes of a GPU.
    KvPool,
}

impl Figure {
    /// The figure's name in the files of cases.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Tensors => "tensors",
            Self::Total => "total",
            Self::Weights => "weights",
            Self::KvPerToken => "kv_per_token",
            Self::KvPool => "kv_pool",
        }
    }

    /// The figure that a file of cases names, or `None`.
    pub fn from_id(id: &str) -> Option<Self> {
        [Self::Tensors, Self::Total, Self::Weights, Self::KvPerToken, Self::KvPool].into_iter().find(|it| it.id() == id)
    }

    fn of(self, estimate: &Estimate, inputs: &Inputs) -> Bytes {
        let sum = |keep: &dyn Fn(Component) -> bool| {
            let lines = estimate.lines().iter().filter(|line| keep(line.component));
            lines.map(|line| line.formula.bytes()).sum::<Bytes>()
        };
        let is_weight = |it: Component| {
            matches!(
                it.group(),
                ComponentGroup::Weights | ComponentGroup::Vision | ComponentGroup::Text | ComponentGroup::Experts
            )
        };
        match self {
            Self::Tensors => sum(&|it| it != Component::Runtime),
            Self::Total => estimate.total(),
            Self::Weights => sum(&is_weight),
            Self::KvPerToken => {
                let number = |id: ParameterId| inputs.values().number(id);
                let tokens = number(ParameterId::BatchSize) * number(ParameterId::SequenceLength);
                Bytes::new(sum(&|it| it == Component::KvCache).count() / tokens.max(1.0))
            }
            Self::KvPool => capacity(inputs).map(|it| it.pool.bytes()).unwrap_or_default(),
        }
    }
}

/// A traced or measured run.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name.
    pub id: String,
    /// Cases of one kind.
    pub family: String,
    /// The link that describes it.
    pub link: String,
    /// What is compared.
    pub figure: Figure,
    /// What was traced or measured, in bytes.
    pub measured: f64,
    /// Why it is missed, where somebody has found out.
    pub reason: Option<String>,
}

/// A case with the estimate's answer.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The case.
    pub case: Case,
    /// What the estimate says, in bytes.
    pub predicted: f64,
}

impl Judged {
    /// Estimates a case with the inputs that its link gives.
    pub fn new(case: Case, inputs: &Inputs) -> Self {
        let all = estimate_values(inputs);
        let estimate = all.iter().find(|it| it.method() == DEFAULT_METHOD);
        let predicted = estimate.map_or(0.0, |it| case.figure.of(it, inputs).count());
        Self { case, predicted }
    }

    /// The signed error as a share of what was measured; an under-estimate is negative.
    pub fn error(&self) -> f64 {
        (self.predicted - self.case.measured) / self.case.measured
    }
}

/// The errors of one family.
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    /// Its name.
    pub name: String,
    /// How many cases.
    pub n_cases: usize,
    /// Half of the cases have a smaller error.
    pub median: f64,
    /// 95 of 100 cases have a smaller error.
    pub p95: f64,
    /// The largest error.
    pub worst: f64,
    /// The mean of signed errors.
    pub mean: f64,
    /// The deepest under-estimate, as a negative share; 0 if there is none.
    pub lowest: f64,
}

/// The families of some cases, given by family and signed error, in the order in which they first occur.
pub fn families<'a>(cases: &[(&'a str, f64)]) -> Vec<Family> {
    let mut names: Vec<&'a str> = Vec::new();
    for (name, _) in cases {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let family = |name: &str| {
        let signed: Vec<f64> = cases.iter().filter(|it| it.0 == name).map(|it| it.1).collect();
        let mut sizes: Vec<f64> = signed.iter().map(|it| it.abs()).collect();
        sizes.sort_by(f64::total_cmp);
        Family {
            name: name.to_owned(),
            n_cases: sizes.len(),
            median: quantile(&sizes, 0.5),
            p95: quantile(&sizes, 0.95),
            worst: quantile(&sizes, 1.0),
            mean: signed.iter().sum::<f64>() / signed.len() as f64,
            lowest: signed.iter().copied().fold(0.0, f64::min),
        }
    };
    names.into_iter().map(family).collect()
}

/// The families of judged cases.
pub fn judged_families(all: &[Judged]) -> Vec<Family> {
    families(&all.iter().map(|it| (it.case.family.as_str(), it.error())).collect::<Vec<_>>())
}

/// The smallest value that a share of the sorted values does not exceed.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(at.saturating_sub(1)).copied().unwrap_or(0.0)
}

/// The points of the scatter plot, a case a line: family, predicted and measured bytes, name, link, parted by tabs.
pub fn points(all: &[Judged]) -> String {
    let mut out = String::new();
    for Judged { case, predicted } in all {
        let Case { id, family, link, measured, .. } = case;
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{family}\t{predicted:.0}\t{measured:.0}\t{id}\t{link}");
    }
    out
}

/// Cases that the report names one by one.
const NAMED_CASES: usize = 10;

/// The report, in Markdown.
pub fn report(all: &[Judged]) -> String {
    let mut out = String::from(
        "# Accuracy of `calibrated`\n\n\
         Written by `make accuracy` from `data/ground_truth`; do not edit. The error is (estimate − measured) / measured.\n\
         Traced cases are compared without the runtime's overhead, which the tracer does not see.\n\n\
         | family | cases | median | 95 % below | worst | signed mean | deepest under-estimate |\n\
         |---|--:|--:|--:|--:|--:|--:|\n",
    );
    for it in judged_families(all) {
        let Family { name, n_cases, median, p95, worst, mean, lowest } = it;
        let _ = writeln!(
            out,
            "| {name} | {n_cases} | {} | {} | {} | {} | {} |",
            percent(median),
            percent(p95),
            percent(worst),
            signed_percent(mean),
            signed_percent(lowest)
        );
    }
    let mut worst: Vec<&Judged> = all.iter().collect();
    worst.sort_by(|a, b| b.error().abs().total_cmp(&a.error().abs()));
    out.push_str(
        "\n## The worst ten\n\n| case | estimate, GiB | measured, GiB | error | why |\n|---|--:|--:|--:|---|\n",
    );
    for it in worst.into_iter().take(NAMED_CASES) {
        let _ = writeln!(
            out,
            "| `{}` `{}` | {} | {} | {} | {} |",
            it.case.id,
            it.case.link,
            gib(it.predicted),
            gib(it.case.measured),
            signed_percent(it.error()),
            it.case.reason.as_deref().unwrap_or("")
        );
    }
    out
}

fn gib(bytes: f64) -> String {
    let gib = Bytes::new(bytes).gib();
    if gib < 0.01 { format!("{gib:.6}") } else { format!("{gib:.3}") }
}

fn percent(share: f64) -> String {
    format!("{:.3} %", 100.0 * share)
}

fn signed_percent(share: f64) -> String {
    format!("{:+.3} %", 100.0 * share)
}
