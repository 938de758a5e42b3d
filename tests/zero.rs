//! What each rank of DeepSpeed's ZeRO holds: shares come to the whole, more ranks need no more of each, and what
//! DeepSpeed prints of itself is no more than that. Traced ranks are cases of `tests/accuracy.rs`. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use vram_estimator::estimator::{
    Component, Estimate, Inputs, MethodId, MomentId, NotSpread, ParameterId as Id, Unsupported, support, values_of,
};
use vram_estimator::link::decode;

fn inputs(link: &str) -> Inputs {
    decode(link, &CATALOG).0.inputs
}

#[track_caller]
fn calibrated(link: &str) -> Estimate {
    values_of(MethodId::Calibrated, &inputs(link)).expect("an answer")
}

/// Dense decoders, trained whole or by adapters, as DeepSpeed trains them.
const ZERO: &[&str] = &[
    "mode=train&model=llama-3.2-1b&precision=BF16&gradientCheckpointing=true",
    "mode=train&model=llama-3.1-8b&precision=BF16&zeroReduceBucket=16777216&zeroOverlap=true&optimizerKernel=forloop",
    "mode=train&model=qwen2.5-7b&precision=BF16&optimizerKernel=foreach&gradientCheckpointing=true",
    "mode=nlp&model=qwen3-0.6b&precision=FP16&zeroPersistence=0",
    "mode=finetune&model=qwen2.5-7b&precision=BF16&method=LoRA&gradientCheckpointing=true",
    "mode=finetune&model=llama-3.1-8b&precision=BF16&method=LoRA&loraTargets=qv&batchSize=8",
];

#[track_caller]
fn zero(link: &str, stage: u8, n_ranks: usize) -> Estimate {
    calibrated(&format!("{link}&trainer=deepspeed&zeroStage={stage}&gpuCount={n_ranks}"))
}

/// Shares of master copy and states come to the whole of the trained parameters, but for what fills them up; weights
/// are whole below stage 3, and come to the whole there.
#[test]
fn shares_of_zero_come_to_the_whole() {
    for link in ZERO {
        let alone = calibrated(&format!("{link}&recipe=master&adapterPrecision=BF16"));
        let bytes = |it: &Estimate, component| it.line(component).map_or(0.0, |it| it.formula.value());
        let [weights, adapter] = [Component::Weights, Component::Adapter].map(|it| bytes(&alone, it));
        let trained = if adapter > 0.0 { adapter } else { weights } / 2.0;
        for n_ranks in [2, 3, 8, 64] {
            for stage in 1..=3 {
                let spread = zero(link, stage, n_ranks);
                assert_eq!(spread.ranks().iter().map(|it| it.count()).sum::<usize>(), n_ranks, "{link}");
                // At stage 3 each tensor is filled up by itself.
                let near = |all: f64, whole: f64| all >= whole && all - whole <= 1e-3 * whole + 8.0 * n_ranks as f64;
                let of_all = |component| n_ranks as f64 * bytes(&spread, component);
                for (component, whole) in
                    [(Component::MasterWeights, 4.0 * trained), (Component::Optimizer, 8.0 * trained)]
                {
                    assert!(near(of_all(component), whole), "{link} {stage} {n_ranks} {component:?}: {whole}");
                }
                let held = bytes(&spread, Component::Weights);
                let all = if stage == 3 { of_all(Component::Weights) } else { held };
                assert!(near(all, weights), "{link} {stage} {n_ranks}: {all} and {weights}");
            }
        }
    }
}

/// More ranks never need more of each, and who shares out more needs no more of what is shared.
#[test]
fn more_ranks_of_zero_need_no_more_of_each() {
    for link in ZERO {
        for stage in 1..=3 {
            let totals: Vec<_> = [2, 4, 8, 16, 32, 64, 128].map(|it| zero(link, stage, it).total().count()).into();
            // Whose share begins or ends inside a larger tensor keeps more gradients: at most those of two tensors
            // more.
            let mut fewer = f64::INFINITY;
            for it in &totals {
                assert!(*it <= fewer * 1.001, "{link} {stage}: {totals:?}");
                fewer = fewer.min(*it);
            }
        }
        let held = |stage| {
            let spread = zero(link, stage, 8);
            let step = spread.moments().iter().find(|it| it.id() == MomentId::OptimizerStep).expect("a step");
            step.line(Component::Weights).map_or(0.0, |it| it.formula.value())
        };
        assert!(held(3) < held(2), "{link}");
        assert_eq!(held(2), held(1), "{link}");
    }
}

/// What DeepSpeed's own buffers are set to moves what it says.
#[test]
fn choices_of_zero_move_what_they_say() {
    #[track_caller]
    fn check(stage: u8, less: &str, more: &str) {
        // So long that the layers' backward pass is fullest.
        let base = "mode=train&model=llama-3.2-1b&precision=BF16&batchSize=1&loss=fused&gradientCheckpointing=false";
        let [less, more] = [less, more].map(|it| zero(&format!("{base}&{it}"), stage, 8).total().count());
        assert!(less < more, "{less} and {more}");
    }
    for stage in 1..=3 {
        check(stage, "zeroReduceBucket=10000000", "zeroReduceBucket=500000000");
    }
    check(2, "zeroOverlap=false", "zeroOverlap=true");
    check(2, "gradientAccumulationSteps=1", "gradientAccumulationSteps=2");
}

/// What DeepSpeed was not traced with is refused with the parameter that asks for it.
#[test]
fn what_is_not_known_under_zero_is_refused() {
    #[track_caller]
    fn check(link: &str, reason: NotSpread, parameter: Id) {
        let spread = inputs(&format!("{link}&trainer=deepspeed&gpuCount=8"));
        assert_eq!(support(&spread), Err(Unsupported::Spread(reason)), "{link}");
        assert_eq!(Unsupported::Spread(reason).parameter(&spread), parameter, "{link}");
    }
    use NotSpread::{Model, NvmeStage, Optimizer, Recipe, Run, Stage};
    check("mode=moe&model=mixtral-8x7b-instruct-v0.1", Model, Id::Trainer);
    check("mode=train&model=gpt2", Model, Id::Trainer);
    check("mode=finetune&model=llama-3.2-1b&method=QLoRA", Model, Id::Trainer);
    check("mode=vlm&model=llava-1.5-7b", Run, Id::Trainer);
    check("mode=train&model=llama-3.2-1b&recipe=autocast", Recipe, Id::Recipe);
    check("mode=train&model=llama-3.2-1b&recipe=policy", Recipe, Id::Recipe);
    check("mode=train&model=llama-3.2-1b&precision=FP32", Recipe, Id::Recipe);
    check("mode=train&model=llama-3.2-1b&optimizer=AdamW8bit", Optimizer, Id::Optimizer);
    check("mode=train&model=llama-3.2-1b&zeroStage=0", Stage, Id::ZeroStage);
    check("mode=train&model=llama-3.2-1b&zeroStage=2&offloadOptimizer=nvme", NvmeStage, Id::OffloadOptimizer);
}

/// With states on the host a rank has neither them nor what updates them, and at rest, buffers apart, what DeepSpeed
/// prints of such a run: 2P, and 2P/N at stage 3. Nothing else grows but the buffer through which gradients leave, and
/// their norms.
#[test]
fn states_on_the_host_are_not_on_the_gpu() {
    for link in ZERO {
        for stage in 1..=3 {
            let [on_gpu, on_host] = ["none", "cpu"].map(|it| zero(&format!("{link}&offloadOptimizer={it}"), stage, 8));
            let line = |it: &Estimate, component| it.line(component).map_or(0.0, |it| it.formula.value());
            for component in [Component::MasterWeights, Component::Optimizer] {
                assert!(line(&on_gpu, component) > 0.0 && line(&on_host, component) == 0.0, "{link} {stage}");
            }
            for component in [Component::Weights, Component::Adapter] {
                assert_eq!(line(&on_gpu, component), line(&on_host, component), "{link} {stage}");
            }
            let step = on_host.moments().iter().find(|it| it.id() == MomentId::OptimizerStep).expect("a step");
            let held = [Component::Weights, Component::Adapter].map(|it| line(&on_host, it)).iter().sum::<f64>();
            let buffers = [Component::GradientBuckets, Component::CollectiveBuffers, Component::Inputs];
            let others: f64 = step
                .lines()
                .iter()
                .filter(|it| it.component.is_outside() || buffers.contains(&it.component))
                .map(|it| it.formula.bytes().count())
                .sum();
            assert_eq!(step.total().count(), held + others, "{link} {stage}");
            if stage == 3 {
                assert!(on_host.total().count() < on_gpu.total().count(), "{link}");
                let on_disk = zero(&format!("{link}&offloadOptimizer=nvme"), stage, 8);
                assert_eq!(on_disk.total(), on_host.total(), "{link}");
            }
        }
    }
}

/// DeepSpeed prints what its ranks need without activations and buffers (`estimate_zero2_model_states_mem_needs` in
/// deepspeed/runtime/zero/stage_1_and_2.py, `estimate_zero3_model_states_mem_needs` in stage3.py): of P parameters,
/// whose largest layer has L, over N GPUs 2P + 18P/N, and 4L + 18P/N.
fn printed_by_deepspeed(stage: u8, parameters: f64, largest_layer: f64, n_ranks: f64) -> f64 {
    let shared = 18.0 * parameters / n_ranks;
    if stage == 3 { 4.0 * largest_layer + shared } else { 2.0 * parameters + shared }
}

/// What the estimate has of states at a stage, in bytes of a parameter: weights that a rank keeps on its GPU once its
/// states are on the host, and what the host then has of its share.
fn of_parameter(link: &str, stage: u8, n_ranks: usize) -> [f64; 2] {
    let alone = calibrated(&format!("{link}&recipe=master"));
    let parameters = alone.line(Component::Weights).expect("weights").formula.value() / 2.0;
    // Over several micro-batches the host would have their sum as well, of which DeepSpeed prints nothing.
    let offloaded = zero(&format!("{link}&gradientAccumulationSteps=1&offloadOptimizer=cpu"), stage, n_ranks);
    let kept = offloaded.line(Component::Weights).expect("weights").formula.value();
    let sent: f64 = offloaded.fullest().host().iter().map(|it| it.formula.value()).sum();
    let shared = parameters / n_ranks as f64;
    [kept / if stage == 3 { shared } else { parameters }, sent / shared]
}

/// The published figures, to the printed digit, of what the estimate has for each parameter: with the optimizer on the
/// CPU what a rank keeps, without what is sent as well, of which DeepSpeed counts the share in 16 bits once. Of the
/// largest layer DeepSpeed prints parameters and gradients in 16 bits; here those of each moment are traced.
#[test]
fn deepspeed_prints_what_it_published() {
    #[track_caller]
    fn check(stage: u8, [parameters, largest_layer, n_ranks]: [f64; 3], unit: f64, [on_gpu, on_host]: [&str; 2]) {
        for link in ZERO.iter().filter(|it| !it.contains("LoRA")) {
            let [kept, sent] = of_parameter(link, stage, n_ranks as usize);
            let (live, shared) = (4.0 * largest_layer, parameters / n_ranks);
            let [all, without] = match stage {
                3 => [live + sent * shared, live + kept * shared],
                _ => [kept * parameters + sent * shared, kept * parameters],
            };
            for (told, printed) in [(all, on_gpu), (without, on_host)] {
                let digits = printed.split_once('.').map_or(0, |it| it.1.len());
                assert_eq!(format!("{:.digits$}", told / unit), printed, "{link} {stage} {n_ranks}");
            }
        }
    }
    let (gib, mib) = (1024f64.powi(3), 1024f64.powi(2));
    check(2, [2851e6, 32e6, 8.0], gib, ["11.28", "5.31"]);
    check(2, [2851e6, 32e6, 16.0], gib, ["8.30", "5.31"]);
    check(3, [2851e6, 32e6, 8.0], gib, ["6.09", "0.78"]);
    check(3, [2851e6, 32e6, 16.0], gib, ["3.11", "0.45"]);
    check(3, [737.67e6, 32.90e6, 4.0], mib, ["3291", "477"]);
}

/// What it prints for each parameter that is shared, 18 bytes, is what a rank holds of it here: 12 of master copy and
/// states, 2 of a gradient, and 4 of an FP32 gradient while it is updated. A rank needs that, its weights, and buffers
/// beside.
#[test]
fn a_rank_of_zero_needs_no_less_than_deepspeed_prints() {
    for link in ZERO.iter().filter(|it| !it.contains("LoRA")) {
        let alone = calibrated(&format!("{link}&recipe=master"));
        let parameters = alone.line(Component::Weights).expect("weights").formula.value() / 2.0;
        // Of a share of more than 1e9 elements stage 3 updates one group after the other.
        for n_ranks in [8, 64] {
            for stage in [2, 3] {
                let spread = zero(link, stage, n_ranks);
                let step = spread.moments().iter().find(|it| it.id() == MomentId::OptimizerStep).expect("a step");
                let told = printed_by_deepspeed(stage, parameters, 0.0, n_ranks as f64);
                assert!(step.total().count() >= told, "{link} {stage} {n_ranks}: {told}");
            }
        }
    }
}
