//! Runs on a real GPU (`scripts/trace/run.py --device cuda`), with what the driver and the allocator said besides. It
//! judges nothing.

use crate::present::accuracy::cases::case;
use crate::present::accuracy::judged::Case;
use serde_json::Value as Json;

/// The file of such runs.
pub const DEVICE: &str = "device.json";

/// A run on a real GPU.
#[derive(Clone, Debug)]
pub struct DeviceRun {
    /// The run as a link says it; what is compared is `max_memory_allocated`.
    pub case: Case,
    /// `max_memory_reserved`, in bytes.
    pub reserved: f64,
    /// The process's memory before the first tensor, in bytes; `None` where the driver does not tell.
    pub context: Option<f64>,
    /// The process's memory at its fullest, in bytes.
    pub process: Option<f64>,
    /// The card, the driver's version and PyTorch's.
    pub machine: String,
}

/// The rows of the file, which `to_cases.py --device` makes.
///
/// # Errors
/// Names the row and what is wrong with it.
pub fn device_runs(text: &str) -> Result<Vec<DeviceRun>, String> {
    let json: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let rows = json.as_array().ok_or("not an array")?;
    let row = |(at, row): (usize, &Json)| {
        Ok(DeviceRun {
            case: case(row).map_err(|fault| format!("row {at}: {fault}"))?,
            reserved: row["reserved"].as_f64().ok_or(format!("row {at}: `reserved` is missing"))?,
            context: row["context"].as_f64(),
            process: row["process"].as_f64(),
            machine: row["source"].as_str().unwrap_or_default().to_owned(),
        })
    };
    rows.iter().enumerate().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row as the script writes it; a driver that tells nothing leaves `null`.
    #[test]
    fn a_row_of_the_script_is_read() {
        let row = r#"[{"id": "dense-full/gpt2", "family": "dense-full", "link": "mode=train&model=gpt2", "figure": "tensors",
            "bytes": 1000, "moment": "backward", "source": "a card, driver 570, PyTorch 2.14.1", "reserved": 2097152,
            "context": null, "process": 400000000, "retries": 0}]"#;
        let runs = device_runs(row).expect("a row");
        assert_eq!((runs[0].case.measured, runs[0].reserved), (1000.0, 2_097_152.0));
        assert_eq!((runs[0].context, runs[0].process), (None, Some(400_000_000.0)));
        assert!(device_runs(&row.replace("reserved", "held")).is_err());
    }
}
