//! What each rank of a run over GPUs holds: one rank is a run on one GPU, replicas hold the same, and no rank is
//! without a finite total. Traced ranks are cases of `tests/accuracy.rs`. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/draw.rs"]
mod draw;

use catalog::CATALOG;
use draw::Draw;
use vram_estimator::estimator::{
    Component, Conflict, Estimate, Inputs, MethodId, MomentId, NotSpread, ParameterId as Id, Rank, RankKind, Trainer,
    Unsupported, Value, conflicts, support, values_of,
};
use vram_estimator::link::decode;

fn inputs(link: &str) -> Inputs {
    decode(link, &CATALOG).0.inputs
}

fn with(inputs: &Inputs, id: Id, value: Value) -> Inputs {
    inputs.clone().with(id, value).expect("the value is offered")
}

#[track_caller]
fn calibrated(link: &str) -> Estimate {
    values_of(MethodId::Calibrated, &inputs(link)).expect("an answer")
}

/// Links of runs that are known over GPUs.
const SPREAD: &[&str] = &[
    "mode=train&model=llama-3.2-1b",
    "mode=train&model=qwen3-0.6b&recipe=autocast&gradientCheckpointing=true&gradientAccumulationSteps=4",
    "mode=finetune&model=llama-3.1-8b&method=LoRA",
    "mode=finetune&model=llama-3.1-8b&method=QLoRA",
    "mode=nlp&model=bert-base-uncased",
    "mode=moe&model=mixtral-8x7b-instruct-v0.1",
];

/// Who asks for one rank gets what a run on one GPU takes, to the bit, whatever would spread it, unless it has
/// something elsewhere.
#[test]
fn one_rank_is_a_run_on_one_gpu() {
    let mut draw = Draw::new(20_261_128);
    let mut n_answered = 0;
    for _ in 0..4000 {
        let drawn = draw.inputs(CATALOG.models());
        // What a loop without a trainer still names is said of that loop alone.
        let said_of_some = [Id::OffloadOptimizer, Id::OffloadParameters, Id::ReturnOutputs];
        let drawn = drawn.without(|id| said_of_some.contains(&id));
        let degrees = [
            Id::GpuCount,
            Id::PipelineParallel,
            Id::TensorParallel,
            Id::ContextParallel,
            Id::ExpertParallel,
            Id::ExpertTensorParallel,
            Id::DataParallel,
        ];
        let alone = drawn.without(|id| degrees.contains(&id));
        let alone = with(&alone, Id::Trainer, Value::Choice(Trainer::None as usize));
        let one = degrees.iter().fold(drawn, |it, id| with(&it, *id, Value::Number(1.0)));
        let [alone, one] = [alone, one].map(|it| values_of(MethodId::Calibrated, &it));
        n_answered += usize::from(one.is_some());
        assert_eq!(one, alone);
    }
    assert!(n_answered > 500, "{n_answered}");
}

/// Runs of which replicas alone are known.
const REPLICATED: &[&str] = &[
    "mode=grpo&model=llama-3.2-1b",
    "mode=grpo&model=llama-3.2-1b&method=LoRA&rollout=vllm-colocated&gpu=h100-80gb",
    "mode=grpo&algorithm=dpo&model=llama-3.2-1b",
    "mode=vlm&model=llava-1.5-7b",
    "mode=vlm&model=clip-vit-base-patch32",
    "mode=multimodal&task=training&model=llava-1.5-7b",
    "mode=multimodal&task=training&model=llava-1.5-7b&freezeVision=true",
    "mode=train&model=t5-small",
    "mode=cnn&model=resnet50",
];

/// Every replica holds what a run on one GPU does, and buckets for its gradients, at each moment; where these are views
/// of the buckets, no second copy of them.
#[test]
fn replicas_hold_buckets_beside_everything() {
    for link in SPREAD.iter().chain(REPLICATED) {
        let (alone, spread) = (calibrated(link), calibrated(&format!("{link}&trainer=ddp&gpuCount=8")));
        let ranks: Vec<_> = spread.ranks().iter().map(|it| (it.kind(), it.count())).collect();
        assert_eq!(ranks, [(RankKind::Replica, 8)]);
        let bytes = |estimate: &Estimate, component| -> Vec<f64> {
            let of = estimate.moments().iter().map(|it| it.line(component).map_or(0.0, |it| it.formula.value()));
            of.collect()
        };
        let step = alone.moments().iter().find(|it| it.id() == MomentId::OptimizerStep);
        let gradients = step.and_then(|it| it.line(Component::Gradients)).expect("a step");
        for (it, before) in spread.moments().iter().zip(alone.moments()) {
            let bucket = it.line(Component::GradientBuckets).expect("buckets").formula.value();
            assert_eq!(bucket, gradients.formula.value(), "{link}");
            let [held, held_alone] = [it, before].map(|it| it.total().count() - it.outside().count());
            assert!((held - held_alone - bucket).abs() < 1.0, "{link} {:?}", it.id());
        }
        if REPLICATED.contains(link) {
            continue;
        }
        let views = calibrated(&format!("{link}&trainer=ddp&gpuCount=8&gradientAsBucketView=true"));
        assert_eq!(bytes(&views, Component::GradientBuckets), bytes(&spread, Component::GradientBuckets), "{link}");
        assert_eq!(bytes(&views, Component::Gradients).last(), Some(&0.0), "{link}: at the step");
        for (view, copy) in views.moments().iter().zip(spread.moments()) {
            assert!(view.total() <= copy.total(), "{link} {:?}", view.id());
        }
        // Neither how many there are nor how large a bucket is changes a byte of one.
        let more = calibrated(&format!("{link}&trainer=ddp&gpuCount=512&bucketCapMb=100"));
        assert_eq!(more.moments(), spread.moments(), "{link}");
    }
}

/// Decoders, trained whole or the dense ones by adapters, in the ways in which FSDP2 shares them out.
const SHARDED: &[&str] = &[
    "mode=train&model=llama-3.2-1b&precision=BF16",
    "mode=train&model=llama-3.1-8b&precision=BF16&wrapping=layers_tail",
    "mode=train&model=llama-3.1-8b&precision=BF16&recipe=pure&gradientCheckpointing=true&optimizerKernel=foreach",
    "mode=train&model=qwen2.5-7b&precision=BF16&reshard=none&reduceDtype=FP32&gradientCheckpointing=true",
    "mode=nlp&model=qwen3-0.6b&precision=BF16&wrapping=layers_tail&gradientSync=last",
    "mode=finetune&model=llama-3.1-8b&precision=BF16&method=LoRA&wrapping=layers_tail",
    "mode=finetune&model=llama-3.2-1b&precision=BF16&method=LoRA&gradientCheckpointing=true",
    "mode=train&model=olmoe-1b-7b-0924&precision=BF16&wrapping=layers_tail",
    "mode=moe&model=qwen3-30b-a3b&precision=BF16&recipe=pure&gradientCheckpointing=true",
];

#[track_caller]
fn sharded(link: &str, n_ranks: usize) -> Estimate {
    calibrated(&format!("{link}&trainer=fsdp2&gpuCount={n_ranks}"))
}

/// Parts of weights and states come to the whole, whatever does not divide, and each kind of rank is told with how many
/// there are.
#[test]
fn shards_come_to_the_whole() {
    for link in SHARDED {
        let of_all = |n_ranks: usize, component| {
            let estimate = sharded(link, n_ranks);
            assert_eq!(estimate.ranks().iter().map(|it| it.count()).sum::<usize>(), n_ranks, "{link}");
            // The first ranks have most of every tensor.
            assert_eq!(estimate.fullest(), &estimate.ranks()[0], "{link}");
            let bytes = |it: &Rank| it.peak().line(component).map_or(0.0, |it| it.formula.value());
            estimate.ranks().iter().map(|it| it.count() as f64 * bytes(it)).sum::<f64>()
        };
        for component in [Component::Weights, Component::Adapter, Component::Optimizer] {
            let of_two = of_all(2, component);
            for n_ranks in [3, 6, 7, 64, 1000] {
                let all = of_all(n_ranks, component);
                assert!((all - of_two).abs() <= 1e-9 * of_two, "{link} {n_ranks} {component:?}: {all} and {of_two}");
            }
        }
    }
}

/// Twice as many ranks never need more of each, as long as every tensor divides; nor do replicas of the same.
#[test]
fn more_ranks_need_no_more_of_each() {
    for link in SHARDED {
        let totals: Vec<_> = [2, 4, 8, 16, 32, 64].map(|n_ranks| sharded(link, n_ranks).total().count()).into();
        assert!(totals.is_sorted_by(|fewer, more| fewer >= more), "{link}: {totals:?}");
        let replicas = format!("{link}&dataParallelReplicate=4");
        let (alone, replicated) = (sharded(link, 8), sharded(&replicas, 32));
        assert_eq!(replicated.ranks().iter().map(|it| it.count()).sum::<usize>(), 32, "{link}");
        let peaks = [&alone, &replicated].map(|it| it.line(Component::Optimizer).map(|it| it.formula.value()));
        assert_eq!(peaks[0], peaks[1], "{link}");
    }
}

/// What is kept costs, and what lies on the host does not.
#[test]
fn choices_of_sharding_move_what_they_say() {
    #[track_caller]
    fn check(less: &str, more: &str) {
        let base = "mode=train&model=llama-3.1-8b&precision=BF16&gradientCheckpointing=true&batchSize=1&gradientAccumulationSteps=4";
        let [less, more] = [less, more].map(|it| sharded(&format!("{base}&{it}"), 8).total().count());
        assert!(less < more, "{less} and {more}");
    }
    check("reshard=full", "reshard=none");
    check("offloadParameters=cpu", "offloadParameters=none");
    check("gradientSync=each", "gradientSync=last");
    check("reduceDtype=BF16&gradientSync=last", "reduceDtype=FP32&gradientSync=last");
    check("dataParallelReplicate=1", "dataParallelReplicate=2");
    check("recipe=pure", "recipe=policy");
}

/// Ranks that have different experts hold whole ones: what each has comes to the whole, and with one rank for each it
/// gathers none.
#[test]
fn whole_experts_come_to_the_whole() {
    let train = "mode=train&precision=BF16&wrapping=layers_tail&trainer=fsdp2&gradientCheckpointing=true";
    for (model, experts) in [("olmoe-1b-7b-0924", 64), ("mixtral-8x7b-instruct-v0.1", 8)] {
        let link = |among: usize, ranks: usize| {
            calibrated(&format!("{train}&model={model}&expertParallel={among}&dataParallel={ranks}"))
        };
        let all = |it: &Estimate, component| -> f64 {
            let of_rank = |it: &Rank| it.peak().line(component).map_or(0.0, |it| it.formula.value());
            it.ranks().iter().map(|it| it.count() as f64 * of_rank(it)).sum()
        };
        let whole = link(1, 2);
        for among in [2, 4, 8] {
            for ranks in [among, 3 * among, 8 * among, 100 * among] {
                let spread = link(among, ranks);
                assert_eq!(spread.ranks().iter().map(|it| it.count()).sum::<usize>(), ranks, "{model} {among}");
                assert_eq!(spread.fullest(), &spread.ranks()[0], "{model} {among} {ranks}");
                for component in [Component::Weights, Component::Optimizer] {
                    let (sum, whole) = (all(&spread, component), all(&whole, component));
                    assert!(
                        (sum - whole).abs() <= 1e-9 * whole,
                        "{model} {among} {ranks} {component:?}: {sum}, {whole}"
                    );
                }
            }
        }
        // Nothing says how many GPUs there are but the experts.
        let followed = calibrated(&format!("{train}&model={model}&expertParallel=8"));
        assert_eq!(followed.moments(), link(8, 8).moments(), "{model}");
        let nearest = |among: usize, ranks: usize| {
            support(&inputs(&format!("{train}&model={model}&expertParallel={among}&dataParallel={ranks}")))
        };
        let refused = |it| Err(Unsupported::Spread(it));
        assert_eq!(nearest(8, 12), refused(NotSpread::ExpertReplicas { below: Some(8), above: 16 }));
        assert_eq!(nearest(8, 4), refused(NotSpread::ExpertReplicas { below: None, above: 8 }));
        assert_eq!(nearest(3, 6), refused(NotSpread::ExpertDegree { below: 2, above: Some(4) }));
        assert_eq!(
            nearest(2 * experts, 2 * experts),
            refused(NotSpread::ExpertDegree { below: experts as u32, above: None })
        );
    }
}

/// FSDP2 shares out a 4-bit base that is stored as BF16; its scales are no part of it, and whole on each rank. Llama 2
/// 70B then takes half a byte less a share for each packed weight: two cards of 24 GB hold it, one does not.
#[test]
fn a_packed_base_is_shared_out_and_its_scales_are_not() {
    let tune = "mode=finetune&model=llama-2-70b-hf&method=QLoRA&precision=BF16&quantization=nf4-dq&recipe";
    let weights = |more: &str| {
        let estimate = calibrated(&format!("{tune}={more}"));
        estimate.ranks()[0].moments()[0].line(Component::Weights).expect("weights").formula.value()
    };
    let (alone, shared) = (weights("pure"), [2.0, 8.0].map(|n| weights(&format!("policy&trainer=fsdp2&gpuCount={n}"))));
    let [packed, tables] = [80.0 * (2.0 * 8192.0 * 9216.0 + 3.0 * 8192.0 * 28672.0), 2.0 * 32_000.0 * 8192.0];
    let of_scales = alone / packed - 0.5 - 2.0 * tables / packed;
    assert!((0.014..0.018).contains(&of_scales), "{of_scales}");
    for (n, shared) in [2.0, 8.0].into_iter().zip(shared) {
        let wanted = (packed / 2.0 + 2.0 * tables) / n + of_scales * packed;
        assert!((shared / wanted - 1.0).abs() < 1e-3, "{n}: {shared} and {wanted}");
    }
    let layer = calibrated(&format!("{tune}=policy&trainer=fsdp2&gpuCount=2&gradientCheckpointing=true&batchSize=1"));
    let gathered = layer.moments().iter().filter_map(|it| it.line(Component::GatheredParameters));
    let most = gathered.map(|it| it.formula.value()).fold(0.0, f64::max);
    // The tables of the root in 16 bits, a layer in 4.
    assert!(most < 2.0 * tables + 0.6 * packed / 80.0, "{most}");
}

/// Runs whose layers are divided, by the link and the bytes of one rank that were traced from the code of Transformers
/// and PyTorch: without the driver's context.
const DIVIDED: &[(&str, f64)] = &[
    (
        "mode=train&model=llama-3.1-8b&batchSize=1&sequenceLength=2048&precision=BF16&recipe=pure&trainer=transformers&tensorParallel=8",
        14_648_134_036.0,
    ),
    (
        "mode=train&model=llama-3.1-8b&batchSize=2&sequenceLength=2048&precision=BF16&recipe=pure&trainer=torch&tensorParallel=4&sequenceParallel=true&gradientCheckpointing=true",
        18_678_888_084.0,
    ),
    (
        "mode=train&model=llama-3.1-8b&batchSize=1&sequenceLength=2048&precision=BF16&recipe=pure&trainer=torch&tensorParallel=4&sequenceParallel=true&lossParallel=true",
        17_113_351_820.0,
    ),
    (
        "mode=train&model=llama-3.3-70b-instruct&batchSize=1&sequenceLength=4096&precision=BF16&trainer=fsdp2&tensorParallel=8&gpuCount=64&sequenceParallel=true&lossParallel=true&gradientCheckpointing=true&reduceDtype=FP32&wrapping=layers_tail",
        20_629_671_252.0,
    ),
    (
        "mode=inference&model=qwen2.5-7b&batchSize=4&sequenceLength=2048&precision=BF16&engine=transformers&tensorParallel=4",
        4_394_351_104.0,
    ),
    (
        "mode=inference&model=mixtral-8x7b-instruct-v0.1&batchSize=1&sequenceLength=2048&precision=BF16&engine=transformers&tensorParallel=8",
        11_981_283_904.0,
    ),
];

/// Every rank holds what was traced of it, and there are as many as the degrees say.
#[test]
fn ranks_of_divided_layers_hold_what_was_traced() {
    for (link, traced) in DIVIDED {
        let estimate = calibrated(link);
        let unseen = estimate.outside().count();
        let error = (estimate.total().count() - unseen) / traced - 1.0;
        assert!(error.abs() < 1e-3, "{link}: {error}");
        let of = inputs(link);
        let n_ranks = of.values().number(Id::TensorParallel) * of.values().number(Id::DataParallel).max(1.0);
        assert_eq!(estimate.ranks().iter().map(Rank::count).sum::<usize>(), n_ranks as usize, "{link}");
    }
}

/// GPUs unlike the degrees are refused with the nearest number, and nowhere else: the degrees were computed, and
/// something else told.
#[test]
fn gpus_unlike_the_degrees_are_refused() {
    let reason = |link: &str| support(&inputs(link)).err();
    let train = |link: &str| reason(&format!("mode=train&model=llama-3.1-8b&precision=BF16&{link}"));
    for link in [
        "trainer=torch&gpuCount=4&pipelineParallel=4",
        "trainer=megatron&gpuCount=64&tensorParallel=8&pipelineParallel=4",
        "trainer=megatron&gpuCount=16&tensorParallel=2&contextParallel=4",
        "trainer=fsdp2&gpuCount=8&tensorParallel=2",
        "trainer=ddp&gpuCount=8",
    ] {
        assert_eq!(train(link), None, "{link}");
    }
    let gpus = |nearest| Some(Unsupported::Spread(NotSpread::Gpus { nearest }));
    assert_eq!(train("trainer=fsdp2&gpuCount=7&tensorParallel=2"), gpus(6));
    assert_eq!(train("trainer=ddp&gpuCount=8&dataParallel=4"), gpus(4));
    let served = |link: &str| reason(&format!("model=llama-3.1-8b&precision=BF16&{link}"));
    assert_eq!(served("engine=vllm&gpuCount=2"), None);
    assert_eq!(served("engine=vllm&gpuCount=3&tensorParallel=2"), gpus(2));
    assert_eq!(served("gpuCount=3"), None);
    assert_eq!(served("gpuCount=3&tensorParallel=2"), gpus(2));
}

/// On one GPU a trainer changed nothing, and nobody was told; DeepSpeed does something there as soon as it offloads.
#[test]
fn a_trainer_of_one_gpu_is_told() {
    let is_told =
        |link: &str| conflicts(&inputs(&format!("mode=train&precision=BF16&{link}"))).contains(&Conflict::OneGpu);
    let total = |link: &str| calibrated(&format!("mode=train&precision=BF16&{link}")).total().count();
    for link in [
        "trainer=ddp",
        "trainer=fsdp2&offloadParameters=cpu",
        "trainer=deepspeed&zeroStage=3",
        "trainer=deepspeed&zeroStage=2&offloadParameters=cpu",
        "trainer=megatron&recompute=full",
    ] {
        assert!(is_told(link), "{link}");
        assert_eq!(total(link), total(""), "{link}");
    }
    for link in ["", "trainer=ddp&gpuCount=2", "trainer=torch&pipelineParallel=2", "trainer=megatron&contextParallel=2"]
    {
        assert!(!is_told(link), "{link}");
    }
    let [states, parameters] = ["zeroStage=2&offloadOptimizer=cpu", "zeroStage=3&offloadParameters=cpu"].map(|it| {
        let link = format!("trainer=deepspeed&{it}");
        assert!(!is_told(&link), "{link}");
        total(&link)
    });
    assert!(states < total("") && parameters != total(""), "{states} {parameters}");
}

/// Of a packed base that lies in the host's memory the scales stay, whole on each GPU: they are no part of its
/// parameters.
#[test]
fn scales_of_an_offloaded_base_stay_on_the_gpu() {
    let link = |format: &str, place: &str| {
        let run = "mode=finetune&model=llama-3.1-8b&method=QLoRA&trainer=fsdp2&gpuCount=4&precision=BF16";
        calibrated(&format!("{run}&quantization={format}&offloadParameters={place}"))
    };
    let bytes = |it: &Estimate, component| it.peak().line(component).map_or(0.0, |line| line.formula.value());
    // Linear layers of the 32 decoder layers; an FP32 scale for 64 of them, or one of 8 bits with an FP32 one for 256
    // of these.
    let packed = 32.0 * (2.0 * 4096.0 * 4096.0 + 2.0 * 4096.0 * 1024.0 + 3.0 * 4096.0 * 14_336.0);
    for (format, scale) in [("nf4", 4.0 / 64.0), ("nf4-dq", 1.0 / 64.0 + 4.0 / 64.0 / 256.0)] {
        let (on_host, on_gpu) = (link(format, "cpu"), link(format, "none"));
        let held = bytes(&on_host, Component::Weights);
        assert!((held / (packed * scale) - 1.0).abs() < 1e-4, "{format}: {held}");
        assert_eq!(bytes(&on_host, Component::Optimizer) + bytes(&on_host, Component::Adapter), 0.0);
        assert!(bytes(&on_gpu, Component::Weights) > held + packed / 2.0 / 4.0);
        let gathered = Component::GatheredParameters;
        assert_eq!(bytes(&on_host, gathered), bytes(&on_gpu, gathered), "what is gathered is the same");
    }
}
