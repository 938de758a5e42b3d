//! A cache that Transformers keeps in the host's memory: peaks of traces on fake tensors (Transformers 5.24,
//! `DynamicCache(offloading=True)`, BF16, the last position's logits), of a prompt and of the token behind it. It knows
//! no other engine.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use vram_estimator::estimator::{DEFAULT_METHOD, Estimate, MomentId, Unsupported, estimate_values, support};
use vram_estimator::link::decode;

const RUN: &str = "mode=inference&engine=transformers&precision=BF16";

/// Rotary frequencies, twice, which have no line.
const BUFFERS: f64 = 512.0;

#[track_caller]
fn answer(link: &str) -> Estimate {
    let answers = estimate_values(&decode(&format!("{RUN}&{link}"), &CATALOG).0.inputs);
    answers.into_iter().find(|it| it.method() == DEFAULT_METHOD).expect("an answer")
}

/// What PyTorch has given out at a moment.
#[track_caller]
fn given_out(answer: &Estimate, id: MomentId) -> f64 {
    let moment = answer.moments().iter().find(|it| it.id() == id).expect("a moment of the run");
    let lines = moment.lines().iter().filter(|it| !it.component.is_outside());
    lines.map(|it| it.formula.bytes().count()).sum()
}

/// Traced peaks of a prompt and of a step with the cache on the GPU, and offloaded.
#[track_caller]
fn check(model: &str, [batch, sequence]: [u32; 2], dynamic: [f64; 2], offloaded: [f64; 2]) {
    let link = format!("model={model}&batchSize={batch}&sequenceLength={sequence}");
    let [here, there] = [answer(&link), answer(&format!("{link}&offloadCache=true"))];
    assert_eq!(given_out(&there, MomentId::Prefill) + BUFFERS, offloaded[0]);
    for (moment, at) in [(MomentId::Prefill, 0), (MomentId::Decode, 1)] {
        let less = given_out(&here, moment) - given_out(&there, moment);
        assert_eq!(less.round(), dynamic[at] - offloaded[at], "{moment:?}");
    }
    // What is not on the GPU at the fullest moment is told of the host.
    let in_host: f64 = there.fullest().host().iter().map(|it| it.formula.bytes().count()).sum();
    assert_eq!(in_host, dynamic[0] - offloaded[0]);
}

#[test]
fn one_layer_is_there_behind_the_prompts_attention_and_two_in_a_step() {
    check("llama-3.1-8b", [1, 1024], [16_316_916_224.0, 16_197_014_544.0], [16_186_892_800.0, 16_071_062_544.0]);
    check("llama-3.1-8b", [4, 2000], [18_060_475_008.0, 17_126_219_304.0], [17_044_667_008.0, 16_142_687_784.0]);
    check("qwen3-8b", [1, 1024], [16_642_058_752.0, 16_534_756_368.0], [16_495_258_112.0, 16_392_010_768.0]);
    check("qwen3-8b", [4, 2000], [18_414_191_232.0, 17_578_305_064.0], [17_267_311_232.0, 16_463_636_008.0]);
}

#[test]
fn other_layers_are_refused() {
    for model in ["gemma-3-1b-it", "deepseek-v2-lite", "qwen3.5-9b", "llama-3.1-8b&attention=eager"] {
        let inputs = decode(&format!("{RUN}&model={model}&offloadCache=true"), &CATALOG).0.inputs;
        assert_eq!(support(&inputs), Err(Unsupported::OffloadedCache), "{model}");
    }
}
