//! What is not known over several GPUs is refused, with the parameter that asks for it; it is never computed as
//! something else. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use vram_estimator::estimator::{Inputs, MethodId, NotSpread, ParameterId as Id, Unsupported, support, values_of};
use vram_estimator::link::decode;

fn inputs(link: &str) -> Inputs {
    decode(link, &CATALOG).0.inputs
}

/// What is not known over several GPUs is refused, and never computed as something else.
#[test]
fn what_is_not_known_over_gpus_is_refused() {
    #[track_caller]
    fn check(link: &str) {
        let over = |trainer: &str| inputs(&format!("{link}&gpuCount=2&trainer={trainer}"));
        assert_eq!(support(&inputs(link)), Ok(()), "{link}");
        assert_eq!(support(&over("ddp")), Ok(()), "{link}");
        let views = over("ddp&gradientAsBucketView=true");
        assert_eq!(support(&views), Err(Unsupported::Spread(NotSpread::Views)), "{link}");
        assert_eq!(Unsupported::Spread(NotSpread::Views).parameter(&views), Id::GradientAsBucketView);
        let spread = over("fsdp2&precision=FP32");
        assert_eq!(support(&spread), Err(Unsupported::Spread(NotSpread::Run)), "{link}");
        assert_eq!(values_of(MethodId::Calibrated, &spread), None, "{link}");
        assert_eq!(Unsupported::Spread(NotSpread::Run).parameter(&spread), Id::Trainer);
    }
    check("mode=vlm&model=llava-1.5-7b");
    check("mode=multimodal&task=training&model=llava-1.5-7b");
    check("mode=train&model=t5-small");
    check("mode=cnn&model=resnet50");
}

/// Pairs and groups are trained over GPUs that share tensors out where that was traced.
#[test]
fn pairs_are_refused_where_nobody_has_traced_them() {
    #[track_caller]
    fn check(more: &str, expected: Result<(), NotSpread>) {
        let link = format!("mode=grpo&model=llama-3.2-1b&precision=BF16&gpuCount=4&{more}");
        assert_eq!(support(&inputs(&link)), expected.map_err(Unsupported::Spread), "{more}");
    }
    for trainer in ["fsdp2", "deepspeed&zeroStage=1", "deepspeed&zeroStage=2"] {
        for method in ["LoRA", "Full", "LoRA&referenceModel=none", "LoRA&referenceModel=resident"] {
            check(&format!("algorithm=dpo&trainer={trainer}&method={method}"), Ok(()));
        }
        let in_host = NotSpread::Only(Id::ReferenceModel, "resident");
        check(&format!("algorithm=dpo&trainer={trainer}&method=Full&referenceModel=cpu"), Err(in_host));
        let packed = NotSpread::Only(Id::FinetuneMethod, "LoRA");
        check(&format!("algorithm=dpo&trainer={trainer}&method=QLoRA"), Err(packed));
        let mixture = format!(
            "mode=grpo&model=mixtral-8x7b-instruct-v0.1&precision=BF16&gpuCount=4&algorithm=dpo&trainer={trainer}"
        );
        assert_eq!(support(&inputs(&mixture)), Err(Unsupported::Spread(NotSpread::Model)));
        for rollout in ["transformers", "elsewhere"] {
            check(&format!("algorithm=grpo&trainer={trainer}&method=LoRA&rollout={rollout}"), Ok(()));
        }
        let beside = NotSpread::Only(Id::Rollout, "elsewhere");
        check(&format!("algorithm=grpo&trainer={trainer}&method=LoRA&rollout=vllm-colocated"), Err(beside));
    }
    check("algorithm=dpo&trainer=deepspeed&zeroStage=3&method=LoRA", Err(NotSpread::Stage));
    let sliced = "algorithm=grpo&trainer=deepspeed&zeroStage=3";
    check(&format!("{sliced}&method=LoRA"), Ok(()));
    check(&format!("{sliced}&method=Full&referenceModel=resident"), Ok(()));
    let without = NotSpread::Only(Id::ReferenceModel, "none");
    check(&format!("{sliced}&method=LoRA&referenceModel=adapter-off"), Err(without));
    let at_once = NotSpread::Only(Id::GradientAccumulationSteps, "1");
    check(&format!("{sliced}&method=LoRA&gradientAccumulationSteps=2"), Err(at_once));
    let offloaded = NotSpread::Only(Id::OffloadParameters, "none");
    check("algorithm=dpo&trainer=fsdp2&method=LoRA&offloadParameters=cpu", Err(offloaded));
    check("algorithm=dpo&trainer=fsdp2&method=LoRA&pipelineParallel=2", Err(NotSpread::Pipeline));
    check("algorithm=dpo&trainer=fsdp2&method=LoRA&tensorParallel=2", Err(NotSpread::Layers));
}

/// TRL makes no whole logits by default, and its launches over GPUs were refused for it.
#[test]
fn a_loss_in_chunks_is_known_where_tensors_are_shared_out() {
    let link = "mode=finetune&model=qwen3-8b&precision=BF16&gpuCount=8&loss=chunked";
    for trainer in ["fsdp2", "deepspeed&zeroStage=1", "deepspeed&zeroStage=2", "deepspeed&zeroStage=3"] {
        for method in ["Full", "LoRA"] {
            let expected = match (trainer, method) {
                ("deepspeed&zeroStage=3", "LoRA") => Err(Unsupported::Spread(NotSpread::Stage)),
                _ => Ok(()),
            };
            let link = format!("{link}&trainer={trainer}&method={method}");
            assert_eq!(support(&inputs(&link)), expected, "{link}");
        }
    }
}

/// What FSDP2 does not do, or nobody has traced, is refused with the parameter that asks for it.
#[test]
fn what_is_not_known_under_fsdp2_is_refused() {
    #[track_caller]
    fn check(link: &str, reason: NotSpread, parameter: Id) {
        let spread = inputs(&format!("{link}&trainer=fsdp2&gpuCount=8"));
        assert_eq!(support(&spread), Err(Unsupported::Spread(reason)), "{link}");
        assert_eq!(Unsupported::Spread(reason).parameter(&spread), parameter, "{link}");
    }
    use NotSpread::{Model, Optimizer, Recipe, Replicas, Run};
    // Dense layers among others, a gate of shared experts, adapters beside stacks.
    check("mode=moe&model=mixtral-8x7b-instruct-v0.1&numDenseLayers=1", Model, Id::Trainer);
    check("mode=moe&model=qwen1.5-moe-a2.7b", Model, Id::Trainer);
    check("mode=finetune&model=mixtral-8x7b-instruct-v0.1&method=LoRA", Model, Id::Trainer);
    check("mode=train&model=bert-base-uncased", Model, Id::Trainer);
    check("mode=train&model=gpt2", Model, Id::Trainer);
    check("mode=train&model=llama-3.2-1b&loss=liger", Model, Id::Trainer);
    let tune = "mode=finetune&model=llama-3.2-1b&method=QLoRA&precision=BF16&quantization";
    check(&format!("{tune}=llm-int8"), NotSpread::PackedAdapters, Id::Quantization);
    check(&format!("{tune}=nf4&kbitPreparation=true"), NotSpread::PackedAdapters, Id::KbitPreparation);
    let half = "mode=finetune&model=llama-3.2-1b&method=QLoRA&precision=FP16&quantization=nf4";
    check(half, NotSpread::PackedPrecision, Id::Precision);
    check("mode=vlm&model=llava-1.5-7b", Run, Id::Trainer);
    check("mode=train&model=llama-3.2-1b&recipe=autocast", Recipe, Id::Recipe);
    check("mode=finetune&model=llama-3.2-1b&method=LoRA&recipe=pure", Recipe, Id::Recipe);
    check("mode=train&model=llama-3.2-1b&optimizer=AdamW8bit", Optimizer, Id::Optimizer);
    check("mode=train&model=llama-3.2-1b&dataParallelReplicate=3", Replicas, Id::DataParallelReplicate);
    // Whole experts on some ranks: of mixtures, by the policy in BF16, with groups and resharding as traced.
    let exchange = "wrapping=layers_tail&precision=BF16&expertParallel=4";
    for link in [
        "model=llama-3.2-1b",
        "model=qwen3-30b-a3b&recipe=pure",
        "model=qwen3-30b-a3b&reshard=none",
        "model=qwen3-30b-a3b&dataParallelReplicate=2",
        "model=qwen3-30b-a3b&offloadParameters=cpu",
        "model=qwen3-30b-a3b&loss=chunked",
        "model=qwen3-30b-a3b&gradientSync=last&gradientAccumulationSteps=2",
    ] {
        check(&format!("mode=train&{link}&{exchange}"), NotSpread::ExpertsOfShards, Id::ExpertParallel);
    }
    // The policy is FSDP2's.
    for link in ["mode=train&recipe=policy", "mode=train&recipe=policy&trainer=ddp&gpuCount=2"] {
        assert_eq!(support(&inputs(link)), Err(Unsupported::Spread(Recipe)), "{link}");
    }
}

/// What a plan does not divide, or nobody has traced divided, is refused with the parameter that asks for it, and with
/// the nearest degrees that divide.
#[test]
fn what_does_not_divide_is_refused() {
    #[track_caller]
    fn check(link: &str, reason: NotSpread, parameter: Id) {
        let spread = inputs(link);
        assert_eq!(support(&spread), Err(Unsupported::Spread(reason)), "{link}");
        assert_eq!(Unsupported::Spread(reason).parameter(&spread), parameter, "{link}");
    }
    use NotSpread::{DataOfPlan, Degree, Layers, Optimizer, Plan, RecipeOfPlan};
    let train = |more: &str| format!("mode=train&model=llama-3.1-8b&precision=BF16&recipe=pure&trainer=torch&{more}");
    let below = |below, above| Degree { below, above };
    check(&train("tensorParallel=3"), below(2, Some(4)), Id::TensorParallel);
    check(&train("tensorParallel=16"), below(8, None), Id::TensorParallel);
    check(&train("tensorParallel=4&sequenceParallel=true&sequenceLength=1026"), below(2, None), Id::TensorParallel);
    check(&train("tensorParallel=4&optimizer=Muon"), Optimizer, Id::Optimizer);
    check(&train("tensorParallel=4&gpuCount=8"), DataOfPlan, Id::DataParallel);
    check(&train("tensorParallel=4&recipe=autocast"), RecipeOfPlan, Id::Recipe);
    check(&train("tensorParallel=4&gradientAccumulationSteps=2"), Layers, Id::TensorParallel);
    check(&train("tensorParallel=4&loss=liger"), Layers, Id::TensorParallel);
    check("mode=train&model=qwen3-8b&trainer=transformers&tensorParallel=4", Layers, Id::TensorParallel);
    check("mode=inference&model=gpt2&tensorParallel=2", Layers, Id::TensorParallel);
    let both = "mode=train&model=llama-3.1-8b&precision=BF16&trainer=fsdp2&tensorParallel=4&gpuCount=8";
    check(&format!("{both}&tensorParallelPlan=transformers"), Plan, Id::TensorParallelPlan);
}

/// What one choice mends has a reason that belongs to it.
#[test]
fn what_one_choice_mends_is_named() {
    let megatron = "mode=train&model=llama-3.1-70b&trainer=megatron&gpuCount=64&tensorParallel=8&pipelineParallel=4";
    let cases = [
        (format!("{megatron}&precision=FP16"), NotSpread::MegatronFormat, Id::Precision),
        (format!("{megatron}&precision=BF16&recipe=pure"), NotSpread::MegatronFormat, Id::Recipe),
        (
            format!("{megatron}&precision=BF16&gradientCheckpointing=true"),
            NotSpread::MegatronCheckpoints,
            Id::GradientCheckpointing,
        ),
    ];
    for (link, reason, parameter) in cases {
        let inputs = inputs(&link);
        assert_eq!(support(&inputs), Err(Unsupported::Spread(reason)), "{link}");
        assert_eq!(Unsupported::Spread(reason).parameter(&inputs), parameter, "{link}");
    }
    assert_eq!(support(&inputs(&format!("{megatron}&precision=BF16&recompute=full"))), Ok(()));
}
