//! The languages of page and command line against each other, each against English: nothing is missing, nothing was
//! left in another language, figures and names agree, and no text stands outside `locale`. It knows no language;
//! whether a translation is good, it cannot tell.

#[path = "languages/every_later_text.rs"]
mod every_later_text;
#[path = "languages/every_text.rs"]
mod every_text;
#[path = "languages/every_workbench_text.rs"]
mod every_workbench_text;
#[path = "languages/outside.rs"]
mod outside;

use every_text::EveryText;
use std::collections::BTreeSet;
use vram_estimator::estimator::Catalog;
use vram_estimator::estimator::catalog::devices::DEVICES;
use vram_estimator::link::{Language, decode};
use vram_estimator::locale::{later_texts, own_name, tag, texts};

/// Texts that are the same in both languages: names, abbreviations and units, with placeholders of the tests.
const SAME: &[&str] = &[
    "DPO",
    "GRPO",
    "NLP",
    "MoE",
    "CNN",
    "Logits",
    "logits",
    "px",
    "ms",
    "GiB",
    "MiB",
    "GB",
    "B",
    "VRAM Estimator",
    "INT64 · ‹a›",
    "FP32 · ‹a›",
    "1 %",
    "SFT 1×",
    "DPO 2×",
    "GRPO ‹a›×",
    "‹a› ‹b›",
    "QLoRA",
    "LoRA",
    "Adafactor",
    "TP",
    "PP",
    "DP",
    "EP",
    "CP",
    "cnn",
    "grpo",
    "moe",
    "vit",
    "ViT",
];

/// Figures and names that one of the languages has in words: a text of English, and what of it Chinese says otherwise.
const IN_WORDS: &[(&str, &[&str])] =
    &[("Intermediate size", &["FFN"]), ("Out of memory: what to try, in this order", &["OOM"])];

fn all(language: Language) -> Vec<(String, String)> {
    EveryText::of(language).0
}

fn is_han(it: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&it)
}

/// Whether a text has words: two letters of the alphabet in a row.
fn has_words(text: &str) -> bool {
    let letters: Vec<bool> = text.chars().map(|it| it.is_ascii_alphabetic()).collect();
    letters.windows(2).any(|it| it[0] && it[1])
}

/// Choices that are names of code or products, and stay as libraries write them.
const NAMES: &[&str] = &[
    "FP32",
    "FP16",
    "BF16",
    "FP8",
    "INT8",
    "INT4",
    "iq4_nl",
    "LoRA",
    "QLoRA",
    "Prefix",
    "autocast",
    "sdpa",
    "eager",
    "flashinfer",
    "mtp",
    "eagle",
    "pytorch",
    "Transformers",
    "vLLM",
    "DDP",
    "FSDP2",
    "PyTorch",
    "GPipe",
    "Megatron-LM",
    "selective",
    "DeepSpeed",
    "llama.cpp",
    "Turing",
    "Ampere",
    "Ada Lovelace",
    "Hopper",
    "Blackwell (RTX 50)",
    "Blackwell (B200)",
    "ResNet",
    "VGG",
    "DenseNet",
    "EfficientNet",
    "RegNet",
    "EfficientNet V2",
    "MobileNet V3",
    "MnasNet",
    "Swin",
    "MaxViT",
    "ConvNeXt",
    "ALiBi",
    "RMS",
    "RMS, 1 + w",
    "LayerNorm",
    "LayerNorm, 1 + w",
    "silu",
    "gelu",
    "gelu_tanh",
    "gelu_new",
    "gelu_fast",
    "gelu_custom",
    "quick_gelu",
    "relu",
    "relu2",
    "clamped_swiglu",
];

/// Whether a text is a choice or name that stays as links and libraries write it. Every choice was let through, and
/// words such as "none" and "before" stood in English among Chinese. Devices are called everywhere as their makers call
/// them.
fn is_name(name: &str, english: &str) -> bool {
    let is_device = DEVICES.iter().any(|it| it.name == english);
    name.starts_with("choice ") && (is_device || NAMES.contains(&english)) || SAME.contains(&english)
}

/// Every language but English, with which each of them is compared.
fn others() -> impl Iterator<Item = Language> {
    Language::ALL.into_iter().filter(|it| *it != Language::English)
}

/// Whether a text is in the script of a language.
fn is_written_in(language: Language, text: &str) -> bool {
    match language {
        Language::English => !text.chars().any(is_han),
        Language::Chinese => text.chars().any(is_han),
    }
}

/// English and Chinese were compared by name, so that a third language would have been left out of the comparison.
#[test]
fn every_text_is_there_and_in_its_language() {
    let english = all(Language::English);
    assert!(english.len() > 1500, "{} texts", english.len());
    let mut faults: Vec<_> =
        english.iter().filter(|(_, text)| !is_written_in(Language::English, text)).cloned().collect();
    for language in others() {
        let translated = all(language);
        assert_eq!(english.len(), translated.len(), "{}", language.id());
        for ((name, english), (same_name, text)) in english.iter().zip(translated) {
            assert_eq!(*name, same_name);
            let is_left = english.is_empty() != text.is_empty();
            let is_said = has_words(english) && !is_name(name, english);
            if is_left || is_said && (*english == text || !is_written_in(language, &text)) {
                faults.push((format!("{} {name}", language.id()), text));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults: {faults:#?}", faults.len());
}

/// What the document says before the program runs stands in it in every language.
#[test]
fn the_document_speaks_every_language_before_the_program_does() {
    let document = include_str!("../index.html");
    let n_said = |language| document.matches(&format!(" lang=\"{}\">", tag(language))).count();
    assert!(document.contains("<html lang=\"en\">"));
    for language in others() {
        assert_eq!(
            n_said(language),
            5,
            "what it is, allow scripts, loading, failed and try again in {}",
            language.id()
        );
    }
}

/// What must be said in every language alike: figures, and names with digits or capitals inside, such as `vLLM`. GPUs
/// are many in English only.
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
fn figures_and_names_are_the_same_in_all() {
    let mut faults = Vec::new();
    for (language, (name, english), (_, text)) in others().flat_map(|language| {
        let pairs = all(Language::English).into_iter().zip(all(language));
        pairs.map(move |(english, text)| (language, english, text))
    }) {
        // English calls families as the data does.
        if name.starts_with("family ") {
            continue;
        }
        let known = IN_WORDS.iter().find(|it| it.0 == english).map_or(&[][..], |it| it.1);
        let (left, right) = (fixed(&english), fixed(&text));
        let odd: Vec<_> = left.symmetric_difference(&right).filter(|it| !known.contains(&it.as_str())).collect();
        if !odd.is_empty() {
            faults.push(format!("{} {name}: {odd:?}\n    {english}\n    {text}", language.id()));
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
        let message = (later_texts(language).problem)(&problems[0]);
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
