//! Everything that is written of the cases: the report, and the lines that the program carries or the ratchet reads. It
//! judges nothing, and neither reads nor writes a file.

use crate::estimator::evidence::Reserve;
use crate::estimator::{Catalog, Inputs};
use crate::link::decode;
use crate::present::accuracy::bands::band_lines;
use crate::present::accuracy::device::{DEVICE, device_runs};
use crate::present::accuracy::families::Family;
use crate::present::accuracy::judged::{Case, Judged};
use crate::present::accuracy::left_out::{LEFT_OUT, left_out};
use crate::present::accuracy::megatron_cases::{MEGATRON, reasons};
use crate::present::accuracy::report::{ReportParts, points, report};
use crate::present::accuracy::reserves::{SIMULATED, Simulated, reserve_families, reserves, simulated};
use crate::present::accuracy::scatter_lines::scatter_lines;

/// The texts, and the errors of what the allocator is said to hold.
pub struct Written {
    /// The report, in Markdown.
    pub report: String,
    /// The cases, one a line.
    pub points: String,
    /// The cases as the page's chart reads them.
    pub scatter: String,
    /// The error bands.
    pub bands: String,
    /// What the allocator holds, kind by kind.
    pub reserve: String,
    /// The errors of the rule for that.
    pub reserved: Vec<Family>,
}

/// What is written of judged cases; `read` gives the text of a file of `data/ground_truth`.
///
/// # Errors
/// Names the file that cannot be read.
pub fn written(
    all: &[Judged],
    accepted: &str,
    catalog: &Catalog,
    read: impl Fn(&str) -> Result<String, String>,
) -> Result<Written, String> {
    let runs = simulated_runs(&read(SIMULATED)?, catalog)?;
    let reserves = reserves(&runs);
    let reserved = reserve_families(&runs, &reserves);
    let mut left_out = left_out_errors(&read(LEFT_OUT)?, catalog)?;
    left_out.extend(reasons(&read(MEGATRON)?)?.into_iter().map(|it| (it, None)));
    let device = device_runs(&read(DEVICE)?)?.into_iter();
    let device: Vec<_> = device.map(|it| (it.clone(), judge(it.case, catalog).predicted)).collect();
    let parts = ReportParts { all, reserved: &reserved, device: &device, left_out: &left_out, accepted };
    Ok(Written {
        report: report(&parts),
        points: points(all),
        scatter: scatter_lines(all),
        bands: band_lines(all),
        reserve: reserves.iter().map(Reserve::line).collect(),
        reserved,
    })
}

/// Judges a case by the inputs that its link gives.
pub fn judge(case: Case, catalog: &Catalog) -> Judged {
    let (link, _) = decode(&case.link, catalog);
    Judged::new(case, &link.inputs)
}

/// Runs over which the allocator was simulated, with their inputs.
///
/// # Errors
/// Names the row that cannot be read.
pub fn simulated_runs(text: &str, catalog: &Catalog) -> Result<Vec<(Simulated, Inputs)>, String> {
    let runs = simulated(text)?.into_iter();
    Ok(runs.map(|it| (it.clone(), decode(&it.link, catalog).0.inputs)).collect())
}

/// What is no case: why, and its error where a link says the run.
///
/// # Errors
/// Names the row that cannot be read.
pub fn left_out_errors(text: &str, catalog: &Catalog) -> Result<Vec<(String, Option<f64>)>, String> {
    let rows = left_out(text)?.into_iter();
    Ok(rows.map(|it| (it.reason, it.case.and_then(|case| judge(case, catalog).error()))).collect())
}
