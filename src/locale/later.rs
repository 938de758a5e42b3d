//! The list of texts that a language must have for what the page fetches later. It holds no text.

use crate::estimator::evidence::Evidence;
use crate::estimator::expr::ElementFormat;
use crate::estimator::{
    Component, ComponentGroup, Conflict, ConstantId, Control, EngineVersion, Impossible, Mode, ParameterId, Quantity,
    Refusal, RunKind, Unsupported,
};
use crate::link::{Problem, Tab};
use crate::locale::compare::PinTexts;
use crate::locale::decide::{AdviceTexts, DeviceTexts, ModelTexts, RankTexts, VerdictTexts};
use crate::locale::texts::Texts;

/// The texts of one language that the first view does not need: explanations, formulas, the other views.
pub struct LaterTexts {
    /// What a constant is and where it comes from.
    pub constant: fn(ConstantId) -> &'static str,
    /// What a named quantity of a formula is.
    pub quantity: fn(Quantity) -> &'static str,
    /// Beside weights, where a typed shape has a size of its own: which size the document's methods take.
    pub document_size: fn(&str) -> String,
    /// Why the methods differ in a row, where they do; the first part of the sentence names no number.
    pub why_methods_differ: fn(Mode, ComponentGroup) -> Option<&'static str>,
    /// Why `calibrated` differs from the document in a row.
    pub why_calibrated_differs: fn(Mode, ComponentGroup) -> Option<&'static str>,
    /// Where a component of `calibrated` comes from.
    pub source: fn(Component) -> Option<&'static str>,
    /// A problem of a link as a whole sentence.
    pub problem: fn(&Problem) -> String,
    /// Why a typed value was not taken, with what is allowed and what stands instead.
    pub refused: fn(&RefusedText) -> String,
    /// Under which choice a parameter that was given has no effect, as a whole sentence.
    pub has_no_effect: fn(Control, Mode) -> String,
    /// What a parameter asks for and a choice has not, as whole sentences.
    pub impossible: fn(&Impossible, &Texts) -> String,
    /// The same of a key and its value, as a link has them.
    pub impossible_in_link: fn(&str, &Impossible) -> String,
    /// Why `calibrated` has no formulas for a model in a mode.
    pub unsupported: fn(Unsupported) -> String,
    /// What was given and a method does not read: method, parameters.
    pub unread: fn(&str, &[&str]) -> String,
    /// Two values that contradict each other.
    pub conflict: fn(Conflict) -> &'static str,
    /// Of two numbers, one of which is to divide another: the nearest that do, as a sentence that follows.
    pub nearest_divisors: fn(u32, u32) -> String,
    /// Which numbers a box accepts.
    pub box_accepts: fn(ParameterId) -> String,
    /// The opened row of a component.
    pub detail: DetailTexts,
    /// What each kind of rank takes.
    pub ranks: RankTexts,
    /// How far the total can be trusted, and what nvidia-smi will show.
    pub readings: ReadingTexts,
    /// Whether the run fits its device.
    pub verdict: VerdictTexts,
    /// The run on each GPU of the catalogue.
    pub devices: DeviceTexts,
    /// The models to choose from.
    pub models: ModelTexts,
    /// What is pinned.
    pub pins: PinTexts,
    /// What can be opened below the chart.
    pub tabs: TabTexts,
    /// The small charts of some modes.
    pub comparison: ComparisonTexts,
    /// What remains to be done of a row of the Verification view.
    pub target: TargetTexts,
    /// What fits, and what to change.
    pub advice: AdviceTexts,
    /// A formula symbol below a help text.
    pub symbol: &'static str,
}

/// What a method of the document takes for granted of a run that it knows little of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardScope {
    /// One GPU.
    OneGpu,
    /// Groups of completions: a base in 4 bits, of which a hundredth is trained.
    Groups,
    /// A network for images: one with 20 layers, whichever runs.
    Network,
    /// As many parameters as the model's size says, whatever shape was typed.
    StatedSize,
}

/// What can be opened below the chart.
pub struct TabTexts {
    /// What the tabs are, for those who do not see them.
    pub title: &'static str,
    /// A tab by name.
    pub tab: fn(Tab) -> &'static str,
    /// Said below a name whose answer nobody knows before it is opened.
    pub on_opening: &'static str,
}

/// A typed text that was not taken.
pub struct RefusedText<'a> {
    /// The parameter.
    pub id: ParameterId,
    /// Its label in the open mode.
    pub label: &'a str,
    /// The text.
    pub typed: &'a str,
    /// Why it was not taken.
    pub refusal: Refusal,
    /// The value that stands instead.
    pub used: &'a str,
}

/// The opened row of a component.
pub struct DetailTexts {
    /// Heading of the symbols.
    pub symbols: &'static str,
    /// Heading of the sentence about differences.
    pub why: &'static str,
    /// Said where a method has no such component.
    pub not_counted: fn(&str) -> String,
    /// Said where a method counts it within another row: method, row.
    pub counted_under: fn(&str, &str) -> String,
    /// What lives at another moment than the peak only: method, the moment at which most of it does, and how much.
    pub not_at_peak: fn(&str, &str, &str) -> String,
    /// Jumps to a slider.
    pub go_to: fn(&str) -> String,
    /// Before the parameters that decide a row without standing in its formulas.
    pub decides: &'static str,
    /// "at the peak: Backward begins": moment.
    pub at_moment: fn(&str) -> String,
    /// Heading of a component's source.
    pub source: &'static str,
    /// Heads of the columns of a list of tensors or weights.
    pub listing: ListingTexts,
}

/// Heads of the columns of a list of what a quantity is the sum of.
pub struct ListingTexts {
    /// What it is called in the code that makes it.
    pub name: &'static str,
    /// "stage 2": the stage of a network in which it is.
    pub stage: fn(usize) -> String,
    /// How many elements it has, in symbols.
    pub elements: &'static str,
    /// Format and bytes of one element.
    pub bytes_of_element: &'static str,
    /// "FP32 · 4": a format, and its bytes.
    pub format: fn(ElementFormat, &str) -> String,
    /// What it adds, in bytes.
    pub bytes: &'static str,
    /// What it adds, in parameters.
    pub parameters: &'static str,
    /// The code or paper that says so.
    pub source: &'static str,
}

/// How far the total can be trusted, and what nvidia-smi will show. Amounts come with their unit.
pub struct ReadingTexts {
    /// Heading.
    pub title: &'static str,
    /// "24.6 to 30.5 GiB": the ends of a band.
    pub range: fn(&str, &str) -> String,
    /// On a card: the band, and what nvidia-smi will show.
    pub card_with_reserved: fn(&str, &str) -> String,
    /// On a card of the document's methods: how far they are off in the middle.
    pub median_error: fn(&str) -> String,
    /// What a method of the document takes for granted, where the run is another.
    pub scope: fn(CardScope) -> &'static str,
    /// The first reading.
    pub total: &'static str,
    /// The second.
    pub reserved: &'static str,
    /// The least in which the run gets through.
    pub least: &'static str,
    /// What each GPU's part of the run keeps in the host's memory.
    pub host: &'static str,
    /// What there is of it, by name, and whether each GPU has as much there or the run once.
    pub host_note: fn(&str, bool) -> String,
    /// What a kind of runs is called within a sentence.
    pub kind: fn(RunKind) -> &'static str,
    /// What a band rests on: evidence, cases, kind, middle error, and the error that 95 of 100 stay below.
    pub evidence: fn(Evidence, &str, &str, &str, &str) -> String,
    /// No run of the kind is known.
    pub no_case: fn(&str) -> String,
    /// Too few runs are known that a method of the document answers.
    pub few_cases: &'static str,
    /// Where runs took much more than is said: up to how much.
    pub took_more: fn(&str) -> String,
    /// What the allocator holds: runs that were simulated, their kind, and the reading with expandable segments.
    pub allocator: fn(&str, &str, &str) -> String,
    /// llama.cpp's buffers.
    pub exact_buffers: &'static str,
    /// vLLM's share of the GPU.
    pub fills_share: &'static str,
    /// What running in the least memory means.
    pub least_note: &'static str,
    /// Nothing is known of what the allocator holds.
    pub no_rule: &'static str,
    /// In the chart's legend: what the allocator holds.
    pub held_by_allocator: &'static str,
    /// The same of vLLM's share.
    pub held_by_vllm: &'static str,
    /// In the chart's legend: the error band.
    pub band_mark: &'static str,
}

/// The small charts of some modes.
pub struct ComparisonTexts {
    /// Heading of the document's comparison of preference training.
    pub preference_title: &'static str,
    /// Caption of that comparison.
    pub preference_note: &'static str,
    /// Heading of the same comparison by `calibrated`.
    pub calibrated_title: &'static str,
    /// Caption of that comparison.
    pub calibrated_note: &'static str,
    /// Names of the three bars: SFT, DPO, GRPO with k.
    pub preference_bars: fn(&str) -> [String; 3],
    /// Heading of the make-up of the sequence.
    pub sequence_title: &'static str,
    /// Caption of the make-up: total tokens.
    pub sequence_note: fn(&str) -> String,
    /// Names of its four parts: text, images, video, audio.
    pub sequence_parts: [&'static str; 4],
    /// Heading of what has room on a GPU.
    pub capacity_title: &'static str,
    /// How the pool comes about: memory of the GPU, and the share that is used.
    pub capacity_note: fn(&str, &str, EngineVersion) -> String,
    /// The same where nothing is left for a pool.
    pub capacity_none: fn(&str, &str) -> String,
    /// vLLM computes no bfloat16 on the GPU.
    pub capacity_bfloat16: &'static str,
    /// The GPU is older than what reads the weights: their format by its name in links, and the first generation that
    /// does.
    pub capacity_format: fn(&str, &str) -> String,
    /// A step of vLLM has fewer tokens than sequences: tokens, sequences.
    pub capacity_step: fn(&str, &str) -> String,
    /// The same where the pool is smaller than one sequence: tokens of the pool, tokens of the sequence.
    pub capacity_short: fn(&str, &str) -> String,
    /// Why vLLM does not start: tokens of a sequence, and those that the model's positions are made for.
    pub capacity_beyond: fn(&str, &str) -> String,
    /// Why vLLM does not start: memory of the GPU, the share that it asks for, and what of the GPU is free.
    pub capacity_taken: fn(&str, &str, &str) -> String,
    /// What the pool has room for: tokens, sequences, and the length of each.
    pub capacity_room: fn(&str, &str, &str) -> String,
    /// A batch that does not fit at once: sequences that fit, and those of the batch.
    pub capacity_waits: fn(&str, &str) -> String,
    /// Names of its rows: what may be taken, what is taken, pool, tokens, sequences of so many tokens.
    pub capacity_rows: fn(&str) -> [String; 5],
    /// What stands before the formula of the pool.
    pub capacity_formula: &'static str,
}

/// A row of the Verification view that was opened to be dragged.
pub struct TargetTexts {
    /// What is to be dragged to repeat a row: row, parameter, value, the total that the document prints there.
    pub asked: fn(&str, &str, &str, Option<&str>) -> String,
    /// The same when it stands there: row, total of Verified, the document's.
    pub reached: fn(&str, &str, Option<&str>) -> String,
}
