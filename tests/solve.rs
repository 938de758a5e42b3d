//! How much fits, and what to change: every answer is estimated again, and held against what the verdict says of it. It
//! knows no formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/draw.rs"]
mod draw;

use catalog::CATALOG;
use draw::Draw;
use std::time::{Duration, Instant};
use vram_estimator::estimator::plan::advice::{Advice, advise};
use vram_estimator::estimator::plan::fewest::over;
use vram_estimator::estimator::plan::fit::{VerdictKind, judge, smallest_that_fits, verdict};
use vram_estimator::estimator::plan::solve::{Solved, SolvedKind, solve};
use vram_estimator::estimator::plan::strategies::Strategy;
use vram_estimator::estimator::{Inputs, MethodId, ParameterId as Id, Value, conflicts, values_of};
use vram_estimator::link::decode;
use vram_estimator::locale::ENGLISH_LATER;
use vram_estimator::present::answer::{Asked, answer_with};

const METHOD: MethodId = MethodId::Calibrated;

const TUNE: &str = "mode=finetune&model=qwen2.5-32b&method=QLoRA&quantization=nf4-dq&precision=BF16&\
                    gradientCheckpointing=true&batchSize=1";

fn inputs(link: &str) -> Inputs {
    decode(link, &CATALOG).0.inputs
}

fn kind_of(inputs: &Inputs) -> Option<VerdictKind> {
    Some(verdict(inputs, &values_of(METHOD, inputs)?).kind)
}

fn at(inputs: &Inputs, id: Id, value: f64) -> Option<VerdictKind> {
    kind_of(&inputs.clone().with(id, Value::Number(value)).ok()?)
}

fn fits(inputs: &Inputs, id: Id, value: f64) -> bool {
    at(inputs, id, value) == Some(VerdictKind::Fits)
}

/// Holds an answer against the real estimate.
#[track_caller]
fn check_answer(inputs: &Inputs, it: &Solved) {
    let own = inputs.values().number(it.id);
    match it.kind {
        SolvedKind::Most(value) => {
            assert!(fits(inputs, it.id, value), "{it:?} does not fit");
            assert!(!fits(inputs, it.id, value + 1.0), "{it:?}: one more fits, too");
            let there = it.apply(inputs);
            assert_eq!(there.is_none(), value == own, "{it:?}");
            assert!(there.is_none_or(|it| kind_of(&it) == Some(VerdictKind::Fits)), "{it:?} is applied");
        }
        SolvedKind::Every(most) => {
            let today = conflicts(inputs).is_empty().then_some(own);
            assert!(fits(inputs, it.id, most) && today.is_none_or(|own| fits(inputs, it.id, own)), "{it:?}");
        }
        SolvedKind::Nothing { tight } => {
            // What contradicts itself today is no answer.
            assert!(!conflicts(inputs).is_empty() || !fits(inputs, it.id, own), "{it:?}: today's fits");
            // A sequence is as long as its completion at least.
            let least = inputs.given(Id::CompletionLength).filter(|_| it.id == Id::SequenceLength);
            assert!(least.is_some() || !fits(inputs, it.id, 1.0), "{it:?}: one fits");
            let is_close = |value| matches!(at(inputs, it.id, value), Some(VerdictKind::Fits | VerdictKind::Tight));
            assert!(tight.is_none_or(is_close), "{it:?}");
        }
        SolvedKind::Fewest(count) => {
            let fits = |count| over(inputs, it.id, count).and_then(|it| kind_of(&it)) == Some(VerdictKind::Fits);
            assert!(fits(count), "{it:?} do not fit");
            // Of a degree none below it, whichever of them have an answer.
            let least = if it.id == Id::CpuExpertLayers { 0 } else { 1 };
            let fewer = if it.id == Id::TensorParallel { 1 } else { (count as u32).saturating_sub(1).max(least) };
            assert!((fewer..count as u32).all(|it| !fits(f64::from(it))), "{it:?}: fewer fit, too");
        }
        SolvedKind::NoNumber => assert!(!fits(inputs, it.id, own), "{it:?}"),
        SolvedKind::Smallest(device) => {
            assert_eq!(smallest_that_fits(METHOD, inputs), Some(device));
            let there = it.apply(inputs).unwrap_or_else(|| inputs.clone());
            assert_eq!(kind_of(&there), Some(VerdictKind::Fits), "{it:?}");
        }
        SolvedKind::NoDevice => assert_eq!(smallest_that_fits(METHOD, inputs), None),
    }
}

/// Holds a change against the real estimate.
#[track_caller]
fn check_advice(inputs: &Inputs, it: &Advice) {
    let total = |inputs: &Inputs| values_of(METHOD, inputs).expect("an answer").total().count();
    assert_eq!(it.saved, total(inputs) - total(&it.inputs), "{:?}", it.strategies);
    assert_eq!(Some(it.verdict.kind), kind_of(&it.inputs), "{:?}", it.strategies);
    assert!(it.saved > 0.0 || Some(it.verdict.kind) != kind_of(inputs), "{:?} changes nothing", it.strategies);
    assert!(!it.changed.is_empty());
    let now = conflicts(inputs);
    assert!(conflicts(&it.inputs).iter().all(|it| now.contains(it)), "{:?} contradict", it.strategies);
}

/// Inputs with a device that has about what they need: half as much up to twice.
fn beside(draw: &mut Draw, inputs: Inputs) -> Inputs {
    let needed = values_of(METHOD, &inputs).map_or(1.0, |it| it.total().gib());
    let size = needed * draw.number(0.5, 2.0, false);
    inputs.clone().with(Id::GpuMemory, Value::Number(size)).unwrap_or(inputs)
}

/// What is told fits, and one step more does not: in ten thousand random configurations that have an answer.
#[test]
fn answers_are_exact() {
    let mut draw = Draw::new(20_261_128);
    let (mut n_asked, mut n_most, mut n_every, mut n_nothing, mut n_fewest) = (0, 0, 0, 0, 0);
    while n_asked < 10_000 {
        let drawn = draw.inputs(CATALOG.models());
        if values_of(METHOD, &drawn).is_none() {
            continue;
        }
        let inputs = beside(&mut draw, drawn);
        n_asked += 1;
        for it in solve(METHOD, &inputs) {
            check_answer(&inputs, &it);
            match it.kind {
                SolvedKind::Most(_) => n_most += 1,
                SolvedKind::Every(_) => n_every += 1,
                SolvedKind::Nothing { .. } => n_nothing += 1,
                SolvedKind::Fewest(_) => n_fewest += 1,
                SolvedKind::NoNumber | SolvedKind::Smallest(_) | SolvedKind::NoDevice => {}
            }
        }
    }
    println!("most {n_most}, every {n_every}, none {n_nothing}, fewest {n_fewest}");
    assert!(n_most > 1000 && n_every > 10 && n_nothing > 1000 && n_fewest > 10, "every kind of answer occurs");
}

/// What is advised is what comes of it, and helps.
#[test]
fn advice_is_estimated_again() {
    let mut draw = Draw::new(20_261_130);
    let mut n_advised = [0; Strategy::ALL.len()];
    let (mut n_asked, mut n_pairs) = (0, 0);
    while n_asked < 2_000 {
        let drawn = draw.inputs(CATALOG.models());
        if values_of(METHOD, &drawn).is_none() {
            continue;
        }
        let inputs = beside(&mut draw, drawn);
        n_asked += 1;
        let all = advise(METHOD, &inputs);
        let kinds: Vec<_> = all.iter().map(|it| it.verdict.kind).collect();
        assert!(kinds.is_sorted_by_key(|it| VerdictKind::ALL.iter().position(|one| one == it)), "{kinds:?}");
        for it in &all {
            check_advice(&inputs, it);
            it.strategies.iter().for_each(|it| n_advised[*it as usize] += 1);
            n_pairs += usize::from(it.strategies.len() > 1);
        }
    }
    println!("{n_pairs} pairs");
    let never: Vec<_> = Strategy::ALL.iter().filter(|it| n_advised[**it as usize] == 0).collect();
    println!("never: {never:?}");
    assert!(n_pairs > 10, "pairs occur");
}

#[track_caller]
fn check(link: &str, id: Id, expected: SolvedKind) {
    let inputs = inputs(link);
    let all = solve(METHOD, &inputs);
    let it = all.iter().find(|it| it.id == id).unwrap_or_else(|| panic!("{link}: {all:?}"));
    assert_eq!(it.kind, expected, "{link}");
}

/// A batch or a device that is far too small or large is told as such.
#[test]
fn ends_are_told() {
    check("mode=train&model=llama-3.2-1b&gpuMemory=1", Id::BatchSize, SolvedKind::Nothing { tight: None });
    check("model=llama-3.2-1b&gpuMemory=1000000&sequenceLength=1", Id::BatchSize, SolvedKind::Every(1e6));
}

/// A model reads no more tokens than the positions that it has learned.
#[test]
fn positions_end_the_sequence() {
    check("mode=train&model=gpt2&gpu=h200&batchSize=1", Id::SequenceLength, SolvedKind::Every(1024.0));
}

/// With vLLM what runs at once is what its pool has room for.
#[test]
fn the_pool_decides_what_runs_at_once() {
    let link = "model=llama-3.1-8b&precision=BF16&engine=vllm&gpu=rtx-4090&sequenceLength=2048";
    let room = vram_estimator::estimator::capacity(&inputs(link)).expect("a pool").sequences.value().floor();
    check(link, Id::BatchSize, SolvedKind::Most(room));
}

/// Of a served model the degree is asked that divides its layers, of llama.cpp the number; a number that was given
/// follows.
#[test]
fn the_fewest_gpus_of_a_server_are_found() {
    let large = "model=llama-3.3-70b-instruct&precision=BF16&sequenceLength=32768&maxBatchedTokens=8192";
    for (given, gpus) in [("", None), ("&gpuCount=2&tensorParallel=2", Some(4.0))] {
        let link = format!("{large}&engine=vllm&gpu=h100-80gb{given}");
        check(&link, Id::TensorParallel, SolvedKind::Fewest(4.0));
        let all = solve(METHOD, &inputs(&link));
        let it = all.iter().find(|it| it.id == Id::TensorParallel).expect("an answer");
        let there = it.apply(&inputs(&link)).expect("another number");
        assert_eq!(there.given(Id::GpuCount), gpus.map(Value::Number).as_ref(), "{link}");
        assert_eq!(kind_of(&there), Some(VerdictKind::Fits));
    }
    let files = "model=llama-3.3-70b-instruct&quantization=gguf-file-q4_k_m&engine=llamacpp&sequenceLength=32768";
    check(&format!("{files}&gpu=rtx-3090"), Id::GpuCount, SolvedKind::Fewest(3.0));
    check(&format!("{files}&gpu=rtx-4070"), Id::GpuCount, SolvedKind::Fewest(6.0));
    check(&format!("{files}&gpuMemory=3"), Id::GpuCount, SolvedKind::NoNumber);
}

/// Without a device nothing but the smallest is asked, and nothing where nobody can say.
#[test]
fn without_a_device_only_the_smallest_is_asked() {
    let ids = |link: &str| solve(METHOD, &inputs(link)).iter().map(|it| it.id).collect::<Vec<_>>();
    assert_eq!(ids("mode=train&model=llama-3.2-1b"), [Id::Gpu]);
    assert_eq!(ids("mode=train&model=llama-3.2-1b&gpu=m3-max-64gb"), []);
    assert_eq!(ids("mode=train&model=gemma-3n-e2b-it&gpu=rtx-4090"), []);
    assert_eq!(
        ids("mode=train&model=llama-3.2-1b&trainer=fsdp2&gpuCount=2&gpu=rtx-4090"),
        [Id::BatchSize, Id::SequenceLength, Id::GpuCount, Id::Gpu]
    );
    assert!(advise(METHOD, &inputs("mode=train&model=gemma-3n-e2b-it&gpu=rtx-4090")).is_empty());
}

/// Several changes are told together where no single one is enough, and only there; what fits stands first.
#[test]
fn pairs_are_told_where_no_single_change_is_enough() {
    fn check(link: &str, first: &[Strategy]) {
        let all = advise(METHOD, &inputs(link));
        assert_eq!((all[0].strategies.as_slice(), all[0].verdict.kind), (first, VerdictKind::Fits), "{link}");
        let is_enough = |it: &Advice| it.strategies.len() == 1 && it.verdict.kind == VerdictKind::Fits;
        let (alone, together) = (all.iter().any(is_enough), all.iter().any(|it| it.strategies.len() > 1));
        assert_eq!((alone, together), (first.len() == 1, first.len() > 1), "{link}");
    }
    let whole = "mode=train&model=llama-3.1-8b&gpu";
    check(&format!("{whole}=h100-80gb"), &[Strategy::Offload]);
    check(&format!("{whole}=h200&batchSize=8&sequenceLength=8192"), &[Strategy::OneByOne, Strategy::PagedOptimizer]);
    let adapters = "mode=finetune&method=LoRA&model=llama-3.3-70b-instruct&gpu=rtx-4090&precision=BF16";
    check(adapters, &[Strategy::GradientCheckpointing, Strategy::Offload]);
}

/// A full fine-tune that fits by adapters alone was told nothing else: what comes to the same result is told too, with
/// what it takes of the host's memory; a half is taken again where one is not enough; and what would lead to no answer
/// gives way to what saves more.
#[test]
fn several_changes_are_told_that_come_to_the_same_result() {
    #[track_caller]
    fn check(link: &str, expected: &[Strategy]) {
        let inputs = inputs(link);
        let all = advise(METHOD, &inputs);
        let places = |all: &[Strategy]| {
            let mut places: Vec<_> = all.iter().map(|it| *it as usize).collect();
            places.sort_unstable();
            places
        };
        let it = all.iter().find(|it| places(&it.strategies) == places(expected));
        let told = || all.iter().map(|it| &it.strategies).collect::<Vec<_>>();
        let it = it.unwrap_or_else(|| panic!("{link}: {:?}", told()));
        check_advice(&inputs, it);
        assert!(it.strategies.iter().all(|it| it.keeps_result()), "{link}");
        let there = values_of(METHOD, &it.inputs).expect("an answer");
        assert_eq!(it.in_host > 0.0, !there.fullest().host().is_empty(), "{link}");
    }
    let whole = "mode=finetune&method=Full&model";
    let large = format!("{whole}=llama-3.3-70b-instruct&gpu=h100-80gb");
    check(&large, &[Strategy::GradientCheckpointing, Strategy::Offload]);
    let steps = [Strategy::GradientCheckpointing, Strategy::Offload];
    check(&format!("{whole}=llama-3.1-8b&gpu=rtx-4090"), &steps);
    let mixture = "mode=moe&model=mixtral-8x7b-instruct-v0.1&gpu=h100-80gb";
    check(mixture, &[Strategy::GradientCheckpointing, Strategy::Shard, Strategy::Offload]);
}

/// A change speaks of what it changes: that strategy, these parameters.
#[track_caller]
fn check_change(link: &str, strategy: Strategy, expected: &[(Id, Value)]) {
    let inputs = inputs(link);
    let all = advise(METHOD, &inputs);
    let it = all.iter().find(|it| it.strategies == [strategy]).unwrap_or_else(|| panic!("{link}: no {strategy:?}"));
    check_advice(&inputs, it);
    assert_eq!(it.changed, expected, "{link}");
}

/// A file's layers go to a second GPU, and no layer is divided.
#[test]
fn layers_of_a_file_go_to_more_gpus() {
    let link = "model=llama-3.3-70b-instruct&quantization=gguf-file-q4_k_m&engine=llamacpp&gpu=rtx-3090";
    check_change(link, Strategy::LayersOverGpus, &[(Id::GpuCount, Value::Number(2.0))]);
    let told: Vec<_> = advise(METHOD, &inputs(link)).into_iter().flat_map(|it| it.strategies).collect();
    assert!(!told.contains(&Strategy::TensorParallel), "{told:?}");
}

/// Of a mixture the experts can lie in the host's memory, where llama.cpp runs it; of a dense model there are none.
#[test]
fn experts_of_a_mixture_go_to_the_host() {
    let link = "model=qwen3-30b-a3b&engine=llamacpp&gpu=rtx-4090";
    check_change(link, Strategy::HostExperts, &[(Id::CpuExpertLayers, Value::Number(48.0))]);
    let is_told =
        |link: &str| advise(METHOD, &inputs(link)).iter().any(|it| it.strategies.contains(&Strategy::HostExperts));
    assert!(!is_told(&format!("{link}&cpuExpertLayers=48")), "all are there");
    assert!(!is_told("model=llama-3.1-8b&engine=llamacpp&gpu=rtx-4090"), "a dense model");
    assert!(!is_told("model=qwen3-30b-a3b&gpu=rtx-4090"), "another engine");
}

/// Megatron shards and recomputes by words of its own, and no strategy of another trainer is told there.
#[test]
fn megatron_is_told_its_own_words() {
    let link = "mode=train&model=llama-3.1-70b&trainer=megatron&precision=BF16&gpuCount=64&tensorParallel=8\
                &pipelineParallel=4&sequenceParallel=true&gpu=h100-80gb";
    check_change(link, Strategy::DistributedOptimizer, &[(Id::DistributedOptimizer, Value::Toggle(true))]);
    let all = advise(METHOD, &inputs(link));
    assert!(!all.iter().any(|it| it.strategies.contains(&Strategy::Shard)), "FSDP2 is another trainer");
    let full = inputs(&format!("{link}&recompute=full")).value(Id::Recompute);
    check_change(link, Strategy::GradientCheckpointing, &[(Id::Recompute, full)]);
}

/// All answers of a link within a frame, and the advice within a few.
#[test]
fn answers_come_within_a_frame() {
    for link in [
        format!("{TUNE}&gpu=rtx-4090"),
        "mode=train&model=llama-3.1-70b&trainer=fsdp2&gpuCount=8&gpu=h100-80gb".to_owned(),
        "mode=grpo&model=llama-3.1-8b&gpu=h100-80gb".to_owned(),
        "model=llama-3.1-8b&precision=BF16&engine=vllm&gpu=rtx-4090".to_owned(),
        "mode=moe&model=mixtral-8x7b-instruct-v0.1&gpu=h200".to_owned(),
        "mode=cnn&model=resnet50&gpu=rtx-4090".to_owned(),
    ] {
        let inputs = inputs(&link);
        // The best of some: a machine that does something else meanwhile says nothing.
        let time = |run: &dyn Fn()| {
            let once = || {
                let start = Instant::now();
                run();
                start.elapsed()
            };
            (0..7).map(|_| once()).min().unwrap_or_default()
        };
        let solved = time(&|| drop(solve(METHOD, &inputs)));
        let advised = time(&|| drop(advise(METHOD, &inputs)));
        println!("{link}: solved in {solved:?}, advised in {advised:?}");
        assert!(solved < Duration::from_millis(16), "{link}: solved in {solved:?}");
        assert!(advised < Duration::from_millis(64), "{link}: advised in {advised:?}");
    }
}

/// The command line tells both, only where asked, with links that lead there.
#[test]
fn the_command_line_solves_and_advises() {
    let (link, problems) = decode(&format!("{TUNE}&gpu=rtx-4090"), &CATALOG);
    let ask = |asked| answer_with(&link, &problems, &ENGLISH_LATER, asked);
    let plain = ask(Asked::default());
    assert!(plain.get("answers").is_none() && plain.get("advice").is_none());
    let told = ask(Asked { solves: true, advises: true, ..Asked::default() });
    let answers = told["answers"].as_array().expect("answers");
    let smallest = answers.iter().find(|it| it["key"] == "gpu").expect("a device");
    assert_eq!((&smallest["kind"], &smallest["value"]), (&"smallest".into(), &plain["fits"]["smallest"]));
    assert!(smallest["link"].as_str().is_some_and(|it| it.contains("gpu=rtx-5090")), "{smallest}");
    let advice = told["advice"].as_array().expect("advice");
    assert!(!advice.is_empty());
    for it in advice {
        let there = decode(it["link"].as_str().expect("a link"), &CATALOG).0.inputs;
        for change in it["changes"].as_array().expect("changes") {
            let key = change["key"].as_str().expect("a key");
            let id = Id::ALL.iter().copied().find(|it| it.spec().key == key).expect("a parameter");
            assert_ne!(there.given(id), link.inputs.given(id), "{it}");
        }
        assert_eq!(kind_of(&there).map(VerdictKind::id), it["verdict"].as_str(), "{it}");
    }
}

/// vLLM was advised to load INT8, which it makes of no checkpoint, and llama.cpp a cache by a name that it does not
/// know.
#[test]
fn what_is_advised_the_engine_has() {
    let changes = |link: &str| {
        let all = advise(METHOD, &inputs(link));
        let set = all.iter().flat_map(|it| &it.changed).map(|(id, value)| (*id, id.spec().write(value)));
        set.filter(|it| matches!(it.0, Id::Quantization | Id::KvPrecision)).map(|it| it.1).collect::<Vec<_>>()
    };
    let vllm = changes("model=llama-3.1-8b&engine=vllm&precision=BF16&gpu=rtx-4060&sequenceLength=8192&batchSize=8");
    assert!(vllm.iter().all(|it| matches!(it.as_str(), "fp8-per-tensor" | "awq-4bit-g128" | "FP8")), "{vllm:?}");
    assert!(vllm.contains(&"awq-4bit-g128".to_owned()), "{vllm:?}");
    let file = "model=llama-3.1-8b&engine=llamacpp&quantization=gguf-file-q8_0&gpu=rtx-4060&sequenceLength=65536";
    let of_file = changes(file);
    assert!(of_file.iter().all(|it| it.starts_with("gguf-file-") || it.starts_with('q')), "{of_file:?}");
    assert!(of_file.iter().any(|it| it == "q4_0" || it == "q8_0"), "{of_file:?}");
}

/// GPT-OSS has never been published in 16 bits, and an H100 was said to be too small for it.
#[test]
fn a_model_is_served_as_it_is_published() {
    let served = inputs("model=gpt-oss-120b&engine=vllm&gpu=h100-80gb");
    // Whoever asks for 16 bits is told how to go back.
    let all = advise(METHOD, &inputs("model=gpt-oss-120b&engine=vllm&gpu=h100-80gb&quantization=None"));
    assert_eq!(all.first().map(|it| &*it.strategies), Some(&[Strategy::Published][..]));
    assert_eq!(all[0].inputs, served);
    assert_eq!(all[0].verdict.kind, VerdictKind::Fits);
    assert_eq!(judge(METHOD, &served).map(|it| it.kind), Some(VerdictKind::Fits));
    let is_told =
        |link: &str| advise(METHOD, &inputs(link)).iter().any(|it| it.strategies.contains(&Strategy::Published));
    assert!(!is_told("model=llama-3.1-8b&engine=vllm&gpu=rtx-4090"), "in 16 bits");
    assert!(!is_told("model=gpt-oss-20b&engine=llamacpp&gpu=rtx-4090"), "files are made by others");
}
