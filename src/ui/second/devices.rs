//! The GPUs of the catalogue as rows of a field that is searched in, with today's run on each. It judges
//! nothing.

use crate::present::devices::gpu_offers;
use crate::present::search::Offers;
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use leptos::prelude::*;

/// The GPUs to choose from, as they are when the list is opened.
pub fn gpu_rows(state: State) -> Offers {
    untrack(|| {
        let inputs = state.shown.live_inputs.get();
        gpu_offers(&inputs, state.selected(), state.unit(), state.texts(), later_texts(state))
    })
}
