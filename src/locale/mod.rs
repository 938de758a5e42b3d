//! Every text that a person reads, per language. It knows what things mean and never how they look.
//!
//! [`language`] is the switch. A language is one value of [`Texts`] and one of [`LaterTexts`], which the page fetches when it is asked for: a missing
//! text is a compile error, and nothing is parsed while the page runs. Names that are contracts (keys, ids, units such as
//! GiB) are not translated and do not stand here.

mod chinese;
mod compare;
mod decide;
mod english;
mod guide;
mod imports;
mod language;
mod later;
mod names;
mod texts;

pub use chinese::{CHINESE, CHINESE_LATER};
pub use compare::CompareTexts;
pub use decide::{AdviceTexts, DeviceTexts, ModelTexts, RankTexts, VerdictText, VerdictTexts};
pub use english::{ENGLISH, ENGLISH_LATER};
pub use guide::{Guide, GuideList, GuideStrategy, GuideTable, Reference};
pub use imports::{ImportTexts, SheetTexts};
pub use language::{command_line_texts, crash_texts, import_texts, later_texts, own_name, tag, texts};
pub use later::{ComparisonTexts, DetailTexts, LaterTexts, ListingTexts, ReadingTexts, RefusedText, VerificationTexts};
pub use names::name_alone;
pub use texts::{
    ChartTexts, CommandLineTexts, ControlTexts, CrashTexts, Joints, MethodText, ModeText, NamedPart, ShareTexts, Texts,
};
