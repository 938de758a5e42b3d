//! The list of texts about what fits and what to change: verdicts, ranks, devices, models to choose, advice. It holds
//! no text.

use crate::estimator::plan::fit::VerdictKind;
use crate::estimator::plan::piles::Pile;
use crate::estimator::plan::strategies::Strategy;
use crate::estimator::{ParameterId, RankKind};

/// A verdict's figures, with their unit.
pub struct VerdictText<'a> {
    /// The verdict.
    pub kind: VerdictKind,
    /// What the device is called, or that one is assumed; empty where its memory was typed.
    pub device: &'a str,
    /// How many GPUs the run is spread over, of which the fullest counts.
    pub n_gpus: usize,
    /// Which that is, where there are several kinds.
    pub fullest: Option<&'a str>,
    /// What takes most of it where it is short, with how much.
    pub largest: Option<&'a str>,
    /// What the run takes.
    pub needed: &'a str,
    /// Whether that counts what the allocator cannot give back, too.
    pub is_least: bool,
    /// What the device has.
    pub capacity: &'a str,
    /// What is left of it, or missing.
    pub spare: &'a str,
    /// What the driver will show, if that is more than the device has.
    pub shown: Option<&'a str>,
    /// Where it fits: what it takes by the reading that decides that, and what is left then; `None` where that is what
    /// the run takes.
    pub decides: Option<(&'a str, &'a str)>,
    /// What is left of states in the host's memory, where it fits only so.
    pub paged: Option<&'a str>,
    /// The smallest device that fits, where it was asked for; none within where none of the catalogue does.
    pub smallest: Option<Option<&'a str>>,
    /// Whether the driver is another than the one whose context is counted.
    pub has_other_driver: bool,
    /// Whether the method counts one GPU, and the run is on several.
    pub counts_one_gpu: bool,
    /// The engine's own reason.
    pub reason: Option<&'a str>,
}

/// What each kind of rank takes.
pub struct RankTexts {
    /// Heading, before the method's name.
    pub title: &'static str,
    /// Heads of the columns: which ranks, how many, their parts, and what one takes.
    pub rank: &'static str,
    /// How many GPUs.
    pub gpus: &'static str,
    /// The bar.
    pub parts: &'static str,
    /// What one GPU takes.
    pub each: &'static str,
    /// Beside the rank that has to fit.
    pub fullest: &'static str,
    /// Which ranks.
    pub kind: fn(RankKind) -> String,
    /// "× 7": how many are alike.
    pub times: fn(usize) -> String,
    /// What a rank has by who else has it.
    pub pile: fn(Pile) -> &'static str,
    /// What all GPUs take together: how many, that, and what the fullest takes.
    pub sum: fn(usize, &str, &str) -> String,
    /// To what degrees so many GPUs come: each with its name.
    pub mesh: fn(usize, &[(&str, usize)]) -> String,
}

/// The run on each GPU of the catalogue.
pub struct DeviceTexts {
    /// A verdict in a few words, with what is left or missing, and whether it is missing.
    pub verdict: fn(VerdictKind, &str, bool) -> String,
    /// Heading of those that are proposed.
    pub proposed: &'static str,
    /// Heading of those that can be added to some GPUs, as another kind beside them.
    pub beside: fn(&str) -> String,
    /// Said where no GPU matches what was typed.
    pub nothing: &'static str,
    /// What programs can use of a GPU's memory, with its unit, and the gigabytes that it is sold as.
    pub usable: fn(&str, u16) -> String,
    /// Takes a GPU away.
    pub one_fewer: &'static str,
    /// Adds a GPU of the same kind.
    pub one_more: &'static str,
}

/// The models to choose from.
pub struct ModelTexts {
    /// Said where no model matches what was typed.
    pub nothing: &'static str,
    /// Beside a model that another mode runs: that mode's name.
    pub runs_in: fn(&str) -> String,
    /// Beside a model that no mode has formulas for.
    pub runs_nowhere: &'static str,
    /// A model of which so many facts were typed, or an own shape without a name. What tells it comes first: the end
    /// may be cut.
    pub altered: fn(Option<&str>, usize) -> String,
}

/// Whether the run fits its device.
pub struct VerdictTexts {
    /// The verdict in a word.
    pub word: fn(VerdictKind) -> &'static str,
    /// In place of a device's name, where an engine that fills its GPU assumes one of this memory.
    pub assumed: fn(&str) -> String,
    /// In place of a device's name where GPUs are of several kinds: which rank decides, and its device.
    pub deciding: fn(&str, &str) -> String,
    /// A device by name whose usable memory nobody has read.
    pub by_sold: fn(&str) -> String,
    /// The verdict as a sentence that follows the word.
    pub sentence: fn(&VerdictText) -> String,
}

/// What fits, and what to change.
pub struct AdviceTexts {
    /// Heading of changes where the run does not fit.
    pub make_fit: &'static str,
    /// The same where the engine does not start.
    pub make_start: &'static str,
    /// The same where the run fits.
    pub get_more: &'static str,
    /// How the changes come about.
    pub note: &'static str,
    /// A strategy by name.
    pub strategy: fn(Strategy) -> &'static str,
    /// What it costs, with the source of that where it has one.
    pub cost: fn(Strategy) -> &'static str,
    /// To what a change sets parameters.
    pub sets: fn(&str) -> String,
    /// What follows from it of parameters that it does not set.
    pub brings: fn(&str) -> String,
    /// What a change takes of the memory of hosts.
    pub in_host: fn(&str) -> String,
    /// That adapters are none of training a model.
    pub another_task: &'static str,
    /// What comes of a change: the verdict in a word, what is left or missing, and whether it is missing.
    pub left: fn(&str, &str, bool) -> String,
    /// Takes a change or an answer over.
    pub apply: &'static str,
    /// Asks for choices with which there is an answer.
    pub choose: fn(&str) -> String,
    /// Opens the rest of the changes.
    pub more: &'static str,
    /// Said where no change helps.
    pub nothing: &'static str,
    /// Heading of the inverse questions.
    pub answers: &'static str,
    /// What they hold fixed.
    pub answers_note: &'static str,
    /// What is asked of a parameter that is solved for.
    pub question: fn(ParameterId) -> &'static str,
    /// The answer stands there already.
    pub now: &'static str,
    /// Everything fits.
    pub every: &'static str,
    /// Nothing fits.
    pub none: &'static str,
    /// Nothing fits, but so much is tight.
    pub tight: fn(&str) -> String,
    /// The same of a way to spread the run.
    pub tight_way: fn(&str) -> String,
    /// Below a slider: the last value that fits.
    pub fits_to: fn(&str) -> String,
    /// The same where none does.
    pub no_value: &'static str,
    /// In place of changes and answers where the selected method has no answer, for a reason that stands above: what it
    /// is called, and what another is called that would judge the run, if one does.
    pub unjudged: fn(&str, Option<&str>) -> String,
    /// Behind the verdict: the best that changes lead to, and how many at once.
    pub enough: fn(VerdictKind, usize) -> &'static str,
}
