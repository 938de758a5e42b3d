//! Stacks of Mamba or Mamba2 alone, or of Mamba2 side by side with attention: peaks of traces on fake tensors
//! (Transformers 5.23, BF16, a few layers of the model), states and weights in vLLM by the shapes of its code, and what
//! is refused. Peaks of prompts are among the traced cases.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use vram_estimator::estimator::{Component, DEFAULT_METHOD, Estimate, MomentId, Unsupported, estimate_values, support};
use vram_estimator::link::decode;

fn answer(link: &str) -> Estimate {
    estimate(&format!("mode=inference&precision=BF16&{link}"))
}

#[track_caller]
fn estimate(link: &str) -> Estimate {
    let answers = estimate_values(&decode(link, &CATALOG).0.inputs);
    answers.into_iter().find(|it| it.method() == DEFAULT_METHOD).expect("an answer")
}

#[track_caller]
fn of(answer: &Estimate, id: MomentId, keep: impl Fn(Component) -> bool) -> f64 {
    let moment = answer.moments().iter().find(|it| it.id() == id).expect("a moment of the run");
    let lines = moment.lines().iter().filter(|it| !it.component.is_outside() && keep(it.component));
    lines.map(|it| it.formula.bytes().count()).sum()
}

#[test]
fn a_step_takes_what_was_traced() {
    for (model, layers, [batch, sequence], traced) in [
        ("mamba-130m-hf", 4, [1, 300], 108_467_208.0),
        ("mamba-130m-hf", 4, [4, 512], 111_347_872.0),
        ("falcon-mamba-7b", 3, [1, 300], 1_702_349_416.0),
        ("falcon-mamba-7b", 3, [2, 200], 1_706_855_888.0),
        ("mamba-codestral-7b-v0.1", 4, [4, 2048], 1_550_152_224.0),
        ("mamba-codestral-7b-v0.1", 3, [2, 700], 1_254_222_032.0),
    ] {
        let run = answer(&format!("model={model}&numLayers={layers}&batchSize={batch}&sequenceLength={sequence}"));
        assert_eq!(of(&run, MomentId::Decode, |_| true), traced, "{model} {batch} {sequence}");
    }
}

/// A sequence of any length has one state in each layer, in the format of activations, and `A` is in FP32.
#[test]
fn vllm_keeps_a_state_and_no_tokens() {
    let [inner, state] = [8192.0, 16.0];
    for (batch, sequence) in [(1.0, 100), (8.0, 100_000)] {
        let run = answer(&format!("model=falcon-mamba-7b&engine=vllm&batchSize={batch}&sequenceLength={sequence}"));
        let of_sequence = 2.0 * (3.0 * inner + inner * state);
        let cached = of(&run, MomentId::Serving, |it| it == Component::KvCache);
        assert_eq!(cached, batch * 64.0 * of_sequence);
        let weights = of(&run, MomentId::Serving, |it| it == Component::Weights);
        assert_eq!(weights, 2.0 * (7_272_665_088.0 + 64.0 * inner * state));
    }
}

/// Beside attention each layer has a state and keys and values of its own.
#[test]
fn layers_side_by_side_keep_both() {
    let run = answer("model=falcon-h1-7b&numLayers=3&batchSize=2&sequenceLength=700");
    let [inner, convolved, state] = [24.0 * 128.0, 24.0 * 128.0 + 2.0 * 256.0, 24.0 * 128.0 * 256.0];
    let of_sequence = 4.0 * state + 2.0 * 4.0 * convolved;
    let of_tokens = 700.0 * 2.0 * 2.0 * 2.0 * 128.0;
    let cached = of(&run, MomentId::PrefillLogits, |it| it == Component::KvCache);
    assert_eq!(cached, 2.0 * 3.0 * (of_sequence + of_tokens));
    let weights = of(&run, MomentId::PrefillLogits, |it| it == Component::Weights);
    let factors = inner + convolved + 24.0;
    assert_eq!(weights, 2.0 * (1_261_742_808.0 + 3.0 * factors));
}

/// What mamba-ssm's code allocates, replayed on fake tensors (`scripts/trace`, the group `state_space_kernels`; four
/// and seven layers, a vocabulary of 1000, 1024 tokens). Of adapters more is counted: those of the projection outward,
/// which the kernels pass by, have gradients and states here.
#[test]
fn kernels_take_what_their_code_allocates() {
    let whole = "mode=train&recipe=";
    let adapters = "mode=finetune&method=LoRA&loraRank=16&loraTargets=all-linear&adapterPrecision=FP32&recipe=";
    for (run, recipe, batch, is_checkpointed, [of_four, of_seven], tolerance) in [
        (whole, "pure", 4, true, [3_009_236_944.0, 4_714_736_720.0], 2e-5),
        (whole, "autocast", 4, false, [6_658_334_032.0, 11_234_175_976.0], 2e-5),
        (whole, "autocast", 4, true, [5_496_986_704.0, 8_907_986_128.0], 2e-5),
        (whole, "pure&precision=FP32", 2, false, [5_817_802_064.0, 10_055_491_792.0], 1e-3),
        (adapters, "autocast", 4, false, [2_826_830_576.0, 4_689_341_528.0], 2e-3),
        (adapters, "pure", 4, false, [3_309_658_848.0, 5_522_209_880.0], 2e-3),
        (adapters, "pure", 4, true, [1_739_014_120.0, 2_265_982_560.0], 2e-3),
    ] {
        for (layers, replayed) in [(4, of_four), (7, of_seven)] {
            let link = format!(
                "{run}{recipe}&model=granite-4.0-h-micro&numLayers={layers}&vocabSize=1000&batchSize={batch}&\
                 sequenceLength=1024&gradientCheckpointing={is_checkpointed}&linearAttentionKernel=fla"
            );
            let link = if layers == 7 { format!("{link}&numFullAttentionLayers=1") } else { link };
            let run = estimate(&link);
            let totals = run.moments().iter().map(|it| of(&run, it.id(), |_| true));
            let peak = totals.fold(0.0, f64::max);
            assert!((peak / replayed - 1.0).abs() < tolerance, "{link}: {peak} instead of {replayed}");
        }
    }
}

#[test]
fn what_nobody_has_read_is_refused() {
    for (link, reason) in [
        ("model=falcon-mamba-7b&quantization=nf4", Unsupported::PackedStacks),
        ("model=mamba-130m-hf&engine=vllm&quantization=nf4", Unsupported::PackedStacks),
        ("model=mamba-130m-hf&engine=llamacpp", Unsupported::MixersOfOtherEngine),
        ("model=mamba-codestral-7b-v0.1&offloadCache=true", Unsupported::OffloadedCache),
        ("mode=train&model=mamba-130m-hf", Unsupported::LinearAttention),
        ("mode=train&model=falcon-h1-0.5b", Unsupported::LinearAttention),
        ("model=falcon-h1-0.5b&engine=llamacpp", Unsupported::MixersOfOtherEngine),
        ("mode=train&model=granite-4.0-h-small", Unsupported::LinearAttention),
        ("mode=finetune&model=granite-4.0-h-micro&padding=true", Unsupported::LinearAttention),
        ("mode=finetune&model=granite-4.0-h-micro&loraTargets=qv", Unsupported::OtherAdapters),
        (
            "mode=finetune&model=granite-4.0-h-micro&method=QLoRA&linearAttentionKernel=fla",
            Unsupported::KernelsOfPacked,
        ),
    ] {
        assert_eq!(support(&decode(link, &CATALOG).0.inputs), Err(reason), "{link}");
    }
}

/// They have neither heads nor feed-forward blocks: what is said of these changes nothing, and is told to.
#[test]
fn attention_says_nothing() {
    let plain = answer("model=mamba-codestral-7b-v0.1");
    for key in
        ["numAttentionHeads=8", "headDim=64", "intermediateSize=64", "kvPrecision=FP8", "gatedMlp=true", "qkNorm=full"]
    {
        let link = format!("mode=inference&precision=BF16&model=mamba-codestral-7b-v0.1&{key}");
        let (_, problems) = decode(&link, &CATALOG);
        assert_eq!(problems.len(), 1, "{key}: {problems:?}");
        assert_eq!(answer(&format!("model=mamba-codestral-7b-v0.1&{key}")).total(), plain.total(), "{key}");
    }
}
