//! Whether a run fits its device: the verdict, the device that is named instead, and what the command line says of
//! both. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/draw.rs"]
mod draw;
#[path = "fit/needed.rs"]
mod needed;

use catalog::CATALOG;
use draw::Draw;
use vram_estimator::estimator::catalog::devices::{DEVICES, Device, Form, UsableSource};
use vram_estimator::estimator::evidence::readings;
use vram_estimator::estimator::plan::devices::{alike, fewest_of, judge_devices};
use vram_estimator::estimator::plan::fewest::over;
use vram_estimator::estimator::plan::fit::{FitVerdict, VerdictKind, smallest_that_fits, verdict};
use vram_estimator::estimator::plan::solve::solve;
use vram_estimator::estimator::{
    Bytes, Gpu, Inputs, MethodId, ParameterId as Id, Value, device_memory, estimate_values, values_of,
};
use vram_estimator::link::decode;
use vram_estimator::locale::{CHINESE_LATER, ENGLISH_LATER};
use vram_estimator::present::answer::answer;

const TUNE: &str = "mode=finetune&model=qwen2.5-32b&method=QLoRA&quantization=nf4-dq&precision=BF16&\
                    gradientCheckpointing=true&batchSize=1";

fn inputs(link: &str) -> Inputs {
    decode(link, &CATALOG).0.inputs
}

fn judged(inputs: &Inputs) -> FitVerdict {
    let estimate = values_of(MethodId::Calibrated, inputs).expect("an answer");
    verdict(inputs, &estimate)
}

#[track_caller]
fn check(link: &str, kind: VerdictKind) -> FitVerdict {
    let res = judged(&inputs(link));
    assert_eq!(res.kind, kind, "{link}: {res:?}");
    res
}

#[test]
fn a_run_is_held_against_its_device() {
    let too_much = check(&format!("{TUNE}&gpu=rtx-4090"), VerdictKind::TooMuch);
    assert_eq!(too_much.device.map(|it| it.id), Some("rtx-4090"));
    let missing = -too_much.spare.expect("a figure") / Bytes::PER_GIB;
    assert!((1.3..1.4).contains(&missing), "{missing} GiB too much");
    check(&format!("{TUNE}&gpu=h100-80gb"), VerdictKind::Fits);
    check(TUNE, VerdictKind::NoDevice);
    // 24.6 GiB, of which the driver shows 26: tight between them.
    check(&format!("{TUNE}&gpuMemory=25"), VerdictKind::Tight);
    check(&format!("{TUNE}&gpuMemory=24"), VerdictKind::TooMuch);
    // Published QLoRA runs took up to 24 % more.
    check(&format!("{TUNE}&gpuMemory=28"), VerdictKind::Tight);
    let typed = check(&format!("{TUNE}&gpu=rtx-4090&gpuMemory=48"), VerdictKind::Fits);
    assert_eq!(typed.device, None, "what was typed is no card's");
}

/// States of bitsandbytes' paged optimizers lie in unified memory: without room for them the driver leaves them in the
/// host's, where such a run was said not to fit.
#[test]
fn paged_states_need_no_room() {
    let of = |optimizer: &str, more: &str| {
        format!(
            "mode=train&model=llama-3.2-1b&precision=BF16&recipe=pure&batchSize=1&sequenceLength=512&optimizer={optimizer}{more}"
        )
    };
    let least = |optimizer: &str| {
        let inputs = inputs(&of(optimizer, ""));
        let estimate = values_of(MethodId::Calibrated, &inputs).expect("an answer");
        (estimate.total().gib(), readings(&inputs, &estimate).reserved.expect("a rule").least.gib())
    };
    let (total, runs_in) = least("PagedAdamW");
    assert!(runs_in < total - 6.0, "{runs_in} of {total}: 9.2 GiB of states may leave");
    let (total, runs_in) = least("AdamW8bit");
    assert!(runs_in >= total, "{runs_in} of {total}: states that are not paged stay");
    let tight = check(&of("PagedAdamW", "&gpuMemory=10"), VerdictKind::Tight);
    assert!(tight.paged.is_some() && tight.spare.is_some_and(|it| it >= 0.0), "{tight:?}");
    check(&of("PagedAdamW", "&gpuMemory=4"), VerdictKind::TooMuch);
    check(&of("PagedAdamW", "&gpuMemory=32"), VerdictKind::Fits);
}

/// Nobody has read how PyTorch allocates on a Mac, nor anything on what is no GPU: no verdict is better than a wrong
/// one.
#[test]
fn what_nobody_has_read_is_not_judged() {
    check("mode=train&model=llama-3.2-1b&gpu=m3-max-64gb", VerdictKind::CannotSay);
    check("model=llama-3.2-1b&gpu=tpu-v5e", VerdictKind::CannotSay);
    check("model=llama-3.2-1b&engine=vllm&gpu=tesla-p40", VerdictKind::CannotSay);
    let run = "model=meta-llama-3-8b&engine=llamacpp&quantization=gguf-file-q4_k_m&gpu";
    check(&format!("{run}=m3-max-64gb"), VerdictKind::Fits);
    check(&format!("{run}=rx-7900-xtx"), VerdictKind::Fits);
}

/// vLLM takes its share whatever is asked: its verdict is about the room in its pool.
#[test]
fn vllm_is_judged_by_its_pool() {
    let serve = "model=llama-3.1-8b&precision=BF16&engine=vllm";
    check(&format!("{serve}&gpu=h100-80gb"), VerdictKind::Fits);
    check(&format!("{serve}&gpuMemory=8"), VerdictKind::DoesNotStart);
    let waiting = check(&format!("{serve}&gpu=rtx-4090&batchSize=64&sequenceLength=8192"), VerdictKind::Tight);
    assert!(waiting.spare.is_some_and(|it| it < 0.0), "{waiting:?}");
    // Without a device it assumes one, as before there were devices.
    assert_eq!(device_memory(&inputs(serve)), Some(Bytes::new(80.0 * Bytes::PER_GIB)));
    assert_eq!(device_memory(&inputs("model=llama-3.1-8b")), None);
}

/// Beside "needs 382 GiB" the card said 73.9 in nvidia-smi, of a GPU that nobody had chosen.
#[test]
fn nothing_is_shown_of_a_gpu_that_is_assumed_and_too_small() {
    let shown = |link: &str| {
        let inputs = inputs(link);
        let estimate = values_of(MethodId::Calibrated, &inputs).expect("an answer");
        readings(&inputs, &estimate).reserved
    };
    let many = "model=llama-3.1-8b&precision=BF16&engine=vllm&batchSize=64&sequenceLength=32768";
    assert_eq!(shown(many), None);
    assert!(shown(&format!("{many}&gpu=h100-80gb")).is_some());
    assert!(shown("model=llama-3.1-8b&precision=BF16&engine=vllm").is_some());
}

/// Positions that were learned have no next one, whatever runs the model. Before, every length was said to fit.
#[test]
fn learned_positions_end_a_run() {
    // Some have rows of their tables that stand for no position.
    let cases = [
        ("model=gpt2-xl", 1024),
        ("model=gpt2-xl&engine=vllm&precision=FP16", 1024),
        ("mode=train&model=gpt2-xl&batchSize=1", 1024),
        ("mode=train&model=opt-125m&batchSize=1", 2048),
        ("mode=train&model=roberta-base&batchSize=1", 512),
    ];
    for (link, positions) in cases {
        let of = |length: usize| format!("{link}&gpu=h200&sequenceLength={length}");
        check(&of(positions), VerdictKind::Fits);
        let it = check(&of(positions + 1), VerdictKind::DoesNotStart);
        assert!(!it.asks_for_another(), "{it:?}");
    }
    check("mode=multimodal&model=whisper-small&task=training&gpu=h200&decoderLength=449", VerdictKind::DoesNotStart);
}

/// vLLM's own checks, such as that of a share that is not free when it starts. Before, all were said to fit.
#[test]
fn vllm_refuses_what_its_checks_refuse() {
    let serve = "model=llama-3.1-8b&precision=BF16&engine=vllm";
    check(&format!("{serve}&gpu=h100-80gb&gpuMemoryUtilization=1"), VerdictKind::DoesNotStart);
    check(&format!("{serve}&gpu=h100-80gb&gpuMemoryUtilization=0.99"), VerdictKind::Fits);
    // A DGX Spark has 102 of its 119.7 GiB free.
    check(&format!("{serve}&gpu=dgx-spark"), VerdictKind::DoesNotStart);
    check(&format!("{serve}&gpu=dgx-spark&gpuMemoryUtilization=0.85"), VerdictKind::Fits);
    check(&format!("{serve}&gpu=h200&sequenceLength=131072"), VerdictKind::Fits);
    // It is told otherwise, and the command of Share does: the memory is what it is. Before, nobody was told how much
    // that was.
    check(&format!("{serve}&gpu=h200&sequenceLength=131073"), VerdictKind::Fits);
    check(&format!("{serve}&gpu=v100-32gb"), VerdictKind::DoesNotStart);
    check("model=llama-3.1-8b&precision=FP16&engine=vllm&gpu=v100-32gb", VerdictKind::Fits);
    let short_step =
        check(&format!("{serve}&gpu=h200&maxSequences=4096&maxBatchedTokens=2048"), VerdictKind::DoesNotStart);
    assert!(!short_step.asks_for_another(), "no device makes a step longer");
    check(&format!("{serve}&gpu=h200&maxSequences=2048&maxBatchedTokens=2048"), VerdictKind::Fits);
    let (link, problems) = decode("model=gpt2-xl&engine=vllm&precision=FP16&gpu=h200&sequenceLength=200000", &CATALOG);
    let reason = answer(&link, &problems, &ENGLISH_LATER)["fits"]["reason"].as_str().expect("a sentence").to_owned();
    assert!(reason.contains("1024") && !reason.contains("NVIDIA"), "{reason}");
}

/// Formats of few bits need kernels that older GPUs do not run. A V100 was said to serve AWQ, which vLLM refuses.
#[test]
fn vllm_reads_no_format_that_the_gpu_is_too_old_for() {
    use vram_estimator::estimator::catalog::devices::Generation;
    use vram_estimator::estimator::plan::vllm_start::StartRefusal;
    let serve = "model=llama-3.1-8b&precision=FP16&engine=vllm";
    #[track_caller]
    fn check_from(link: &str, from: Option<Generation>) {
        let it = judged(&inputs(link));
        let expected = if from.is_some() { VerdictKind::DoesNotStart } else { VerdictKind::Fits };
        assert_eq!(it.kind, expected, "{link}: {it:?}");
        let told = match it.refusal {
            Some(StartRefusal::FormatBeyondGpu { from, .. }) => Some(from),
            _ => None,
        };
        assert_eq!(told, from, "{link}");
    }
    let (turing, ampere) = (Some(Generation::Turing), Some(Generation::Ampere));
    for (format, on_volta, on_turing) in [
        ("awq-4bit-g128", turing, None),
        ("awq-4bit-g64", turing, None),
        ("INT4", turing, None),
        ("fp8-per-tensor", turing, None),
        ("fp8-block128", turing, None),
        ("nvfp4", turing, None),
        ("int4-g128", turing, None),
        ("mxfp4", ampere, ampere),
        ("gptq-4bit-g128", None, None),
        ("nf4", None, None),
        ("llm-int8", None, None),
    ] {
        let link = format!("{serve}&quantization={format}");
        check_from(&format!("{link}&gpu=v100-32gb"), on_volta);
        check_from(&format!("{link}&gpu=quadro-rtx-6000"), on_turing);
        check_from(&format!("{link}&gpuFamily=turing&gpuMemory=24"), on_turing);
        for gpu in ["rtx-3090", "rtx-4090", "h100-80gb", "rtx-5090", "mi300x"] {
            check_from(&format!("{link}&gpu={gpu}"), None);
        }
    }
    check_from("model=llama-3.1-8b&precision=FP8&engine=vllm&gpu=v100-32gb", turing);
    // Marlin of old versions asked for more.
    let fp8 = format!("{serve}&quantization=fp8-per-tensor&gpu=quadro-rtx-6000");
    check_from(&format!("{fp8}&engineVersion=0.8"), ampere);
    check_from(&format!("{serve}&quantization=awq-4bit-g128&gpu=quadro-rtx-6000&engineVersion=0.8"), None);
    // Other engines have kernels of their own.
    check_from("model=llama-3.1-8b&precision=FP16&quantization=awq-4bit-g128&gpu=v100-32gb", None);
    let (link, problems) = decode(&format!("{serve}&quantization=awq-4bit-g128&gpu=v100-32gb"), &CATALOG);
    let fits = &answer(&link, &problems, &ENGLISH_LATER)["fits"];
    let reason = fits["reason"].as_str().expect("a sentence");
    assert!(reason.contains("awq-4bit-g128") && reason.contains("Turing"), "{reason}");
    assert!(fits["smallest"].is_string(), "another GPU reads it: {fits}");
}

/// What programs see of an H100 is less than 80 GiB, so that its pool is smaller too.
#[test]
fn a_device_gives_what_programs_see_of_it() {
    let pool = |more: &str| {
        let link = format!("model=llama-3.1-8b&precision=BF16&engine=vllm&gpuFamily=hopper{more}");
        vram_estimator::estimator::capacity(&inputs(&link)).expect("a pool").taken.value()
    };
    let less = pool("") - pool("&gpu=h100-80gb");
    assert!((less - 0.92 * (80.0 - 79.179_687_5) * Bytes::PER_GIB).abs() < 1.0, "{less}");
}

fn on(inputs: &Inputs, device: &Device) -> Inputs {
    let gpu = Gpu::named(device.id).expect("a choice");
    inputs.clone().with(Id::Gpu, Value::Choice(gpu.place())).expect("a device")
}

/// The device that is named fits, and none that is smaller does.
#[test]
fn the_smallest_device_is_the_smallest() {
    for link in [
        TUNE,
        "mode=train&model=llama-3.2-1b",
        "mode=cnn&model=resnet50",
        "model=llama-3.1-8b&engine=vllm&precision=BF16&batchSize=16",
        "model=meta-llama-3-8b&engine=llamacpp&quantization=gguf-file-q4_k_m",
    ] {
        let inputs = inputs(link);
        let smallest = smallest_that_fits(MethodId::Calibrated, &inputs).unwrap_or_else(|| panic!("{link}: none"));
        assert_eq!(judged(&on(&inputs, smallest)).kind, VerdictKind::Fits, "{link}: {smallest:?}");
        let is_rival = |it: &&Device| {
            it.generation == smallest.generation
                && it.form != Form::Laptop
                && it.usable().1 != UsableSource::FromSold
                && it.usable_gib() < smallest.usable_gib()
        };
        for it in DEVICES.iter().filter(is_rival) {
            assert_ne!(judged(&on(&inputs, it)).kind, VerdictKind::Fits, "{link}: {} is smaller", it.id);
        }
    }
    assert_eq!(smallest_that_fits(MethodId::Calibrated, &inputs("mode=train&model=deepseek-v3")), None);
}

/// Whatever is asked: a verdict is finite and says what its figures say.
/// Every device is asked once how many of it a run needs, and as many of it are enough.
#[test]
fn each_device_says_how_many_are_needed() {
    let groups = alike();
    assert_eq!(groups.iter().map(Vec::len).sum::<usize>(), DEVICES.len());
    for (link, id) in [
        ("mode=finetune&method=Full&model=llama-3.1-8b&trainer=fsdp2&gpuCount=2", Id::GpuCount),
        ("engine=vllm&model=llama-3.3-70b-instruct&precision=BF16", Id::TensorParallel),
        ("engine=llamacpp&model=llama-3.3-70b-instruct&quantization=gguf-file-q4_k_m", Id::GpuCount),
    ] {
        let inputs = inputs(link);
        let one = over(&inputs, id, 1.0).expect("one GPU");
        let of_one = judge_devices(MethodId::Calibrated, &one);
        let mut counts = Vec::new();
        for group in &groups {
            let count = fewest_of(MethodId::Calibrated, &inputs, group[0]);
            let fits = of_one.iter().find(|it| it.device.id == group[0].id).expect("a verdict").fits();
            assert_eq!(count == Some(1.0), fits, "{link} on {}: {count:?}", group[0].id);
            counts.extend(count);
        }
        let is_several = |it: &&f64| **it > 1.0;
        assert!(counts.iter().filter(is_several).count() > 10, "{link}: {counts:?}");
    }
    let alone = inputs("mode=finetune&model=llama-3.1-8b&method=LoRA");
    assert!(groups.iter().all(|it| fewest_of(MethodId::Calibrated, &alone, it[0]).is_none()), "nothing is shared out");
}

#[test]
fn verdicts_say_what_their_figures_say() {
    let mut draw = Draw::new(20_261_129);
    let mut n_judged = [0; VerdictKind::ALL.len()];
    for _ in 0..4_000 {
        let inputs = draw.inputs(CATALOG.models());
        // Now and then on a device that has hardly more than is needed.
        let needed = values_of(MethodId::Calibrated, &inputs).map_or(1.0, |it| it.total().gib() * 1.02);
        let close = inputs.clone().with(Id::GpuMemory, Value::Number(needed)).unwrap_or_else(|_| inputs.clone());
        let inputs = if draw.below(4) == 0 { close } else { inputs };
        for estimate in estimate_values(&inputs) {
            let it = verdict(&inputs, &estimate);
            n_judged[it.kind as usize] += 1;
            assert!(it.spare.is_none_or(f64::is_finite), "{it:?}");
            assert_eq!(it.kind == VerdictKind::NoDevice, it.capacity.is_none() && !it.counts_one_gpu, "{it:?}");
            let spare = it.spare.unwrap_or_default();
            match it.kind {
                VerdictKind::Fits => assert!(spare >= 0.0, "{it:?}"),
                VerdictKind::TooMuch => assert!(spare < 0.0, "{it:?}"),
                // vLLM starts with one sequence, and lets the others wait.
                VerdictKind::Tight | VerdictKind::DoesNotStart | VerdictKind::CannotSay | VerdictKind::NoDevice => {}
            }
        }
    }
    assert!(n_judged.iter().all(|it| *it > 0), "{n_judged:?}");
}

/// Every answer has a verdict, in the language of the link.
#[test]
fn the_command_line_judges_too() {
    let fits = |link: &str| {
        let (link, problems) = decode(link, &CATALOG);
        answer(&link, &problems, &ENGLISH_LATER)["fits"].clone()
    };
    let it = fits(&format!("{TUNE}&gpu=rtx-4090"));
    assert_eq!((&it["verdict"], &it["device"]), (&"too_much".into(), &"rtx-4090".into()));
    assert_eq!(it["smallest"], "rtx-5090");
    let reason = it["reason"].as_str().expect("a sentence");
    assert!(
        ["RTX 4090", "24.9 GiB", "with what the allocator cannot give back, 1.3 GiB too much", ": RTX 5090"]
            .iter()
            .all(|part| reason.contains(part)),
        "{reason}"
    );
    assert_eq!(fits(TUNE)["verdict"], "no_device");
    let unanswered = fits("mode=cnn&model=llama-3.2-1b&gpu=rtx-4090");
    assert_eq!(unanswered["verdict"], "cannot_say", "calibrated does not answer, and the document's figure is another");
    assert!(unanswered["reason"].as_str().is_some_and(|it| !it.is_empty()), "{unanswered}");
    let (link, problems) = decode(&format!("{TUNE}&gpu=rtx-4090"), &CATALOG);
    let told = answer(&link, &problems, &CHINESE_LATER)["fits"]["reason"].as_str().expect("a sentence").to_owned();
    assert!(told.contains("超出 1.3 GiB"), "{told}");
}

/// A method that counts one GPU says nothing of a run on several: it compared the whole run with one of them.
#[test]
fn a_method_of_one_gpu_does_not_judge_several() {
    let link = "mode=train&model=llama-3.2-1b&trainer=fsdp2&gpuCount=2&gpu=rtx-4090";
    let fits = |link: &str| {
        let (link, problems) = decode(link, &CATALOG);
        answer(&link, &problems, &ENGLISH_LATER)["fits"].clone()
    };
    let it = fits(&format!("{link}&selected=documented"));
    assert_eq!(it["verdict"], "cannot_say");
    assert!(it["reason"].as_str().is_some_and(|it| it.starts_with("2 × RTX 4090: this method counts one GPU")), "{it}");
    assert_ne!(fits(link)["verdict"], "cannot_say");
    // Degrees alone spread a run as well.
    for spread in [
        "mode=train&model=llama-3.2-1b&trainer=ddp&dataParallel=8&gpu=rtx-4090",
        "model=llama-3.1-8b&engine=transformers&tensorParallel=2&gpu=rtx-4090",
    ] {
        assert_eq!(fits(&format!("{spread}&selected=documented"))["verdict"], "cannot_say", "{spread}");
    }
    let alone = link.replace("&trainer=fsdp2&gpuCount=2", "");
    assert_ne!(fits(&format!("{alone}&selected=documented"))["verdict"], "cannot_say");
    assert_eq!(solve(MethodId::Documented, &decode(link, &CATALOG).0.inputs), []);
}

/// Broken before: "18.7 GiB spare" stood beside "largest batch: 4, now", since one is of tensors and the other of what
/// the allocator holds. Both are told, and which of them decides.
#[test]
fn what_decides_is_told_beside_what_tensors_leave() {
    let (link, problems) = decode("mode=train&model=llama-3.2-1b&gpu=rtx-a6000", &CATALOG);
    let it = judged(&link.inputs);
    assert_eq!(it.kind, VerdictKind::Fits);
    let most = it.shown.map_or(it.most.count(), |shown| shown.count().max(it.most.count()));
    let left = (it.capacity.expect("a device").count() - most) / Bytes::PER_GIB;
    let reason = answer(&link, &problems, &ENGLISH_LATER)["fits"]["reason"].as_str().expect("a sentence").to_owned();
    assert!(reason.contains("what decides") && reason.contains(&format!("{left:.1} GiB spare")), "{reason}");
    // The document's methods know no other reading.
    let (link, problems) = decode("mode=train&model=llama-3.2-1b&gpu=rtx-a6000&selected=documented", &CATALOG);
    let reason = answer(&link, &problems, &ENGLISH_LATER)["fits"]["reason"].as_str().expect("a sentence").to_owned();
    assert!(!reason.contains("what decides"), "{reason}");
}

/// Broken before: a card whose memory nobody has read was never named, also where it is the only one of its size.
#[test]
fn a_card_of_its_own_size_is_named_as_estimated() {
    let run = "model=qwen2.5-32b&engine=transformers";
    let smallest = smallest_that_fits(MethodId::Calibrated, &inputs(run)).expect("a card");
    assert_eq!((smallest.id, smallest.usable().1), ("rtx-pro-5000-72gb-blackwell", UsableSource::FromSold));
    let (link, problems) = decode(&format!("{run}&gpu=rtx-4090"), &CATALOG);
    let reason = answer(&link, &problems, &ENGLISH_LATER)["fits"]["reason"].as_str().expect("a sentence").to_owned();
    assert!(reason.contains("72 GB") && reason.contains("estimated"), "{reason}");
    // Nor is one that nobody sells so: 22 GiB of a 2080 Ti.
    let run = "mode=finetune&model=llama-3.1-8b&batchSize=1&gradientCheckpointing=true";
    let smallest = smallest_that_fits(MethodId::Calibrated, &inputs(run)).expect("a card");
    assert!(smallest.sold_gib >= 22 && !smallest.name.contains("modified"), "{}", smallest.name);
}
