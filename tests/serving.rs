//! Serving reads the same widths and rules of blocks as training does. It knows engines and components, and no formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/component.rs"]
mod component;

use catalog::CATALOG;
use component::bytes;
use vram_estimator::estimator::{
    Component, DEFAULT_METHOD, MethodId, MomentId, Unsupported, capacity, estimate_values, support, values_of,
};
use vram_estimator::link::decode;

#[track_caller]
fn temporaries(link: &str, moment: MomentId) -> f64 {
    bytes(link, moment, Component::Temporaries)
}

/// A mixture that somebody typed, in BF16.
const MIXTURE: &str = "model=llama-3.1-8b&precision=BF16&batchSize=2&sequenceLength=1024&numExperts=8&moeIntermediateSize=1024&vocabSize=1024";

/// Serving read the visits as they were typed: 64 visits of 8 experts took eight times their memory, and how the router
/// works changed nothing.
#[test]
fn visits_are_those_of_the_blocks() {
    for (engine, moment) in
        [("transformers", MomentId::Prefill), ("vllm", MomentId::Serving), ("llamacpp", MomentId::Serving)]
    {
        let of_router = |router: &str, active: u32| {
            temporaries(&format!("{MIXTURE}&engine={engine}&router={router}&numActiveExperts={active}"), moment)
        };
        let at = |active| of_router("narrow", active);
        assert_eq!(at(64), at(8), "{engine}");
        assert!(at(8) > at(2), "{engine}");
        // All experts compute all tokens in the code of Transformers; engines of their own send each token where it
        // belongs.
        let every = of_router("every_expert", 2);
        match engine {
            // But for the 40 bytes that would sort each copy.
            "transformers" => assert_eq!(every, at(8) - 40.0 * 8.0 * 2048.0),
            _ => assert_eq!(every, at(2), "{engine}"),
        }
    }
}

/// What wide scores weight is wide itself: a prompt of GLM-4.5 Air missed 2.7 %, of MiniMax-M2 1.2 %.
#[test]
fn weighted_rows_have_the_format_of_the_scores() {
    let narrow = "model=minimax-m2&precision=BF16&batchSize=2&sequenceLength=1024&router=narrow";
    let wide = "model=minimax-m2&precision=BF16&batchSize=2&sequenceLength=1024&router=wide";
    let (tokens, visits, hidden) = (2048.0, 8.0, 3072.0);
    let more = temporaries(wide, MomentId::Prefill) - temporaries(narrow, MomentId::Prefill);
    // Weighted and unsorted, two bytes more each.
    assert_eq!(more, 2.0 * tokens * visits * hidden * 2.0);
    let full = |link: &str| temporaries(&link.replace("BF16", "FP32"), MomentId::Prefill);
    assert_eq!(full(wide), full(narrow), "nothing is wider than FP32");
}

/// Shared experts took nothing: the output of those that a gate scales waits while the others run.
#[test]
fn the_output_of_gated_shared_experts_waits() {
    let gated = "model=qwen1.5-moe-a2.7b&precision=BF16&batchSize=4&sequenceLength=1500";
    let without = format!("{gated}&sharedExpertGate=false");
    let more = temporaries(gated, MomentId::Prefill) - temporaries(&without, MomentId::Prefill);
    assert_eq!(more, 6000.0 * 2048.0 * 2.0);
}

/// More key heads than heads are as many as heads, as in training; only there the heads were counted.
#[test]
fn no_more_key_heads_than_heads_are_cached() {
    for (engine, moment) in
        [("transformers", MomentId::Prefill), ("vllm", MomentId::Serving), ("llamacpp", MomentId::Serving)]
    {
        let at = |n: u32| {
            let link = format!("model=llama-2-7b-hf&engine={engine}&numAttentionHeads=16&numKeyValueHeads={n}");
            bytes(&link, moment, Component::KvCache)
        };
        assert_eq!(at(32), at(16), "{engine}");
        assert!(at(16) > at(8), "{engine}");
    }
}

/// Transformers' cache of latent attention was counted as the keys and values of all heads, eighteen times what it
/// holds.
#[test]
fn latent_attention_caches_what_is_compressed_in_every_engine() {
    for (engine, moment) in [("transformers", MomentId::Prefill), ("vllm", MomentId::Serving)] {
        let link = format!("model=glm-4.7-flash&precision=BF16&engine={engine}&batchSize=2&sequenceLength=1024");
        let layers =
            decode(&link, &CATALOG).0.inputs.values().number(vram_estimator::estimator::ParameterId::NumLayers);
        assert_eq!(bytes(&link, moment, Component::KvCache), layers * 2048.0 * (512.0 + 64.0) * 2.0, "{engine}");
    }
}

/// Every function that is written out holds what its steps name; GELU with the cube factored out was counted as one
/// operation, which missed 7.7 % of a prompt of GPT-NeoX 20B.
#[test]
fn functions_that_are_written_out_hold_their_steps() {
    let base = "model=gpt-neox-20b&precision=BF16&batchSize=4&sequenceLength=1500";
    let at = |function: &str| temporaries(&format!("{base}&activation={function}"), MomentId::Prefill);
    let tensor = 6000.0 * 24_576.0 * 2.0;
    assert_eq!(temporaries(base, MomentId::Prefill), at("gelu_fast"));
    for (function, n_more) in
        [("gelu_fast", 3.0), ("gelu_new", 2.0), ("quick_gelu", 1.0), ("relu2", 1.0), ("silu", 0.0)]
    {
        assert_eq!(at(function) - at("gelu"), n_more * tensor, "{function}");
    }
}

/// Facts of rotation were read where positions are learned: FP32 keys were cached, and sines kept.
#[test]
fn what_is_not_rotated_has_no_rotation() {
    const LEARNED: &str = "model=llama-3.1-8b&positions=learned&learnedPositions=8192";
    for mode in ["inference", "train"] {
        let total = |more: &str| {
            let answers = estimate_values(&decode(&format!("mode={mode}&{LEARNED}{more}"), &CATALOG).0.inputs);
            answers.iter().find(|it| it.method() == DEFAULT_METHOD).expect("an answer").total().count()
        };
        for fact in ["rotaryDim=64", "rotaryJoined=true", "rotaryDim=64&rotaryWide=true"] {
            assert_eq!(total(&format!("&{fact}")), total(""), "{fact} in {mode}");
        }
    }
}

/// Of a mixture's layers only those with experts were looked at, and the dense ones may be wider.
#[test]
fn the_wider_block_of_a_mixture_counts() {
    let of_engine = |engine: &str, dense: u32| {
        let link =
            format!("{MIXTURE}&engine={engine}&numActiveExperts=2&intermediateSize=65536&numDenseLayers={dense}");
        temporaries(&link, MomentId::Serving)
    };
    for engine in ["vllm", "llamacpp"] {
        assert!(of_engine(engine, 1) > of_engine(engine, 0), "{engine}");
    }
}

/// The formats of attention's own tensors were summed over the shape, those of the rest over the stated size.
#[test]
fn a_file_is_as_large_as_the_stated_size() {
    let weights = |size: u32| {
        let link = format!("engine=llamacpp&quantization=gguf-file-q4_k_m&tieWordEmbeddings=false&modelSize={size}");
        bytes(&link, MomentId::Serving, Component::Weights)
    };
    let (one, two) = (weights(2), weights(4));
    assert!((two / one - 2.0).abs() < 1e-9, "{one} {two}");
}

/// Only the types that llama.cpp calls INT8 and INT4 elsewhere were known: a cache in `q5_0` missed 54 %.
#[test]
fn keys_and_values_have_the_formats_of_ggml() {
    let cache = |formats: &str| {
        let link = format!("engine=llamacpp&model=llama-3.1-8b&sequenceLength=1024&{formats}");
        bytes(&link, MomentId::Serving, Component::KvCache)
    };
    // Two tensors of 8 heads of 128 in 32 layers.
    let of_tensor = |bits: f64| 32.0 * 1024.0 * 1024.0 * bits / 8.0;
    for (id, bits) in [("q8_0", 8.5), ("q5_1", 6.0), ("q5_0", 5.5), ("q4_1", 5.0), ("q4_0", 4.5), ("iq4_nl", 4.5)] {
        assert_eq!(cache(&format!("kvPrecision={id}")), 2.0 * of_tensor(bits), "{id}");
        let mixed = of_tensor(16.0) + of_tensor(bits);
        assert_eq!(cache(&format!("kvPrecisionValues={id}")), mixed, "{id}");
        assert_eq!(cache(&format!("kvPrecision={id}&kvPrecisionValues=same")), mixed, "{id}");
    }
}

/// An engine without such a cache does not start, and neither does llama.cpp where it would have to quantize values
/// without flash attention.
#[test]
fn caches_that_an_engine_lacks_are_refused() {
    let reason = |link: &str| support(&decode(link, &CATALOG).0.inputs).err();
    for engine in ["vllm", "transformers"] {
        let link = format!("model=llama-3.1-8b&engine={engine}&kvPrecision=q5_1");
        assert_eq!(reason(&link), Some(Unsupported::NoSuchCache), "{engine}");
    }
    let without = "model=llama-3.1-8b&engine=llamacpp&flashAttention=false&kvPrecision=q4_0";
    assert_eq!(reason(without), Some(Unsupported::NoSuchCache));
    assert_eq!(reason(&format!("{without}&kvPrecisionValues=FP16")), None);
    // Broken before: what was given for the values was told beside the keys.
    let blamed = |link: &str| decode(link, &CATALOG).1.iter().map(|it| it.key.clone()).collect::<Vec<_>>();
    assert_eq!(blamed(without), ["kvPrecision"]);
    assert_eq!(blamed(&without.replace("kvPrecision", "kvPrecisionValues")), ["kvPrecisionValues"]);
}

/// Runs of text alone were charged the tower; what lies on the CPU, or nowhere, is not on the GPU.
#[test]
fn a_tower_that_is_not_loaded_takes_nothing() {
    for (engine, moment) in
        [("transformers", MomentId::Prefill), ("vllm", MomentId::Serving), ("llamacpp", MomentId::Serving)]
    {
        let weights = |more: &str| {
            let link = format!("model=gemma-3-4b-it&precision=BF16&engine={engine}{more}");
            bytes(&link, moment, Component::Weights)
        };
        // 417 million parameters of SigLIP, and a projector of 1152 by 2560 with a norm.
        let tower = weights("") - weights("&vision=absent");
        assert!((tower / 2.0 - 420e6).abs() < 2e6, "{engine}: {tower}");
        // vLLM keeps none in the host's memory.
        if engine != "vllm" {
            assert_eq!(weights("&vision=cpu"), weights("&vision=absent"), "{engine}");
            // There it was told of by nobody.
            let host = |more: &str| {
                let link = format!("model=gemma-3-4b-it&precision=BF16&engine={engine}{more}");
                let estimate = values_of(MethodId::Calibrated, &decode(&link, &CATALOG).0.inputs).expect("an answer");
                estimate.fullest().host().iter().map(|it| it.formula.bytes().count()).sum::<f64>()
            };
            assert!((host("&vision=cpu") - host("&vision=absent") - tower).abs() < 1.0, "{engine}");
        }
    }
}

/// What a user of TRL types: a batch of 8 is one prompt of 8 completions, and was taken as 64 of them.
#[test]
fn a_batch_of_completions_is_as_many_sequences() {
    let total = |batch: &str| {
        let link = format!("mode=grpo&model=qwen3-8b&numGenerations=8&{batch}");
        let answers = estimate_values(&decode(&link, &CATALOG).0.inputs);
        answers.iter().map(|it| (it.method(), it.total().count())).collect::<Vec<_>>()
    };
    let (one, two) = (total("batchSize=1"), total("batchSize=2"));
    assert_eq!(total("batchSize=16&batchUnit=completions"), two);
    assert_eq!(total("batchSize=8&batchUnit=completions"), one);
    // TRL shares completions out among batches that need not be whole groups; they were rounded up to such.
    let own = |all: &[(MethodId, f64)]| all.iter().find(|it| it.0 == DEFAULT_METHOD).expect("an answer").1;
    let nine = total("batchSize=9&batchUnit=completions");
    assert!(own(&one) < own(&nine) && own(&nine) < own(&two), "{nine:?}");
}

/// vLLM was taken to sort all logits with PyTorch, which it does only where FlashInfer is not installed: 1.2 GiB of 5
/// were missing in the pool of a log.
#[test]
fn flashinfer_sorts_nothing() {
    let logits = |sampler: &str| {
        let version = "engineVersion=0.20&maxSequences=256";
        let link = format!("model=qwen2-7b&precision=BF16&engine=vllm&{version}&sampler={sampler}");
        bytes(&link, MomentId::Sampling, Component::Logits)
    };
    let rows = 256.0 * 152_064.0;
    // 16-bit logits, their FP32 copy, the masked copy and its softmax.
    assert_eq!(logits("flashinfer"), rows * (2.0 + 4.0 + 4.0 + 4.0));
    assert_eq!(logits("pytorch"), rows * 38.0);
}

/// llama.cpp reserved logits for every token of a micro-batch up to b9272 (issue 23527), and does so for one of each
/// sequence since (pull request 23861); and no micro-batch is longer than the context.
#[test]
fn llama_cpp_reserves_logits_for_each_sequence() {
    let buffer = |more: &str| {
        let link = format!("model=qwen2.5-7b&engine=llamacpp&quantization=gguf-file-q4_k_m&{more}");
        temporaries(&link, MomentId::Serving)
    };
    // FP32 logits, and the FP32 output that they are made of.
    assert_eq!(buffer("&sequenceLength=8192&engineVersion=b9272"), 512.0 * 4.0 * (152_064.0 + 3584.0));
    let today = buffer("");
    assert!(today < buffer("&engineVersion=b9272") && today == buffer("&parallelSlots=2"), "{today}");
    assert!(buffer("&parallelSlots=512") > today, "many sequences have many logits");
    let context = |ubatch: u32| {
        buffer(&format!("&sequenceLength=1024&ubatch={ubatch}")) - buffer("&sequenceLength=1024&ubatch=1024")
    };
    assert_eq!(context(4096), 0.0);
    assert!(context(512) < 0.0);
}

/// What vLLM's share has to hold moved with its version: the driver's context until 0.8, CUDA graphs since 0.20, and
/// counts of tokens of 256 sequences since 0.25.
#[test]
fn the_share_of_vllm_holds_what_its_version_counts() {
    let pool = |version: &str| {
        let link =
            format!("model=qwen2-7b&precision=BF16&engine=vllm&gpuMemoryUtilization=0.5&engineVersion={version}");
        capacity(&decode(&link, &CATALOG).0.inputs).expect("a pool").pool.value()
    };
    let mib = 1_048_576.0;
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1.0, "{a} and {b}");
    near(pool("0.20") - pool("0.8"), 256.0 * mib);
    // 28 layers in graphs of 1, 2, 4 and every eighth of up to 256 sequences.
    near(pool("0.20") - pool("0.25"), 28.0 * 35.0 * 0.2 * mib + 256.0 * 4.125 * 152_064.0);
    near(pool("0.25") - pool("latest"), 0.0);
}

/// On B200 vLLM's attention is FlashInfer's, with a workspace that lies in the share with the graphs at whose recording
/// it is made, and graphs are recorded up to 1,024 sequences. Compressed keys have other kernels.
#[test]
fn blackwell_of_data_centres_is_told_from_cards() {
    let mib = 1_048_576.0;
    let run = |family: &str, more: &str| {
        let link = format!(
            "precision=BF16&engine=vllm&gpuMemory=150&maxBatchedTokens=8192&maxSequences=1024&gpuFamily={family}&{more}"
        );
        let inputs = decode(&link, &CATALOG).0.inputs;
        let runtime = bytes(&link, MomentId::Serving, Component::Runtime);
        (runtime, capacity(&inputs).expect("a pool").pool.value())
    };
    let differ = |more: &str| {
        let (card, server) = (run("blackwell", more), run("blackwell-dc", more));
        [server.0 - card.0, card.1 - server.1].map(|it| (it / mib * 1000.0).round() / 1000.0)
    };
    let graphs = |layers: f64| layers * 32.0 * 0.2;
    assert_eq!(differ("model=qwen3-8b"), [394.0 + graphs(36.0); 2]);
    assert_eq!(differ("model=qwen3-8b&engineVersion=0.25"), [394.0; 2]);
    // Without graphs attention first runs behind the profile run.
    assert_eq!(differ("model=qwen3-8b&enforceEager=true"), [394.0, 0.0]);
    assert_eq!(differ("model=glm-4.7-flash"), [graphs(47.0); 2]);
}

/// A version of another engine has no defaults to follow.
#[test]
fn versions_of_other_engines_are_refused() {
    let reason = |link: &str| support(&decode(&format!("model=llama-3.1-8b&{link}"), &CATALOG).0.inputs).err();
    for link in
        ["engine=vllm&engineVersion=b9272", "engine=llamacpp&engineVersion=0.20", "engine=llamacpp&engineVersion=0.8"]
    {
        assert_eq!(reason(link), Some(Unsupported::NoSuchVersion), "{link}");
    }
    for link in [
        "engine=vllm&engineVersion=0.8",
        "engine=llamacpp&engineVersion=b9272",
        "engine=transformers&engineVersion=0.8",
    ] {
        assert_eq!(reason(link), None, "{link}");
    }
}

/// In FP32 vLLM's sampler copies no logits, which stood there in 16 bits whatever the run's format.
#[test]
fn logits_in_fp32_are_sampled_as_they_are() {
    let of_token = |precision: &str, sampler: &str| {
        let run = format!("engineVersion=0.20&maxSequences=256&precision={precision}&sampler={sampler}");
        let link = format!("model=llama-3.1-8b&engine=vllm&{run}");
        bytes(&link, MomentId::Sampling, Component::Logits) / 256.0 / 128_256.0
    };
    assert_eq!([of_token("BF16", "flashinfer"), of_token("FP32", "flashinfer")], [14.0, 12.0]);
    assert_eq!(of_token("BF16", "pytorch") - of_token("FP32", "pytorch"), 2.0);
}

/// vLLM's caches of integers have two scales for each head, also where heads of full attention are wider than others;
/// and none of its kernels reads compressed keys in them.
#[test]
fn scales_of_integers_follow_heads() {
    let of_token = |layers: &str, precision: &str| {
        let link = format!(
            "model=gemma-4-31b-it&engine=vllm&precision=BF16&quantization=None&sequenceLength=16&batchSize=1\
             &kvPrecision={precision}&{layers}"
        );
        bytes(&link, MomentId::Serving, Component::KvCache) / 16.0
    };
    let windowed = 50.0 * 2.0 * 16.0 * (256.0 + 4.0);
    let full = 10.0 * 2.0 * 4.0 * (512.0 + 4.0);
    // A window may begin inside a block, and has one more.
    assert_eq!(of_token("", "INT8"), 2.0 * windowed + full);
    let refused = decode("model=deepseek-v3&engine=vllm&kvPrecision=INT8", &CATALOG).0.inputs;
    assert_eq!(support(&refused).err(), Some(Unsupported::NoSuchCache));
}

/// Every format and every cache was computed for every engine, trained even, and said to fit.
#[test]
fn formats_are_those_that_whoever_runs_the_model_loads() {
    #[track_caller]
    fn check(link: &str, expected: Option<Unsupported>) {
        let inputs = decode(&format!("model=llama-3.1-8b&{link}"), &CATALOG).0.inputs;
        assert_eq!(support(&inputs).err(), expected, "{link}");
    }
    let other = Some(Unsupported::FormatOfOtherEngine);
    check("engine=transformers&quantization=gguf-file-q4_k_m", other);
    check("engine=vllm&quantization=exl2-3.0", other);
    check("mode=finetune&method=QLoRA&quantization=exl2-3.0", other);
    check("mode=finetune&method=QLoRA&quantization=fp8-block128", other);
    check("mode=train&precision=INT4", Some(Unsupported::PackedTraining));
    check("engine=transformers&kvPrecision=FP8", Some(Unsupported::NoSuchCache));
    // It was priced as `q8_0`.
    check("engine=llamacpp&kvPrecision=FP8", Some(Unsupported::NoSuchCache));
    check("engine=llamacpp&kvPrecision=q8_0&kvPrecisionValues=FP8", Some(Unsupported::NoSuchCache));
    check("engine=vllm&engineVersion=0.8&kvPrecision=INT4", Some(Unsupported::NoSuchCache));
    for link in [
        "engine=transformers&quantization=awq-4bit-g128",
        "engine=vllm&quantization=fp8-per-tensor",
        "engine=llamacpp&quantization=gguf-file-q4_k_m",
        "mode=finetune&method=QLoRA&quantization=gptq-4bit-g128",
        "mode=inference&precision=INT4",
        "engine=vllm&kvPrecision=INT4",
    ] {
        check(link, None);
    }
}

/// vLLM has no switch for a tower in the host's memory; before, its weights just vanished from the GPU.
#[test]
fn a_tower_in_host_memory_is_not_for_vllm() {
    let reason =
        |link: &str| support(&decode(&format!("model=qwen2.5-vl-7b-instruct&{link}"), &CATALOG).0.inputs).err();
    assert_eq!(reason("engine=vllm&vision=cpu"), Some(Unsupported::TowerOfOtherEngine));
    for link in ["engine=vllm&vision=absent", "engine=llamacpp&vision=cpu", "engine=transformers&vision=cpu"] {
        assert_eq!(reason(link), None, "{link}");
    }
    // A model without a tower has none to move.
    assert_eq!(support(&decode("model=llama-3.1-8b&engine=vllm&vision=cpu", &CATALOG).0.inputs), Ok(()));
}
