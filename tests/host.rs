//! What runs keep in the host's memory: what leaves the GPU is there, and nothing else. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use vram_estimator::estimator::{Component, Estimate, Line, MethodId, values_of};
use vram_estimator::link::decode;
use vram_estimator::locale::ENGLISH_LATER;
use vram_estimator::present::answer::answer;

#[track_caller]
fn calibrated(link: &str) -> Estimate {
    values_of(MethodId::Calibrated, &decode(link, &CATALOG).0.inputs).expect("an answer")
}

fn of(lines: &[Line], component: Component) -> f64 {
    lines.iter().filter(|it| it.component == component).map(|it| it.formula.value()).sum()
}

fn on_host(it: &Estimate, component: Component) -> f64 {
    of(it.fullest().host(), component)
}

fn on_gpu(it: &Estimate, component: Component) -> f64 {
    of(it.lines(), component)
}

#[track_caller]
fn check_close(what: &str, got: f64, wanted: f64) {
    assert!((got / wanted - 1.0).abs() < 1e-6, "{what}: {got} and not {wanted}");
}

/// A file of llama.cpp is on the GPU or in the host's memory, wherever its layers and experts are sent; the table of
/// tokens never leaves the host.
#[test]
fn files_of_llama_cpp_are_on_either_side() {
    // 128,256 rows of 4,096 elements, 144 bytes for 256 of them.
    let whole = calibrated("model=meta-llama-3-8b&engine=llamacpp&quantization=gguf-file-q4_k_m");
    check_close("table of tokens", on_host(&whole, Component::Weights), 128_256.0 * 4096.0 / 256.0 * 144.0);
    assert_eq!(on_host(&whole, Component::KvCache), 0.0);
    // A tied table that an older build leaves there as output projection too is there once.
    let tied = calibrated("model=llama-3.2-1b&engine=llamacpp&precision=FP16&engineVersion=2025&gpuLayers=16");
    let table = 2.0 * 128_256.0 * 2048.0;
    assert!((table..1.001 * table).contains(&on_host(&tied, Component::Weights)));
    let links = [
        ("model=meta-llama-3-8b&engine=llamacpp&quantization=gguf-file-q4_k_m", "gpuLayers"),
        ("model=qwen3-30b-a3b&engine=llamacpp&precision=FP16", "gpuLayers"),
        ("model=qwen3-30b-a3b&engine=llamacpp&precision=FP16", "cpuExpertLayers"),
    ];
    for (link, key) in links {
        let whole = calibrated(link);
        for n in [4, 17, 30] {
            let parted = calibrated(&format!("{link}&{key}={n}"));
            for component in [Component::Weights, Component::KvCache] {
                let sum = |it: &Estimate| on_gpu(it, component) + on_host(it, component);
                check_close(&format!("{link} {key}={n} {component:?}"), sum(&parted), sum(&whole));
            }
            assert!(on_host(&parted, Component::Weights) > on_host(&whole, Component::Weights));
            assert_eq!(on_host(&parted, Component::KvCache) > 0.0, key == "gpuLayers", "keys stay with their layer");
        }
    }
}

/// Under FSDP2 parameters, states and reduced gradients go there as each rank holds them.
#[test]
fn what_fsdp2_offloads_is_what_ranks_held() {
    for link in [
        "mode=train&model=llama-3.2-1b&trainer=fsdp2&gpuCount=4",
        "mode=finetune&model=llama-3.1-8b&method=LoRA&trainer=fsdp2&gpuCount=3",
    ] {
        let (kept, sent) = (calibrated(link), calibrated(&format!("{link}&offloadParameters=cpu")));
        assert_eq!(kept.fullest().host(), []);
        for component in [Component::Weights, Component::Adapter, Component::Optimizer] {
            assert_eq!(on_host(&sent, component), on_gpu(&kept, component), "{link} {component:?}");
            assert_eq!(on_gpu(&sent, component), 0.0, "{link} {component:?}");
        }
        let step = kept.moments().last().and_then(|it| it.line(Component::Gradients)).expect("a step").formula.value();
        assert_eq!(on_host(&sent, Component::Gradients), step, "{link}");
    }
}

/// DeepSpeed's states, master copy, its gradients and a 16-bit copy: 18 bytes of each parameter over all ranks; on a
/// disk nobody knows.
#[test]
fn what_deepspeed_offloads_is_eighteen_bytes_of_each() {
    let link = "mode=train&model=llama-3.2-1b&trainer=deepspeed&gpuCount=8";
    let total = |more: &str| {
        let it = calibrated(&format!("{link}&{more}"));
        it.fullest().host().iter().map(|it| it.formula.value()).sum::<f64>() * 8.0
    };
    let parameters = 1_235_814_400.0;
    for stage in [1, 2, 3] {
        let sent = total(&format!("zeroStage={stage}&offloadOptimizer=cpu"));
        assert!((18.0 * parameters..18.001 * parameters).contains(&sent), "stage {stage}: {sent}");
        assert_eq!(total(&format!("zeroStage={stage}")), 0.0);
    }
    assert_eq!(total("zeroStage=3&offloadOptimizer=nvme"), 0.0);
    // At stage 3 the parameters themselves may go too, in 16 bits.
    let all = total("zeroStage=3&offloadOptimizer=cpu&offloadParameters=cpu");
    assert!((20.0 * parameters..20.001 * parameters).contains(&all), "{all}");
    let alone = total("zeroStage=3&offloadParameters=cpu");
    assert!((2.0 * parameters..2.001 * parameters).contains(&alone), "{alone}");
    // Below stage 3 every rank has buffers for the gradients of all parameters to be added up in.
    let accumulated = total("zeroStage=2&offloadOptimizer=cpu&gradientAccumulationSteps=4");
    let more = accumulated - total("zeroStage=2&offloadOptimizer=cpu");
    assert!((16.0 * parameters..16.001 * parameters).contains(&more), "{more}");
}

/// The command line tells it beside the total, of which it is no part.
#[test]
fn the_command_line_tells_it() {
    let link = "mode=train&model=llama-3.2-1b&trainer=fsdp2&gpuCount=4";
    let of = |link: &str| {
        let (link, problems) = decode(link, &CATALOG);
        let all = answer(&link, &problems, &ENGLISH_LATER);
        let mut all = all["estimates"].as_array().expect("estimates").clone().into_iter();
        all.find(|it| it["method"] == "calibrated").expect("an answer")
    };
    let it = of(&format!("{link}&offloadParameters=cpu"));
    let parts: Vec<_> = it["host"].as_array().expect("parts").iter().map(|it| it["component"].clone()).collect();
    assert_eq!(parts, ["weights", "optimizer", "gradients"]);
    let sum: f64 = it["host"].as_array().expect("parts").iter().filter_map(|it| it["bytes"].as_f64()).sum();
    assert_eq!(it["host_bytes"], sum);
    assert!(of(link).get("host_bytes").is_none());
}
