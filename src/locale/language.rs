//! The one place that knows which texts a language has. It decides nothing: `link` and the page choose the language.
//!
//! *Invariant:* the texts of the page's second program are reached through [`later_texts`] only, those of what is
//! opened below the chart through [`workbench_texts`], and languages other than English through [`texts`], so that they stay out of the
//! first.

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

/// The texts of a language that come later.
pub const fn later_texts(language: Language) -> &'static LaterTexts {
    match language {
        Language::English => &ENGLISH_LATER,
        Language::Chinese => &CHINESE_LATER,
    }
}

/// The texts of a language about what is opened below the chart.
pub const fn workbench_texts(language: Language) -> &'static WorkbenchTexts {
    match language {
        Language::English => &ENGLISH_WORKBENCH,
        Language::Chinese => &CHINESE_WORKBENCH,
    }
}

/// The texts of the Guide.
pub const fn guide_texts(language: Language) -> &'static Guide {
    match language {
        Language::English => &english::GUIDE,
        Language::Chinese => &chinese::GUIDE,
    }
}

/// The texts of the command line, which the page does not carry.
pub const fn command_line_texts(language: Language) -> &'static CommandLineTexts {
    match language {
        Language::English => &english::COMMAND_LINE,
        Language::Chinese => &chinese::COMMAND_LINE,
    }
}

/// The texts about imports: the command line's, and those of the sheet that the page fetches when it is opened.
pub const fn import_texts(language: Language) -> &'static ImportTexts {
    match language {
        Language::English => &english::IMPORTS,
        Language::Chinese => &chinese::IMPORTS,
    }
}

/// The texts about launches: the command line's, and those of the sheet that the page fetches when it is opened.
pub const fn command_texts(language: Language) -> &'static CommandTexts {
    match language {
        Language::English => &english::COMMANDS,
        Language::Chinese => &chinese::COMMANDS,
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
