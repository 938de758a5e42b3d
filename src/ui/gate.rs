//! The gate to a program that the page fetches when it is first asked for. `src/main.rs` has the places where the
//! programs are cut apart, and docs/architecture.md tells how. It knows nothing of what comes.
//!
//! What there is of signals is the same for all programs: a kind of signal of its own for each would be two thousand
//! bytes of the first one.

use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, el};
use crate::ui::kit::fetched::Fetched;
use crate::ui::spoken::Spoken;
use crate::ui::state::State;
use crate::web::frames::after_this_picture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::any::Any;

/// Fetches a program, of which comes the table of all that it makes.
pub type Fetch<Parts> = fn() -> Fetched<&'static Parts>;

/// The table of any program.
type AnyParts = &'static (dyn Any + Send + Sync);

/// How far a program is.
#[derive(Clone, Copy)]
enum Stage {
    Unasked,
    Asked,
    Here(AnyParts),
    Failed,
}

/// The page's access to one of its programs.
pub struct Gate<Parts: 'static> {
    fetch: Fetch<Parts>,
    stage: RwSignal<Stage>,
    spoken: Spoken,
}

// Derived, these would ask that the parts themselves can be copied.
impl<Parts> Clone for Gate<Parts> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Parts> Copy for Gate<Parts> {}

impl<Parts: Send + Sync> Gate<Parts> {
    /// Makes the gate known to the whole page; nothing is fetched yet. To be called once, at the root.
    pub fn provide(fetch: Fetch<Parts>, spoken: Spoken) {
        provide_context(Self { fetch, stage: RwSignal::new(Stage::Unasked), spoken });
    }

    /// The page's gate.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// What `make` makes with the program. Until that is there nothing stands here, so this is for regions
    /// that are made anew when what they read changes.
    pub fn show(self, state: State, make: impl FnOnce(&'static Parts) -> Vec<El>) -> Vec<El> {
        match self.stage() {
            Stage::Here(parts) => parts.downcast_ref().map(make).unwrap_or_default(),
            Stage::Failed => vec![failed(self.stage, state)],
            Stage::Unasked | Stage::Asked => vec![],
        }
    }

    /// The same beside a place that tells a failure already.
    pub fn show_quietly(self, make: impl FnOnce(&'static Parts) -> Vec<El>) -> Vec<El> {
        self.parts().map(make).unwrap_or_default()
    }

    /// The program, once it is there: for effects, which run again when it comes.
    pub fn parts(self) -> Option<&'static Parts> {
        if let Stage::Here(parts) = self.stage() { parts.downcast_ref() } else { None }
    }

    /// Whether it is still to come.
    pub fn is_awaited(self) -> bool {
        matches!(self.stage(), Stage::Unasked | Stage::Asked)
    }

    /// Whether it was asked for and could not be fetched.
    pub fn is_missing(self) -> bool {
        matches!(self.stage(), Stage::Failed)
    }

    /// How far it is, now that it is needed.
    fn stage(self) -> Stage {
        let stage = self.stage.get();
        if matches!(stage, Stage::Unasked) {
            let fetch = self.fetch;
            ask(self.stage, self.spoken, Box::pin(async move { fetch().await.map(|it| it as AnyParts) }));
        }
        stage
    }
}

fn ask(stage: RwSignal<Stage>, spoken: Spoken, parts: Fetched<AnyParts>) {
    // Not told to the regions that read it: to them this is the same as before.
    stage.update_untracked(|it| *it = Stage::Asked);
    // What is being put together now is seen before anything is fetched: asking takes as long as a third of the first
    // view.
    after_this_picture(move || {
        // Both at once; what waits for the texts below finds them, or waits for the same.
        spawn_local(async move {
            spoken.complete().await;
        });
        spawn_local(async move {
            let parts = parts.await;
            // It speaks the page's language, or is not shown.
            let parts = if spoken.complete().await { parts } else { None };
            stage.set(parts.map_or(Stage::Failed, Stage::Here));
        });
    });
}

/// Said where the part should stand.
fn failed(stage: RwSignal<Stage>, state: State) -> El {
    let controls = &state.texts().controls;
    el("p")
        .class("not-loaded")
        .attr("role", "alert")
        .test_id("not-loaded")
        .text(format!("{} ", controls.not_loaded))
        .child(button("btn", move || stage.set(Stage::Unasked)).text(controls.load_again))
}
