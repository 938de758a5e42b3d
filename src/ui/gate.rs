//! The gate to a program that the page fetches when it is first asked for. `src/main.rs` has the places where the programs
//! are cut apart, and docs/architecture.md tells how. It knows nothing of what comes.

use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, el};
use crate::ui::kit::fetched::Fetched;
use crate::ui::state::State;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Fetches a program, of which comes the table of all that it makes.
pub type Fetch<Parts> = fn() -> Fetched<&'static Parts>;

/// How far a program is.
enum Stage<Parts: 'static> {
    Unasked,
    Asked,
    Here(&'static Parts),
    Failed,
}

// Derived, these would ask that the parts themselves can be copied.
impl<Parts> Clone for Stage<Parts> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Parts> Copy for Stage<Parts> {}

/// The page's access to one of its programs.
pub struct Gate<Parts: 'static> {
    fetch: Fetch<Parts>,
    stage: RwSignal<Stage<Parts>>,
}

impl<Parts> Clone for Gate<Parts> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Parts> Copy for Gate<Parts> {}

impl<Parts: Sync> Gate<Parts> {
    /// Makes the gate known to the whole page; nothing is fetched yet. To be called once, at the root.
    pub fn provide(fetch: Fetch<Parts>) {
        provide_context(Self { fetch, stage: RwSignal::new(Stage::Unasked) });
    }

    /// The page's gate.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// What `make` makes with the program. Until that is there nothing stands here, so this is for regions
    /// that are made anew when what they read changes.
    pub fn show(self, state: State, make: impl FnOnce(&'static Parts) -> Vec<El>) -> Vec<El> {
        match self.stage() {
            Stage::Here(parts) => make(parts),
            Stage::Failed => vec![self.failed(state)],
            Stage::Unasked | Stage::Asked => vec![],
        }
    }

    /// The same beside a place that tells a failure already.
    pub fn show_quietly(self, make: impl FnOnce(&'static Parts) -> Vec<El>) -> Vec<El> {
        self.parts().map(make).unwrap_or_default()
    }

    /// The program, once it is there: for effects, which run again when it comes.
    pub fn parts(self) -> Option<&'static Parts> {
        if let Stage::Here(parts) = self.stage() { Some(parts) } else { None }
    }

    /// Whether it is still to come.
    pub fn is_awaited(self) -> bool {
        matches!(self.stage(), Stage::Unasked | Stage::Asked)
    }

    /// How far it is, now that it is needed.
    fn stage(self) -> Stage<Parts> {
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
