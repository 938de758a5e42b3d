//! What the page fetches once its first view stands: the shape of its second program, and none of it.

use crate::estimator::parameters::Slider;
use crate::estimator::{Capacity, ComponentGroup, Estimate, Inputs, Method, MethodId, ParameterId};
use crate::link::Problem;
use crate::present::chart::{Reach, Scene};
use crate::present::verdict::VerdictSaid;
use crate::ui::gate::Gate;
use crate::ui::kit::element::El;
use crate::ui::state::State;
use crate::ui::taken::{SharedChart, TextFile};
use crate::web::canvas::Frame;
use leptos::prelude::*;
use web_sys::{HtmlCanvasElement, HtmlSelectElement};

/// What the second program makes. What is reached through this table, and in no other way, is part of it.
pub struct LaterParts {
    /// Every method, with its formulas.
    pub methods: &'static [Method],
    /// What the GPU has room for beside the run, where the engine asks.
    pub room: fn(&Inputs) -> Option<Capacity>,
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
    /// To which degrees the GPUs come; nothing where they do not come to their number.
    pub mesh: fn(State) -> String,
    /// How far the total can be trusted, and what nvidia-smi will show.
    pub readings: fn(State) -> Vec<El>,
    /// A text about what is shown, whose address it is given.
    pub text_file: fn(State, TextFile, &str) -> String,
    /// A chart as an SVG file; `None` where it is not shown.
    pub chart_svg: fn(State, SharedChart) -> Option<String>,
    /// The same in pixels; `None` also where the browser has no canvas to spare.
    pub chart_canvas: fn(State, SharedChart) -> Option<HtmlCanvasElement>,
    /// The error band of a method, for its card.
    pub card_note: fn(State, MethodId) -> Option<String>,
    /// The verdict by a method in a few words, for its card; nothing without a GPU.
    pub card_verdict: fn(State, MethodId) -> Vec<El>,
    /// What stands beside the chosen GPU.
    pub picked: fn(State) -> Vec<El>,
    /// What is known of a total of `calibrated` beside it, for the room that it takes in the charts.
    pub reach: fn(State, &[Estimate]) -> Option<Reach>,
    /// The same over a chart's canvas and explained below it, where the scene has it.
    pub beyond: fn(State, Memo<Scene>, RwSignal<Frame>) -> Vec<El>,
    /// Pins what is shown, and switches the chart between methods and what is pinned.
    pub pin_bar: fn(State) -> Vec<El>,
    /// In what a pinned configuration differs from today's, by its place behind it.
    pub pin_words: fn(State, usize) -> String,
    /// What the first of some rows are set to, for the heading of a closed group.
    pub set_to: fn(State, &[ParameterId]) -> String,
    /// The small charts of the open mode.
    pub comparison: fn(State) -> Vec<El>,
    /// What fits, and what to change.
    pub decide: fn(State) -> Vec<El>,
    /// Its symbol, and what its box accepts.
    pub help_facts: fn(State, ParameterId) -> Vec<El>,
    /// Puts all models into a select, in groups, in tasks to come.
    pub fill_models: fn(State, &HtmlSelectElement),
    /// Puts all GPUs into a select, in groups, in a task to come.
    pub fill_gpus: fn(State, &HtmlSelectElement),
    /// A field in which one searches for a model or a GPU by its label, over the select that keeps the value.
    pub search_field: fn(State, ParameterId, &str) -> Vec<El>,
    /// The names of what can be opened below the chart, and what is open there.
    pub workbench: fn(State) -> Vec<El>,
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

/// The page's access to its second program.
pub type Later = Gate<LaterParts>;
