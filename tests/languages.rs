//! The languages of page and command line against each other: nothing is missing, nothing was left in another language,
//! figures and names agree, and no text stands outside `locale`. It knows no language; whether a translation is good,
//! it cannot tell.

#[path = "languages/every_later_text.rs"]
mod every_later_text;
#[path = "languages/every_text.rs"]
mod every_text;
#[path = "languages/outside.rs"]
mod outside;

use every_text::EveryText;
use std::collections::BTreeSet;
use vram_estimator::estimator::Catalog;
use vram_estimator::link::{Language, decode};
use vram_estimator::locale::{own_name, tag, texts};

/// Texts that are the same in both languages: names, abbreviations and units, with placeholders of the tests.
const SAME: &[&str] = &[
    "GRPO",
    "NLP",
    "MoE",
    "CNN",
    "Logits",
    "logits",
    "px",
    "ms",
    "GiB",
    "GB",
    "B",
    "VRAM Estimator",
    "1 %",
    "SFT 1×",
    "DPO 2×",
    "GRPO ‹a›×",
    "‹a› ‹b›",
    "QLoRA",
    "cnn",
    "grpo",
    "moe",
    "vit",
];

/// Figures and names that one of the languages has in words: a text of English, and what of it Chinese says otherwise.
const IN_WORDS: &[(&str, &[&str])] =
    &[("Intermediate size", &["FFN"]), ("Out of memory: what to try, in this order", &["OOM"])];

fn all(language: Language) -> Vec<(String, String)> {
    EveryText::of(language, &outside::symbols()).0
}

fn is_han(it: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&it)
}

/// Whether a text has words: two letters of the alphabet in a row.
fn has_words(text: &str) -> bool {
    let letters: Vec<bool> = text.chars().map(|it| it.is_ascii_alphabetic()).collect();
    letters.windows(2).any(|it| it[0] && it[1])
}

/// Whether a text is a choice or name that stays as links and libraries write it.
fn is_name(name: &str, english: &str) -> bool {
    name.starts_with("choice ") && !english.contains(" · ") || SAME.contains(&english)
}

#[test]
fn every_text_is_there_and_in_its_language() {
    let (english, chinese) = (all(Language::English), all(Language::Chinese));
    assert!(english.len() > 1500, "{} texts", english.len());
    assert_eq!(english.len(), chinese.len());
    let mut faults = Vec::new();
    for ((name, english), (same_name, chinese)) in english.iter().zip(&chinese) {
        assert_eq!(name, same_name);
        if english.is_empty() != chinese.is_empty() {
            faults.push(format!("{name}: {english:?} and {chinese:?}"));
        } else if has_words(english) && !is_name(name, english) && (english == chinese || !chinese.chars().any(is_han))
        {
            faults.push(format!("{name}: {chinese:?} is not Chinese"));
        }
        if english.chars().any(is_han) {
            faults.push(format!("{name}: {english:?} is not English"));
        }
    }
    assert!(faults.is_empty(), "{} faults: {faults:#?}", faults.len());
}

/// What must be said in every language alike: figures, and names with digits or capitals inside, such as `vLLM`. GPUs are
/// many in English only.
fn fixed(text: &str) -> BTreeSet<String> {
    let is_part = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '_' | '‹' | '›');
    let words = text
        .split(|it| !is_part(it))
        .map(|it| it.trim_matches('.'))
        .map(|it| if it.ends_with("Us") { &it[..it.len() - 1] } else { it });
    let is_fixed = |it: &&str| {
        it.contains(|it: char| it.is_ascii_digit() || it == '‹')
            || it.chars().skip(1).any(|it| it.is_ascii_uppercase()) && it.len() > 1
    };
    words.filter(is_fixed).map(str::to_owned).collect()
}

#[test]
fn figures_and_names_are_the_same_in_both() {
    let mut faults = Vec::new();
    for ((name, english), (_, chinese)) in all(Language::English).iter().zip(&all(Language::Chinese)) {
        // English calls families as the data does.
        if name.starts_with("family ") {
            continue;
        }
        let known = IN_WORDS.iter().find(|it| it.0 == english).map_or(&[][..], |it| it.1);
        let (left, right) = (fixed(english), fixed(chinese));
        let odd: Vec<_> = left.symmetric_difference(&right).filter(|it| !known.contains(&it.as_str())).collect();
        if !odd.is_empty() {
            faults.push(format!("{name}: {odd:?}\n    {english}\n    {chinese}"));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// Between Han and the alphabet or digits stands a space, and beside Han no point or comma of English.
#[test]
fn chinese_is_set_in_one_way() {
    let mut faults = Vec::new();
    for (name, text) in all(Language::Chinese) {
        let characters: Vec<char> = text.chars().collect();
        for (at, it) in characters.windows(2).enumerate() {
            let (left, right) = (it[0], it[1]);
            let is_latin = |it: char| it.is_ascii_alphanumeric();
            let is_tight = is_han(left) && is_latin(right) || is_latin(left) && is_han(right);
            let is_english = is_han(left) && matches!(right, ',' | '.' | ';' | ':' | '?' | '!' | '(' | ')' | '"')
                || is_han(right) && matches!(left, ',' | ';' | '(' | ')' | '"');
            let is_loose = matches!(left, '，' | '。' | '：' | '；' | '（' | '“' | '”' | '、') && right == ' '
                || left == ' ' && matches!(right, '，' | '。' | '：' | '；' | '）' | '、' | '（');
            if is_tight || is_english || is_loose {
                let around: String = characters[at.saturating_sub(6)..(at + 8).min(characters.len())].iter().collect();
                faults.push(format!("{name}: {around}"));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults: {faults:#?}", faults.len());
}

#[test]
fn a_language_has_one_name_everywhere() {
    for language in Language::ALL {
        assert_eq!(Language::from_id(language.id()), Some(language));
        assert_eq!(Language::from_tag(tag(language)), Some(language));
        assert!(!own_name(language).is_empty());
    }
    let of = |tags: &[&str]| Language::preferred(tags.iter().map(|it| (*it).to_owned()));
    assert_eq!(of(&["zh-TW", "en"]), Language::Chinese);
    assert_eq!(of(&["fr-FR", "ZH_hans_CN", "en-GB"]), Language::Chinese);
    assert_eq!(of(&["en-GB", "zh-CN"]), Language::English);
    assert_eq!(of(&["fr", "", "zhx"]), Language::English);
    assert_eq!(of(&[]), Language::English);
}

#[track_caller]
fn check(query: &str, language: Option<Language>, canonical: &str, n_problems: usize) {
    let (link, problems) = decode(query, &Catalog::built_in());
    assert_eq!(link.page.language, language, "{query}");
    assert_eq!(link.encode(), canonical, "{query}");
    assert_eq!(problems.len(), n_problems, "{query}: {problems:?}");
}

#[test]
fn links_name_a_language_or_say_nothing() {
    check("mode=nlp", None, "mode=nlp", 0);
    check("lang=zh&mode=nlp&unit=GB", Some(Language::Chinese), "mode=nlp&unit=GB&lang=zh", 0);
    // English is no default of the key: a link that names it is English for readers of Chinese too.
    check("lang=en", Some(Language::English), "lang=en", 0);
    check("lang=%20zh%20", Some(Language::Chinese), "lang=zh", 0);
    check("lang=tlh", None, "", 1);
    check("lang=", None, "", 1);
    check("lang=zh&lang=en", None, "", 1);
    check("lang=ZH", None, "", 1);
}

/// A refused language has no default to name: the sentence used to run into "Using the default, .".
#[test]
fn a_language_that_does_not_exist_is_ignored_and_said() {
    for (query, language) in [("lang=tlh", Language::English), ("lang=zh&lang=en", Language::Chinese)] {
        let (_, problems) = decode(query, &Catalog::built_in());
        let message = (texts(language).problem)(&problems[0]);
        for part in ["lang", "en", "zh"] {
            assert!(message.contains(part), "{message}");
        }
        assert!(!message.contains(", .") && !message.contains("默认值"), "{message}");
    }
}

/// The document tells what the page is before any program runs, so it repeats a text of every language.
#[test]
fn the_document_says_what_the_page_is() {
    let document = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/index.html")).expect("the document");
    for language in Language::ALL {
        assert!(document.contains(&format!(">{}</p>", texts(language).controls.description)), "{language:?}");
    }
}
