//! Every text that a person reads, per language. It knows what things mean and never how they look.
//!
//! [`language`] is the switch. A language is one value each of [`Texts`], of [`LaterTexts`], which the page fetches
//! once its first view stands, and of [`WorkbenchTexts`], which it fetches when something is opened below the chart: a
//! missing text is a compile error, and nothing is parsed while the page runs. Names that are contracts (keys, ids,
//! units such as GiB) are not translated and do not stand here.

mod chinese;
mod commands;
mod compare;
mod decide;
mod english;
mod guide;
mod imports;
mod language;
mod later;
mod names;
mod texts;
mod verification;
mod workbench;

pub use chinese::{CHINESE, CHINESE_LATER, CHINESE_WORKBENCH};
pub use commands::CommandTexts;
pub use compare::{CompareTexts, PinTexts};
pub use decide::{AdviceTexts, DeviceTexts, ModelTexts, RankTexts, VerdictText, VerdictTexts};
pub use english::{
    COMMANDS as ENGLISH_COMMANDS, ENGLISH, ENGLISH_LATER, ENGLISH_WORKBENCH, GUIDE as ENGLISH_GUIDE,
    IMPORTS as ENGLISH_IMPORTS,
};
pub use guide::{Guide, GuideList, GuideStrategy, GuideTable, Reference};
pub use imports::{ImportTexts, SheetTexts};
pub use language::{
    Translated, command_line_texts, command_texts, crash_texts, guide_texts, import_texts, later_texts, own_name, tag,
    texts, translated, workbench_texts,
};
pub use later::{
    CardScope, ComparisonTexts, DetailTexts, LaterTexts, ListingTexts, ReadingTexts, RefusedText, TabTexts, TargetTexts,
};
pub use names::name_alone;
pub use texts::{
    ChartTexts, CommandLineTexts, ControlTexts, CrashTexts, Joints, MethodText, ModeText, NamedPart, ShareTexts, Texts,
};
pub use verification::VerificationTexts;
pub use workbench::{DeviceListTexts, PlanTexts, SweepTexts, WorkbenchTexts};
