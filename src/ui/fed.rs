//! Which parameters feed the rows that are open or pointed at, for their controls to light up. It knows no way to find
//! out: the second program does.

use crate::estimator::ParameterId;
use crate::ui::kit::element::memo;
use crate::ui::later::Later;
use crate::ui::state::State;
use leptos::prelude::*;

/// The parameters that feed a row.
#[derive(Clone, Copy)]
pub struct Fed(Memo<Vec<ParameterId>>);

impl Fed {
    /// Makes them known to the whole page. To be called once, at the root.
    pub fn provide(state: State) {
        let gate = Later::of_page();
        provide_context(Self(memo(move || {
            let groups: Vec<_> = state.open_rows.get().into_iter().chain(state.pointed.get()).collect();
            // Nothing is asked while no row is open or pointed at.
            if groups.is_empty() {
                Vec::new()
            } else {
                gate.parts().map_or(Vec::new(), |it| (it.deciding)(state, &groups))
            }
        })));
    }

    /// Those of the page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Whether a parameter is among them.
    pub fn contains(self, id: ParameterId) -> bool {
        self.0.with(|all| all.contains(&id))
    }
}
