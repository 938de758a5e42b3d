//! The table of all that the workbench makes. Whoever calls it outside of the place of the cut takes all of it into another
//! program.

use crate::ui::asked::WorkbenchParts;
use crate::ui::workbench::devices::device_list;

/// The workbench.
pub fn workbench_parts() -> &'static WorkbenchParts {
    static PARTS: WorkbenchParts = WorkbenchParts { device_list };
    &PARTS
}
