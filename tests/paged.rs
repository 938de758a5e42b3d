//! vLLM's cache as its own code counts it, and what its runner keeps beside it: figures are worked out by hand from
//! the sources of vLLM 0.33 that the formulas name. It knows no other engine.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/component.rs"]
mod component;

use catalog::CATALOG;
use component::bytes;
use vram_estimator::estimator::{Component, MomentId, ParameterId as Id};
use vram_estimator::link::decode;

const HOPPER: &str = "engine=vllm&precision=BF16&gpu=h100-80gb";

#[track_caller]
fn cache(link: &str) -> f64 {
    bytes(&format!("{HOPPER}&{link}"), MomentId::Serving, Component::KvCache)
}

/// A window of 4,096 holds the tokens of two steps of 8,192 and begins inside a block; before 0.26 it held those of
/// one. Mistral's layers keep 4 KiB of a token: 24 GiB were said in place of 40.
#[test]
fn windows_hold_the_steps_in_flight() {
    let link = "model=mistral-7b-v0.1&sequenceLength=32768&batchSize=16&maxBatchedTokens=8192";
    let layers = |blocks: f64| blocks * 16.0 * 32.0 * 4096.0 * 16.0;
    assert_eq!(cache(link), layers(f64::ceil((4095.0 + 16_384.0) / 16.0) + 1.0));
    for before in ["0.20", "0.25"] {
        let one = layers(f64::ceil((4095.0 + 8192.0) / 16.0) + 1.0);
        assert_eq!(cache(&format!("{link}&engineVersion={before}")), one, "{before}");
    }
    assert_eq!(cache(&format!("{link}&engineVersion=0.28")), cache(link));
    // Stages have a step each, and one ahead.
    let staged = cache(&format!("{link}&pipelineParallel=2&gpuCount=2"));
    assert_eq!(staged, layers(f64::ceil((4095.0 + 24_576.0) / 16.0) + 1.0) / 2.0);
    // The first runner, which had mixtures until 0.28, schedules none ahead of them.
    let mixture = "model=mixtral-8x7b-instruct-v0.1&slidingWindow=4096&sequenceLength=32768&batchSize=16&maxBatchedTokens=8192\
                   &pipelineParallel=2&gpuCount=2";
    assert_eq!(cache(mixture), staged);
    let two = layers(f64::ceil((4095.0 + 16_384.0) / 16.0) + 1.0) / 2.0;
    assert_eq!(cache(&format!("{mixture}&engineVersion=0.28")), two);
}

/// Gemma 3 27B has 52 layers with a window and 10 without, which stand in six groups of ten and one; and 12
/// and 11 with a drafter's in two of twelve, because neither kind has half as many again.
#[test]
fn layers_stand_in_groups_of_one_size() {
    let gemma = "model=gemma-3-27b-it&vision=absent&sequenceLength=4096&batchSize=64";
    assert_eq!(cache(gemma), (256.0 + 6.0 * 257.0) * 10.0 * 16.0 * 8192.0 * 64.0);
    assert_eq!(cache(&format!("{gemma}&engineVersion=0.8")), (62.0 * 256.0 + 52.0) * 16.0 * 8192.0 * 64.0);
    let near = "model=gemma-3-27b-it&numLayers=22&numSlidingLayers=12&vision=absent&sequenceLength=4096&draft=eagle";
    assert_eq!(cache(near), (256.0 + 257.0) * 12.0 * 16.0 * 8192.0);
}

/// Beginnings of sequences are kept by default, for which a layer with a state has two, and one that is written out in
/// the midst of a prompt: always by Mamba 2, by the gated delta rule on Hopper and Blackwell, where blocks then are
/// multiples of 64.
#[test]
fn states_are_kept_for_other_sequences() {
    let granite = "model=granite-4.0-h-small&sequenceLength=8192&batchSize=64";
    assert_eq!(cache(granite), (4.0 * 16.0 + 36.0 * 3.0) * 528.0 * 4096.0 * 64.0);
    for (version, states) in [("0.20", 1.0), ("0.25", 1.0), ("0.28", 2.0), ("0.31", 2.0)] {
        let granite = cache(&format!("{granite}&engineVersion={version}"));
        assert_eq!(granite, (4.0 * 16.0 + 36.0 * states) * 528.0 * 4096.0 * 64.0, "{version}");
    }
    let qwen = "model=qwen3.5-9b&sequenceLength=8192&batchSize=64";
    assert_eq!(cache(qwen), (8.0 * 15.0 + 24.0 * 3.0) * 576.0 * 4096.0 * 64.0);
    let without = (8.0 * 16.0 + 24.0 * 2.0) * 528.0 * 4096.0 * 64.0;
    assert_eq!([cache(&format!("{qwen}&gpu=a100-80gb")), cache(&format!("{qwen}&engineVersion=0.31"))], [without; 2]);
    for gpu in ["b200", "rtx-pro-6000-blackwell"] {
        let link = format!("engine=vllm&precision=BF16&gpu={gpu}&{qwen}");
        assert_eq!(bytes(&link, MomentId::Serving, Component::KvCache), cache(qwen), "{gpu}");
    }
    // Nine layers keep keys with the drafter's: 24 states stand in three groups of nine, and three drafts have states.
    let drafted = cache(&format!("{qwen}&draft=mtp&draftTokens=3"));
    let block = 64.0 * f64::ceil((8192.0 * 256.0 + (3.0 + 3.0) * 8192.0 * 2.0) / (64.0 * 4096.0));
    assert_eq!(drafted, (f64::ceil(8192.0 / block) + 3.0 * 6.0) * 9.0 * block * 4096.0 * 64.0);
}

/// Where each layer has one mixer, those that are a feed-forward block keep nothing. Of 52 layers four have keys and
/// values of 4,096 bytes a token, and 24 states, whose matrices are FP32 by the class' default, in groups of four.
#[test]
fn layers_of_feed_forward_alone_have_no_cache() {
    let state = 4.0 * 128.0 * 64.0 * 128.0 + 2.0 * 3.0 * (8192.0 + 2.0 * 8.0 * 128.0);
    let block = 16.0 * f64::ceil(state / (16.0 * 4096.0));
    let sequence = f64::ceil(8192.0 / block);
    let link = "model=nemotron-h-8b-base-8k&sequenceLength=8192&batchSize=64";
    assert_eq!(cache(link), (4.0 * sequence + 24.0 * 3.0) * block * 4096.0 * 64.0);
}

/// An indexer keeps 128 bytes and a scale of each token, and in FP8 on Hopper a token takes 656 beside them, on
/// Blackwell's cards in any format.
#[test]
fn sparse_attention_keeps_its_keys() {
    let cache = |more: &str| {
        let link = "engine=vllm&precision=BF16&model=deepseek-v3.2&tensorParallel=8&gpuCount=8&sequenceLength=131072";
        bytes(&format!("{link}{more}"), MomentId::Serving, Component::KvCache) / (131_072.0 * 61.0)
    };
    assert_eq!(cache("&gpuFamily=hopper"), 576.0 * 2.0 + 132.0);
    assert_eq!(cache("&gpuFamily=hopper&kvPrecision=FP8"), 656.0 + 132.0);
    assert_eq!(cache("&gpuFamily=blackwell-dc&kvPrecision=FP8"), 576.0 + 132.0);
    assert_eq!(cache("&gpuFamily=blackwell-dc"), 576.0 * 2.0 + 132.0);
    assert_eq!(["", "&kvPrecision=FP8"].map(|it| cache(&format!("&gpuFamily=blackwell{it}"))), [656.0 + 132.0; 2]);
}

/// Of 78 layers of GLM-5.2 21 have an indexer (`indexer_types`), whose key is 128 bytes of FP8 with a scale of four.
#[test]
fn layers_without_an_indexer_keep_no_key_of_it() {
    let of_model = |model: &str| cache(&format!("model={model}&sequenceLength=16384&batchSize=3"));
    let without = (78.0 - 21.0) * (128.0 + 4.0) * 16_384.0 * 3.0;
    assert_eq!(of_model("glm-5") - of_model("glm-5.2"), without);
    assert_eq!(of_model("glm-5.2&numIndexerLayers=78"), of_model("glm-5"));
}

/// How often each token was made, and whether the prompt has it, is kept for all sequences by the second runner: of
/// dense models from 0.25 on, of all from 0.29.
#[test]
fn tokens_are_counted_for_penalties() {
    let link = format!("{HOPPER}&model=qwen3-0.6b&sequenceLength=2048");
    let of = |link: &str, moment| bytes(link, moment, Component::Logits);
    let before = format!("{link}&engineVersion=0.20&gpuMemoryUtilization=0.92");
    let counted = 1024.0 * (4.0 + 1.0 / 8.0) * 151_936.0;
    assert_eq!(of(&link, MomentId::Serving), counted);
    assert_eq!(of(&link, MomentId::Sampling), counted + of(&before, MomentId::Sampling));
    let counts = |model: &str, version: &str| {
        let link = format!("{HOPPER}&model={model}&engineVersion={version}");
        of(&link, MomentId::Serving) > 0.0
    };
    for (model, since) in [("qwen3-0.6b", 1), ("qwen3-30b-a3b", 3), ("qwen3.5-9b", 3)] {
        let found = ["0.20", "0.25", "0.28", "0.31", "latest"].map(|version| counts(model, version));
        assert_eq!(found, [0, 1, 2, 3, 4].map(|it| it >= since), "{model}");
    }
}

/// Drafted tokens are verified in parts of 1 GiB; the profile run draws one token of each sequence.
#[test]
fn drafts_are_verified_in_parts() {
    let logits = |more: &str| {
        let link = format!("{HOPPER}&model=qwen3-0.6b&draft=qwen3-0.6b&sequenceLength=2048{more}");
        bytes(&link, MomentId::Sampling, Component::Logits)
    };
    let (vocabulary, counted) = (151_936.0, 4.125);
    // 14 bytes of each of 1,024 rows, more than 2 of 2,048 and a part in FP32.
    assert_eq!(logits("&draftTokens=1"), 1024.0 * (counted + 14.0) * vocabulary);
    let part = f64::floor(f64::from(1 << 28) / vocabulary);
    let verified =
        |sequences: f64, rows: f64| (sequences * counted + 2.0 * rows + 4.0 * f64::min(rows, part)) * vocabulary;
    assert_eq!(logits("&draftTokens=3"), verified(1024.0, 4096.0));
    assert_eq!(logits("&draftTokens=3&maxSequences=256"), verified(256.0, 1024.0));
    // Up to 0.28 beside a model that drafts the first runner ran, which copies all of them.
    let first = "&draftTokens=3&maxSequences=256&engineVersion=0.28";
    assert_eq!(logits(first), (768.0 * 14.0 + 256.0 * 6.0) * vocabulary);
}

/// Of latent attention's context 65,536 tokens are read at once: keys and values of all heads while attention runs, and
/// what was compressed for as long as the engine runs.
#[test]
fn contexts_of_latent_attention_have_room() {
    let link = "engine=vllm&precision=BF16&gpu=rtx-5090&model=glm-4.7-flash&sequenceLength=32768";
    let temporaries = |moment| bytes(link, moment, Component::Temporaries);
    let kept = 65_536.0 * 576.0 * 2.0;
    let around = 3.0 * 2048.0 * 2.0 * 2048.0;
    assert_eq!(temporaries(MomentId::Serving), 65_536.0 * 20.0 * 448.0 * 2.0 + kept + around);
    assert_eq!(temporaries(MomentId::Sampling), 2048.0 * 2048.0 * 2.0 + kept);
}

/// A GB10 has the memory of a large GPU and, since 0.33, the steps of a small one.
#[test]
fn a_gb10_has_the_steps_of_a_small_gpu() {
    let step = |link: &str| {
        let inputs = decode(&format!("engine=vllm&{link}"), &CATALOG).0.inputs;
        [Id::MaxBatchedTokens, Id::MaxSequences].map(|id| inputs.values().number(id))
    };
    assert_eq!(step("gpu=dgx-spark"), [2048.0, 256.0]);
    assert_eq!(step("gpu=dgx-spark&engineVersion=0.31"), [8192.0, 1024.0]);
    assert_eq!(step("gpu=rtx-pro-6000-blackwell"), [8192.0, 1024.0]);
    assert_eq!(step("gpu=b200"), [16_384.0, 1024.0]);
}

/// Experts take their room from workspaces that all layers share and that stay while the sampler runs: each at least as
/// wide as the stream. Kernels that were not read take it anew.
#[test]
fn workspaces_of_experts_stay() {
    let temporaries = |model: &str, more: &str| {
        let link = format!("engine=vllm&precision=BF16&model={model}&maxBatchedTokens=8192&gpuFamily=hopper{more}");
        bytes(&link, MomentId::Sampling, Component::Temporaries)
    };
    let kept = |model: &str, more: &str| {
        let before = format!("{more}&engineVersion=0.20");
        temporaries(model, more) - temporaries(model, &before)
    };
    let rows = 8192.0 * 8.0 * 2.0;
    // 768 wide and 2,048 in the stream.
    let qwen = "qwen3-30b-a3b";
    assert_eq!(kept(qwen, ""), rows * (2048.0 + 2048.0));
    for more in ["&quantization=awq-4bit-g128", "&quantization=fp8-block128", "&quantization=nvfp4"] {
        assert_eq!(kept(qwen, more), rows * (2048.0 + 2048.0), "{more}");
    }
    assert_eq!(kept(qwen, "&quantization=fp8-per-tensor"), 0.0);
    // 14,336 wide, of which gate and up are twice as many, and two visits.
    assert_eq!(kept("mixtral-8x7b-instruct-v0.1", ""), rows / 4.0 * (14_336.0 + 28_672.0));
    assert_eq!(kept("gpt-oss-20b", "&quantization=mxfp4"), 0.0);
    assert_eq!(kept("qwen3-8b", ""), 0.0);
}

/// Decode steps of latent attention multiply by halves of the expansion of keys and values, of which vLLM keeps copies
/// in 16 bits where it is packed: 1.9 GiB of DeepSeek-V3.
#[test]
fn packed_expansions_are_copied() {
    let weights = |engine: &str, more: &str| {
        let link = format!("engine={engine}&precision=BF16&model=deepseek-v3&quantization=fp8-block128{more}");
        bytes(&link, if engine == "vllm" { MomentId::Serving } else { MomentId::Prefill }, Component::Weights)
    };
    let copies = 61.0 * 512.0 * 128.0 * (128.0 + 128.0) * 2.0;
    assert_eq!(weights("vllm", "") - weights("transformers", ""), copies);
    // Kept in 16 bits there is nothing to copy.
    let kept = "&unquantized=attention_embedding_head_router";
    assert_eq!(weights("vllm", kept), weights("transformers", kept));
}
