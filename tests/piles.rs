//! What ranks hold as piles: they come to the rank's total, and are those of what spreads the run. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/draw.rs"]
mod draw;

use catalog::CATALOG;
use draw::Draw;
use vram_estimator::estimator::plan::piles::{Pile, piles};
use vram_estimator::estimator::{Component, Inputs, MethodId, ParameterId as Id, Rank, Trainer, Value, values_of};
use vram_estimator::link::decode;
use vram_estimator::locale::ENGLISH_LATER;
use vram_estimator::present::answer::answer;

fn inputs(link: &str) -> Inputs {
    decode(&format!("mode=train&model=llama-3.2-1b&precision=BF16&{link}"), &CATALOG).0.inputs
}

/// The piles of the fullest rank, in their order, and that rank.
fn of(link: &str) -> (Option<[f64; 5]>, Rank) {
    let inputs = inputs(link);
    let estimate = values_of(MethodId::Calibrated, &inputs).expect(link);
    (piles(&inputs, estimate.fullest()).map(|it| it.map(|(_, bytes)| bytes.count())), estimate.fullest().clone())
}

#[track_caller]
fn known(link: &str) -> [f64; 5] {
    of(link).0.expect(link)
}

fn line(rank: &Rank, keep: impl Fn(Component) -> bool) -> f64 {
    let lines = rank.peak().lines().iter().filter(|it| keep(it.component));
    lines.map(|it| it.formula.bytes().count()).sum()
}

#[test]
fn piles_are_those_of_what_spreads_the_run() {
    let (ddp, rank) = of("trainer=ddp&gpuCount=4");
    let [sharded, replicated, gathered, communicators, own] = ddp.expect("piles");
    let states = |it| matches!(it, Component::Weights | Component::Optimizer | Component::MasterWeights);
    assert_eq!([sharded, gathered, replicated], [0.0, 0.0, line(&rank, states)]);
    let sent = |it| matches!(it, Component::GradientBuckets | Component::Communicators);
    assert_eq!(communicators, line(&rank, sent));
    assert!(replicated > 0.0 && communicators > 0.0 && own > 0.0);
    let [sharded, replicated, gathered, communicators, _] = known("trainer=fsdp2&gpuCount=4");
    assert!(replicated == 0.0 && sharded > 0.0 && gathered > 0.0 && communicators > 0.0);
    let (of_two, rank) = of("trainer=deepspeed&gpuCount=4&zeroStage=2");
    let [sharded, replicated, ..] = of_two.expect("piles");
    assert_eq!(replicated, line(&rank, |it| it == Component::Weights));
    assert_eq!(sharded, line(&rank, |it| matches!(it, Component::Optimizer | Component::MasterWeights)));
    let [_, replicated, gathered, ..] = known("trainer=deepspeed&gpuCount=4&zeroStage=3");
    assert!(replicated == 0.0 && gathered > 0.0);
}

/// What is divided in some tensors alone, or of quantized weights, is in no pile rather than in a wrong one.
#[test]
fn nothing_is_told_where_nobody_has_told_tensors_apart() {
    for link in [
        "",
        "trainer=fsdp2&gpuCount=1",
        "trainer=megatron&gpuCount=4&tensorParallel=4",
        "trainer=transformers&gpuCount=4&tensorParallel=4",
        "method=QLoRA&quantization=nf4&trainer=fsdp2&gpuCount=2",
    ] {
        assert_eq!(of(link).0, None, "{link}");
    }
}

/// Whatever the run, the piles are all that the rank holds, and more ranks share out no more to each.
#[test]
fn piles_come_to_the_total() {
    let mut draw = Draw::new(20_261_201);
    let mut n_known = 0;
    for _ in 0..60_000 {
        let drawn = draw.inputs(CATALOG.models());
        let put = |inputs: Inputs, id, value| inputs.with(id, value).expect("the value is offered");
        let trainer = Value::Choice([Trainer::Ddp, Trainer::Fsdp2, Trainer::DeepSpeed][draw.below(3)] as usize);
        let n_gpus = 2.0 * (1 + draw.below(64)) as f64;
        let spread = put(put(drawn, Id::Trainer, trainer), Id::GpuCount, Value::Number(n_gpus));
        let Some(estimate) = values_of(MethodId::Calibrated, &spread) else { continue };
        for rank in estimate.ranks() {
            let Some(piles) = piles(&spread, rank) else { continue };
            let sum: f64 = piles.iter().map(|(_, bytes)| bytes.count()).sum();
            let total = rank.total().count();
            assert!((sum - total).abs() <= 1e-9 * total, "{sum} {total}: {spread:?}");
            n_known += 1;
        }
    }
    assert!(n_known > 150, "{n_known}");
    for trainer in ["fsdp2", "deepspeed&zeroStage=3"] {
        let of_ranks = [2, 4, 8, 64].map(|n| known(&format!("trainer={trainer}&gpuCount={n}"))[Pile::Sharded as usize]);
        assert!(of_ranks.is_sorted_by(|few, more| few > more), "{trainer}: {of_ranks:?}");
    }
}

#[test]
fn the_command_line_tells_them() {
    let (link, problems) = decode("mode=train&model=llama-3.2-1b&trainer=ddp&gpuCount=4", &CATALOG);
    let json = answer(&link, &problems, &ENGLISH_LATER);
    let of = |method: &str| {
        let all = json["estimates"].as_array().expect("a list");
        all.iter().find(|it| it["method"] == method).expect("an answer")["ranks"][0].clone()
    };
    let told = of("calibrated")["piles"].as_object().expect("piles").clone();
    let names: Vec<_> = told.keys().map(String::as_str).collect();
    assert_eq!(names.len(), 5);
    assert!(Pile::ALL.iter().all(|it| names.contains(&it.id())), "{names:?}");
    let sum: f64 = told.values().filter_map(|it| it.as_f64()).sum();
    assert_eq!(Some(sum.round()), of("calibrated")["total_bytes"].as_f64().map(f64::round));
    assert!(of("documented")["piles"].is_null(), "the document knows one GPU");
}
