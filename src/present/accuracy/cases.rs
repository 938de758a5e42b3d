//! Reads the files of `data/ground_truth`. It judges nothing.

use crate::estimator::evidence::Evidence;
use crate::present::accuracy::judged::{Case, Figure};
use crate::present::accuracy::megatron_cases::{MEGATRON, cases_of_run, is_run};
use serde_json::Value as Json;

/// The files, in the order of the report.
pub const FILES: [&str; 7] =
    ["traced.json", "traced_more.json", "traced_blind.json", "sharded.json", "measured.json", "reports.json", MEGATRON];

/// The cases of a file: an array of objects with `id`, `family`, `link`, `bytes`, and where they are not `tensors` and
/// none, `figure` and `reason`; `rank` where it is not the fullest. What was measured names its `source`. A run of
/// Megatron-LM is told by its arguments, and has two cases, or none where they are not known.
///
/// # Errors
/// Names the case and what is wrong with it.
pub fn cases(text: &str) -> Result<Vec<Case>, String> {
    let json: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let rows = json.as_array().ok_or("not an array")?;
    let of = |(at, row): (usize, &Json)| match is_run(row) {
        true => Ok(cases_of_run(row).unwrap_or_default()),
        false => case(row).map(|it| vec![it]).map_err(|fault| format!("case {at}: {fault}")),
    };
    Ok(rows.iter().enumerate().map(of).collect::<Result<Vec<_>, String>>()?.concat())
}

/// A case from its object.
pub(super) fn case(row: &Json) -> Result<Case, String> {
    let text = |key: &str| row[key].as_str().map(str::to_owned).ok_or(format!("`{key}` is missing"));
    let figure = match row["figure"].as_str() {
        None => Figure::Tensors,
        Some(id) => Figure::from_id(id).ok_or(format!("`figure` {id} is not known"))?,
    };
    Ok(Case {
        id: text("id")?,
        family: text("family")?,
        link: text("link")?,
        evidence: if row["source"].is_null() { Evidence::Traced } else { Evidence::Measured },
        figure,
        rank: row["rank"].as_str().map(str::to_owned),
        measured: row["bytes"].as_f64().filter(|it| *it > 0.0).ok_or("`bytes` is missing")?,
        reason: row["reason"].as_str().map(str::to_owned),
    })
}
