//! The list of texts that a language must have for what other programs wrote or are told: those of the command line's
//! answer, and of the sheet on the page. It holds no text.

use crate::import::launch::{Unparsed, published_names};
use crate::import::{MeasuredFigure, Omitted, Whose};
use crate::link::{is_slip, nearest};

/// What is said of a text or a file that was brought.
pub struct ImportTexts {
    /// An argument of another program, and its value, of which nobody read what it changes.
    pub unread_argument: fn(&str, &str) -> String,
    /// An argument of another program without which nothing is known.
    pub missing_argument: fn(&str) -> String,
    /// A file that is no object of arguments.
    pub not_arguments: &'static str,
    /// Something that was said to another program, or stands in a file, and is not taken.
    pub not_taken: fn(&Omitted) -> String,
    /// Who decides a value that is not stated.
    pub whose: fn(&Whose) -> String,
    /// A text that is no launch that is known: why, and the line.
    pub unparsed: fn(&Unparsed, usize) -> String,
    /// A program for which there are no formulas.
    pub uncovered: fn(&str) -> String,
    /// What a figure of a log or a file is one of.
    pub figure: fn(MeasuredFigure) -> &'static str,
    /// The sheet on the page.
    pub sheet: SheetTexts,
}

/// The sheet into which the reader puts what is run. Amounts come with their unit.
pub struct SheetTexts {
    /// Heading.
    pub title: &'static str,
    /// What can be put there.
    pub note: &'static str,
    /// That nothing of it leaves the browser.
    pub privacy: &'static str,
    /// The field for texts.
    pub text: &'static str,
    /// Chooses files.
    pub choose: &'static str,
    /// That files can be dropped, too.
    pub or_drop: &'static str,
    /// Takes a file away again: its name.
    pub remove: fn(&str) -> String,
    /// Takes over what was read: how many parameters change.
    pub apply: fn(usize) -> String,
    /// Said in its place where nothing would change.
    pub same: &'static str,
    /// Closes the sheet.
    pub close: &'static str,
    /// What was read, in a line: the program or kind of file, values taken, values assumed, what was ignored.
    pub read: fn(&str, usize, usize, usize) -> String,
    /// That nothing can be applied.
    pub no_run: &'static str,
    /// Heading of the values that are stated.
    pub taken: &'static str,
    /// Heading of the values that are not.
    pub assumed: &'static str,
    /// Heading of what was not taken and changes nothing.
    pub ignored: &'static str,
    /// Heading of figures.
    pub measured: &'static str,
    /// Heading of what was not taken and may change something.
    pub problems: &'static str,
    /// "--max-model-len, line 3": what states a value, and where.
    pub place: fn(&str, Option<usize>) -> String,
    /// The text names no GPU, and today's stays: its name.
    pub gpu_stays: fn(&str) -> String,
    /// The text names no model: figures stand beside today's run.
    pub of_today: &'static str,
    /// A file that a trainer is told beside a launch names no model: all that it does not say is today's.
    pub of_rest: &'static str,
    /// There are no formulas for an engine: what is true of any can be applied. Its name.
    pub of_another_engine: fn(&str) -> String,
    /// Beside a figure of what is needed at least, where the estimate is no less.
    pub no_less: &'static str,
    /// A script is taken for a program's own: its name, and what that trains by.
    pub by_name: fn(&str, &str) -> String,
    /// Another mode is opened: its name.
    pub opens_mode: fn(&str) -> String,
    /// Heads of the figures: what, measured, estimated, how much more was measured.
    pub heads: [&'static str; 4],
    /// A text is longer than is read of one: its size, and the limit.
    pub too_long: fn(&str, &str) -> String,
    /// A file is larger than is read of its kind: its name, its size, and the limit.
    pub too_large: fn(&str, &str, &str) -> String,
    /// A file could not be read: its name.
    pub unreadable: fn(&str) -> String,
    /// Files that would tell more.
    pub beside: fn(&str) -> String,
}

/// The first word of a name, without the number behind its letters: who makes such models calls them by it.
fn family(name: &str) -> &str {
    let word = name.split(['-', '_', '.', ' ']).next().unwrap_or(name);
    word.trim_end_matches(|it: char| it.is_ascii_digit())
}

/// The names of presets that come nearest to a model's; none where no preset is called by the same first word, give or
/// take a slip of the hand: letters alone make of Vicuna an encoder.
pub fn nearest_models(name: &str) -> Vec<&'static str> {
    let own = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let is_of_family = |it: &&str| is_slip(family(own), family(it));
    let names: Vec<_> = published_names().into_iter().filter(is_of_family).collect();
    nearest(own, &names)
}
