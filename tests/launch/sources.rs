//! Where values come from that nobody stated.

use vram_estimator::import::Whose;
use vram_estimator::import::launch::{
    ACCELERATE, AXOLOTL, CONFIG, FINE_TUNING, FROM_SCRATCH, GROUPS, LAUNCH, LLAMA_CPP, LLAMA_FACTORY, OLLAMA,
    PREFERENCE, SFT, SGLANG, VLLM,
};
use vram_estimator::link::Language;
use vram_estimator::locale::import_texts;

/// Sources of values that nobody stated were told in English in every language. What is left of one are names, with the
/// version of a program.
#[test]
fn sources_of_assumed_values_are_told_in_chinese() {
    let tools = [
        &VLLM,
        &SGLANG,
        &LLAMA_CPP,
        &OLLAMA,
        &SFT,
        &PREFERENCE,
        &GROUPS,
        &AXOLOTL,
        &LLAMA_FACTORY,
        &ACCELERATE,
        &CONFIG,
        &LAUNCH,
    ];
    let more = [&FINE_TUNING, &FROM_SCRATCH];
    let whose = |language, it| (import_texts(language).whose)(&Whose::ProgramsOwn(it));
    let mut untold = Vec::new();
    for it in tools.into_iter().chain(more).flat_map(|it| it.own_defaults()) {
        let (own, english) = (whose(Language::Chinese, it.source), whose(Language::English, it.source));
        assert_eq!(english, it.source);
        // A path may stand behind it.
        let name = english.split_once(", ").map_or(" ", |it| it.1.split(" (").next().unwrap_or_default());
        let is_name = name.split(": ").all(|it| !it.contains(' '));
        if own == english && !is_name {
            untold.push(english);
        }
    }
    assert_eq!(untold, Vec::<String>::new());
}
