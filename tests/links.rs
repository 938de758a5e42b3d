//! Golden links: what was shared must open the same forever. It knows the file of links and the library's
//! answers, and nothing of how a link is read.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use std::collections::HashSet;
use vram_estimator::estimator::parameters::ParameterKind;
use vram_estimator::estimator::{ParameterId, estimate_values};
use vram_estimator::link::decode;
use vram_estimator::locale::{CHINESE_LATER, ENGLISH_LATER};

/// Links with what they open; its head says what may be changed.
const GOLDEN: &str = include_str!("links/golden.txt");

/// A link of the file with all that is said about it.
struct Golden {
    link: String,
    block: String,
}

/// The blocks of the file: separated by empty lines, comments start with `#`.
fn goldens() -> Vec<Golden> {
    let text: Vec<_> = GOLDEN.lines().filter(|line| !line.starts_with('#')).collect();
    let blocks = text.split(|line| line.is_empty()).filter(|block| !block.is_empty());
    let golden = |block: &[&str]| {
        let link = block[0].strip_prefix("link:").expect("a block starts with its link").trim().to_owned();
        Golden { link, block: block.join("\n") }
    };
    blocks.map(golden).collect()
}

/// What the link opens, written as the file writes it.
fn opened(link: &str) -> String {
    let (decoded, problems) = decode(link, &CATALOG);
    let mut lines = vec![format!("link: {link}"), format!("opens: {}", decoded.encode())];
    lines.extend(problems.iter().map(|it| format!("problem: {}", (ENGLISH_LATER.problem)(it))));
    for estimate in estimate_values(&decoded.inputs) {
        lines.push(format!("{}: {} bytes", estimate.method().id(), estimate.total().count()));
    }
    // Nothing stands behind the colon of an empty link.
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check(golden: &Golden) {
    let ours = opened(&golden.link);
    // A method that came later has no line in an old block, and needs none.
    let known: Vec<_> = golden.block.lines().collect();
    let is_later = |line: &&str| line.ends_with(" bytes") && !known.iter().any(|it| same_start(it, line));
    let ours_known: Vec<_> = ours.lines().filter(|line| !is_later(line)).collect();
    assert_eq!(ours_known, known, "the link now opens as:\n{ours}\n");
}

fn same_start(left: &str, right: &str) -> bool {
    left.split(':').next() == right.split(':').next()
}

#[test]
fn golden_links_open_what_they_opened() {
    let goldens = goldens();
    assert!(goldens.len() >= 40, "{} links", goldens.len());
    goldens.iter().for_each(check);
}

#[test]
fn what_a_golden_link_opens_is_canonical() {
    for golden in goldens() {
        let (link, _) = decode(&golden.link, &CATALOG);
        let (again, _) = decode(&link.encode(), &CATALOG);
        assert_eq!(again, link, "{}", golden.link);
        assert_eq!(again.encode(), link.encode(), "{}", golden.link);
    }
}

#[test]
fn no_golden_link_stands_there_twice() {
    let mut links: Vec<_> = goldens().into_iter().map(|it| it.link).collect();
    let n_links = links.len();
    links.sort();
    links.dedup();
    assert_eq!(links.len(), n_links);
}

/// Whoever writes what the Trainer calls an optimizer means its kernels too.
#[test]
fn names_of_libraries_are_read() {
    let check = |link: &str, means: &str| {
        let (found, problems) = decode(link, &CATALOG);
        assert_eq!((found.encode().as_str(), problems.len()), (means, 0), "{link}");
    };
    check("mode=train&optimizer=adamw_torch", "mode=train&optimizerKernel=foreach");
    check("mode=train&optimizer=adamw_torch&optimizerKernel=forloop", "mode=train&optimizerKernel=forloop");
    check("mode=train&optimizer=adamw_torch_fused", "mode=train");
    check("mode=train&optimizer=lion_32bit", "mode=train&optimizer=BnbLion");
    check("mode=train&optimizer=paged_adamw_32bit", "mode=train&optimizer=PagedAdamW");
    let formats = [
        ("vllm", "awq", "awq-4bit-g128"),
        ("vllm", "fp8", "fp8-per-tensor"),
        ("llamacpp", "Q4_K_M", "gguf-file-q4_k_m"),
        ("llamacpp", "iq4_xs", "gguf-file-iq4_xs"),
    ];
    for (engine, name, id) in formats {
        let link = |format: &str| format!("mode=inference&model=llama-3.1-8b&engine={engine}&quantization={format}");
        let meant = decode(&link(id), &CATALOG).0.encode();
        check(&link(name), &meant);
        assert!(meant.contains(id), "{meant}");
    }
    check("engine=llama.cpp", "engine=llamacpp");
    // Without momentum, which ours has.
    assert_eq!(decode("mode=train&optimizer=sgd", &CATALOG).1.len(), 1);
}

/// A model by its repository and a version by its number were refused, and the default computed.
#[test]
fn repositories_and_versions_are_read() {
    let check = |link: &str, means: &str| {
        let (found, problems) = decode(link, &CATALOG);
        assert_eq!((found.encode().as_str(), problems.len()), (means, 0), "{link}: {problems:?}");
    };
    check("model=meta-llama/Llama-3.1-8B", "model=llama-3.1-8b");
    check("engine=vllm&draft=Qwen/Qwen3-0.6B&model=Qwen/Qwen3-8B", "model=qwen3-8b&engine=vllm&draft=qwen3-0.6b");
    for (version, means) in [("0.8.4", "0.8"), ("0.6.3.post1", "0.8"), ("0.11.0", "0.20"), ("0.19.1", "0.20")] {
        check(&format!("engine=vllm&engineVersion={version}"), &format!("engine=vllm&engineVersion={means}"));
    }
    // 0.20 has the rules of those behind it, and the choice that bears its name those of the one before.
    let between =
        [("0.20.1rc2", "0.25"), ("0.25.1", "0.25"), ("0.26.0", "0.28"), ("0.28.0", "0.28"), ("0.29.0", "0.31")];
    for (version, means) in between {
        check(&format!("engine=vllm&engineVersion={version}"), &format!("engine=vllm&engineVersion={means}"));
    }
    check("engine=vllm&engineVersion=0.32.0", "engine=vllm");
    check("engine=vllm&engineVersion=0.33.0", "engine=vllm");
    for refused in ["engineVersion=0.", "engineVersion=0x8", "engineVersion=1.2", "model=nobody/nothing", "model=/"] {
        let (found, problems) = decode(refused, &CATALOG);
        assert_eq!((found.encode().as_str(), problems.len()), ("", 1), "{refused}");
    }
}

/// A name in other letters is refused, as ever, and the one that was meant is told.
#[test]
fn what_differs_in_letters_alone_is_proposed() {
    for (link, meant) in [
        ("gpu=H100-80GB", "h100-80gb"),
        ("gpu=rtx_4090", "rtx-4090"),
        ("mode=train&precision=bf16", "BF16"),
        ("mode=finetune&method=lora", "LoRA"),
        ("quantization=none", "None"),
        ("mode=NLP", "nlp"),
        ("model=Llama-3.1-8B", "llama-3.1-8b"),
        ("model=microsoft/phi-1_5", "phi-1-5"),
    ] {
        let (_, problems) = decode(link, &CATALOG);
        let told = [&ENGLISH_LATER, &CHINESE_LATER].map(|it| (it.problem)(&problems[0]));
        assert!(told[0].contains(&format!("Did you mean {meant}? ")), "{}", told[0]);
        assert!(told[1].contains(&format!("是否想写 {meant}？")), "{}", told[1]);
    }
    let (_, problems) = decode("precision=FP64", &CATALOG);
    assert!(!(ENGLISH_LATER.problem)(&problems[0]).contains("Did you mean"));
}

/// Otherwise the first of two would be proposed for both.
#[test]
fn no_two_names_of_a_list_are_written_alike() {
    for id in ParameterId::ALL {
        let ParameterKind::Choice { ids } = id.spec().kind else { continue };
        let plain: HashSet<_> = ids.all().iter().map(|it| it.to_ascii_lowercase().replace('_', "-")).collect();
        assert_eq!(plain.len(), ids.all().len(), "{}", id.spec().key);
    }
    let models: HashSet<_> = CATALOG.models().iter().map(|it| it.id.to_ascii_lowercase().replace('_', "-")).collect();
    assert_eq!(models.len(), CATALOG.models().len());
}
