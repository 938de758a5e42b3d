//! Serving over several GPUs, and with a part of the model in the host's memory: what each rank holds, against
//! published logs; what is refused. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use vram_estimator::estimator::plan::fit::{VerdictKind, verdict};
use vram_estimator::estimator::plan::ways::ways_out;
use vram_estimator::estimator::{
    Component, Estimate, Inputs, MethodId, NotSpread, ParameterId as Id, RankKind, Unsupported, capacity, support,
    values_of,
};
use vram_estimator::link::decode;

const MIB: f64 = 1024.0 * 1024.0;
const GIB: f64 = 1024.0 * MIB;

fn inputs(link: &str) -> Inputs {
    let decoded = decode(&format!("mode=inference&{link}"), &CATALOG).0;
    decoded.inputs
}

#[track_caller]
fn calibrated(link: &str) -> Estimate {
    values_of(MethodId::Calibrated, &inputs(link)).expect("an answer")
}

fn bytes(estimate: &Estimate, component: Component) -> f64 {
    estimate.line(component).map_or(0.0, |it| it.formula.value())
}

/// Weights that vLLM's logs tell of each GPU, and what a token takes of its cache.
#[test]
fn published_weights_and_tokens_are_reached() {
    #[track_caller]
    fn check(link: &str, figure: Component, published: f64) {
        let link = format!("engine=vllm&gpuMemory=79.18&gpuFamily=hopper&sequenceLength=2048&{link}");
        let found = bytes(&calibrated(&link), figure);
        assert!((found / published - 1.0).abs() < 0.005, "{link}: {found} of {published}");
    }
    let fp8 = "model=llama-3.3-70b-instruct&quantization=fp8-per-tensor";
    // llm-d-planner, docs/empirical-vllm-memory-results.md.
    check(fp8, Component::Weights, 67.72 * GIB);
    check(&format!("{fp8}&tensorParallel=2"), Component::Weights, 33.88 * GIB);
    check(&format!("{fp8}&kvPrecision=FP8"), Component::KvCache, 2048.0 * 163_840.0);
    check(&format!("{fp8}&kvPrecision=FP8&tensorParallel=2"), Component::KvCache, 2048.0 * 163_840.0 / 2.0);
    // vLLM pull request 10511; dennislee22/vLLM-benchmarking.
    check("model=llama-3.1-8b&precision=BF16&tensorParallel=2", Component::Weights, 7.48 * GIB);
    check("model=qwen2-7b&precision=BF16&tensorParallel=2", Component::Weights, 7.1217 * GIB);
}

/// Mixers of a state space are shared out by heads and groups, experts by their width; norms of the stream, routers and
/// the projections to what experts read stay whole (`MambaMixer2`, `NemotronHMoE` in vLLM).
#[test]
fn layers_of_one_mixer_each_are_shared_out() {
    let link = "engine=vllm&model=nvidia-nemotron-3-super-120b-a12b&precision=BF16";
    let weights = |ranks: f64| bytes(&calibrated(&format!("{link}&tensorParallel={ranks}")), Component::Weights);
    let [layers, mixed] = [88.0, 40.0];
    let whole = 2.0 * (layers + 1.0) * 4096.0 + 2.0 * mixed * (512.0 * (4096.0 + 1.0) + 2.0 * 4096.0 * 1024.0);
    for ranks in [2.0_f64, 8.0] {
        // Two heads of keys: eight ranks have copies.
        let copies = 2.0 * 8.0 * 2.0 * 4096.0 * 128.0 * (2.0 / ranks).max(1.0);
        let keys = 2.0 * 8.0 * 2.0 * 4096.0 * 2.0 * 128.0;
        let expected = (weights(1.0) - whole - keys) / ranks + whole + copies;
        assert!((weights(ranks) - expected).abs() < 1.0, "{ranks}: {} instead of {expected}", weights(ranks));
    }
    assert!(support(&inputs(&format!("{link}&tensorParallel=16"))).is_err());
}

/// Heads of keys are copied where there are fewer than ranks, and the latent cache is on each rank whole.
#[test]
fn caches_are_shared_out_by_heads() {
    #[track_caller]
    fn check(model: &str, ranks: usize, of_whole: f64) {
        let link = |ranks: usize| format!("engine=vllm&model={model}&precision=BF16&tensorParallel={ranks}");
        let [one, some] = [1, ranks].map(|it| bytes(&calibrated(&link(it)), Component::KvCache));
        assert!((some - one * of_whole).abs() < 1.0, "{model} on {ranks}: {some} of {one}");
    }
    check("llama-3.3-70b-instruct", 2, 1.0 / 2.0);
    check("llama-3.3-70b-instruct", 8, 1.0 / 8.0);
    check("llama-3.3-70b-instruct", 16, 1.0 / 8.0);
    check("deepseek-v3", 8, 1.0);
}

/// What ranks hold together is the model, and once more for each rank what all have: norms, routers, the projections
/// that compress.
#[test]
fn ranks_together_hold_the_model() {
    #[track_caller]
    fn check(model: &str, degrees: &str, ranks: f64) {
        let link = format!("engine=vllm&model={model}&precision=BF16");
        let whole = bytes(&calibrated(&link), Component::Weights);
        let spread = calibrated(&format!("{link}&{degrees}"));
        let held: f64 = spread
            .ranks()
            .iter()
            .map(|it| it.count() as f64 * it.peak().line(Component::Weights).map_or(0.0, |it| it.formula.value()))
            .sum();
        assert_eq!(spread.ranks().iter().map(|it| it.count()).sum::<usize>() as f64, ranks, "{model}");
        assert!(held >= whole && held < 1.08 * whole, "{model}: {held} of {whole}");
    }
    check("llama-3.1-8b", "tensorParallel=4", 4.0);
    check("qwen3-30b-a3b", "tensorParallel=4", 4.0);
    check("qwen3-30b-a3b", "tensorParallel=4&expertParallel=4", 4.0);
    check("deepseek-v3", "tensorParallel=8&expertParallel=8", 8.0);
}

/// Where experts do not divide, the first ranks have one more.
#[test]
fn first_ranks_have_the_remaining_experts() {
    let spread = calibrated("engine=vllm&model=qwen1.5-moe-a2.7b&precision=BF16&tensorParallel=8&expertParallel=8");
    let kinds: Vec<_> = spread.ranks().iter().map(|it| (it.kind(), it.count())).collect();
    assert_eq!(kinds, [(RankKind::Shards { first: 0, last: 3 }, 4), (RankKind::Shards { first: 4, last: 7 }, 4)]);
    let [more, fewer] = [0, 1].map(|at| spread.ranks()[at].total().count());
    // One expert of 3·2048·1408 weights in each of 24 layers.
    assert_eq!(more - fewer, 24.0 * 3.0 * 2048.0 * 1408.0 * 2.0);
}

/// Replicas of a dense model are runs on one GPU; GPUs that are not said to share out tensors are replicas.
#[test]
fn replicas_are_runs_on_one_gpu() {
    let link = "engine=vllm&model=llama-3.1-8b&precision=BF16";
    let (alone, four) = (calibrated(link), calibrated(&format!("{link}&gpuCount=4")));
    assert_eq!(four.moments(), alone.moments());
    assert_eq!((four.ranks()[0].kind(), four.ranks()[0].count()), (RankKind::Replica, 4));
    let mixed = calibrated(&format!("{link}&gpuCount=8&tensorParallel=2"));
    assert_eq!((mixed.ranks()[0].kind(), mixed.ranks()[0].count()), (RankKind::Shards { first: 0, last: 1 }, 8));
}

/// Whether vLLM starts is a matter of what is left on each rank.
#[test]
fn a_rank_starts_or_does_not() {
    #[track_caller]
    fn check(ranks: usize, expected: VerdictKind) {
        let link = "engine=vllm&model=llama-3.3-70b-instruct&precision=BF16&gpuMemory=79.18&gpuFamily=hopper";
        let inputs = inputs(&format!("{link}&tensorParallel={ranks}"));
        let estimate = values_of(MethodId::Calibrated, &inputs).expect("an answer");
        assert_eq!(verdict(&inputs, &estimate).kind, expected, "{ranks}");
    }
    check(1, VerdictKind::DoesNotStart);
    check(2, VerdictKind::Fits);
    check(4, VerdictKind::Fits);
}

/// Ranks that would copy a head of keys share out its tokens instead, block by block: `FullAttentionSpec` in vLLM's
/// `v1/kv_cache_interface.py`, and the examples of its documentation (`serving/context_parallel_deployment.md`).
#[test]
fn copies_of_the_cache_are_divided() {
    let cache = |link: &str| bytes(&calibrated(&format!("engine=vllm&precision=BF16&{link}")), Component::KvCache);
    let (qwen, deepseek) = ("model=qwen3-235b-a22b&sequenceLength=32768", "model=deepseek-v3&sequenceLength=32768");
    // Four heads of keys on eight ranks are there twice, a latent one eight times.
    assert_eq!(cache(&format!("{qwen}&tensorParallel=8&decodeContextParallel=2")) * 8.0, cache(qwen));
    assert_eq!(cache(&format!("{deepseek}&tensorParallel=8&decodeContextParallel=8")) * 8.0, cache(deepseek));
    assert_eq!(cache(&format!("{deepseek}&tensorParallel=8&decodeContextParallel=2")) * 2.0, cache(deepseek));
    // 100 tokens are 50 on each of two ranks, which takes four blocks of 16.
    let short = qwen.replace("32768", "100");
    let [one, two] = ["1", "2"].map(|it| cache(&format!("{short}&tensorParallel=8&decodeContextParallel={it}")));
    assert_eq!(two / one, 64.0 / 112.0);
    // States are not divided.
    let hybrid = "model=qwen3-next-80b-a3b-instruct&tensorParallel=4";
    let [long, longer] = [32768, 65536].map(|length| {
        ["1", "2"].map(|it| cache(&format!("{hybrid}&sequenceLength={length}&decodeContextParallel={it}")))
    });
    assert_eq!(longer[1] - long[1], (longer[0] - long[0]) / 2.0);
    assert!(2.0 * long[1] > long[0]);
    // The pool has room for as many times the tokens, less what one group more needs to exchange them.
    let tokens = |ranks: usize| {
        let link = format!("engine=vllm&quantization=fp8-block128&{deepseek}&gpu=h200&tensorParallel=8");
        capacity(&inputs(&format!("{link}&decodeContextParallel={ranks}"))).expect("a pool").tokens.value()
    };
    let times = tokens(8) / tokens(1);
    assert!((7.5..8.0).contains(&times), "{times}");
}

/// What vLLM's configuration refuses of it, with the nearest that it takes.
#[test]
fn a_cache_is_divided_among_copies_alone() {
    #[track_caller]
    fn check(link: &str, expected: Option<NotSpread>) {
        let inputs = inputs(&format!("engine=vllm&precision=BF16&{link}"));
        assert_eq!(support(&inputs).err(), expected.map(Unsupported::Spread), "{link}");
        if let Some(it) = expected {
            assert_eq!(Unsupported::Spread(it).parameter(&inputs), Id::DecodeContextParallel);
            assert!(!ways_out(&inputs).is_empty(), "{link}");
        }
    }
    let degree = |below, above| Some(NotSpread::CacheDegree { below, above });
    let llama = "model=llama-3.3-70b-instruct";
    check(&format!("{llama}&decodeContextParallel=2"), degree(1, None));
    check(&format!("{llama}&tensorParallel=8&decodeContextParallel=2"), degree(1, None));
    check(&format!("{llama}&tensorParallel=16&decodeContextParallel=2"), None);
    check(&format!("{llama}&tensorParallel=32&decodeContextParallel=3"), degree(2, Some(4)));
    check(&format!("{llama}&tensorParallel=32&decodeContextParallel=8"), degree(4, None));
    check("model=deepseek-v3&tensorParallel=8&decodeContextParallel=3", degree(2, Some(4)));
    check("model=deepseek-v3&tensorParallel=8&decodeContextParallel=8", None);
    for link in ["model=gpt-oss-20b&tensorParallel=1", "model=deepseek-v3.2&tensorParallel=1"] {
        check(&format!("{link}&decodeContextParallel=2"), Some(NotSpread::CacheRanks));
    }
    let hybrid = "model=qwen3-next-80b-a3b-instruct&tensorParallel=4&decodeContextParallel=2";
    check(hybrid, None);
    check(&format!("{hybrid}&engineVersion=0.31"), None);
    for version in ["0.20", "0.25", "0.28"] {
        check(&format!("{hybrid}&engineVersion={version}"), Some(NotSpread::CacheRanks));
    }
    let sixteen = format!("{llama}&tensorParallel=16&decodeContextParallel=2");
    check(&format!("{sixteen}&engineVersion=0.20"), None);
    check(&format!("{sixteen}&engineVersion=0.8"), Some(NotSpread::CacheRanks));
}

/// Twice the ranks have room for more than twice the tokens: weights are there once.
#[test]
fn a_pool_holds_tokens_of_all_ranks() {
    let tokens = |ranks: usize| {
        let link = format!("engine=vllm&model=qwen3-32b&precision=BF16&gpuMemory=79.18&tensorParallel={ranks}");
        capacity(&inputs(&link)).expect("a pool").tokens.value()
    };
    assert!(tokens(2) > 2.0 * tokens(1) && tokens(4) > 2.0 * tokens(2));
}

/// What nobody has read is refused, with the parameter to which it belongs.
#[test]
fn what_was_not_read_is_refused() {
    #[track_caller]
    fn check(link: &str, reason: NotSpread, parameter: Id) {
        let inputs = inputs(link);
        assert_eq!(support(&inputs), Err(Unsupported::Spread(reason)), "{link}");
        assert_eq!(Unsupported::Spread(reason).parameter(&inputs), parameter, "{link}");
        assert_eq!(values_of(MethodId::Calibrated, &inputs), None, "{link}");
    }
    let llama = "engine=vllm&model=llama-3.3-70b-instruct";
    check(&format!("{llama}&tensorParallel=3"), NotSpread::Heads { below: 2, above: Some(4) }, Id::TensorParallel);
    check(&format!("{llama}&tensorParallel=100"), NotSpread::Heads { below: 64, above: None }, Id::TensorParallel);
    check("engine=vllm&model=gemma-3-27b-it&tensorParallel=2", NotSpread::Served, Id::TensorParallel);
    check("engine=vllm&model=minimax-text-01&tensorParallel=2", NotSpread::Served, Id::TensorParallel);
    let mixture = "engine=vllm&model=qwen3-30b-a3b";
    check(&format!("{mixture}&tensorParallel=4&expertParallel=2"), NotSpread::ExpertRanks, Id::ExpertParallel);
    check(&format!("{mixture}&dataParallel=2"), NotSpread::ReplicasOfMixture, Id::DataParallel);
    check("engine=llamacpp&model=llama-3.1-8b&gpuLayers=0", NotSpread::PartOnGpu, Id::GpuLayers);
    check("engine=llamacpp&model=glm-4.5-air&gpuLayers=20", NotSpread::PartOnGpu, Id::GpuLayers);
}

/// llama.cpp's own example of experts in the host's memory: 17,904 MiB of weights, 384 of cache, 898 of buffers
/// (tools/fit-params/README.md). Of the last 4 MiB nobody has said what they are.
#[test]
fn experts_in_the_hosts_memory_are_those_of_the_example() {
    let link = "engine=llamacpp&model=qwen3-30b-a3b&precision=FP16&sequenceLength=4096&engineVersion=2025";
    let it = calibrated(&format!("{link}&gpuLayers=48&cpuExpertLayers=34"));
    let mib = |component| (bytes(&it, component) / MIB).floor();
    assert_eq!(
        (mib(Component::Weights), mib(Component::KvCache), mib(Component::Temporaries)),
        (17_904.0, 384.0, 894.0)
    );
}

/// More layers than there are mean all; each that is less on the GPU takes its weights and its cache along.
#[test]
fn layers_in_the_hosts_memory_take_their_weights_and_cache_along() {
    let link = "engine=llamacpp&model=llama-3.1-8b&quantization=gguf-file-q4_k_m&sequenceLength=4096";
    let whole = calibrated(link);
    assert_eq!(calibrated(&format!("{link}&gpuLayers=999")).moments(), whole.moments());
    let mut before = [Component::Weights, Component::KvCache].map(|it| bytes(&whole, it));
    for layers in (2..33).rev() {
        let part = calibrated(&format!("{link}&gpuLayers={layers}"));
        let now = [Component::Weights, Component::KvCache].map(|it| bytes(&part, it));
        // A layer has 218,112,000 weights less embedding and output, at 4.5 bits or more.
        let less = before[0] - now[0];
        assert!((218_112_000.0 * 0.55..218_112_000.0 * 0.72).contains(&less), "{layers}: {less}");
        assert!((before[1] - now[1] - 16.0 * MIB).abs() < 1.0, "{layers}");
        before = now;
    }
}

/// Experts of all layers in the host's memory leave what every token meets; a dense model has none.
#[test]
fn experts_of_all_layers_leave_the_rest() {
    let link = "engine=llamacpp&model=qwen3-30b-a3b&quantization=gguf-file-q4_k_m&sequenceLength=4096";
    let weights = |more: &str| bytes(&calibrated(&format!("{link}{more}")), Component::Weights);
    let all = weights("&cpuExpertLayers=48");
    assert_eq!(weights("&cpuExpertLayers=999"), all);
    assert!(all < 0.1 * weights(""), "{all}");
    let dense = "engine=llamacpp&model=llama-3.1-8b&sequenceLength=4096";
    assert_eq!(calibrated(&format!("{dense}&cpuExpertLayers=9")).moments(), calibrated(dense).moments());
}

/// Stages of vLLM were told to have no effect, beside a number for one GPU. Each has its layers, the first the
/// embedding, the last the output projection, or the embedding once more where they are tied; and all have as many
/// blocks of cache as the one with the fewest.
#[test]
fn stages_of_vllm_have_their_layers() {
    let link = |model: &str, more: &str| format!("engine=vllm&model={model}&precision=BF16&gpuMemory=79.18{more}");
    let of_stages = |model: &str, more: &str, component: Component| -> Vec<f64> {
        let spread = calibrated(&link(model, more));
        let held =
            |it: &vram_estimator::estimator::Rank| it.peak().line(component).map_or(0.0, |it| it.formula.value());
        spread.ranks().iter().map(held).collect()
    };
    let [of_one, of_tied] = ["llama-3.1-8b", "llama-3.2-1b"].map(|model| {
        let whole = calibrated(&link(model, ""));
        [Component::Weights, Component::KvCache].map(|it| bytes(&whole, it))
    });
    let weights = of_stages("llama-3.1-8b", "&pipelineParallel=2", Component::Weights);
    assert_eq!(weights.iter().sum::<f64>(), of_one[0]);
    // The last norm.
    assert_eq!(weights[1] - weights[0], 4096.0 * 2.0);
    // 80 layers over 3 stages: 27, 27 and 26.
    let cached = of_stages("llama-3.3-70b-instruct", "&pipelineParallel=3&tensorParallel=2", Component::KvCache);
    assert_eq!((cached[0] / cached[2], cached[1]), (27.0 / 26.0, cached[0]));
    let tied = of_stages("llama-3.2-1b", "&pipelineParallel=2", Component::Weights);
    assert_eq!(tied.iter().sum::<f64>() - of_tied[0], 128_256.0 * 2048.0 * 2.0);
    assert_eq!(of_stages("llama-3.2-1b", "&pipelineParallel=2", Component::KvCache), [of_tied[1] / 2.0; 2]);
    let replicated = calibrated(&link("llama-3.1-8b", "&pipelineParallel=2&tensorParallel=2&gpuCount=8"));
    let kinds: Vec<_> = replicated.ranks().iter().map(|it| (it.kind(), it.count())).collect();
    assert_eq!(kinds, [(RankKind::Stage { at: 0 }, 4), (RankKind::Stage { at: 1 }, 4)]);
    let room = |more: &str| capacity(&inputs(&link("llama-3.1-8b", more))).expect("a pool").tokens.value();
    assert!(room("&pipelineParallel=2") > 2.0 * room(""), "{} {}", room("&pipelineParallel=2"), room(""));
    let refused = |more: &str, nearest: u32| {
        let reason = support(&inputs(&link("llama-3.1-8b", more))).expect_err("no answer");
        assert_eq!(reason, Unsupported::Spread(NotSpread::ServedStages { nearest }), "{more}");
        assert_eq!(
            (reason.parameter(&inputs(&link("llama-3.1-8b", more))), reason.nearest()),
            (Id::PipelineParallel, vec![nearest])
        );
    };
    refused("&pipelineParallel=64", 32);
    refused("&pipelineParallel=2&draft=eagle", 1);
}

/// What drafts has CUDA graphs of its own, which were not counted.
#[test]
fn graphs_of_what_drafts_are_counted() {
    let graphs = |more: &str| {
        let link = format!("engine=vllm&model=qwen3-8b&precision=BF16&maxSequences=256{more}");
        bytes(&calibrated(&link), Component::Runtime)
            - bytes(&calibrated("engine=vllm&model=qwen3-8b&precision=BF16&maxSequences=256"), Component::Runtime)
    };
    // Graphs of 35 sizes, of one layer and of the 28 of a model.
    assert!((graphs("&draft=eagle") - 35.0 * 0.2 * MIB).abs() < 1.0);
    assert!((graphs("&draft=qwen3-0.6b") - 28.0 * 35.0 * 0.2 * MIB).abs() < 1.0);
}

/// vLLM keeps the constants of 4-bit weights expanded, however its checkpoint has them.
#[test]
fn double_quantization_saves_nothing_in_vllm() {
    let weights = |format: &str| {
        bytes(&calibrated(&format!("engine=vllm&model=qwen3-8b&quantization={format}")), Component::Weights)
    };
    assert_eq!(weights("nf4-dq"), weights("nf4"));
}
