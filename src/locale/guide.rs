//! The shape of the Guide view's texts. It holds no text.

use crate::estimator::plan::strategies::{Obstacle, Strategy};
use crate::estimator::{Mode, ParameterId};
use crate::locale::verification::VerificationTexts;

/// What the page says where it explains itself: in the Guide view, in the Verification view, and of a parameter.
pub struct Guide {
    /// What a parameter is and what it does to memory.
    pub help: fn(ParameterId) -> &'static str,
    /// The Verification view.
    pub verification: VerificationTexts,
    /// Heading.
    pub title: &'static str,
    /// What stands below it.
    pub lede: &'static str,
    /// Name of the list of sections.
    pub contents: &'static str,
    /// Heading of the precision table and its heads: precision, bytes, compression, use.
    pub precision: GuideTable,
    /// What each precision is used for, by its name in links.
    pub precision_use: fn(&str) -> &'static str,
    /// Heading of the formula overview and its heads: mode, components, trained parameters.
    pub formulas: GuideTable,
    /// Which parameters a mode trains.
    pub trained: fn(Mode) -> &'static str,
    /// Heading of the parameter tables and their first heads: parameter, description, effect, range. The modes follow.
    pub parameters: GuideTable,
    /// How many parameters a group has.
    pub n_parameters: fn(usize) -> String,
    /// How many choices a long list has.
    pub n_choices: fn(usize) -> String,
    /// Heading of the strategies.
    pub strategies_title: &'static str,
    /// What stands below it: the current configuration's mode and total.
    pub strategies_note: fn(&str, &str, &str) -> String,
    /// A strategy.
    pub strategy: fn(Strategy) -> GuideStrategy,
    /// Applies a strategy.
    pub try_it: &'static str,
    /// What a strategy saves: amount, share.
    pub saves: fn(&str, &str) -> String,
    /// What a strategy costs, where it needs more: amount, share.
    pub costs: fn(&str, &str) -> String,
    /// A strategy that changes no byte in the current configuration.
    pub saves_nothing: &'static str,
    /// Why a strategy cannot be applied to the current configuration.
    pub obstacle: fn(Strategy, Obstacle) -> &'static str,
    /// What to do when memory runs out.
    pub out_of_memory: GuideList,
    /// Heading of the other lists of advice.
    pub lists_title: &'static str,
    /// Other lists of advice.
    pub lists: &'static [GuideList],
    /// Heading of what the page answers beside the totals.
    pub tools_title: &'static str,
    /// Each of them: where it is, and what its marks mean.
    pub tools: &'static [GuideList],
    /// Heading of the references.
    pub references_title: &'static str,
    /// The references.
    pub references: &'static [Reference],
}

/// A heading with the heads of a table.
pub struct GuideTable {
    /// The heading.
    pub title: &'static str,
    /// What to know about the table.
    pub note: &'static str,
    /// The heads of its columns.
    pub heads: &'static [&'static str],
}

/// A strategy that saves memory.
pub struct GuideStrategy {
    /// Its name.
    pub label: &'static str,
    /// What it does and what it costs, as the document says it.
    pub text: &'static str,
}

/// A list of advice.
pub struct GuideList {
    /// Heading.
    pub title: &'static str,
    /// Whether the order matters.
    pub is_ordered: bool,
    /// The items.
    pub items: &'static [&'static str],
}

/// A reference.
pub struct Reference {
    /// The work's title.
    pub title: &'static str,
    /// What the document cites it for.
    pub note: &'static str,
    /// Where it can be read.
    pub url: &'static str,
}
