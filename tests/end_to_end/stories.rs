//! Five stories of runs over several GPUs and of one beside its host, told with the page's own controls from an empty
//! page as a new user would: what is read is the estimator's to the byte, and what anybody would expect of such a run.

use super::page::{CATALOG, in_browser};
use super::steps::{
    apply, bytes_of, check_rest, choose, enter, estimate, go_back, largest, rank_rows, reason, search, turn_on,
    until_judged, verdict_of,
};
use vram_estimator::estimator::plan::solve::{SolvedKind, crossing};
use vram_estimator::estimator::{Component, MethodId, ParameterId};
use vram_estimator::link::decode;

/// Llama 3.1 8B and 70B, as their cards count them.
const PARAMETERS_OF_8B: f64 = 8_030_261_248.0;
const PARAMETERS_OF_70B: f64 = 70_553_706_496.0;

/// Whether one amount is another but for padding and what is not divided.
#[track_caller]
fn check_close(ours: f64, expected: f64) {
    assert!((ours / expected - 1.0).abs() < 0.002, "{ours} is not about {expected}");
}

/// The link with another number of something.
#[track_caller]
fn with(link: &str, key: &str, number: f64) -> String {
    let of_key = |it: &&str| it.starts_with(&format!("{key}="));
    let old = link.split('&').find(of_key).unwrap_or_else(|| panic!("{link} has no {key}"));
    link.replace(old, &format!("{key}={number}"))
}

#[test]
fn an_8b_is_tuned_whole_on_eight_h100_with_fsdp2() {
    in_browser(|page| {
        page.open("");
        page.click_on("mode-finetune");
        search(page, "model", "llama 3.1 8", "llama-3.1-8b");
        choose(page, "method", "Full");
        search(page, "gpu", "h100 sxm", "h100-80gb");
        choose(page, "trainer", "fsdp2");
        enter(page, "gpuCount", "8");
        let link = "mode=finetune&model=llama-3.1-8b&method=Full&trainer=fsdp2&gpuCount=8&gpu=h100-80gb";
        page.check_link(link);
        until_judged(page, "fits");
        // FSDP2 keeps FP32 weights and Adam's two moments, an eighth of each on each GPU, and all GPUs hold as much.
        let ours = estimate(link);
        check_close(bytes_of(&ours, Component::Weights), 4.0 * PARAMETERS_OF_8B / 8.0);
        check_close(bytes_of(&ours, Component::Optimizer), 8.0 * PARAMETERS_OF_8B / 8.0);
        assert_eq!(largest(&ours), Component::Activations, "nothing is recomputed");
        page.until("the ranks are there", "return $('ranks') !== null", &[]);
        assert_eq!(rank_rows(page), ["Shards 0–7 fullest × 8"]);
        // The largest batch fits, and one more does not; Back undoes it.
        let most = apply(page, "apply-batchSize");
        until_judged(page, "fits");
        let batch: f64 = page.box_text("batchSize").parse().expect("a number");
        assert_ne!(verdict_of(&with(&most, "batchSize", batch + 1.0)), "fits", "{most}");
        go_back(page, link, "fits");
        // Most of it are activations, and recomputing them frees most.
        turn_on(page, "gradientCheckpointing");
        page.check_link(&link.replace("&gpu=", "&gradientCheckpointing=true&gpu="));
        let then = estimate(&check_rest(page, "fits"));
        assert!(then.total().count() < 0.6 * ours.total().count(), "{} GiB", then.total().gib());
    });
}

#[test]
fn a_70b_is_trained_on_64_gpus_with_megatron() {
    in_browser(|page| {
        page.open("");
        page.click_on("mode-train");
        search(page, "model", "llama 3.1 70", "llama-3.1-70b");
        search(page, "gpu", "h100 sxm", "h100-80gb");
        choose(page, "trainer", "megatron");
        enter(page, "gpuCount", "64");
        // It brings its format; of FP16 nothing is known there.
        until_judged(page, "too_much");
        choose(page, "precision", "FP16");
        assert!(reason(page).contains("precision=BF16 with recipe=master"), "{}", reason(page));
        choose(page, "precision", "BF16");
        until_judged(page, "too_much");
        enter(page, "tensorParallel", "8");
        enter(page, "pipelineParallel", "4");
        turn_on(page, "sequenceParallel");
        let link = "mode=train&model=llama-3.1-70b&trainer=megatron&gpuCount=64&pipelineParallel=4&tensorParallel=8\
                    &sequenceParallel=true&gpu=h100-80gb";
        page.check_link(link);
        until_judged(page, "fits");
        assert_eq!(page.box_text("dataParallel"), "2", "what is left of 64");
        // The first stage has the embedding, and most micro-batches in flight.
        page.until("the ranks are there", "return $('ranks') !== null", &[]);
        assert_eq!(rank_rows(page), ["Stage 0 fullest × 16", "Stage 1 × 16", "Stage 2 × 16", "Stage 3 × 16"]);
        let ours = estimate(link);
        let of_ranks: Vec<_> = ours.ranks().iter().map(|it| it.total().count()).collect();
        assert!(of_ranks.is_sorted_by(|a, b| a > b), "{of_ranks:?}");
        let weights = ours.ranks().iter().map(|it| {
            let line = it.peak().line(Component::Weights).expect("weights");
            it.count() as f64 * line.formula.bytes().count()
        });
        check_close(weights.sum(), 2.0 * 2.0 * PARAMETERS_OF_70B);
        assert_eq!(largest(&ours), Component::Activations);
        // What it advises first is Megatron's own recomputation; Back undoes it.
        let advised = apply(page, "apply-advice-0");
        assert!(advised.contains("recompute=full"), "{advised}");
        assert_eq!(page.totals()["calibrated"], estimate(&advised).total().count());
        assert!(estimate(&advised).total().count() < ours.total().count());
        go_back(page, link, "fits");
        check_rest(page, "fits");
    });
}

#[test]
fn qlora_of_a_70b_is_spread_over_cards_of_24_gb_with_fsdp2() {
    in_browser(|page| {
        page.open("");
        page.click_on("mode-finetune");
        search(page, "model", "llama 3.1 70", "llama-3.1-70b");
        search(page, "gpu", "rtx 4090", "rtx-4090");
        choose(page, "method", "QLoRA");
        choose(page, "trainer", "fsdp2");
        enter(page, "gpuCount", "2");
        choose(page, "precision", "FP16");
        assert!(reason(page).contains("QLoRA with precision=BF16"), "{}", reason(page));
        page.click_on("way-0");
        page.until("the format is another", "return $('choice-precision').value === 'BF16'", &[]);
        choose(page, "quantization", "nf4-dq");
        turn_on(page, "gradientCheckpointing");
        enter(page, "batchSize", "1");
        enter(page, "sequenceLength", "1024");
        let link = "mode=finetune&model=llama-3.1-70b&method=QLoRA&batchSize=1&sequenceLength=1024&trainer=fsdp2&gpuCount=2\
                    &quantization=nf4-dq&gradientCheckpointing=true&gpu=rtx-4090";
        page.check_link(link);
        // Half of the base is nearly all that a card has; embedding and output projection, gathered in 16 bits, are too
        // much beside it.
        until_judged(page, "too_much");
        let ours = estimate(link);
        assert_eq!(largest(&ours), Component::Weights);
        let gathered = bytes_of(&ours, Component::GatheredParameters);
        let outside = 2.0 * 128_256.0 * 8192.0;
        let layer = (PARAMETERS_OF_70B - outside) / 80.0;
        // A layer beside them comes in 4 bits, with its scales.
        let expected = 2.0 * outside + 0.5 * layer..2.0 * outside + 0.55 * layer;
        assert!(expected.contains(&gathered), "{gathered} is not in {expected:?}");
        // What people do there is what it advises first: parameters in the host's memory. Scales stay; Back undoes it.
        let offloaded = apply(page, "apply-advice-0");
        assert!(offloaded.contains("offloadParameters=cpu"), "{offloaded}");
        until_judged(page, "fits");
        assert!(bytes_of(&estimate(&offloaded), Component::Weights) < 0.02 * PARAMETERS_OF_70B);
        go_back(page, link, "too_much");
        // More cards do as well: so many, and one less does not.
        let enough = apply(page, "apply-gpuCount");
        let count: f64 = page.box_text("gpuCount").parse().expect("a number");
        assert!(count > 2.0, "{enough}");
        assert_ne!(verdict_of(&with(&enough, "gpuCount", count - 1.0)), "fits", "{enough}");
        go_back(page, link, "too_much");
        apply(page, "apply-gpuCount");
        assert_eq!(check_rest(page, "fits"), enough);
    });
}

#[test]
fn llama_70b_at_32k_is_divided_over_two_cards_of_48_gb() {
    in_browser(|page| {
        page.open("");
        search(page, "model", "llama 3.3", "llama-3.3-70b-instruct");
        choose(page, "engine", "vllm");
        enter(page, "sequenceLength", "32768");
        search(page, "gpu", "a6000", "rtx-a6000");
        enter(page, "gpuCount", "2");
        enter(page, "tensorParallel", "2");
        let link =
            "model=llama-3.3-70b-instruct&sequenceLength=32768&gpuCount=2&tensorParallel=2&engine=vllm&gpu=rtx-a6000";
        page.check_link(link);
        until_judged(page, "does_not_start");
        // Half of the weights is more than a card has; of the cache each has four of eight heads: 160 KiB a token.
        let ours = estimate(link);
        assert_eq!(largest(&ours), Component::Weights);
        check_close(bytes_of(&ours, Component::Weights), 2.0 * PARAMETERS_OF_70B / 2.0);
        assert_eq!(bytes_of(&ours, Component::KvCache), 32_768.0 * 160.0 * 1024.0);
        page.until("the ranks are there", "return $('ranks') !== null", &[]);
        assert_eq!(rank_rows(page), ["Shards 0–1 fullest × 2"]);
        let said = page.text("verdict");
        assert!(said.contains("2 × RTX A6000") && said.contains("vLLM does not start"), "{said}");
        page.until("it is said", "return $('enough')?.textContent === 'One change is enough.'", &[]);
        let advised = apply(page, "apply-advice-0");
        until_judged(page, "fits");
        go_back(page, link, "does_not_start");
        apply(page, "apply-advice-0");
        assert_eq!(check_rest(page, "fits"), advised);
    });
}

#[test]
fn experts_of_a_30b_mixture_lie_beside_one_card_of_24_gb() {
    in_browser(|page| {
        page.open("");
        search(page, "model", "qwen3 30b a3b", "qwen3-30b-a3b");
        search(page, "gpu", "rtx 4090", "rtx-4090");
        choose(page, "engine", "llamacpp");
        enter(page, "sequenceLength", "32768");
        let link = "model=qwen3-30b-a3b&sequenceLength=32768&engine=llamacpp&gpu=rtx-4090";
        page.check_link(link);
        until_judged(page, "too_much");
        assert_eq!(largest(&estimate(link)), Component::Weights);
        // What costs nothing of the text comes first: all experts go to the host, and the cache is most of what stays.
        let advised = apply(page, "apply-advice-0");
        assert!(advised.contains("cpuExpertLayers=48"), "{advised}");
        until_judged(page, "fits");
        assert_eq!(largest(&estimate(&advised)), Component::KvCache);
        go_back(page, link, "too_much");
        // By hand fewer are enough: so many, and one less is not.
        let inputs = decode(link, &CATALOG).0.inputs;
        let fewest = match crossing(MethodId::Calibrated, &inputs, ParameterId::CpuExpertLayers) {
            Some(SolvedKind::Fewest(it)) => it,
            other => panic!("{other:?}"),
        };
        assert!(fewest > 1.0 && fewest < 48.0, "{fewest}");
        enter(page, "cpuExpertLayers", &(fewest - 1.0).to_string());
        page.until("it is too little", "return $('verdict')?.dataset.verdict !== 'fits'", &[]);
        enter(page, "cpuExpertLayers", &fewest.to_string());
        let rest = check_rest(page, "fits");
        assert_eq!(page.box_text("cpuExpertLayers"), fewest.to_string(), "{rest}");
    });
}
