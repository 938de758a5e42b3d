//! Measured runs of Megatron-LM's own tests as cases: their arguments become the links, and of the rank that logs two
//! figures are compared, what lives after a step and the most. It judges nothing.

use crate::estimator::evidence::Evidence;
use crate::estimator::support;
use crate::import::{ImportRefusal, of_megatron};
use crate::link::query_of_inputs;
use crate::present::accuracy::judged::{Case, Figure};
use serde_json::Value as Json;

/// The file of measured runs: objects with `case`, `gpu`, `world_size`, `args`, `after_step_bytes` and `peak_bytes`;
/// `untold` where the arguments do not tell what runs, and what that is.
pub const MEGATRON: &str = "megatron.json";

/// Figures of a run: how they are called in the file, in names of cases and of families, and what of an estimate they
/// are.
const FIGURES: [(&str, &str, Figure); 2] =
    [("after_step_bytes", "static", Figure::AfterStepOfLast), ("peak_bytes", "peak", Figure::PeakOfLast)];

/// Whether a row of a file is such a run.
pub(super) fn is_run(row: &Json) -> bool {
    row["args"].is_object()
}

/// The cases of a run, or why it has none.
pub(super) fn cases_of_run(row: &Json) -> Result<Vec<Case>, String> {
    if let Some(it) = row["untold"].as_str() {
        return Err(format!("Megatron-LM: {it}, which its arguments do not tell"));
    }
    let text = |key: &str| row[key].as_str().ok_or_else(|| format!("Megatron-LM: a run without `{key}`"));
    let (name, gpu) = (text("case")?, text("gpu")?);
    let inputs = of_megatron(row).map_err(|it| told(&it))?;
    if support(&inputs).is_err() {
        return Err("Megatron-LM: a run that was read, for which there are no formulas".to_owned());
    }
    let mixture = if row["args"]["num-experts"].is_null() { "" } else { " of mixtures" };
    let case = |(key, id, figure): (&str, &str, Figure)| {
        Some(Case {
            id: format!("megatron/{name}/{gpu}/{id}"),
            family: format!("Megatron {id}{mixture}, {}", gpu.to_uppercase()),
            link: query_of_inputs(&inputs),
            evidence: Evidence::Measured,
            figure,
            rank: None,
            measured: row[key].as_f64().filter(|it| *it > 0.0)?,
            reason: None,
        })
    };
    Ok(FIGURES.into_iter().filter_map(case).collect())
}

/// Why each run that is no case is none.
///
/// # Errors
/// Says that the text is no list.
pub(super) fn reasons(text: &str) -> Result<Vec<String>, String> {
    let json: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let rows = json.as_array().ok_or("not an array")?;
    let mut res: Vec<String> = rows.iter().filter_map(|it| cases_of_run(it).err()).collect();
    res.sort();
    Ok(res)
}

/// Why arguments are no inputs.
fn told(refusal: &ImportRefusal) -> String {
    match refusal {
        ImportRefusal::Unread { key, .. } if key == "case" => {
            "Megatron-LM: another program than `pretrain_gpt.py`".to_owned()
        }
        ImportRefusal::Unread { key, .. } => format!("Megatron-LM: `{key}`, of which was not read what it changes"),
        ImportRefusal::Several(all) => all.first().map_or_else(String::new, told),
        ImportRefusal::Missing(key) => format!("Megatron-LM: a run without `{key}`"),
        ImportRefusal::NotArguments => "Megatron-LM: no arguments".to_owned(),
    }
}
