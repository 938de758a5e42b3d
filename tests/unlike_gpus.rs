//! GPUs of several kinds at once: how links say them, which engines share a model out among them, what each holds, and
//! which of them decides whether the run fits. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/served.rs"]
mod served;

use catalog::CATALOG;
use served::{at_peak, calibrated, inputs};
use vram_estimator::estimator::plan::devices::judge_beside;
use vram_estimator::estimator::plan::fewest::{NotShared, fewest};
use vram_estimator::estimator::plan::fit::{FitVerdict, VerdictKind, verdict};
use vram_estimator::estimator::plan::solve::solve;
use vram_estimator::estimator::plan::ways::ways_out;
use vram_estimator::estimator::{
    Component, Control, Estimate, Inputs, MethodId, NotSpread, ParameterId as Id, RankKind, Refusal, Unsupported,
    Value, memory_of_fullest, support, unlike_devices, usable, values_of,
};
use vram_estimator::export::{TOOLS, export};
use vram_estimator::import::import;
use vram_estimator::link::{ProblemKind, decode};
use vram_estimator::locale::{CHINESE, CHINESE_LATER, ENGLISH, ENGLISH_LATER};

#[track_caller]
fn judged(link: &str) -> FitVerdict {
    verdict(&inputs(link), &calibrated(link))
}

const LLAMA: &str = "model=llama-3.1-8b&engine=llamacpp&sequenceLength=4096";

/// A link says kinds in the order in which the run has them, and is written as it was.
#[test]
fn kinds_are_read_and_written() {
    for gpu in ["rtx-3090*2_rtx-4090", "rtx-4090_rtx-3090*2", "t4_rtx-4090_rtx-3090", "t4*8_rtx-4090*8"] {
        let (link, problems) = decode(&format!("{LLAMA}&gpu={gpu}"), &CATALOG);
        assert_eq!(problems, [], "{gpu}");
        assert!(link.encode().contains(&format!("gpu={gpu}")), "{}", link.encode());
        assert!(!link.encode().contains("gpuCount"), "{}", link.encode());
        assert_eq!(decode(&link.encode(), &CATALOG).0, link, "{gpu}");
    }
    let written = |gpu: &str| decode(&format!("{LLAMA}&gpu={gpu}"), &CATALOG).0.encode();
    assert!(written("rtx-3090*1_%20rtx-4090*02").contains("gpu=rtx-3090_rtx-4090*2"), "one way to write it");
}

/// What is wrong is named with its place, and nothing of it is taken.
#[test]
fn what_is_no_kind_is_refused() {
    #[track_caller]
    fn check(gpu: &str, expected: Refusal) {
        assert_eq!(Id::Gpu.spec().parse(gpu, &CATALOG), Err(expected), "{gpu}");
        let (link, problems) = decode(&format!("gpu={gpu}"), &CATALOG);
        assert!(link.inputs.is_default(Id::Gpu) && !problems.is_empty(), "{gpu}");
        for texts in [&ENGLISH_LATER, &CHINESE_LATER] {
            assert!((texts.problem)(&problems[0]).contains(gpu), "{gpu}");
        }
    }
    check("rtx-3090_rtx-40900_t4", Refusal::Entry(2, &Refusal::NotOffered));
    check("rtx-3090_none", Refusal::Entry(2, &Refusal::NotOffered));
    check("rtx-3090_", Refusal::Entry(2, &Refusal::NotOffered));
    check("_", Refusal::Entry(1, &Refusal::NotOffered));
    check("rtx-3090*0_t4", Refusal::Entry(1, &Refusal::TooSmall));
    check("rtx-3090*-1_t4", Refusal::Entry(1, &Refusal::TooSmall));
    check("t4_rtx-3090*1.5", Refusal::Entry(2, &Refusal::NotWhole));
    check("t4_rtx-3090*NaN", Refusal::Entry(2, &Refusal::NotANumber));
    check("t4_rtx-3090*", Refusal::Entry(2, &Refusal::NotANumber));
    check("t4_rtx-3090*2*2", Refusal::Entry(2, &Refusal::NotANumber));
    check("t4_rtx-3090_t4", Refusal::Entry(3, &Refusal::Twice));
    check("t4*9_rtx-3090*8", Refusal::TooManyEntries);
    check("t4*1e300_rtx-3090", Refusal::Entry(1, &Refusal::TooLarge));
    check("rtx-3090*2", Refusal::CountOfOne);
    check("rtx-30900*2", Refusal::NotOffered);
    for gpus in [&[][..], &[1.0], &[1.0, 1.0], &[0.0, 1.0], &[1.0, 2.0, 1.0], &[1.5, 2.0], &[1.0, 1e9], &[-1.0, 2.0]] {
        assert!(Id::Gpu.spec().check(Value::List(gpus.to_vec().into())).is_err(), "{gpus:?}");
    }
}

/// Kinds say how many GPUs there are; another number beside them is no run.
#[test]
fn their_number_follows() {
    let link = format!("{LLAMA}&gpu=rtx-3090*2_rtx-4090");
    assert_eq!(inputs(&link).values().number(Id::GpuCount), 3.0);
    assert_eq!(inputs(&format!("{link}&gpuCount=3")), inputs(&link), "it is the default");
    let other = inputs(&format!("{link}&gpuCount=4"));
    let reason = Unsupported::Spread(NotSpread::NumberOfGpus { named: 3 });
    assert_eq!(support(&other), Err(reason));
    assert_eq!(reason.parameter(&other), Id::GpuCount);
    assert_eq!(values_of(MethodId::Calibrated, &other), None);
    assert_eq!(ways_out(&other), [inputs(&link)]);
}

/// Each has figures of its own: what was typed of one is kept, told, and never read.
#[test]
fn what_is_typed_of_one_says_nothing() {
    let plain = format!("{LLAMA}&gpu=t4_rtx-4090");
    let typed = format!("{plain}&gpuMemory=20&gpuFamily=hopper");
    let (link, problems) = decode(&format!("mode=inference&{typed}"), &CATALOG);
    let kinds: Vec<_> = problems.iter().map(|it| (it.key.as_str(), &it.kind)).collect();
    let no_effect = ProblemKind::NoEffect(Control::Gpu, link.inputs.mode());
    assert_eq!(kinds, [("gpuMemory", &no_effect), ("gpuFamily", &no_effect)]);
    assert_eq!(calibrated(&typed), calibrated(&plain));
    assert_eq!(judged(&typed), judged(&plain));
}

/// llama.cpp deals layers by the memory that is free on each GPU, as `--tensor-split` with these figures would.
#[test]
fn llama_cpp_deals_layers_by_memory() {
    let unlike = calibrated(&format!("{LLAMA}&gpu=rtx-3060-12gb_rtx-4090*2"));
    let mib = |id: &str| (unlike_devices(&inputs(&format!("gpu={id}_v100-32gb")))[0].free_gib() * 1024.0).round();
    let [small, large] = [mib("rtx-3060-12gb"), mib("rtx-4090")];
    let split = calibrated(&format!("{LLAMA}&gpuCount=3&tensorSplit={small},{large},{large}"));
    let even = calibrated(&format!("{LLAMA}&gpuCount=3"));
    for component in [Component::Weights, Component::KvCache, Component::Temporaries] {
        let of = |it: &Estimate| it.ranks().iter().map(|it| at_peak(it, component)).collect::<Vec<_>>();
        assert_eq!(of(&unlike), of(&split), "{component:?}");
        assert!(of(&unlike) != of(&even) || component == Component::Temporaries, "{component:?}");
    }
    // What was typed goes before.
    let typed = calibrated(&format!("{LLAMA}&gpu=rtx-3060-12gb_rtx-4090*2&tensorSplit=1,1,1"));
    let of = |it: &Estimate| it.ranks().iter().map(|it| at_peak(it, Component::Weights)).collect::<Vec<_>>();
    assert_eq!(of(&typed), of(&even));
}

/// Each GPU has the driver's context of its own generation.
#[test]
fn each_has_its_own_context() {
    let alone = |gpu: &str| at_peak(&calibrated(&format!("{LLAMA}&gpu={gpu}")).ranks()[0], Component::Runtime);
    let unlike = calibrated(&format!("{LLAMA}&gpu=t4_rtx-4090_h100-80gb"));
    let of: Vec<_> = unlike.ranks().iter().map(|it| at_peak(it, Component::Runtime)).collect();
    assert_eq!(of, ["t4", "rtx-4090", "h100-80gb"].map(alone));
}

/// The rank whose own card has the least room left decides, whichever holds the most.
#[test]
fn each_is_held_against_its_own_card() {
    let link = "model=qwen2.5-32b&engine=llamacpp&quantization=gguf-file-q4_k_m&sequenceLength=32768";
    // Even parts are too much for the smaller one alone.
    let even = format!("{link}&gpu=rtx-3060-12gb_rtx-4090&tensorSplit=4,5");
    let it = judged(&even);
    assert_eq!((it.kind, it.rank), (VerdictKind::TooMuch, Some(RankKind::Device { at: 0 })));
    assert_eq!(it.device.map(|it| it.id), Some("rtx-3060-12gb"));
    let estimate = calibrated(&even);
    assert_eq!(estimate.fullest().kind(), RankKind::Device { at: 0 });
    assert_eq!(it.needed, estimate.total());
    let unlike = unlike_devices(&inputs(&even));
    assert_eq!(it.capacity, Some(usable(unlike[0])));
    assert_eq!(memory_of_fullest(&inputs(&even), &estimate), it.capacity);
    assert!(estimate.ranks().iter().any(|it| it.total() > estimate.total()), "the larger card holds more");
    // By memory it fits both.
    let dealt = format!("{link}&gpu=rtx-3060-12gb_rtx-4090");
    assert_eq!(judged(&dealt).kind, VerdictKind::Fits);
    // The order of the kinds is that of the layers, not of what decides.
    assert_eq!(
        judged(&format!("{link}&gpu=rtx-4090_rtx-3060-12gb&tensorSplit=5,4")).rank,
        Some(RankKind::Device { at: 1 })
    );
}

/// Whole layers are all somewhere, on whichever cards.
#[test]
fn together_they_hold_what_there_is() {
    for engine in ["llamacpp", "transformers"] {
        let link = format!("model=llama-3.1-8b&engine={engine}&sequenceLength=4096");
        let of = |gpus: &str| -> f64 {
            calibrated(&format!("{link}{gpus}")).ranks().iter().map(|it| at_peak(it, Component::KvCache)).sum()
        };
        for gpus in ["&gpu=t4_rtx-4090", "&gpu=h100-80gb_t4*3", "&gpu=rtx-3090*2_rtx-4090_rtx-5090*3"] {
            assert!((of(gpus) / of("") - 1.0).abs() < 1e-12, "{engine} {gpus}");
        }
    }
}

/// Transformers evens out what cards have room for, and gives no card more than it has: `get_balanced_memory`.
#[test]
fn transformers_fills_no_card_beyond_its_memory() {
    let link = "model=qwen2.5-32b&sequenceLength=1024";
    let weights = |gpus: &str| -> Vec<f64> {
        calibrated(&format!("{link}{gpus}")).ranks().iter().map(|it| at_peak(it, Component::Weights)).collect()
    };
    // Both have room for half.
    assert_eq!(weights("&gpu=h100-80gb_a100-80gb"), weights("&gpuCount=2"));
    let unlike = weights("&gpu=t4_a100-80gb");
    let t4 = usable(unlike_devices(&inputs("gpu=t4_a100-80gb"))[0]).count();
    assert!(unlike[0] < t4 && unlike[1] > 2.0 * unlike[0], "{unlike:?}");
    let sum = |it: &[f64]| it.iter().sum::<f64>();
    assert!((sum(&unlike) / sum(&weights("&gpuCount=2")) - 1.0).abs() < 1e-9);
}

/// Who shares out even parts, or trains, was not read on unlike cards, and no machine has some beside others.
#[test]
fn what_was_not_read_is_refused() {
    #[track_caller]
    fn check(link: &str, expected: NotSpread) {
        let (link, problems) = decode(link, &CATALOG);
        let reason = Unsupported::Spread(expected);
        assert_eq!(support(&link.inputs), Err(reason));
        assert_eq!(reason.parameter(&link.inputs), Id::Gpu);
        assert_eq!(values_of(MethodId::Calibrated, &link.inputs), None);
        assert!(problems.iter().any(|it| matches!(it.kind, ProblemKind::Unsupported(it, _) if it == reason)));
        // One of the kinds is a way out, where that is all that is wrong.
        let ways = ways_out(&link.inputs);
        assert!(!ways.is_empty() && ways.iter().all(|it| support(it).is_ok() && !it.is_default(Id::Gpu)), "{ways:?}");
    }
    let model = "model=llama-3.1-8b&gpu=rtx-3090_rtx-4090";
    check(&format!("engine=vllm&{model}"), NotSpread::UnlikeGpus);
    check(&format!("tensorParallel=2&{model}"), NotSpread::UnlikeGpus);
    for mode in ["finetune", "train", "nlp", "grpo"] {
        check(&format!("mode={mode}&{model}"), NotSpread::UnlikeGpus);
        check(&format!("mode={mode}&trainer=fsdp2&{model}"), NotSpread::UnlikeGpus);
    }
    for gpu in ["rtx-4090_m4-16gb", "rtx-4090_mi300x", "dgx-spark_rtx-4090"] {
        check(&format!("engine=llamacpp&model=llama-3.1-8b&gpu={gpu}"), NotSpread::GpusApart);
    }
}

/// A method that counts one GPU says nothing of several, and whoever runs on one of them has the first.
#[test]
fn one_gpu_of_several() {
    let documented = inputs(&format!("{LLAMA}&gpu=rtx-3090_rtx-4090"));
    let it = verdict(&documented, &values_of(MethodId::Documented, &documented).expect("an answer"));
    assert!(it.kind == VerdictKind::CannotSay && it.counts_one_gpu, "{it:?}");
    let first = format!("{LLAMA}&splitMode=none&gpu=rtx-3090_rtx-4090");
    assert_eq!(calibrated(&first).ranks().len(), 1);
    assert_eq!(calibrated(&first).total(), calibrated(&format!("{LLAMA}&gpu=rtx-3090")).total());
    assert_eq!(judged(&first).device.map(|it| it.id), Some("rtx-3090"));
    let on_second = format!("{LLAMA}&splitMode=none&gpu=t4_rtx-3090");
    assert_eq!(calibrated(&on_second).moments(), calibrated(&format!("{LLAMA}&gpu=t4")).moments());
}

/// Whether several GPUs had parts was asked in two ways, which said different things where llama.cpp has all on its
/// main GPU: what is refused of several only was refused, the model that drafts was left out, and methods that count
/// one GPU said nothing of a run on one.
#[test]
fn the_main_gpu_has_everything() {
    #[track_caller]
    fn check(link: &str) {
        let [on_main, alone] = ["splitMode=none&gpu=t4_rtx-3090", "gpu=t4"].map(|it| format!("{link}&{it}"));
        let (there, here) = (calibrated(&on_main), calibrated(&alone));
        assert_eq!(there.moments(), here.moments(), "{link}");
        assert_eq!(
            there.ranks().iter().map(|it| it.kind()).collect::<Vec<_>>(),
            [RankKind::Device { at: 0 }],
            "{link}"
        );
        assert_eq!(judged(&on_main).kind, judged(&alone).kind, "{link}");
    }
    check(LLAMA);
    check("model=qwen2.5-7b&engine=llamacpp&draft=qwen2.5-0.5b");
    // Which layers of these are of which kind nobody has read, so that they are not shared out.
    check("model=deepseek-v3.2&engine=llamacpp");
    check("model=llama-4-maverick-17b-128e-instruct&engine=llamacpp");
    for gpus in ["gpu=t4_rtx-3090", "gpu=t4&gpuCount=2"] {
        let link = format!("{LLAMA}&splitMode=none&{gpus}");
        let here = inputs(&link);
        assert_eq!(fewest(MethodId::Calibrated, &here), Err(NotShared), "{link}");
        assert!(judge_beside(MethodId::Calibrated, &here).is_empty(), "{link}");
        let it = verdict(&here, &values_of(MethodId::Documented, &here).expect("an answer"));
        assert!(!it.counts_one_gpu && it.n_gpus == 1 && it.device.map(|it| it.id) == Some("t4"), "{it:?}");
    }
}

/// How much fits is asked of the same verdict, and a number of GPUs is none to look for.
#[test]
fn how_much_fits_on_several_kinds() {
    let here = inputs("model=qwen2.5-32b&engine=llamacpp&quantization=gguf-file-q4_k_m&gpu=rtx-3060-12gb_rtx-4090");
    let all = solve(MethodId::Calibrated, &here);
    assert!(all.iter().all(|it| it.id != Id::GpuCount), "{all:?}");
    let length = all.iter().find(|it| it.id == Id::SequenceLength).expect("an answer");
    let there = length.apply(&here).expect("a change");
    let kind = |it: &Inputs| verdict(it, &values_of(MethodId::Calibrated, it).expect("an answer")).kind;
    assert_eq!(kind(&there), VerdictKind::Fits);
    let longer = there.values().number(Id::SequenceLength) + 1.0;
    assert_ne!(
        kind(&there.clone().with(Id::SequenceLength, Value::Number(longer)).expect("a length")),
        VerdictKind::Fits
    );
}

/// The verdict names the card that decides, in both languages.
#[test]
fn the_deciding_card_is_named() {
    use vram_estimator::estimator::MemoryUnit;
    use vram_estimator::present::value_text::gpus_by_name;
    use vram_estimator::present::verdict::said;
    let link = format!("{LLAMA}&gpu=t4*2_rtx-4090");
    let here = inputs(&link);
    let Value::List(gpus) = here.value(Id::Gpu) else { panic!("one kind") };
    for (later, texts) in [(&ENGLISH_LATER, &ENGLISH), (&CHINESE_LATER, &CHINESE)] {
        let sentence = said(&here, &judged(&link), None, MemoryUnit::Gib, texts, later).sentence;
        assert!(sentence.contains("T4) ") | sentence.contains("T4）") && sentence.contains("T4"), "{sentence}");
        let named = gpus_by_name(&gpus, texts);
        assert!(named.contains("2 × ") && named.contains("RTX 4090"), "{named}");
    }
}

/// llama.cpp's log names the GPU that each of its numbers is.
#[test]
fn a_log_names_all_kinds() {
    let used = |id: usize, name: &str| {
        format!("llama_model_load: using device CUDA{id} (NVIDIA GeForce {name}) - 23000 MiB free\n")
    };
    #[track_caller]
    fn check(lines: &[String], expected: &str) {
        let text = format!(
            "llama-server -m Qwen3-8B-Q4_K_M.gguf -c 8192 -ngl 99\n{}llama_context: n_ctx = 8192\n",
            lines.concat()
        );
        let res = import(text.as_bytes(), &[], &CATALOG).expect("a log");
        let told = res.taken.iter().filter(|it| matches!(it.id, Id::Gpu | Id::GpuCount));
        assert_eq!(told.map(|it| it.value.as_str()).collect::<Vec<_>>().concat(), expected, "{text}");
        assert_eq!(support(&res.inputs.expect("a run")), Ok(()));
    }
    check(&[used(0, "RTX 3090"), used(1, "RTX 4090")], "rtx-3090_rtx-4090");
    check(&[used(2, "RTX 3090"), used(0, "RTX 4090"), used(1, "RTX 3090")], "rtx-4090_rtx-3090*2");
    check(&[used(10, "RTX 3090"), used(9, "RTX 4090"), used(9, "RTX 4090")], "rtx-4090_rtx-3090");
    // Of kinds that are not together no link can say the order.
    check(&[used(0, "RTX 3090"), used(1, "RTX 4090"), used(2, "RTX 3090")], "");
    check(&[used(0, "RTX 3090"), used(1, "Unheard Of")], "");
}

/// What is exported and read again is the same run, on the same cards.
#[test]
fn an_export_comes_back() {
    let here = inputs(&format!("{LLAMA}&gpu=rtx-3090*2_rtx-4090&quantization=gguf-file-q4_k_m"));
    let told: Vec<_> = TOOLS.iter().filter_map(|it| export(it, &here).ok()).collect();
    assert!(!told.is_empty());
    for it in told {
        let read = import(it.text.as_bytes(), &[], &CATALOG).expect("a launch").inputs.expect("a run");
        assert_eq!(read, here, "{}", it.text);
    }
}
