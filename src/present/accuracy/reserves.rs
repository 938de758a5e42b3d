//! Makes the shares that the allocator holds from runs that were simulated. It simulates nothing.

use crate::estimator::evidence::{AllocatorFigure, HeldRange, Reserve, ground, is_checkpointed};
use crate::estimator::{DEFAULT_METHOD, Inputs, RunKind, estimate_values};
use crate::present::accuracy::bands::central;
use crate::present::accuracy::families::{Family, families, quantile};
use crate::present::accuracy::judged::Figure;
use serde_json::Value as Json;

/// The file of simulated runs.
pub const SIMULATED: &str = "reserved.json";

/// A traced run over which the allocator was simulated, in bytes.
#[derive(Clone, Debug)]
pub struct Simulated {
    /// Its name.
    pub id: String,
    /// The link that describes it.
    pub link: String,
    /// Tensors at the fullest moment.
    pub peak: f64,
    /// What the allocator has then, in the order of [`AllocatorFigure::ALL`].
    pub has: [f64; 3],
}

/// The rows of a file: an array of objects with `id`, `link`, and in bytes `peak`, `reserved`, `expandable`, `least`.
///
/// # Errors
/// Names the row and what is wrong with it.
pub fn simulated(text: &str) -> Result<Vec<Simulated>, String> {
    let json: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let rows = json.as_array().ok_or("not an array")?;
    let row = |(at, row): (usize, &Json)| {
        let bytes = |key: &str| row[key].as_f64().ok_or(format!("row {at}: `{key}` is missing"));
        let text = |key: &str| row[key].as_str().map(str::to_owned).ok_or(format!("row {at}: `{key}` is missing"));
        let has = [bytes("reserved")?, bytes("expandable")?, bytes("least")?];
        Ok(Simulated { id: text("id")?, link: text("link")?, peak: bytes("peak")?, has })
    };
    rows.iter().enumerate().map(row).collect()
}

/// The rule's errors over the simulated runs, kind by kind, of all on one GPU and of all on several: what tensors and
/// allocator take together.
pub fn reserve_families(runs: &[(Simulated, Inputs)], reserves: &[Reserve]) -> Vec<Family> {
    let error = |(run, inputs): &(Simulated, Inputs)| {
        let kind = RunKind::of(inputs);
        let reserve = reserves.iter().find(|it| it.is_of(inputs, kind))?;
        let estimates = estimate_values(inputs);
        let estimate = estimates.iter().find(|it| it.method() == DEFAULT_METHOD)?;
        let held = reserve.bytes(AllocatorFigure::Segments, ground(inputs, kind, estimate)).middle;
        let said = Figure::Tensors.of(estimate, inputs)?.count() + held;
        Some((kind, said / run.has[AllocatorFigure::Segments as usize] - 1.0))
    };
    let errors: Vec<_> = runs.iter().filter_map(error).collect();
    let of = |name: fn(RunKind) -> &'static str| {
        families(&errors.iter().map(|&(kind, error)| (name(kind), error)).collect::<Vec<_>>())
    };
    let mut res = of(RunKind::id);
    res.extend(of(|kind| if kind.is_spread() { ALL_OF_SEVERAL } else { ALL_OF_ONE }));
    res
}

/// Name of the family of all runs on one GPU.
pub const ALL_OF_ONE: &str = "all on one GPU";

/// The same of runs on several.
pub const ALL_OF_SEVERAL: &str = "all on several GPUs";

/// Shares of one run.
struct Shares {
    kind: RunKind,
    is_checkpointed: bool,
    shares: [f64; 3],
}

/// What the allocator holds in some runs, kind by kind.
pub fn reserves(runs: &[(Simulated, Inputs)]) -> Vec<Reserve> {
    let shares: Vec<Shares> = runs.iter().filter_map(|(run, inputs)| shares(run, inputs)).collect();
    let mut res = Vec::new();
    for &kind in RunKind::ALL {
        for is_checkpointed in [false, true] {
            let of = |it: &&Shares| it.kind == kind && it.is_checkpointed == is_checkpointed;
            let of_kind: Vec<&Shares> = shares.iter().filter(of).collect();
            if of_kind.is_empty() {
                continue;
            }
            let held =
                AllocatorFigure::ALL.map(|which| held(of_kind.iter().map(|it| it.shares[which as usize]).collect()));
            res.push(Reserve { kind, is_checkpointed, n_runs: of_kind.len(), held });
        }
    }
    res
}

fn shares(run: &Simulated, inputs: &Inputs) -> Option<Shares> {
    let kind = RunKind::of(inputs);
    let estimates = estimate_values(inputs);
    let estimate = estimates.iter().find(|it| it.method() == DEFAULT_METHOD)?;
    let ground = ground(inputs, kind, estimate).count();
    let shares = run.has.map(|it| (it - run.peak) / ground);
    (ground > 0.0).then_some(Shares { kind, is_checkpointed: is_checkpointed(inputs), shares })
}

fn held(mut shares: Vec<f64>) -> HeldRange {
    shares.sort_by(f64::total_cmp);
    let middle = quantile(&shares, 0.5);
    let (low, high) = central(shares);
    HeldRange { low, middle, high }
}
