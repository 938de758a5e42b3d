//! Published figures that are no cases, and why: by configuration and never by error. Where a link says the run all the
//! same, its error is told. It judges nothing.

use crate::present::accuracy::cases::case;
use crate::present::accuracy::judged::Case;
use serde_json::Value as Json;

/// The file of what was left out.
pub const LEFT_OUT: &str = "left_out.json";

/// A figure that is no case.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// Why.
    pub reason: String,
    /// The run as far as a link can say it.
    pub case: Option<Case>,
}

/// The rows of the file: an array of objects with `id`, `reason`, `source`, and where a link says the run also what
/// cases have.
///
/// # Errors
/// Names the row and what is wrong with it.
pub fn left_out(text: &str) -> Result<Vec<LeftOut>, String> {
    let json: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let rows = json.as_array().ok_or("not an array")?;
    let row = |(at, row): (usize, &Json)| {
        let reason = row["reason"].as_str().map(str::to_owned).ok_or(format!("row {at}: `reason` is missing"))?;
        let case = if row["link"].is_null() { None } else { Some(case(row).map_err(|it| format!("row {at}: {it}"))?) };
        Ok(LeftOut { reason, case })
    };
    rows.iter().enumerate().map(row).collect()
}
