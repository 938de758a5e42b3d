//! How near `calibrated` comes to what was traced and measured: errors of cases, by family, as a report and as
//! the points of a chart, and the ratchet that lets no case become worse. It knows no formula and reads no file.

mod bands;
mod cases;
mod device;
mod families;
mod goals;
mod judged;
mod left_out;
mod megatron_cases;
mod ratchet;
mod report;
mod reserves;
mod scatter_lines;
mod written;

pub use bands::{band_lines, bands};
pub use cases::{FILES, cases};
pub use device::{DEVICE, DeviceRun, device_runs};
pub use families::{Family, families};
pub use judged::{Case, Figure, Judged};
pub use left_out::{LEFT_OUT, LeftOut, left_out};
pub use megatron_cases::MEGATRON;
pub use ratchet::{Setback, SetbackKind, accept, accepted, setbacks};
pub use report::{ReportParts, judged_families, points, report};
pub use reserves::{ALL_OF_ONE, ALL_OF_SEVERAL, SIMULATED, Simulated, reserve_families, reserves, simulated};
pub use written::{Written, judge, left_out_errors, simulated_runs, written};
