//! The gate to what the first view does not need, and the page fetches when it is first asked for: a second program of
//! its own. `src/main.rs` has the place where the two are cut apart, and docs/architecture.md tells how. It knows the
//! shape of what comes, and none of it.

use crate::estimator::parameters::Slider;
use crate::estimator::{ComponentGroup, Inputs, Method, MethodId, ParameterId};
use crate::link::Problem;
use crate::present::verdict::VerdictSaid;
use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, el};
use crate::ui::kit::fetched::Fetched;
use crate::ui::state::State;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::HtmlSelectElement;

/// What the second program makes. What is reached through this table, and in no other way, is part of it.
pub struct LaterParts {
    /// Every method, with its formulas.
    pub methods: &'static [Method],
    /// The Verification view.
    pub verification: fn(State) -> Vec<El>,
    /// The Guide view.
    pub guide: fn(State) -> Vec<El>,
    /// A problem of the link, in a sentence.
    pub problem: fn(State, &Problem) -> String,
    /// What is to be said of a step from some inputs to those of another mode.
    pub switched: fn(&Inputs, &Inputs) -> Vec<Problem>,
    /// What is to be said below a parameter's control.
    pub explanation: fn(State, ParameterId) -> Option<String>,
    /// Why a method does not answer.
    pub unanswered: fn(State, MethodId) -> Option<El>,
    /// How the methods differ, in a sentence.
    pub sentence: fn(State) -> String,
    /// The component table.
    pub table: fn(State) -> Vec<El>,
    /// The parameters that decide any of some rows.
    pub deciding: fn(State, &[ComponentGroup]) -> Vec<ParameterId>,
    /// The formulas of an opened row.
    pub detail: fn(State, ComponentGroup) -> Vec<El>,
    /// What remains to be done of an opened row of the document's table.
    pub target_line: fn(State) -> Vec<El>,
    /// What each kind of rank takes, where there are several.
    pub ranks: fn(State) -> Vec<El>,
    /// How far the total can be trusted, and what nvidia-smi will show.
    pub readings: fn(State) -> Vec<El>,
    /// The report about what is shown, whose address it is given.
    pub report: fn(State, &str) -> String,
    /// The error band of a method, for its card.
    pub card_note: fn(State, MethodId) -> Option<String>,
    /// Pins what is shown, and switches the chart between methods and what is pinned.
    pub pin_bar: fn(State) -> Vec<El>,
    /// In what a pinned configuration differs from today's, by its place behind it.
    pub pin_words: fn(State, usize) -> String,
    /// What is pinned side by side, and what is kept under names.
    pub compare: fn(State) -> Vec<El>,
    /// The small charts of the open mode.
    pub comparison: fn(State) -> Vec<El>,
    /// What fits, and what to change.
    pub decide: fn(State) -> Vec<El>,
    /// What a parameter is and does.
    pub help_text: fn(State, ParameterId) -> Vec<El>,
    /// Its symbol, and what its box accepts.
    pub help_facts: fn(State, ParameterId) -> Vec<El>,
    /// Puts all models into a select, in groups.
    pub fill_models: fn(State, &HtmlSelectElement),
    /// Puts all GPUs into a select, in groups.
    pub fill_gpus: fn(State, &HtmlSelectElement),
    /// A field in which one searches for a model or a GPU by its label, over the select that keeps the value.
    pub search_field: fn(State, ParameterId, &str) -> Vec<El>,
    /// All GPUs as a list in groups.
    pub device_list: fn(State) -> Vec<El>,
    /// Whether the run that is shown fits its GPU, by the selected method; `None` where that does not answer.
    pub verdict: fn(State) -> Option<VerdictSaid>,
    /// How many changes are enough, behind the verdict.
    pub enough: fn(State) -> String,
    /// Where a slider stops fitting, on its track.
    pub stop_mark: fn(State, ParameterId, Slider) -> Vec<El>,
    /// The same in words, below it.
    pub stop_words: fn(State, ParameterId, Slider) -> Vec<El>,
    /// These words, for those who do not see where they stand.
    pub stop_text: fn(State, ParameterId) -> Option<String>,
}

/// Fetches the second program.
pub type Fetch = fn() -> Fetched<&'static LaterParts>;

/// How far the second program is.
#[derive(Clone, Copy)]
enum Stage {
    Unasked,
    Asked,
    Here(&'static LaterParts),
    Failed,
}

/// The page's access to its second program.
#[derive(Clone, Copy)]
pub struct Later {
    fetch: Fetch,
    stage: RwSignal<Stage>,
}

impl Later {
    /// Makes the gate known to the whole page; nothing is fetched yet. To be called once, at the root.
    pub fn provide(fetch: Fetch) {
        provide_context(Self { fetch, stage: RwSignal::new(Stage::Unasked) });
    }

    /// The page's gate.
    pub fn gate() -> Self {
        expect_context()
    }

    /// What `make` makes with the second program. Until that is there nothing stands here, so this is for regions
    /// that are made anew when what they read changes.
    pub fn show(self, state: State, make: impl FnOnce(&'static LaterParts) -> Vec<El>) -> Vec<El> {
        match self.stage() {
            Stage::Here(parts) => make(parts),
            Stage::Failed => vec![self.failed(state)],
            Stage::Unasked | Stage::Asked => vec![],
        }
    }

    /// The same beside a place that tells a failure already.
    pub fn show_quietly(self, make: impl FnOnce(&'static LaterParts) -> Vec<El>) -> Vec<El> {
        self.parts().map(make).unwrap_or_default()
    }

    /// The second program, once it is there: for effects, which run again when it comes.
    pub fn parts(self) -> Option<&'static LaterParts> {
        if let Stage::Here(parts) = self.stage() { Some(parts) } else { None }
    }

    /// Whether it is still to come.
    pub fn is_awaited(self) -> bool {
        matches!(self.stage(), Stage::Unasked | Stage::Asked)
    }

    /// How far it is, now that it is needed.
    fn stage(self) -> Stage {
        let stage = self.stage.get();
        if matches!(stage, Stage::Unasked) {
            self.ask();
        }
        stage
    }

    fn ask(self) {
        // Not told to the regions that read it: to them this is the same as before.
        self.stage.update_untracked(|it| *it = Stage::Asked);
        spawn_local(async move {
            self.stage.set((self.fetch)().await.map_or(Stage::Failed, Stage::Here));
        });
    }

    /// Said where the part should stand.
    fn failed(self, state: State) -> El {
        let controls = &state.texts().controls;
        el("p")
            .class("not-loaded")
            .attr("role", "alert")
            .test_id("not-loaded")
            .text(format!("{} ", controls.not_loaded))
            .child(button("btn", move || self.stage.set(Stage::Unasked)).text(controls.load_again))
    }
}
