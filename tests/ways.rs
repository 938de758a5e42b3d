//! Where a run has no answer, the nearest choices with which it has one: they have one, differ in little, and keep
//! model and mode. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/draw.rs"]
mod draw;

use catalog::CATALOG;
use draw::Draw;
use vram_estimator::estimator::ParameterId as Id;
use vram_estimator::estimator::plan::ways::ways_out;
use vram_estimator::estimator::{Inputs, MethodId, support, values_of};
use vram_estimator::link::decode;

fn inputs(link: &str) -> Inputs {
    decode(link, &CATALOG).0.inputs
}

/// What each of some ways changes, as links write it.
fn told(link: &str) -> Vec<String> {
    let from = inputs(link);
    let change = |to: &Inputs, id: Id| format!("{}={}", id.spec().key, id.spec().write(&to.value(id)));
    let way = |to: &Inputs| to.differing_from(&from).map(|id| change(to, id)).collect::<Vec<_>>().join("&");
    ways_out(&from).iter().map(way).collect()
}

/// The defaults of a mode often run into a refusal under a trainer; one press leads out, two changes where it takes
/// two.
#[test]
fn the_choice_that_is_wrong_is_the_one_that_changes() {
    let megatron = "mode=train&model=llama-3.1-70b&trainer=megatron&gpuCount=64&tensorParallel=8&pipelineParallel=4";
    assert_eq!(told(&format!("{megatron}&precision=FP16")), ["precision=BF16"]);
    assert_eq!(told(&format!("{megatron}&precision=BF16&gradientCheckpointing=true")), ["gradientCheckpointing=false"]);
    assert_eq!(told(&format!("{megatron}&precision=FP16&recipe=pure")), ["precision=BF16&recipe=master"]);
    let packed = "mode=finetune&model=llama-3.1-70b&method=QLoRA&trainer=fsdp2&gpuCount=2";
    assert_eq!(told(&format!("{packed}&precision=FP16")), ["precision=BF16"]);
    assert_eq!(told(&format!("{packed}&precision=BF16&kbitPreparation=true")), ["kbitPreparation=false"]);
    assert_eq!(
        told("mode=train&model=gpt2&trainer=fsdp2&gpuCount=2"),
        ["trainer=none", "trainer=ddp", "trainer=megatron"]
    );
    let served = "mode=inference&model=llama-3.1-8b&engine=vllm&tensorParallel=3&gpuCount=3";
    assert_eq!(told(served), ["gpuCount=2&tensorParallel=2", "gpuCount=4&tensorParallel=4"]);
    // All of these had one reason, which belonged to the trainer.
    let preferences = "mode=grpo&model=llama-3.1-8b&precision=BF16&trainer=fsdp2&gpuCount=8&method=Full";
    let pairs = format!("{preferences}&algorithm=dpo");
    assert_eq!(told(&format!("{pairs}&referenceModel=cpu")), ["referenceModel=none", "referenceModel=resident"]);
    assert_eq!(told(&format!("{pairs}&offloadParameters=cpu")), ["offloadParameters=none"]);
    assert_eq!(told(&format!("{pairs}&pipelineParallel=2")), ["pipelineParallel=1"]);
    let groups = format!("{preferences}&rollout=vllm-colocated");
    assert_eq!(told(&groups), ["rollout=transformers", "rollout=elsewhere"]);
    let sliced = "mode=grpo&model=llama-3.1-8b&precision=BF16&trainer=deepspeed&zeroStage=3&gpuCount=8";
    assert_eq!(told(&format!("{sliced}&gradientAccumulationSteps=4")), ["gradientAccumulationSteps=1"]);
    assert_eq!(told("mode=train&model=llama-3.1-8b"), [""; 0], "there is an answer");
}

/// Of random inputs without an answer: each way has one, with the same model in the same mode, and changes four choices
/// at most beside the number of GPUs.
#[test]
fn every_way_leads_to_an_answer() {
    let mut draw = Draw::new(41);
    let (mut n_refused, mut n_led) = (0, 0);
    while n_refused < 4_000 {
        let from = draw.inputs(CATALOG.models());
        let ways = ways_out(&from);
        if support(&from).is_ok() {
            assert!(ways.is_empty());
            continue;
        }
        n_refused += 1;
        n_led += usize::from(!ways.is_empty());
        for to in ways {
            assert!(values_of(MethodId::Calibrated, &to).is_some(), "{from:?} to {to:?}");
            // What lost its effect with them, or stands at a default now, is no choice.
            let is_chosen = |id: &Id| *id != Id::GpuCount && to.has_effect(*id) && to.value(*id) != from.value(*id);
            let n_changed = to.differing_from(&from).filter(is_chosen).count();
            assert!(n_changed <= 4 && to != from, "{n_changed}");
            assert_eq!((to.mode(), to.model()), (from.mode(), from.model()));
        }
    }
    assert!(n_led > 200, "{n_led} of {n_refused}");
}
