//! The table of all that this program makes. Whoever calls it outside of the place of the cut takes all of it into
//! another program.

use crate::ui::asked::BringParts;
use crate::ui::bring::commands::command_sheet;
use crate::ui::bring::sheet::bring_sheet;

/// The program.
pub fn bring_parts() -> &'static BringParts {
    static PARTS: BringParts = BringParts { sheet: bring_sheet, commands: command_sheet };
    &PARTS
}
