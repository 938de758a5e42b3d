//! The one place that knows which texts a language has. It decides nothing: `link` and the page choose the language.
//!
//! *Invariant:* on the page, languages other than English are reached through [`texts`] and [`translated`] alone, each
//! at a place where the program is cut apart, so that they stay out of all other programs.

use crate::link::Language;
use crate::locale::chinese::{self, CHINESE, CHINESE_LATER, CHINESE_WORKBENCH};
use crate::locale::commands::CommandTexts;
use crate::locale::english::{self, ENGLISH, ENGLISH_LATER, ENGLISH_WORKBENCH};
use crate::locale::guide::Guide;
use crate::locale::imports::ImportTexts;
use crate::locale::later::LaterTexts;
use crate::locale::texts::{CommandLineTexts, CrashTexts, Texts};
use crate::locale::workbench::WorkbenchTexts;

/// The texts of a language, but for those that come later.
pub const fn texts(language: Language) -> &'static Texts {
    match language {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
    }
}

/// What stands there after a crash, in a language: it must be there without anything else.
pub const fn crash_texts(language: Language) -> &'static CrashTexts {
    match language {
        Language::English => &english::CRASH,
        Language::Chinese => &chinese::CRASH,
    }
}

/// What a language other than English says after the first view. English texts are part of the programs that show them;
/// the page fetches these together, once the first view stands.
#[derive(Clone, Copy)]
pub struct Translated {
    /// Those of the second program.
    pub later: &'static LaterTexts,
    /// Those of what is opened below the chart.
    pub workbench: &'static WorkbenchTexts,
    /// The Guide.
    pub guide: &'static Guide,
    /// About imports.
    pub imports: &'static ImportTexts,
    /// About launches.
    pub commands: &'static CommandTexts,
}

/// All of these; `None` of English.
pub const fn translated(language: Language) -> Option<Translated> {
    match language {
        Language::English => None,
        Language::Chinese => Some(Translated {
            later: &CHINESE_LATER,
            workbench: &CHINESE_WORKBENCH,
            guide: &chinese::GUIDE,
            imports: &chinese::IMPORTS,
            commands: &chinese::COMMANDS,
        }),
    }
}

/// The texts of a language that come later.
pub const fn later_texts(language: Language) -> &'static LaterTexts {
    match translated(language) {
        None => &ENGLISH_LATER,
        Some(it) => it.later,
    }
}

/// The texts of a language about what is opened below the chart.
pub const fn workbench_texts(language: Language) -> &'static WorkbenchTexts {
    match translated(language) {
        None => &ENGLISH_WORKBENCH,
        Some(it) => it.workbench,
    }
}

/// The texts of the command line, which the page does not carry.
pub const fn command_line_texts(language: Language) -> &'static CommandLineTexts {
    match language {
        Language::English => &english::COMMAND_LINE,
        Language::Chinese => &chinese::COMMAND_LINE,
    }
}

/// The Guide's texts.
pub const fn guide_texts(language: Language) -> &'static Guide {
    match translated(language) {
        None => &english::GUIDE,
        Some(it) => it.guide,
    }
}

/// The texts about imports: the command line's, and those of the sheet that the page fetches when it is opened.
pub const fn import_texts(language: Language) -> &'static ImportTexts {
    match translated(language) {
        None => &english::IMPORTS,
        Some(it) => it.imports,
    }
}

/// The texts about launches: the command line's, and those of the sheet that the page fetches when it is opened.
pub const fn command_texts(language: Language) -> &'static CommandTexts {
    match translated(language) {
        None => &english::COMMANDS,
        Some(it) => it.commands,
    }
}

/// The language's BCP 47 tag, for `<html lang>`.
pub const fn tag(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        Language::Chinese => "zh-Hans",
    }
}

/// What the language calls itself.
pub const fn own_name(language: Language) -> &'static str {
    match language {
        Language::English => "English",
        Language::Chinese => "中文",
    }
}
