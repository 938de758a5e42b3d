//! What closed tabs say below their names, once the program is there: found when the hand has rested for a while, one
//! after another in tasks of their own. It decides nothing.

use crate::estimator::plan::solve::crossing;
use crate::estimator::plan::spreads::plans;
use crate::link::Tab;
use crate::present::decide::AnswerRow;
use crate::present::devices::gpu_table;
use crate::present::plan_table::{PlanFilter, PlanOrder, PlanTold, cheapest_row, plan_table};
use crate::present::sweep_ground::crossing_words;
use crate::present::sweep_stop::SweepTold;
use crate::present::swept::swept;
use crate::ui::asked::Said;
use crate::ui::kit::element::effect;
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;
use crate::ui::workbench::texts::workbench_texts;
use crate::web::frames::Rest;
use leptos::prelude::*;
use std::time::Duration;

/// Tabs whose answers are asked of the estimate.
const ASKED: [Tab; 3] = [Tab::Sweep, Tab::Plans, Tab::Gpus];

/// How long the hand rests before anything is found for a tab that is not open, and between two of them.
const PAUSE: Duration = Duration::from_millis(400);

/// Keeps the answers of tabs that are not open; the open one says its own, and goes on saying it when it is closed.
/// What is older than the totals says nothing.
pub fn keep_answers(state: State, open: Memo<Option<Tab>>, said: Said) {
    let rest = Rest::new(PAUSE);
    effect(move || {
        state.shown.estimates.track();
        state.found.track();
        state.selected();
        state.unit();
        for tab in ASKED.into_iter().filter(|it| open.get_untracked() != Some(*it)) {
            said[tab as usize].set(String::new());
        }
        if !state.is_held.get() {
            rest.then(move || untrack(|| find(state, open, said, rest, 0)));
        }
    });
}

/// Finds the cheapest sharding of what is shown now. What asks for it is made anew when that changes, and asks again.
pub fn find_cheapest(state: State, found: RwSignal<Option<AnswerRow>>) {
    let find = move || {
        let (method, unit) = (state.selected(), state.unit());
        let (texts, later, words) = (state.texts(), later_texts(state), &workbench_texts(state).plans);
        let of =
            |today: &_| cheapest_row(&plans(method, today), &PlanTold { today, method, unit, texts, later, words });
        found.set(Some(state.shown.inputs.with(of)));
    };
    Rest::new(PAUSE).then(move || untrack(find));
}

/// Finds an answer, and after another pause the next.
fn find(state: State, open: Memo<Option<Tab>>, said: Said, rest: Rest, at: usize) {
    let Some(tab) = ASKED.get(at) else { return };
    if open.get() != Some(*tab) {
        said[*tab as usize].set(answer(state, *tab));
    }
    rest.then(move || untrack(|| find(state, open, said, rest, at + 1)));
}

fn answer(state: State, tab: Tab) -> String {
    let (method, unit) = (state.selected(), state.unit());
    let (texts, later, words) = (state.texts(), later_texts(state), workbench_texts(state));
    state.shown.inputs.with(|inputs| match tab {
        Tab::Plans => {
            let told = PlanTold { today: inputs, method, unit, texts, later, words: &words.plans };
            plan_table(&plans(method, inputs), PlanOrder::Spare, &PlanFilter::default(), &told).summary
        }
        Tab::Gpus => gpu_table(inputs, method, unit, texts, later, &words.devices).1,
        _ => {
            let told = SweepTold { inputs, unit, texts, later, words: &words.sweep };
            let found = swept(inputs, state.over()).and_then(|id| Some((id, crossing(method, inputs, id)?)));
            found.map(|(id, kind)| crossing_words(id, kind, &told)).unwrap_or_default()
        }
    })
}
