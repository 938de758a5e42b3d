//! Where values come from that nobody stated.

use vram_estimator::import::launch::{
    ACCELERATE, AXOLOTL, CONFIG, FINE_TUNING, FROM_SCRATCH, GROUPS, LAUNCH, LLAMA_CPP, LLAMA_FACTORY, LaunchRefusal,
    OLLAMA, PREFERENCE, SFT, SGLANG, VLLM,
};
use vram_estimator::import::{ImportRefusal, OwnDefault, OwnSource, Whose};
use vram_estimator::link::Language;
use vram_estimator::locale::{CHINESE, ENGLISH, import_texts};
use vram_estimator::present::brought::not_brought;

/// Sources of values that nobody stated were told in English in every language, and later by replacing words inside of
/// English sentences. What they say is a word that each language has; what is left are names, with the version of a
/// program.
#[test]
fn sources_of_assumed_values_are_names_alone() {
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
        &FINE_TUNING,
        &FROM_SCRATCH,
    ];
    for it in tools.into_iter().flat_map(|it| it.own_defaults()) {
        let OwnSource { code, default } = it.source;
        // The program with its version, then names; a path may stand behind them.
        let names = code.split(", ").skip(1).flat_map(|it| it.split(" (").next());
        assert!(names.flat_map(|it| it.split(": ")).all(|it| !it.contains(' ')), "{code}");
        assert!(!code.is_empty() || default.is_some(), "{:?}", it.id);
    }
}

/// What is done stands behind the place, with the marks of the language.
#[test]
fn sources_are_told_in_each_language() {
    #[track_caller]
    fn check(source: OwnSource, english: &str, chinese: &str) {
        let whose = |language| (import_texts(language).whose)(&Whose::ProgramsOwn(source));
        assert_eq!([whose(Language::English), whose(Language::Chinese)], [english, chinese]);
    }
    check(OwnSource::at("TRL 1.16, LoraConfig.r"), "TRL 1.16, LoraConfig.r", "TRL 1.16, LoraConfig.r");
    check(OwnSource::at("a, b").doing(OwnDefault::Off), "a, b: off", "a, b：关闭");
    check(OwnSource::of(OwnDefault::NoCount), "nothing says on how many GPUs it runs", "没有说明使用多少 GPU");
    let published = OwnSource::at("TRL 1.16, accelerate_configs/zero3.yaml").doing(OwnDefault::PublishedIn);
    check(
        published,
        "published in TRL 1.16, accelerate_configs/zero3.yaml",
        "发布于 TRL 1.16, accelerate_configs/zero3.yaml",
    );
}

/// Sentences about refused arguments were joined by spaces in Chinese, too, whose full stop brings its own.
#[test]
fn refusals_are_joined_as_sentences() {
    let all = ["num-layers", "hidden-size"].map(ImportRefusal::Missing);
    let refusal = LaunchRefusal::Megatron(ImportRefusal::Several(all.to_vec()));
    for (language, texts, joint) in [(Language::English, &ENGLISH, ". M"), (Language::Chinese, &CHINESE, "。缺")] {
        let said = not_brought(&refusal, import_texts(language), texts).said;
        assert!(said.contains(joint) && said.contains("hidden-size"), "{said}");
    }
}
