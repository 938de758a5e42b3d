//! What each rank of a run over GPUs holds: one rank is a run on one GPU, replicas hold the same, and no rank is without a finite
//! total. Traced ranks are cases of `tests/accuracy.rs`. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/draw.rs"]
mod draw;

mod common;

use catalog::CATALOG;
use common::with;
use draw::Draw;
use vram_estimator::estimator::{
    Component, Estimate, Inputs, MethodId, ParameterId as Id, RankKind, Trainer, Unsupported, Value, support, values_of,
};
use vram_estimator::link::decode;

fn inputs(link: &str) -> Inputs {
    decode(link, &CATALOG).0.inputs
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

/// Who asks for one rank gets what a run on one GPU takes, to the bit, whatever would spread it.
#[test]
fn one_rank_is_a_run_on_one_gpu() {
    let mut draw = Draw::new(20_261_128);
    let mut n_answered = 0;
    for _ in 0..3000 {
        let drawn = draw.inputs(CATALOG.models());
        let alone = with(&drawn, Id::Trainer, Value::Choice(Trainer::None as usize));
        let one = [Id::GpuCount, Id::DataParallel].iter().fold(drawn, |it, id| with(&it, *id, Value::Number(1.0)));
        let [alone, one] = [alone, one].map(|it| values_of(MethodId::Calibrated, &it));
        n_answered += usize::from(one.is_some());
        assert_eq!(one, alone);
    }
    assert!(n_answered > 500, "{n_answered}");
}

/// Every replica holds what a run on one GPU does, and buckets for its gradients, at each moment; where these are views of the
/// buckets, no second copy of them.
#[test]
fn replicas_hold_buckets_beside_everything() {
    for link in SPREAD {
        let (alone, spread) = (calibrated(link), calibrated(&format!("{link}&trainer=ddp&gpuCount=8")));
        let ranks: Vec<_> = spread.ranks().iter().map(|it| (it.kind(), it.count())).collect();
        assert_eq!(ranks, [(RankKind::Replica, 8)]);
        let bytes = |estimate: &Estimate, component| -> Vec<f64> {
            let of = estimate.moments().iter().map(|it| it.line(component).map_or(0.0, |it| it.formula.value()));
            of.collect()
        };
        let gradients = alone.moments().last().and_then(|it| it.line(Component::Gradients)).expect("a step");
        for (it, before) in spread.moments().iter().zip(alone.moments()) {
            let bucket = it.line(Component::GradientBuckets).expect("buckets").formula.value();
            assert_eq!(bucket, gradients.formula.value(), "{link}");
            assert!((it.total().count() - before.total().count() - bucket).abs() < 1.0, "{link} {:?}", it.id());
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

/// What is not known over several GPUs is refused, and never computed as something else.
#[test]
fn what_is_not_known_over_gpus_is_refused() {
    #[track_caller]
    fn check(link: &str) {
        let spread = inputs(&format!("{link}&trainer=ddp&gpuCount=2"));
        assert_eq!(support(&inputs(link)), Ok(()), "{link}");
        assert_eq!(support(&spread), Err(Unsupported::NotSpread), "{link}");
        assert_eq!(values_of(MethodId::Calibrated, &spread), None, "{link}");
        assert_eq!(Unsupported::NotSpread.parameter(&spread), Id::Trainer);
    }
    check("mode=grpo&model=llama-3.2-1b");
    check("mode=grpo&algorithm=dpo&model=llama-3.2-1b");
    check("mode=vlm&model=llava-1.5-7b");
    check("mode=multimodal&task=training&model=llava-1.5-7b");
    check("mode=train&model=t5-small");
    check("mode=cnn&model=resnet50");
}
