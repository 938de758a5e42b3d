//! What to change, where the kind of change matters: on the GPUs that there are, and in every task.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use vram_estimator::estimator::plan::advice::{Advice, advise};
use vram_estimator::estimator::plan::fit::VerdictKind;
use vram_estimator::estimator::plan::strategies::Strategy;
use vram_estimator::estimator::{Inputs, MethodId, ParameterId as Id};
use vram_estimator::link::decode;
use vram_estimator::locale::ENGLISH_LATER;
use vram_estimator::present::answer::{Asked, answer, answer_with};

const METHOD: MethodId = MethodId::Calibrated;

/// A QLoRA of 32B on one card, which is over by a gibibyte.
const TUNE: &str = "mode=finetune&model=qwen2.5-32b&method=QLoRA&quantization=nf4-dq&precision=BF16&\
                    gradientCheckpointing=true&batchSize=1&gpu=rtx-4090";

fn inputs(link: &str) -> Inputs {
    decode(link, &CATALOG).0.inputs
}

fn fitting(all: &[Advice]) -> impl Iterator<Item = &Advice> {
    all.iter().filter(|it| it.verdict.kind == VerdictKind::Fits)
}

/// Broken before: once a second GPU made it fit, nothing was looked for on the one that there is.
#[test]
fn what_fits_on_the_gpus_that_there_are_is_told() {
    let is_here = |it: &&Advice| it.changed.iter().all(|(id, _)| *id != Id::GpuCount);
    for link in
        [TUNE, "mode=train&model=llama-3.2-1b&gpu=rtx-4090", "mode=finetune&method=Full&model=llama-3.1-8b&gpu=l4"]
    {
        let all = advise(METHOD, &inputs(link));
        assert!(
            fitting(&all).any(|it| is_here(&it)),
            "{link}: {:?}",
            all.iter().map(|it| &it.strategies).collect::<Vec<_>>()
        );
    }
    // And stands first where it takes a few more changes than a second GPU.
    let all = advise(METHOD, &inputs(TUNE));
    assert!(is_here(&fitting(&all).next().expect("it can be made fit")), "{:?}", all[0].strategies);
}

/// Broken before: a multimodal model that is too large was never told fewer bits, which made it fit.
#[test]
fn fewer_bits_are_told_where_the_precision_says_them() {
    let today = inputs("mode=multimodal&model=qwen2.5-vl-7b-instruct&gpu=rtx-3060-12gb");
    let all = advise(METHOD, &today);
    let it = fitting(&all).find(|it| it.strategies == [Strategy::Int4]).expect("4-bit weights");
    assert_eq!(it.inputs, inputs("mode=multimodal&model=qwen2.5-vl-7b-instruct&gpu=rtx-3060-12gb&precision=INT4"));
}

/// Broken before: a change was said to set a precision that stood there already.
#[test]
fn what_is_set_is_another_value() {
    let today = inputs(TUNE);
    for it in advise(METHOD, &today) {
        assert!(it.changed.iter().all(|(id, set)| today.value(*id) != *set), "{:?}", it.changed);
    }
}

/// Every device, the smallest first, with the verdict on it and how many of it are enough.
#[test]
fn devices_are_listed_with_the_number_that_is_enough() {
    let link = decode("model=llama-3.3-70b-instruct&engine=vllm&gpu=h100-80gb", &CATALOG).0;
    let asked = Asked { judges_devices: true, ..Asked::default() };
    let all = answer_with(&link, &[], &ENGLISH_LATER, asked)["devices"].clone();
    let all = all.as_array().expect("a list");
    let capacities: Vec<_> = all.iter().filter_map(|it| it["capacity_bytes"].as_f64()).collect();
    assert!(all.len() > 200 && capacities.is_sorted(), "{capacities:?}");
    let of = |id: &str| all.iter().find(|it| it["device"] == id).expect("a row");
    assert_eq!((of("b300")["verdict"].as_str(), of("b300")["fewest"].as_f64()), (Some("fits"), Some(1.0)));
    assert_eq!(
        (of("h100-80gb")["verdict"].as_str(), of("h100-80gb")["fewest"].as_f64()),
        (Some("does_not_start"), Some(2.0))
    );
}

/// Which GPU is the fullest and what takes most of it are part of the verdict.
#[test]
fn the_fullest_stage_and_the_largest_part_are_named() {
    let link = "mode=train&model=llama-3.1-8b&trainer=megatron&gpuCount=4&pipelineParallel=4&gpu=rtx-4090&batchSize=8";
    let fits = answer(&decode(link, &CATALOG).0, &[], &ENGLISH_LATER)["fits"].clone();
    assert_eq!(fits["verdict"], "too_much");
    let (fullest, largest) = (fits["fullest"].as_str().expect("a rank"), fits["largest"].as_str().expect("a part"));
    let reason = fits["reason"].as_str().expect("a sentence");
    assert!(fullest.starts_with("stage") && !largest.is_empty(), "{fits}");
    assert!(reason.contains("on the fullest GPU (Stage") && reason.contains("Most of it: "), "{reason}");
}
