//! Launch lines and configurations as people write them, made by hand: each with the link that it means, and with what
//! was said and is a problem. They stand in `cases.txt`, behind a line `=== link = problems`.

use std::sync::LazyLock;
use vram_estimator::estimator::{Catalog, ParameterId};
use vram_estimator::import::launch::of_launch;
use vram_estimator::import::{NamedScript, NotTaken};
use vram_estimator::link::{Language, Link};
use vram_estimator::locale::import_texts;

/// A launch with what it means.
pub struct Fixture {
    /// The launch.
    pub text: &'static str,
    /// Behind its line: the link, or `refused`, and what is a problem.
    pub expected: &'static str,
}

/// All of them.
pub static FIXTURES: LazyLock<Vec<Fixture>> = LazyLock::new(|| {
    let blocks = include_str!("cases.txt").split("===").skip(1);
    blocks
        .map(|it| it.split_once('\n').expect("a line"))
        .map(|(expected, text)| Fixture { text, expected: expected.trim() })
        .collect()
});

/// What a launch means: its link and the flags that are problems, or why it is refused.
fn meaning(text: &str, catalog: &Catalog) -> String {
    match of_launch(text, catalog) {
        Ok(all) => {
            let link = |it| Link { inputs: it, ..Link::default() }.encode();
            let link = all.inputs.clone().map_or_else(|| "no estimate".to_owned(), link);
            let told = all.left_out.iter().filter(|it| it.why.is_problem());
            let told: Vec<_> = told.map(|it| format!("{} {:?}", it.name, it.why)).collect();
            [link, told.join(", ")].join(" ; ").trim_end_matches([' ', ';']).to_owned()
        }
        Err(refusal) => format!("{refusal:?}"),
    }
}

#[test]
fn launches_mean_what_they_say() {
    let catalog = Catalog::built_in();
    assert!(FIXTURES.len() >= 60, "{} launches", FIXTURES.len());
    let mut wrong = Vec::new();
    for it in FIXTURES.iter() {
        let meant = meaning(it.text, &catalog);
        if meant != it.expected {
            wrong.push(format!("=== {meant}\n{}", it.text));
        }
    }
    assert!(wrong.is_empty(), "{} of {} mean something else:\n{}", wrong.len(), FIXTURES.len(), wrong.concat());
}

#[test]
fn gpus_that_are_kept_for_a_container_are_told_with_their_line() {
    let catalog = Catalog::built_in();
    let cases = [("nvidia.com/gpu: 8", "nvidia.com/gpu", "8"), ("device_ids: [", "devices.device_ids", "3")];
    for (line, name, count) in cases {
        let text = FIXTURES.iter().map(|it| it.text).find(|it| it.contains(line)).expect("a launch");
        let all = of_launch(text, &catalog).expect("a launch that is known");
        let taken = all.taken.iter().find(|it| it.id == ParameterId::GpuCount).expect("GPUs");
        let at = text.lines().collect::<Vec<_>>().iter().rposition(|it| it.contains(line)).map(|it| it + 1);
        assert_eq!((taken.name.as_str(), taken.value.as_str(), taken.line), (name, count, at), "{text}");
    }
}

/// A script was taken for TRL's own by its name without a word, then with a value of the algorithm that this parameter
/// does not have.
#[test]
fn a_script_that_its_name_makes_a_trainer_of_trl_is_told() {
    let script_of = |name: &str| {
        let told = of_launch(&format!("python src/{name} --model_name_or_path Qwen/Qwen3-8B"), &Catalog::built_in());
        told.expect("a launch").script
    };
    for (name, trainer) in [("my_sft.py", "SFT"), ("train-dpo.py", "DPO"), ("grpo.py", "GRPO")] {
        assert_eq!(script_of(name), Some(NamedScript { name: name.to_owned(), trainer }));
    }
    assert_eq!(script_of("train.py"), None);
}

/// What is assumed is a value that its parameter has, whichever launch it is of.
#[test]
fn values_that_are_assumed_are_values() {
    let catalog = Catalog::built_in();
    let mut n_assumed = 0;
    for it in FIXTURES.iter() {
        let Ok(all) = of_launch(it.text, &catalog) else { continue };
        for one in all.assumed.iter().filter(|it| !it.value.is_empty()) {
            assert!(one.id.spec().parse(&one.value, &catalog).is_ok(), "{one:?} of {}", it.text);
            n_assumed += 1;
        }
    }
    assert!(n_assumed > 100, "{n_assumed} values are assumed");
}

/// Vicuna was told an encoder as the nearest, by its letters.
#[test]
fn models_of_no_family_are_told_no_nearest() {
    let told = |name: &str| {
        let all = of_launch(&format!("vllm serve {name}"), &Catalog::built_in()).expect("a launch");
        let omitted = all.left_out.iter().find(|it| it.why == NotTaken::Model).expect("no model").clone();
        [Language::English, Language::Chinese].map(|it| (import_texts(it).not_taken)(&omitted))
    };
    for text in told("lmsys/vicuna-33b-v1.3") {
        assert!(text.contains("config.json") && !text.contains("bge") && !text.contains(": ."), "{text}");
    }
    for text in told("Qwen/Qwen3-9B-Code") {
        assert!(text.contains("Qwen3-8B"), "{text}");
    }
}
