//! The list of texts that a language must have for the first view. It holds no text.

use crate::estimator::catalog::devices::{Form, Vendor};
use crate::estimator::parameters::{ParameterGroup, ParameterUnit};
use crate::estimator::plan::sweep_request::SweepRefusal;
use crate::estimator::{Component, ComponentGroup, Control, Impact, MethodId, Mode, ModeGroup, MomentId, ParameterId};
use crate::link::View;

/// The texts of one language, but for those that come later.
pub struct Texts {
    /// A mode.
    pub mode: fn(Mode) -> ModeText,
    /// A group of modes.
    pub mode_group: fn(ModeGroup) -> &'static str,
    /// A view.
    pub view: fn(View) -> &'static str,
    /// A method.
    pub method: fn(MethodId) -> MethodText,
    /// A parameter's name.
    pub parameter: fn(ParameterId) -> &'static str,
    /// A parameter's name in one mode, where it means something narrower there.
    pub parameter_in_mode: fn(ParameterId, Mode) -> &'static str,
    /// The unit of a parameter; empty where there is none.
    pub parameter_unit: fn(ParameterUnit) -> &'static str,
    /// The unit of the batch size, which counts different things in different modes.
    pub batch_unit: fn(Mode) -> &'static str,
    /// A heading of the parameter column.
    pub parameter_group: fn(ParameterGroup) -> &'static str,
    /// A choice of a parameter by its place: a word where one helps, else its name in links, and what is to be said
    /// beside it, for instance the bytes of a precision.
    pub choice: fn(ParameterId, usize) -> String,
    /// A word for how much a parameter moves the total.
    pub impact: fn(Impact) -> &'static str,
    /// A component.
    pub component: fn(Component) -> &'static str,
    /// A row of chart and table.
    pub component_group: fn(ComponentGroup) -> &'static str,
    /// The name of a component or row in the middle of a sentence.
    pub in_sentence: fn(&str) -> String,
    /// A moment of a run.
    pub moment: fn(MomentId) -> &'static str,
    /// Under which choice a parameter has no effect, in a few words beside a default that is not read.
    pub idle: fn(Control, Mode) -> String,
    /// How words and sentences are put together.
    pub joints: Joints,
    /// Labels of controls.
    pub controls: ControlTexts,
    /// Chart, table and the sentence between them.
    pub chart: ChartTexts,
    /// What is taken away from the page.
    pub share: ShareTexts,
}

/// Texts about a mode.
pub struct ModeText {
    /// Its tab.
    pub label: &'static str,
    /// What it estimates, in one sentence.
    pub summary: &'static str,
}

/// Texts about a method.
pub struct MethodText {
    /// Its name.
    pub label: &'static str,
    /// A few words for its card.
    pub note: &'static str,
    /// Whose formulas these are, in one sentence.
    pub summary: &'static str,
}

/// A part of a whole that a sentence names.
pub struct NamedPart {
    /// Its name, as it stands in a sentence.
    pub name: String,
    /// Its amount, with its sign.
    pub amount: String,
}

/// How words and sentences are put together, where that is all that is to be said.
pub struct Joints {
    /// "Effect on memory: high": what, and what it is.
    pub named: fn(&str, &str) -> String,
    /// "Batch size, seqs": a control, and the unit of its figures.
    pub in_unit: fn(&str, &str) -> String,
    /// "57.3 GiB (55.3 to 68.0 GiB)": a figure, and what is told of it, which may be empty.
    pub aside: fn(&str, &str) -> String,
    /// "16 seqs": a figure and its unit, which may be empty.
    pub figure: fn(&str, &str) -> String,
    /// "a, b, c": names one after another.
    pub names: fn(&[&str]) -> String,
    /// Sentences one after another.
    pub sentences: fn(&[&str]) -> String,
}

/// Labels of controls.
pub struct ControlTexts {
    /// The product's name.
    pub product: &'static str,
    /// Link that jumps over the controls.
    pub skip_to_results: &'static str,
    /// The list of views.
    pub views: &'static str,
    /// The list of modes.
    pub modes: &'static str,
    /// What the page is about, in one sentence, for search engines.
    pub description: &'static str,
    /// The language select.
    pub language: &'static str,
    /// The theme select.
    pub theme: &'static str,
    /// Theme of the system.
    pub theme_system: &'static str,
    /// Light theme.
    pub theme_light: &'static str,
    /// Dark theme.
    pub theme_dark: &'static str,
    /// The model select without a preset.
    pub own_model: &'static str,
    /// Models of families that have no other.
    pub other_models: &'static str,
    /// Models that the open mode does not run.
    pub idle_models: &'static str,
    /// The option that chooses no GPU.
    pub no_gpu: &'static str,
    /// A group of GPUs: who makes them, and what they are sold as.
    pub gpu_group: fn(Vendor, Form) -> String,
    /// Copies the address.
    pub copy_link: &'static str,
    /// Said after the address was copied.
    pub link_copied: &'static str,
    /// Said when the browser does not let the page copy.
    pub copy_failed: &'static str,
    /// The strip of totals.
    pub totals: &'static str,
    /// The choice of a card.
    pub method_choice: &'static str,
    /// The choice of the unit.
    pub unit_choice: &'static str,
    /// Heading of the parameter column.
    pub parameters: &'static str,
    /// "2 of 16 changed".
    pub changed: fn(usize, usize) -> String,
    /// Puts every parameter to its default.
    pub reset_all: &'static str,
    /// Puts one parameter to its default: label, default.
    pub reset_one: fn(&str, &str) -> String,
    /// A switch that is on, or off.
    pub switch: fn(bool) -> &'static str,
    /// Opens a parameter's help.
    pub help_for: fn(&str) -> String,
    /// Heading of the impact legend.
    pub effect_on_memory: &'static str,
    /// The list of notices.
    pub notices: &'static str,
    /// Said where a method does not answer; takes its name and why.
    pub no_answer: fn(&str, &str) -> String,
    /// Beside a total where vLLM does not start.
    pub no_start: &'static str,
    /// Leads to a mode that runs the model; takes its name.
    pub open_in: fn(&str) -> String,
    /// Said beside a default that other choices have moved; takes the default and those parameters' names.
    pub moved_by: fn(&str, &[&str]) -> String,
    /// Said beside a batch whose completions are sampled: how many sequences run; takes that, and the completions of a
    /// prompt.
    pub batch_of_groups: fn(&str, &str) -> String,
    /// The same of a batch of pairs.
    pub batch_of_pairs: fn(&str) -> String,
    /// The unit of a batch of pairs.
    pub pairs: &'static str,
    /// Unfolds the rows of a group that have no effect; takes how many there are.
    pub idle_rows: fn(usize) -> String,
    /// Unfolds the rest of the architecture; takes how many of its facts were changed.
    pub architecture: fn(usize) -> String,
    /// Said where something could not be fetched.
    pub not_loaded: &'static str,
    /// Tries that once more.
    pub load_again: &'static str,
    /// Closes a notice.
    pub dismiss: &'static str,
    /// Opens the sheet into which the reader puts what is run.
    pub bring: &'static str,
}

/// Chart, table and the sentence between them.
pub struct ChartTexts {
    /// Name of the results.
    pub results: &'static str,
    /// Name of the chart.
    pub title: &'static str,
    /// The bar of today's configuration among pinned ones.
    pub now: &'static str,
    /// Heading of the moments of one run.
    pub timeline_title: &'static str,
    /// Head of the column of moments.
    pub moment: &'static str,
    /// The moment at which memory peaks.
    pub peak: fn(&str) -> String,
    /// Name of the legend.
    pub legend: &'static str,
    /// What a device is called whose memory alone is known.
    pub device: &'static str,
    /// "The document counts 16.3 GiB for weights, 12 % of its total": component, amount, share, method.
    pub segment: fn(&str, &str, &str, &str) -> String,
    /// Two methods: larger, smaller, ratio, what the larger has more of, and what it has less of.
    pub gap: fn(&str, &str, &str, &[NamedPart], &[NamedPart]) -> String,
    /// Two methods that agree: larger, smaller, and how many per cent they differ by at most.
    pub agree: fn(&str, &str, &str) -> String,
    /// Caption of the component table.
    pub table: &'static str,
    /// Opens or closes the formulas of a row.
    pub toggle: fn(&str) -> String,
    /// Head of the component column.
    pub component: &'static str,
    /// Unit of exact figures.
    pub bytes: &'static str,
    /// Head of the column that compares methods.
    pub spread: &'static str,
    /// Methods agree.
    pub equal: &'static str,
    /// The last row.
    pub total: &'static str,
}

/// What is taken away from the page.
pub struct ShareTexts {
    /// Opens the menu.
    pub share: &'static str,
    /// Opens the sheet of launches.
    pub commands: &'static str,
    /// A report for people.
    pub report: &'static str,
    /// The component table.
    pub table: &'static str,
    /// The chart of all methods.
    pub chart: &'static str,
    /// The chart of one run.
    pub moments: &'static str,
    /// The chart over the values of a parameter.
    pub sweep: &'static str,
    /// The line that shows the page inside of another one.
    pub embed: &'static str,
    /// Prints the page.
    pub print: &'static str,
    /// Said when a line was copied.
    pub copied: &'static str,
    /// Said when a file was handed to the browser; takes its name.
    pub saved: fn(&str) -> String,
    /// Leads from the page inside of another one to the whole page.
    pub open_in_full: &'static str,
    /// Head of the column of names of parameters.
    pub parameter: &'static str,
    /// Head of the column of values.
    pub value: &'static str,
    /// Head of the column of defaults.
    pub default: &'static str,
}

/// What stands there after a crash.
pub struct CrashTexts {
    /// What happened.
    pub title: &'static str,
    /// What to do.
    pub advice: &'static str,
    /// Loads the page anew.
    pub reload: &'static str,
}

/// What the command line says beside its answers.
pub struct CommandLineTexts {
    /// What `--help` prints.
    pub help: &'static str,
    /// An option that does not exist.
    pub unknown_option: fn(&str) -> String,
    /// An option without the file that it asks for.
    pub no_file: fn(&str) -> String,
    /// An option without what it asks for.
    pub no_argument: fn(&str) -> String,
    /// A sweep that there is not, and why.
    pub no_sweep: fn(&SweepRefusal) -> String,
    /// Why a method has no answer that does not know a mode.
    pub not_covered: &'static str,
    /// More GPUs than plans are made for: the key, its value, the most.
    pub too_many_gpus: fn(&str, &str, &str) -> String,
    /// Input or output that failed, with the system's own words.
    pub failed: fn(&str) -> String,
}
