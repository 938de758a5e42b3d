//! Preference training as TRL runs it: what an algorithm makes of a batch, where its reference lies, and what samples
//! completions beside the trainer. Totals of pairs are held against traces by `tests/accuracy.rs`.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use vram_estimator::estimator::plan::strategies::Strategy;
use vram_estimator::estimator::{
    Component, Control, Estimate, Inputs, MethodId, MomentId, NotSpread, ParameterId as Id, ReferenceModel,
    Unsupported, estimate_values, number_of_sequences, support,
};
use vram_estimator::link::{ProblemKind, decode};
use vram_estimator::locale::{CHINESE, ENGLISH};
use vram_estimator::present::batch::batch_note;

const LLAMA: &str = "mode=grpo&model=llama-3.2-1b&precision=BF16";
/// Parameters of Llama 3.2 1B, bytes of a GiB.
const P: f64 = 1_235_814_400.0;
const GIB: f64 = 1_073_741_824.0;

fn inputs(link: &str) -> Inputs {
    let (link, problems) = decode(link, &CATALOG);
    assert!(problems.is_empty(), "{problems:?}");
    link.inputs
}

fn calibrated(more: &str) -> Estimate {
    let all = estimate_values(&inputs(&format!("{LLAMA}{more}")));
    all.into_iter().find(|it| it.method() == MethodId::Calibrated).expect("an answer")
}

fn bytes_at(estimate: &Estimate, moment: MomentId, component: Component) -> f64 {
    let moment = estimate.moments().iter().find(|it| it.id() == moment).expect("the moment");
    moment.line(component).map_or(0.0, |line| line.formula.value())
}

fn has(estimate: &Estimate, moment: MomentId) -> bool {
    estimate.moments().iter().any(|it| it.id() == moment)
}

/// A second model is shared out, and in its pass it is whole on every GPU, twice: TRL makes one group of all its
/// parameters, whose all-gather's output lives beside them (`prepare_fsdp`). DeepSpeed shares none of it out below
/// stage 3 (`prepare_deepspeed`).
#[test]
fn a_second_model_is_gathered_whole() {
    let pairs = |more: &str| calibrated(&format!("&algorithm=dpo&method=Full&dataParallel=4{more}"));
    let sharded = |more: &str| pairs(&format!("&trainer=fsdp2&wrapping=layers_tail{more}"));
    let (second, none) = (sharded(""), sharded("&referenceModel=none"));
    let at = |it: &Estimate, component| bytes_at(it, MomentId::ReferencePass, component);
    assert_eq!(at(&second, Component::Weights), 2.0 * (4.0 * P / 4.0));
    assert_eq!(at(&second, Component::CollectiveBuffers), 2.0 * P);
    // The tied table of the trained model stays gathered, with the last norm.
    assert_eq!(at(&second, Component::GatheredParameters), 2.0 * P + 2.0 * (128_256.0 * 2048.0 + 2048.0));
    assert!(!has(&none, MomentId::ReferencePass) && none.total() < second.total());
    let zero = |more: &str| pairs(&format!("&trainer=deepspeed&zeroStage=2{more}"));
    let (second, none) = (zero(""), zero("&referenceModel=none"));
    let more = second.total().count() - none.total().count();
    assert_eq!((more, at(&second, Component::Weights)), (2.0 * P, 4.0 * P));
}

/// Groups over GPUs were refused but for replicas. A first rank puts each weight together and packs it for a server; a
/// pass before the step leaves its last group gathered for those behind it; and what ZeRO does not share out samples as
/// on one GPU.
#[test]
fn groups_are_sampled_and_scored_before_the_step() {
    let groups = |more: &str| calibrated(&format!("&method=Full&dataParallel=4&sequenceLength=1024{more}"));
    let sharded = |more: &str| groups(&format!("&trainer=fsdp2&wrapping=layers_tail{more}"));
    let (sent, own) = (sharded("&rollout=elsewhere"), sharded(""));
    // As traced: a message on its way, one that is packed, and what it is packed of.
    let at_once = bytes_at(&sent, MomentId::WeightSync, Component::Temporaries);
    assert!((at_once - 3_324_116_992.0).abs() < 1e5, "{at_once}");
    assert!(has(&sent, MomentId::LogProbabilities) && !has(&sent, MomentId::Generation));
    assert!(has(&own, MomentId::Generation) && !has(&own, MomentId::LogProbabilities));
    let table = 2.0 * (128_256.0 * 2048.0 + 2048.0);
    assert_eq!(bytes_at(&sent, MomentId::LogProbabilities, Component::GatheredParameters), table);
    let second = sharded("&referenceModel=resident");
    assert_eq!(bytes_at(&second, MomentId::ReferencePass, Component::CollectiveBuffers), 2.0 * P);
    let zero = |more: &str| groups(&format!("&trainer=deepspeed&zeroStage=2{more}"));
    let cache = |it: &Estimate| bytes_at(it, MomentId::Generation, Component::KvCache);
    assert_eq!(cache(&zero("")), cache(&own));
    let weights = |it: &Estimate| bytes_at(it, MomentId::ReferencePass, Component::Weights);
    assert_eq!(weights(&zero("&referenceModel=resident")), 4.0 * P);
}

/// Sharding is advised with the reference where it can be: in the host's memory it made every sharded run refused, and
/// so none was advised.
#[test]
fn a_sharded_reference_is_on_the_gpus() {
    let alone = inputs(&format!("{LLAMA}&algorithm=dpo&method=Full&referenceModel=cpu"));
    let there = Strategy::Shard.apply(&alone).expect("a change");
    assert_eq!(there.choice::<ReferenceModel>(Id::ReferenceModel), ReferenceModel::Resident);
    assert_eq!(support(&there), Ok(()));
}

/// What stands where nobody chose a reference.
#[test]
fn the_reference_is_that_of_the_trainer() {
    let check = |more: &str, expected: ReferenceModel| {
        let inputs = inputs(&format!("mode=grpo{more}"));
        assert_eq!(inputs.choice::<ReferenceModel>(Id::ReferenceModel), expected, "{more}");
    };
    check("", ReferenceModel::None);
    check("&method=Full", ReferenceModel::None);
    check("&algorithm=dpo", ReferenceModel::AdapterOff);
    check("&algorithm=dpo&method=QLoRA", ReferenceModel::AdapterOff);
    check("&algorithm=dpo&method=Full", ReferenceModel::Resident);
}

#[test]
fn what_cannot_be_is_refused_with_a_reason() {
    let check = |more: &str, reason: Unsupported, id: Id| {
        let (link, problems) = decode(&format!("{LLAMA}{more}"), &CATALOG);
        assert_eq!(support(&link.inputs), Err(reason), "{more}");
        let told = problems.iter().any(|it| it.key == id.spec().key && matches!(it.kind, ProblemKind::Unsupported(..)));
        assert!(told, "{more}: {problems:?}");
        assert!(estimate_values(&link.inputs).iter().all(|it| it.method() != MethodId::Calibrated), "{more}");
    };
    for algorithm in ["grpo", "dpo"] {
        let more = format!("&algorithm={algorithm}&method=Full&referenceModel=adapter-off");
        check(&more, Unsupported::NoAdapters, Id::ReferenceModel);
    }
    // 2.3 GiB of weights in 8 % of 24 GiB.
    let more = "&rollout=vllm-colocated&rolloutMemory=0.08&gpuMemory=24";
    check(more, Unsupported::RolloutTooSmall, Id::RolloutMemory);
    // 19.2 GiB of 24: the context and 4.6 GiB of weights in FP32 leave less.
    let large = "&rollout=vllm-colocated&rolloutMemory=0.8&gpuMemory=24";
    check(&format!("{large}&method=Full&recipe=autocast"), Unsupported::RolloutTooLarge, Id::RolloutMemory);
    for fitting in ["&rollout=vllm-colocated&gpuMemory=24", large] {
        assert_eq!(support(&inputs(&format!("{LLAMA}{fitting}"))), Ok(()), "{fitting}");
    }
}

/// Pairs are two sequences each, whatever a group would be.
#[test]
fn pairs_have_no_groups() {
    let pairs = inputs("mode=grpo&algorithm=dpo&batchSize=6");
    assert_eq!(number_of_sequences(&pairs), 12.0);
    for id in [Id::NumGenerations, Id::BatchUnit, Id::Rollout, Id::RolloutMemory, Id::RolloutSleep] {
        assert_eq!(pairs.taken_away_by(id), Some(Control::Algorithm), "{id:?}");
    }
    let groups = inputs("mode=grpo&batchSize=6");
    assert_eq!(number_of_sequences(&groups), 48.0);
    assert_eq!(groups.taken_away_by(Id::RolloutMemory), Some(Control::Rollout));
}

/// A second model weighs what the first does; in the host's memory it brings its largest matrix while it scores.
#[test]
fn a_reference_weighs_what_it_is() {
    let weights = |more: &str, moment| bytes_at(&calibrated(more), moment, Component::Weights);
    let full = "&algorithm=dpo&method=Full&recipe=pure";
    let at_end = |reference: &str| weights(&format!("{full}&referenceModel={reference}"), MomentId::BackwardEnd);
    assert_eq!(at_end("none"), 2.0 * P);
    assert_eq!(at_end("resident"), 4.0 * P);
    assert_eq!(at_end("cpu"), 2.0 * P);
    let scoring = weights(&format!("{full}&referenceModel=cpu"), MomentId::ReferencePass);
    assert_eq!(scoring - 2.0 * P, 2.0 * 128_256.0 * 2048.0);
    // FP32 weights under autocast have a reference of the same.
    assert_eq!(weights("&algorithm=dpo&method=Full&recipe=autocast", MomentId::BackwardEnd), 8.0 * P);
    assert!(!has(&calibrated(&format!("{full}&referenceModel=none")), MomentId::ReferencePass));
    // Without adapters the trained model itself is the reference, and weighs nothing more.
    assert_eq!(weights("&algorithm=dpo", MomentId::ReferencePass), 2.0 * P);
    assert_eq!(weights("&referenceModel=resident", MomentId::Generation), 4.0 * P);
}

/// Awake, vLLM has all of its share; asleep, nothing but its graphs; and a server elsewhere nothing at all.
#[test]
fn what_samples_has_its_share_while_it_is_awake() {
    let beside = |estimate: &Estimate, moment| {
        let weights = bytes_at(estimate, moment, Component::Weights) - 2.0 * P;
        (weights, bytes_at(estimate, moment, Component::KvCache))
    };
    let sleeping = calibrated("&rollout=vllm-colocated");
    // The share holds 16 layers in graphs of 1, 2, 4 and every eighth of up to 32 sequences: they once stood beside it.
    let graphs = 16.0 * (3.0 + 32.0 / 8.0) * (0.2 * GIB / 1024.0);
    let share = 0.3 * 80.0 * GIB - graphs;
    let (weights, pool) = beside(&sleeping, MomentId::Generation);
    assert_eq!((weights, pool), (2.0 * P, share - 2.0 * P));
    assert_eq!(beside(&sleeping, MomentId::WeightSync), (2.0 * P, 0.0));
    for moment in [MomentId::LogProbabilities, MomentId::BackwardLastLayer, MomentId::OptimizerStep] {
        assert_eq!(beside(&sleeping, moment), (0.0, 0.0), "{moment:?}");
    }
    let awake = calibrated("&rollout=vllm-colocated&rolloutSleep=false");
    for moment in [MomentId::WeightSync, MomentId::Generation, MomentId::Loss, MomentId::OptimizerStep] {
        assert_eq!(beside(&awake, moment), (2.0 * P, share - 2.0 * P), "{moment:?}");
    }
    let elsewhere = calibrated("&rollout=elsewhere");
    assert!(!has(&elsewhere, MomentId::Generation));
    assert!(elsewhere.moments().iter().all(|it| it.line(Component::KvCache).is_none()));
    // Two messages of 1 GiB, beside twice the largest matrix of an adapter in FP32.
    let merged = 2.0 * 4.0 * 8192.0 * 2048.0;
    assert_eq!(bytes_at(&elsewhere, MomentId::WeightSync, Component::Temporaries), 2.0 * GIB + merged);
}

/// The batch of a user of TRL was 64 sequences, and nothing on the page said so.
#[test]
fn a_batch_says_how_many_sequences_it_is() {
    let note = |link: &str, texts| batch_note(&inputs(link), Id::BatchSize, texts).unwrap_or_default();
    let link = "mode=grpo&batchSize=8";
    assert_eq!(note(link, &ENGLISH.controls), "= 64 sequences; in TRL a batch of 8 is 1 prompt");
    assert_eq!(note(link, &CHINESE.controls), "= 64 条序列；在 TRL 中批次大小 8 是 1 条提示词");
    assert!(note("mode=grpo&batchSize=8&batchUnit=completions", &ENGLISH.controls).starts_with("= 8 sequences"));
    let pairs = note("mode=grpo&algorithm=dpo&batchSize=8", &ENGLISH.controls);
    assert_eq!(pairs, "= 16 sequences, a chosen and a rejected one of each pair");
    assert_eq!(note("mode=train", &ENGLISH.controls), "");
}

/// Groups are scored from whole logits, or in chunks, which leaves a tile of them in the loss and in the pass that
/// scores what another program sampled; no other way is known.
#[test]
fn groups_are_scored_whole_or_in_chunks() {
    let elsewhere = "&rollout=elsewhere&completionLength=512&sequenceLength=768";
    let (whole, chunked) = (calibrated(elsewhere), calibrated(&format!("{elsewhere}&loss=chunked")));
    for moment in [MomentId::LogProbabilities, MomentId::Loss, MomentId::BackwardStart] {
        let [before, after] = [&whole, &chunked].map(|it| bytes_at(it, moment, Component::Logits));
        assert!(after < before / 8.0, "{moment:?}: {after} of {before}");
    }
    for loss in ["native", "fused", "liger"] {
        let refused = support(&decode(&format!("{LLAMA}&loss={loss}"), &CATALOG).0.inputs);
        assert_eq!(refused, Err(Unsupported::LossOfGroups), "{loss}");
    }
}

/// Pairs are scored in chunks, or from whole logits, as TRL 1.9 does: of the trained model and of the reference, and
/// copied for entropies. They are in FP32 where Accelerate runs the model, and else in the run's format, whose
/// logarithms of softmax are kept.
#[test]
fn pairs_are_scored_whole_or_in_chunks() {
    let (all, vocabulary) = (2.0 * 1024.0, 128_256.0);
    let predicted = all - 2.0;
    let logits = |more: &str| {
        let link = format!("&algorithm=dpo&method=Full&batchSize=1&sequenceLength=1024{more}");
        let estimate = calibrated(&link);
        assert!(has(&estimate, MomentId::ReferencePass) != more.contains("none"), "{more}");
        bytes_at(&estimate, MomentId::Loss, Component::Logits)
    };
    assert_eq!(logits("&loss=fp32"), 4.0 * vocabulary * (2.0 * all + predicted + 3.0 * 128.0));
    assert_eq!(logits("&loss=native"), 2.0 * vocabulary * (2.0 * all + 2.0 * predicted + 3.0 * 128.0));
    assert_eq!(logits("&loss=fp32&referenceModel=none"), 4.0 * vocabulary * (all + predicted + 3.0 * 128.0));
    assert_eq!(logits(""), logits("&loss=chunked"));
    assert!(logits("") < logits("&loss=native") / 8.0);
    for loss in ["fused", "liger"] {
        let refused = support(&decode(&format!("{LLAMA}&algorithm=dpo&loss={loss}"), &CATALOG).0.inputs);
        assert_eq!(refused, Err(Unsupported::LossOfGroups), "{loss}");
    }
    // Nobody has traced them over GPUs that share tensors out.
    let shared = format!("{LLAMA}&algorithm=dpo&method=Full&trainer=fsdp2&dataParallel=4&loss=fp32");
    let only = Unsupported::Spread(NotSpread::Only(Id::Loss, "chunked"));
    assert_eq!(support(&decode(&shared, &CATALOG).0.inputs), Err(only));
}
