//! The errors of cases, family by family. It knows no case by name.

use crate::estimator::order::sorted;

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
        let sizes = sorted(signed.iter().map(|it| it.abs()).collect(), f64::total_cmp);
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

/// The smallest value that a share of the sorted values does not exceed.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(at.saturating_sub(1)).copied().unwrap_or(0.0)
}
