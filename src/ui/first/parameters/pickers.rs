//! What runs, and on what: the rows of model and GPU, in the strip that stays in sight, with the way to bring both. The
//! rows are those of any parameter; what stands beside them comes with the second program.

use crate::estimator::ParameterId;
use crate::ui::first::bring::bring_button;
use crate::ui::first::order::PagePart;
use crate::ui::first::parameters::row::parameter_row;
use crate::ui::kit::element::{El, el};
use crate::ui::later::Later;
use crate::ui::state::State;

/// The parameters whose rows stand in the strip, and not among their group's.
pub const PICKED: [ParameterId; 2] = [ParameterId::Model, ParameterId::Gpu];

/// The rows.
pub fn pickers(state: State) -> El {
    let place = el("div").class("subject");
    state.stages.part(PagePart::ColumnHead.turn(), place, move || {
        let rows = PICKED.iter().filter_map(|id| parameter_row(state, *id));
        let beside =
            el("div").class("beside").children_fn(move || Later::of_page().show_quietly(|it| (it.picked)(state)));
        rows.chain([beside, bring_button(state)]).collect()
    })
}
