//! What a drafter adds in vLLM, by published counts and by the shapes of its code. It knows engines and components, and
//! no formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/component.rs"]
mod component;

use catalog::CATALOG;
use component::bytes;
use vram_estimator::estimator::{Component, MomentId, Unsupported, capacity, support};
use vram_estimator::link::decode;

/// By how much a drafter moves a component of a link's run.
#[track_caller]
fn added(link: &str, draft: &str, moment: MomentId, component: Component) -> f64 {
    bytes(&format!("{link}&{draft}"), moment, component) - bytes(link, moment, component)
}

/// Parameters of a drafter in 16 bits.
#[track_caller]
fn parameters(model: &str, draft: &str) -> f64 {
    let link = format!("model={model}&precision=BF16&quantization=None&engine=vllm");
    added(&link, &format!("draft={draft}"), MomentId::Serving, Component::Weights) / 2.0
}

/// Parameters of published heads in thousands of millions (the README of SafeAILab/EAGLE, "EAGLE Weights").
#[test]
fn eagle_heads_are_as_large_as_published() {
    for (model, published) in [("llama-2-7b-hf", 0.24), ("llama-2-13b-hf", 0.37), ("llama-2-70b-hf", 0.99)] {
        let counted = parameters(model, "eagle") / 1e9;
        assert!((counted - published).abs() < 0.005, "{model}: {counted} and {published}");
    }
}

/// Blocks as checkpoints store them (`mtp_params` of `data/models.json`), less the copies of embedding and output
/// projection that some have and vLLM shares.
#[test]
fn blocks_that_predict_a_further_token_are_as_large_as_stored() {
    let cases = [
        ("deepseek-v3", 13_463_426_304.0, 2.0 * 129_280.0 * 7168.0),
        ("glm-4.5", 5_539_962_272.0, 2.0 * 151_552.0 * 5120.0),
        ("qwen3-next-80b-a3b-instruct", 1_650_471_424.0, 0.0),
        ("mimo-7b-base", 210_790_400.0, 0.0),
    ];
    for (model, stored, copied) in cases {
        let (counted, own) = (parameters(model, "mtp"), stored - copied);
        assert!((counted / own - 1.0).abs() < 1e-3, "{model}: {counted} and {own}");
    }
}

/// A log of vLLM on two GPUs: 11.62 GiB of weights each, 12.41 with the block, which its AWQ checkpoint leaves in 16
/// bits.
#[test]
fn a_block_weighs_what_a_log_says() {
    let gib = 2.0 * parameters("qwen3.6-35b-a3b", "mtp") / 1_073_741_824.0;
    assert!((gib - 2.0 * (12.41 - 11.62)).abs() < 0.02, "{gib}");
}

/// A drafter's layer is cached as the model's are: the pool has room for fewer tokens.
#[test]
fn keys_and_values_of_a_token_grow_by_a_layer() {
    let link = "model=llama-3.1-8b&precision=BF16&engine=vllm&batchSize=4";
    let own = bytes(link, MomentId::Serving, Component::KvCache);
    assert_eq!(added(link, "draft=eagle", MomentId::Serving, Component::KvCache), own / 32.0);
    let per_token = |link: &str| {
        let it = capacity(&decode(link, &CATALOG).0.inputs).expect("a pool");
        it.pool.value() / it.tokens.value()
    };
    let drafting = per_token(&format!("{link}&draft=eagle"));
    assert!((drafting / per_token(link) - 33.0 / 32.0).abs() < 1e-9, "{drafting}");
}

/// Layers of linear attention keep a state for each token that may have to be taken back
/// (`MambaSpec.max_memory_usage_bytes`), and the convolution's inputs of the drafted ones
/// (`gated_delta_net_state_shape`). All layers have blocks of one size, in which a state has room.
#[test]
fn states_are_kept_for_each_drafted_token() {
    let link = "model=qwen3-next-80b-a3b-instruct&precision=BF16&engine=vllm&engineVersion=0.20&sequenceLength=1057\
                &batchSize=1";
    let token = 2.0 * 2.0 * 256.0 * 2.0;
    let state = |columns: f64| 4.0 * 32.0 * 128.0 * 128.0 + 2.0 * columns * (2.0 * 16.0 * 128.0 + 32.0 * 128.0);
    // Published of a state of this size: 2,146,304 bytes, for which blocks have 1,056 tokens.
    assert_eq!((state(3.0), (state(3.0) / (16.0 * token)).ceil() * 16.0), (2_146_304.0, 1056.0));
    assert_eq!(bytes(link, MomentId::Serving, Component::KvCache), (12.0 * 2.0 + 36.0) * 1056.0 * token);
    let drafting = bytes(&format!("{link}&draft=mtp&draftTokens=2"), MomentId::Serving, Component::KvCache);
    let block = (state(5.0) / (16.0 * token)).ceil() * 16.0 * token;
    // Thirteen layers keep keys with the drafter's, and the others stand in three groups as large.
    assert_eq!(drafting, (13.0 * 1.0 + 3.0 * 39.0) * block);
}

/// A sequence has a row for each drafted token and one more, and all rows are tokens of one step, in versions that
/// verify them at once.
#[test]
fn every_drafted_token_is_a_row_of_logits() {
    let link = "model=llama-3.1-8b&engine=vllm&engineVersion=0.20&maxBatchedTokens=2048";
    let logits =
        |more: &str| bytes(&format!("{more}&{link}&draft=eagle"), MomentId::Sampling, Component::Logits) / 128_256.0;
    // Logits, their FP32 copy, its own copy and the softmax; of the last token its logits and their FP32 copy.
    assert_eq!(logits("maxSequences=64&draftTokens=3"), 64.0 * (3.0 * 14.0 + 6.0));
    // 2,048 tokens are 512 sequences of four.
    assert_eq!(logits("maxSequences=1024&draftTokens=3"), 512.0 * (3.0 * 14.0 + 6.0));
    // PyTorch sorts the drafted ones, 38 bytes each.
    assert_eq!(logits("maxSequences=256&draftTokens=1&sampler=pytorch"), 256.0 * (38.0 + 4.0 + 6.0));
    // In FP32 those that are checked and the bonus token's are picked from logits as wide.
    assert_eq!(logits("precision=FP32&maxSequences=64&draftTokens=3"), 64.0 * (3.0 * 16.0 + 8.0));
}

/// What a proposer keeps for the largest step, and the model's last output while its layer runs.
#[test]
fn a_proposer_keeps_its_buffers() {
    let link = "model=llama-3.1-8b&precision=BF16&engine=vllm&maxBatchedTokens=8192";
    let of_token = 8192.0 * 4096.0 * 2.0;
    assert_eq!(added(link, "draft=eagle", MomentId::Sampling, Component::Temporaries), 2.0 * of_token);
    assert_eq!(added(link, "draft=eagle", MomentId::Serving, Component::Temporaries), 3.0 * of_token);
}

/// What nobody has read is refused, and why.
#[test]
fn drafters_without_formulas_are_refused() {
    let reason = |link: &str| support(&decode(link, &CATALOG).0.inputs).err();
    for (link, expected) in [
        ("model=llama-3.1-8b&engine=transformers&draft=eagle", Some(Unsupported::DrafterOfOtherEngine)),
        ("model=llama-3.1-8b&engine=llamacpp&draft=eagle", Some(Unsupported::DrafterOfOtherEngine)),
        ("model=llama-3.1-8b&engine=vllm&engineVersion=0.8&draft=eagle", Some(Unsupported::DrafterOfOtherEngine)),
        ("model=llama-3.1-8b&engine=vllm&draft=mtp", Some(Unsupported::NoSuchDrafter)),
        ("model=mixtral-8x7b-instruct-v0.1&engine=vllm&draft=eagle", Some(Unsupported::NoSuchDrafter)),
        ("model=deepseek-v3&engine=vllm&draft=eagle", Some(Unsupported::NoSuchDrafter)),
        ("model=deepseek-v3&engine=vllm&quantization=nvfp4&draft=mtp", Some(Unsupported::DrafterOfOtherFormat)),
        ("model=deepseek-v3&engine=vllm&quantization=fp8-block128&draft=mtp", None),
        ("model=llama-3.1-8b&engine=vllm&quantization=awq-4bit-g128&draft=eagle", None),
        ("mode=train&model=llama-3.1-8b&draft=mtp", None),
        // A block that somebody typed.
        ("model=llama-3.1-8b&engine=vllm&draft=mtp&multiTokenPrediction=dense", None),
    ] {
        assert_eq!(reason(link), expected, "{link}");
    }
}

/// A smaller model that drafts is there whole, with a cache of all its layers, in vLLM with that of the model's format.
#[test]
fn a_model_that_drafts_is_there_beside_the_other() {
    let link = "model=llama-3.1-8b&precision=BF16&batchSize=4&sequenceLength=4096";
    let small = "model=llama-3.2-1b&precision=BF16&batchSize=4&sequenceLength=4096";
    let parameters = 1_235_814_400.0;
    for engine in ["engine=vllm&maxBatchedTokens=8192", "engine=vllm&maxBatchedTokens=8192&kvPrecision=FP8"] {
        let of = |component| {
            let both = format!("{link}&{engine}");
            added(&both, "draft=llama-3.2-1b", MomentId::Serving, component)
        };
        assert_eq!(of(Component::Weights), 2.0 * parameters);
        // 16 layers of 8 heads of 64.
        let element = if engine.contains("FP8") { 1.0 } else { 2.0 };
        assert_eq!(of(Component::KvCache), 4.0 * 4096.0 * 16.0 * 2.0 * 8.0 * 64.0 * element);
        // Its own step is smaller than the model's: two buffers as wide as it is.
        assert_eq!(of(Component::Temporaries), 2.0 * 8192.0 * 2048.0 * 2.0);
    }
    // A checkpoint in four bits drafts with one in sixteen.
    let packed = format!("{link}&engine=vllm&quantization=awq-4bit-g128");
    assert_eq!(added(&packed, "draft=llama-3.2-1b", MomentId::Serving, Component::Weights), 2.0 * parameters);
    // llama.cpp: two contexts with all that each has, but for logits of the drafted tokens, and the cache of the
    // smaller in F16.
    let file = "engine=llamacpp&quantization=gguf-file-q4_k_m&ubatch=64&flashAttention=true";
    let q8 = format!("{link}&{file}&kvPrecision=q8_0");
    for component in [Component::Weights, Component::KvCache] {
        let alone = bytes(&format!("{small}&{file}"), MomentId::Serving, component);
        assert_eq!(added(&q8, "draft=llama-3.2-1b", MomentId::Serving, component), alone, "{component:?}");
    }
    // Four slots of four rows each in place of one, of 64 tokens.
    let buffer = |more: &str| bytes(&format!("{link}&{file}{more}"), MomentId::Serving, Component::Temporaries);
    let of_small = bytes(&format!("{small}&{file}"), MomentId::Serving, Component::Temporaries);
    let drafting = buffer("&draft=llama-3.2-1b") - of_small;
    assert!(drafting >= buffer(""), "{drafting}");
    assert!(buffer("&draft=llama-3.2-1b&draftTokens=15") - of_small > drafting);
}

/// The pool has less room, by the weights and by what each token leaves in both.
#[test]
fn a_pool_is_shared_with_the_model_that_drafts() {
    let link = "model=llama-3.1-8b&precision=BF16&engine=vllm&batchSize=4&gpuMemory=80";
    let of = |more: &str| capacity(&decode(&format!("{link}{more}"), &CATALOG).0.inputs).expect("a pool");
    let (alone, drafting) = (of(""), of("&draft=llama-3.2-1b"));
    let per_token = |it: &vram_estimator::estimator::Capacity| it.pool.value() / it.tokens.value();
    assert!((per_token(&drafting) / per_token(&alone) - (32.0 * 128.0 + 16.0 * 64.0) / (32.0 * 128.0)).abs() < 1e-9);
    assert!(drafting.pool.value() < alone.pool.value() - 2.0 * 1_235_814_400.0);
}

/// Links keep it, and what cannot draft is refused with the reason.
#[test]
fn models_that_cannot_draft_are_refused() {
    let read = |link: &str| decode(link, &CATALOG);
    let (state, problems) = read("model=llama-3.1-8b&engine=vllm&draft=llama-3.2-1b&draftTokens=5");
    assert!(problems.is_empty(), "{problems:?}");
    let draft = vram_estimator::estimator::ParameterId::Draft;
    assert_eq!(draft.spec().write(&state.inputs.value(draft)), "llama-3.2-1b");
    let (_, problems) = read("model=llama-3.1-8b&engine=vllm&draft=llama-9");
    assert_eq!(problems.len(), 1, "{problems:?}");
    for (link, expected) in [
        ("model=llama-3.1-8b&engine=transformers&draft=llama-3.2-1b", Some(Unsupported::DrafterOfOtherEngine)),
        (
            "model=llama-3.1-8b&engine=vllm&engineVersion=0.8&draft=llama-3.2-1b",
            Some(Unsupported::DrafterOfOtherEngine),
        ),
        ("model=llama-3.1-8b&engine=vllm&draft=gpt2", Some(Unsupported::DraftModel)),
        // 152,064 entries and 151,936: vLLM takes no two sizes, llama.cpp such as differ by no more than that.
        ("model=qwen2.5-7b&engine=vllm&draft=qwen2.5-0.5b", Some(Unsupported::DraftModel)),
        ("model=qwen2.5-7b&engine=llamacpp&draft=qwen2.5-0.5b", None),
        ("model=qwen2.5-7b&engine=llamacpp&draft=llama-3.2-1b", Some(Unsupported::DraftModel)),
        ("model=llama-3.1-8b&engine=llamacpp&draft=llama-3.2-1b&gpuCount=2", Some(Unsupported::DrafterOfOtherEngine)),
        ("model=qwen2.5-7b&engine=llamacpp&draft=eagle", Some(Unsupported::DrafterOfOtherEngine)),
        ("model=llama-3.1-8b&engine=vllm&draft=resnet50", Some(Unsupported::DraftModel)),
        ("mode=train&model=llama-3.1-8b&draft=llama-3.2-1b", None),
    ] {
        assert_eq!(support(&read(link).0.inputs).err(), expected, "{link}");
    }
}
