//! What llama.cpp is told to leave in the host's memory: the most layers on the GPU, and the fewest whose experts are
//! not, each held against the real estimate. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use vram_estimator::estimator::plan::fit::{VerdictKind, judge};
use vram_estimator::estimator::plan::solve::{SolvedKind, crossing, solve};
use vram_estimator::estimator::{Inputs, MethodId, ParameterId as Id, Value};
use vram_estimator::link::decode;

const METHOD: MethodId = MethodId::Calibrated;

fn inputs(link: &str) -> Inputs {
    decode(link, &CATALOG).0.inputs
}

/// The answers about layers, each of which fits, and one further does not.
#[track_caller]
fn answers(link: &str) -> Vec<(Id, SolvedKind)> {
    let here = inputs(link);
    let fits = |id, value: f64| {
        let there = here.clone().with(id, Value::Number(value)).ok();
        there.and_then(|it| judge(METHOD, &it)).is_some_and(|it| it.kind == VerdictKind::Fits)
    };
    let all = solve(METHOD, &here);
    let of_host = all.iter().filter(|it| matches!(it.id, Id::GpuLayers | Id::CpuExpertLayers));
    let checked = of_host.map(|it| {
        match it.kind {
            SolvedKind::Most(value) => assert!(fits(it.id, value) && !fits(it.id, value + 1.0), "{link}: {it:?}"),
            SolvedKind::Fewest(value) => {
                assert!(fits(it.id, value) && (value == 0.0 || !fits(it.id, value - 1.0)), "{link}: {it:?}");
            }
            _ => {}
        }
        if let Some(there) = it.apply(&here) {
            assert_eq!(judge(METHOD, &there).map(|it| it.kind), Some(VerdictKind::Fits), "{link}: {it:?} is applied");
        }
        assert_eq!(crossing(METHOD, &here, it.id), Some(it.kind), "{link}: a sweep says the same");
        (it.id, it.kind)
    });
    checked.collect()
}

const MIXTURE: &str = "model=qwen3-30b-a3b&engine=llamacpp&quantization=gguf-file-q8_0&sequenceLength=8192";

/// A mixture of 30 billion parameters and a card of 24 GiB: either is enough, and experts cost less speed.
#[test]
fn a_mixture_is_told_both() {
    let link = format!("{MIXTURE}&gpu=rtx-4090");
    let all = answers(&link);
    let [(Id::GpuLayers, SolvedKind::Most(layers)), (Id::CpuExpertLayers, SolvedKind::Fewest(experts))] = all[..]
    else {
        panic!("{all:?}");
    };
    assert!(layers > 20.0 && layers < 49.0 && experts > 5.0 && experts < 40.0, "{layers} {experts}");
    // Where either was taken over it is the answer, and all of the other fits.
    let fewest = (Id::CpuExpertLayers, SolvedKind::Fewest(experts));
    assert_eq!(answers(&format!("{link}&cpuExpertLayers={experts}")), [fewest]);
    // Fewer than were left there are enough.
    assert_eq!(answers(&format!("{link}&cpuExpertLayers={}", experts + 4.0)), [fewest]);
    let most = (Id::GpuLayers, SolvedKind::Most(layers));
    assert_eq!(answers(&format!("{link}&gpuLayers={layers}")), [most]);
}

/// Where everything fits nothing is told, unless less was asked for.
#[test]
fn what_fits_whole_is_told_where_it_is_not_there() {
    assert_eq!(answers(&format!("{MIXTURE}&gpu=h200")), []);
    assert_eq!(answers(&format!("{MIXTURE}&gpu=h200&gpuLayers=99")), []);
    assert_eq!(
        answers(&format!("{MIXTURE}&gpu=h200&gpuLayers=20&cpuExpertLayers=3")),
        [(Id::GpuLayers, SolvedKind::Every(49.0)), (Id::CpuExpertLayers, SolvedKind::Fewest(0.0))]
    );
    assert_eq!(answers("model=qwen2.5-32b&gpu=rtx-3060-12gb"), [], "another engine has no such layers");
    assert_eq!(answers(MIXTURE), [], "no device to fit");
}

/// A dense model has no experts; what of it fits is a number of layers.
#[test]
fn a_dense_model_is_told_its_layers() {
    let link = "model=qwen2.5-32b&quantization=gguf-file-q4_k_m&gpu=rtx-3060-12gb&engine=llamacpp";
    let all = answers(link);
    assert!(
        matches!(all[..], [(Id::GpuLayers, SolvedKind::Most(layers))] if layers > 20.0 && layers < 60.0),
        "{all:?}"
    );
    let none = answers("model=llama-3.1-405b&quantization=gguf-file-q8_0&gpuMemory=1&engine=llamacpp");
    assert_eq!(none, [(Id::GpuLayers, SolvedKind::Nothing { tight: None })]);
}

/// Over GPUs of several kinds each has to have room.
#[test]
fn unlike_gpus_are_told_too() {
    let all = answers(&format!("{MIXTURE}&gpu=rtx-3060-12gb_rtx-4070"));
    assert!(matches!(all[..], [(Id::GpuLayers, SolvedKind::Most(_)), ..]), "{all:?}");
}
