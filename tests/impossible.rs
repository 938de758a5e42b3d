//! What is asked of a choice that has no such thing is refused in place: the parameter, its value, what lacks it, and
//! where it would be possible. It changes no byte. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/draw.rs"]
mod draw;

use catalog::CATALOG;
use draw::Draw;
use std::collections::HashSet;
use vram_estimator::estimator::{
    Impossible, Inputs, Instead, MethodId, ParameterId as Id, Value, estimate_values, impossible,
};
use vram_estimator::link::{ProblemKind, decode};
use vram_estimator::locale::{CHINESE, CHINESE_LATER, ENGLISH, ENGLISH_LATER};
use vram_estimator::present::problems::said;

#[track_caller]
fn with(inputs: &Inputs, id: Id, value: Value) -> Inputs {
    inputs.clone().with(id, value).expect("the value is accepted")
}

/// The bits of every total.
fn totals(inputs: &Inputs) -> Vec<(MethodId, u64)> {
    estimate_values(inputs).iter().map(|it| (it.method(), it.total().count().to_bits())).collect()
}

/// Each of these was answered by "has no effect", as a width of adapters is where none are trained.
#[test]
fn what_cannot_be_is_refused_in_place() {
    #[track_caller]
    fn check(start: &str, pair: &str, english: &str, chinese: &str) {
        let (link, problems) = decode(&format!("{start}&{pair}"), &CATALOG);
        let key = pair.split_once('=').expect("a pair").0;
        let problem = problems.iter().find(|it| it.key == key).expect("a problem");
        let told = [&ENGLISH_LATER, &CHINESE_LATER].map(|it| said(problem, &link.inputs, it));
        assert_eq!(told[0], format!("{pair} is impossible: {english}"));
        assert!(told[1].starts_with(&format!("{pair} 不可行：")) && told[1].ends_with(chinese), "{}", told[1]);
        let without = decode(start, &CATALOG).0.inputs;
        assert_eq!(totals(&link.inputs), totals(&without), "{pair}");
        assert!(link.encode().contains(pair), "{}: it is kept", link.encode());
    }
    let in_training = "mode=train&gpuCount=2";
    check(
        &format!("{in_training}&trainer=ddp"),
        "tensorParallel=2",
        "trainer=ddp has no tensor parallelism here. It was kept, and counts as tensorParallel=1. Possible with \
         trainer=fsdp2, transformers, torch or megatron.",
        "按 tensorParallel=1 计算。可行的选择：trainer=fsdp2、transformers、torch、megatron。",
    );
    check(
        in_training,
        "pipelineParallel=2",
        "trainer=none has no pipeline stages here. It was kept, and counts as pipelineParallel=1. Possible with \
         trainer=fsdp2, torch or megatron.",
        "可行的选择：trainer=fsdp2、torch、megatron。",
    );
    check(
        &format!("{in_training}&trainer=fsdp2"),
        "zeroStage=3",
        "trainer=fsdp2 has no ZeRO here. It was kept, and counts as zeroStage=0. Possible with trainer=deepspeed.",
        "可行的选择：trainer=deepspeed。",
    );
    check(
        &format!("{in_training}&trainer=deepspeed"),
        "offloadParameters=cpu",
        "zeroStage=2 has no offloading of parameters here. It was kept, and counts as offloadParameters=none. Possible \
         with zeroStage=3.",
        "可行的选择：zeroStage=3。",
    );
    check(
        "engine=vllm",
        "contextParallel=2",
        "the mode Inference has no context parallelism here. It was kept, and counts as contextParallel=1. Possible in \
         the modes Fine-tuning, Training, GRPO, Multimodal, NLP, Vision-language, MoE or CNN.",
        "“MoE”、“CNN”。",
    );
    check(
        "engine=vllm&model=mixtral-8x7b-instruct-v0.1",
        "cpuExpertLayers=4",
        "engine=vllm has no experts in the host's memory here. It was kept, and counts as cpuExpertLayers=0. Possible \
         with engine=llamacpp.",
        "可行的选择：engine=llamacpp。",
    );
    check(
        "mode=nlp&head=classifier",
        "loss=liger",
        "head=classifier has no loss over a vocabulary here. It was kept, and counts as loss=fp32. Possible with head=lm.",
        "可行的选择：head=lm。",
    );
    check(
        "mode=nlp&head=classifier&model=bert-base-uncased",
        "loss=chunked",
        "head=classifier has no loss over a vocabulary here. It was kept, and counts as loss=fp32. Possible with \
         head=mlm.",
        "可行的选择：head=mlm。",
    );
    check(
        "mode=finetune&method=LoRA",
        "kbitPreparation=true",
        "method=LoRA has no quantized base to prepare here. It was kept, and counts as kbitPreparation=false. Possible \
         with method=QLoRA.",
        "可行的选择：method=QLoRA。",
    );
    check(
        "mode=finetune",
        "draft=mtp",
        "the mode Fine-tuning has no drafter here. It was kept, and counts as draft=none. Possible in the mode \
         Inference.",
        "可行的模式：“推理”。",
    );
    check(
        "mode=grpo&algorithm=dpo",
        "rollout=elsewhere",
        "algorithm=dpo has no sampling of completions here. It was kept, and counts as rollout=transformers. Possible \
         with algorithm=grpo.",
        "可行的选择：algorithm=grpo。",
    );
}

/// Beside the parameter's control the words are those of the controls.
#[test]
fn the_row_says_it_in_the_words_of_its_controls() {
    let inputs = decode("mode=train&trainer=ddp&gpuCount=2&tensorParallel=2", &CATALOG).0.inputs;
    let it = impossible(&inputs, Id::TensorParallel).expect("impossible");
    let told = (ENGLISH_LATER.impossible)(&it, &ENGLISH);
    assert!(told.starts_with("Impossible: Trainer DDP has no tensor parallelism here."), "{told}");
    assert!(told.contains("counts as 1. Possible with Trainer: FSDP2, "), "{told}");
    let told = (CHINESE_LATER.impossible)(&it, &CHINESE);
    assert!(told.starts_with("不可行：") && told.contains("按 1 计算"), "{told}");
}

/// What only sets how something is has nothing to refuse where that is not there.
#[test]
fn a_setting_of_what_is_not_there_has_no_effect() {
    for link in
        ["mode=finetune&method=Full&loraRank=64", "engine=vllm&ubatch=256", "mode=train&trainer=ddp&zeroStage=0"]
    {
        let (link, problems) = decode(link, &CATALOG);
        let problem = problems.iter().find(|it| matches!(it.kind, ProblemKind::NoEffect(..))).expect("a notice");
        let told = said(problem, &link.inputs, &ENGLISH_LATER);
        assert!(told.contains("has no effect") && !told.contains("impossible"), "{told}");
    }
}

/// Whatever the inputs: what is impossible has no effect and changes no bit, and with each choice that is offered
/// instead, or in each such mode, it has one.
#[test]
fn what_is_impossible_is_possible_where_it_is_said() {
    let mut draw = Draw::new(20_261_130);
    let mut met = HashSet::new();
    for _ in 0..5_000 {
        let inputs = draw.inputs(CATALOG.models());
        for id in Impossible::asking() {
            let Some(it) = impossible(&inputs, id) else { continue };
            met.insert(id);
            assert!(!inputs.has_effect(id), "{}", id.spec().key);
            let nothing = id.spec().parse(&it.nothing(), &CATALOG).expect("a value");
            let without = with(&inputs, id, nothing);
            assert_eq!(totals(&inputs), totals(&without), "{}", id.spec().key);
            assert_eq!(impossible(&without, id), None, "{}", id.spec().key);
            match it.instead() {
                Instead::Choices(of, places) => {
                    for at in places {
                        let there = with(&inputs, of, Value::Choice(at));
                        assert!(there.has_effect(id), "{} with {} {at}: {inputs:?}", id.spec().key, of.spec().key);
                    }
                }
                Instead::Modes(modes) => {
                    assert!(!modes.is_empty() && !modes.contains(&inputs.mode()), "{}", id.spec().key);
                }
            }
        }
    }
    let unmet: Vec<_> = Impossible::asking().filter(|id| !met.contains(id)).collect();
    assert!(unmet.is_empty(), "{unmet:?}");
}

/// Heads that do not divide were told without a number that does.
#[test]
fn the_nearest_heads_that_divide_are_told() {
    let (link, problems) = decode("mode=train&numAttentionHeads=7", &CATALOG);
    let told = [&ENGLISH_LATER, &CHINESE_LATER].map(|it| said(&problems[0], &link.inputs, it));
    assert!(told[0].ends_with("The nearest that divide: 4 and 8."), "{}", told[0]);
    assert!(told[1].ends_with("最接近的可整除取值：4 和 8。"), "{}", told[1]);
    let (link, problems) = decode("mode=train&numAttentionHeads=32&numKeyValueHeads=9", &CATALOG);
    let told = said(&problems[0], &link.inputs, &ENGLISH_LATER);
    assert!(told.ends_with("The nearest that divide: 8 and 16."), "{told}");
}
