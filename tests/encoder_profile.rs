//! The images of vLLM's profile run, as its own code counts them: figures are worked out by hand from the sources of
//! vLLM 0.33 that the formulas name. It knows no other engine.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/component.rs"]
mod component;

use catalog::CATALOG;
use component::bytes;
use vram_estimator::estimator::{Component, DEFAULT_METHOD, MomentId, capacity, estimate_values};
use vram_estimator::link::decode;

const RUN: &str = "engine=vllm&precision=BF16&gpu=h100-80gb";

#[track_caller]
fn seen(link: &str, moment: MomentId) -> f64 {
    bytes(&format!("{RUN}&{link}"), moment, Component::VisionActivations)
}

fn has_tower_moment(link: &str) -> bool {
    let answers = estimate_values(&decode(&format!("{RUN}&{link}"), &CATALOG).0.inputs);
    let answer = answers.iter().find(|it| it.method() == DEFAULT_METHOD).expect("an answer");
    answer.moments().iter().any(|it| it.id() == MomentId::Encoder)
}

/// An image of Qwen3-VL has up to 16,384 features, more than a step has tokens: 65,536 patches of 16 by 16 pixels in
/// two frames. Inside attention there are the stream, the normed input and the result, queries, keys and values, a copy
/// of the first two, what rotation made of it, and attention's output; positions stay beside, deep features come in.
#[test]
fn the_largest_image_runs_through_the_tower() {
    let qwen = "model=qwen3-vl-8b-instruct&sequenceLength=8192&maxBatchedTokens=8192";
    let (patches, width, text) = (65_536.0, 1152.0, 4096.0);
    let features = 16_384.0 * text * 2.0;
    let buffers = 4.0 * 8192.0 * text * 2.0;
    let of_patch = 2.0 * (11.0 * width + width + 3.0 * 2.0 * 16.0 * 16.0);
    assert_eq!(seen(qwen, MomentId::Encoder), patches * of_patch + 3.0 * features + buffers);
    for moment in [MomentId::Serving, MomentId::Sampling] {
        assert_eq!(seen(qwen, moment), 4.0 * features + buffers);
    }
    // Twice the tokens encode one image as before, and have larger buffers.
    let more = seen(&qwen.replace("Tokens=8192", "Tokens=16384"), MomentId::Serving);
    assert_eq!(more, 4.0 * features + 2.0 * buffers);
    assert!(!has_tower_moment(&format!("{qwen}&vision=absent")));
}

/// Of a video of Qwen2.5-VL every pair of frames may be as large as an image: as many as a sequence holds, up to seven.
/// Its gated block has three inner tensors beside the stream, the normed input and what it gives back.
#[test]
fn videos_of_older_qwen_grow_with_the_sequence() {
    let tower = |tokens: u32| {
        let qwen = format!("model=qwen2.5-vl-7b-instruct&maxBatchedTokens=2048&sequenceLength={tokens}");
        seen(&qwen, MomentId::Encoder) - 2048.0 * 3584.0 * 2.0
    };
    let one = 65_536.0 * 2.0 * (3.0 * 1280.0 + 3.0 * 3420.0 + 3.0 * 2.0 * 14.0 * 14.0);
    assert_eq!([2048, 16_384, 40_000, 128_000].map(tower), [1.0, 1.0, 2.0, 7.0].map(|pairs| pairs * one));
}

/// Gemma 3's images have 4,096 patches and 256 features: a step of 8,192 tokens encodes 32 of them, if it has as many
/// sequences.
#[test]
fn a_step_encodes_its_tokens_worth_of_images() {
    let tower = |more: &str| {
        let gemma = format!("model=gemma-3-27b-it&sequenceLength=256&maxBatchedTokens=8192{more}");
        seen(&gemma, MomentId::Encoder) - 8192.0 * 5376.0 * 2.0
    };
    let image = |inner: f64| 4096.0 * 2.0 * (3.0 * 1152.0 + inner + 3.0 * 14.0 * 14.0);
    assert_eq!(tower(""), 32.0 * image(2.0 * 4304.0));
    assert_eq!(tower("&maxSequences=4"), 4.0 * image(2.0 * 4304.0));
}

/// Towers whose largest item was not read take nothing, as do models without one.
#[test]
fn what_was_not_read_takes_nothing() {
    for model in ["internvl3-8b", "gemma-4-31b-it", "llama-4-scout-17b-16e-instruct", "kimi-k2.5", "qwen3-8b"] {
        assert!(!has_tower_moment(&format!("model={model}")), "{model}");
    }
    for model in ["pixtral-12b-2409", "llava-1.5-7b-hf", "llava-v1.6-mistral-7b-hf", "paligemma-3b-pt-224"] {
        assert!(has_tower_moment(&format!("model={model}")), "{model}");
    }
}

/// Logs of vLLM 0.13 on an H100 NVL and of 0.9 on an L4: 19.40 and 1.81 GiB were left for keys and values, where 20.21
/// and 3.72 were said.
#[test]
fn pools_are_smaller_by_what_images_take() {
    let pool = |link: &str| {
        let link = format!("engine=vllm&precision=BF16&engineVersion=0.20&{link}");
        capacity(&decode(&link, &CATALOG).0.inputs).expect("a pool").pool.value() / f64::from(1 << 30)
    };
    let large =
        pool("model=qwen3-vl-30b-a3b-instruct&sequenceLength=8192&gpuMemory=93.1&gpuFamily=hopper&sampler=pytorch");
    assert!((19.4..19.9).contains(&large), "{large}");
    let small = pool("model=qwen2.5-vl-7b-instruct&sequenceLength=2048&gpuMemory=22.03&gpuFamily=ada");
    assert!((1.8..2.4).contains(&small), "{small}");
}
