//! What a loop still holds of the step before: logits and, through their graph, what layers wrote down.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/component.rs"]
mod component;

use catalog::CATALOG;
use component::bytes;
use vram_estimator::estimator::{Component, MomentId, Unsupported, support};
use vram_estimator::link::decode;

const TOKENS: f64 = 2.0 * 512.0;

/// Logits live at every moment of a step: in the run's format, as Accelerate converts them, or not at all.
#[test]
fn logits_of_the_last_step_live_while_the_next_runs() {
    let of_one = TOKENS * 128_256.0;
    for (more, expected) in [
        ("recipe=pure", 2.0 * of_one),
        ("recipe=autocast", 4.0 * of_one),
        ("recipe=pure&loss=liger", 0.0),
        ("recipe=pure&trainer=ddp&gpuCount=2", 0.0),
    ] {
        let link = format!("mode=train&model=llama-3.2-1b&precision=BF16&batchSize=2&sequenceLength=512&{more}");
        for moment in [MomentId::Loss, MomentId::BackwardStart, MomentId::BackwardLayer, MomentId::OptimizerStep] {
            let [without, with] =
                ["", "&returnOutputs=true"].map(|it| bytes(&format!("{link}{it}"), moment, Component::Logits));
            assert_eq!(with - without, expected, "{more} {moment:?}");
        }
    }
}

/// Frozen layers of bitsandbytes that write down what they read hold it until the graph goes: queries', keys' and
/// values' input, attention's output, and what both sides of the feed-forward block read.
#[test]
fn what_frozen_layers_wrote_down_lives_as_long() {
    let of_layer = TOKENS * 2.0 * (3.0 * 2048.0 + 8192.0);
    let link = "mode=finetune&method=QLoRA&model=llama-3.2-1b&precision=BF16&recipe=pure&adapterPrecision=BF16\
        &batchSize=2&sequenceLength=512";
    for (more, expected) in [
        ("quantization=nf4", 0.0),
        ("quantization=nf4&frozenInputs=kept", 16.0 * of_layer),
        ("quantization=nf4&frozenInputs=kept&gradientCheckpointing=true", 0.0),
        ("quantization=llm-int8", 16.0 * of_layer),
        ("quantization=llm-int8&gradientCheckpointing=true", 16.0 * of_layer),
    ] {
        for moment in [MomentId::Loss, MomentId::OptimizerStep] {
            let [without, with] = ["", "&returnOutputs=true"]
                .map(|it| bytes(&format!("{link}&{more}{it}"), moment, Component::Activations));
            assert_eq!(with - without, expected, "{more} {moment:?}");
        }
    }
    let of_experts = "mode=finetune&method=QLoRA&model=mixtral-8x7b-instruct-v0.1&loraTargets=attn&frozenInputs=kept";
    let reason = |link: &str| support(&decode(link, &CATALOG).0.inputs).err();
    assert_eq!(reason(of_experts), None);
    assert_eq!(reason(&format!("{of_experts}&returnOutputs=true")), Some(Unsupported::EightBitBase));
}
