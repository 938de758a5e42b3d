//! The table of all that this program makes. Whoever calls it outside of the place of the cut takes all of it into
//! another program.

use crate::ui::asked::GuideParts;
use crate::ui::guide::help::help;
use crate::ui::guide::verification::verification_view;
use crate::ui::guide::view::guide_view;

/// The program.
pub fn guide_parts() -> &'static GuideParts {
    static PARTS: GuideParts = GuideParts { view: guide_view, verification: verification_view, help };
    &PARTS
}
