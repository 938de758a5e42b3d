//! Prints the packed presets, for the build of the page to put beside it. It knows no format.

use std::io::Write;
use std::process::ExitCode;
use vram_estimator::estimator::architecture::PACKED;

fn main() -> ExitCode {
    match std::io::stdout().write_all(PACKED.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("presets: {error}");
            ExitCode::FAILURE
        }
    }
}
