//! What each stage of a pipeline holds: one stage is a run on one GPU, all together hold the whole, schedules have as
//! many micro-batches on their way as they say, and what is not known is refused. Traced stages are cases of
//! `tests/accuracy.rs`. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use vram_estimator::estimator::{
    Component, Estimate, Inputs, MethodId, MomentId, NotSpread, ParameterId as Id, Rank, RankKind, Unsupported,
    estimate_all, support, values_of,
};
use vram_estimator::link::decode;

const MODEL: &str = "mode=train&model=llama-3.1-8b&precision=BF16&batchSize=1&sequenceLength=1024";

fn inputs(link: &str) -> Inputs {
    decode(link, &CATALOG).0.inputs
}

#[track_caller]
fn calibrated(link: &str) -> Estimate {
    values_of(MethodId::Calibrated, &inputs(link)).unwrap_or_else(|| panic!("no answer: {link}"))
}

/// The ranks of a pipeline in their order, of which all have names of their own.
#[track_caller]
fn stages(link: &str) -> Vec<Rank> {
    let ranks = calibrated(link).ranks().to_vec();
    for (at, it) in ranks.iter().enumerate() {
        assert_eq!((it.kind(), it.kind().to_string()), (RankKind::Stage { at }, format!("stage {at}")), "{link}");
    }
    ranks
}

fn bytes(rank: &Rank, moment: MomentId, component: Component) -> f64 {
    let moment = rank.moments().iter().find(|it| it.id() == moment);
    moment.and_then(|it| it.line(component)).map_or(0.0, |it| it.formula.value())
}

/// Who asks for one stage gets what a run on one GPU takes, to the bit, whatever the schedule.
#[test]
fn one_stage_is_a_run_on_one_gpu() {
    for link in [MODEL, "mode=nlp&model=qwen3-0.6b", "mode=finetune&model=llama-3.1-8b&method=LoRA"] {
        let alone = values_of(MethodId::Calibrated, &inputs(link));
        for schedule in ["1f1b", "gpipe", "interleaved&virtualStages=2", "zero-bubble"] {
            for trainer in ["torch", "fsdp2"] {
                let one = format!("{link}&trainer={trainer}&pipelineParallel=1&microBatches=8&schedule={schedule}");
                assert_eq!(values_of(MethodId::Calibrated, &inputs(&one)), alone, "{one}");
            }
        }
    }
}

/// Weights, copies, states and gradients of all stages come to those of one GPU, however many there are.
#[test]
fn stages_come_to_the_whole() {
    #[track_caller]
    fn check(choices: &str, pipeline: &str, n_ranks: usize) {
        let alone = calibrated(&format!("{MODEL}&{choices}"));
        let stages = stages(&format!("{MODEL}&{choices}&trainer=torch&pipelineParallel={n_ranks}&{pipeline}"));
        assert_eq!(stages.len(), n_ranks, "{choices} {pipeline}");
        for it in [Component::Weights, Component::MasterWeights, Component::Optimizer, Component::Gradients] {
            let whole = bytes(alone.fullest(), MomentId::OptimizerStep, it);
            let all: f64 = stages.iter().map(|rank| bytes(rank, MomentId::OptimizerStep, it)).sum();
            assert!((all - whole).abs() <= 1e-9 * whole, "{choices} {pipeline} {n_ranks} {it:?}: {all} of {whole}");
            assert!(stages.iter().all(|rank| rank.count() == 1));
        }
    }
    for choices in ["recipe=pure", "recipe=master", "recipe=pure&optimizer=SGD", "precision=FP32", "modelSize=3"] {
        for n_ranks in [2, 4, 8, 16, 32] {
            check(choices, "schedule=1f1b", n_ranks);
            check(choices, "schedule=gpipe&microBatches=3", n_ranks);
        }
        check(choices, "schedule=interleaved&virtualStages=2", 4);
        check(choices, "schedule=interleaved&virtualStages=4&microBatches=16", 8);
    }
}

/// What micro-batches have left that are on their way grows with their number on every rank under GPipe, and under 1F1B
/// with the number of stages that follow; buffers grow with each.
#[test]
fn activations_follow_the_schedule() {
    let kept = |schedule: &str, micro_batches: usize| -> Vec<f64> {
        let link = format!("{MODEL}&recipe=pure&trainer=torch&pipelineParallel=4&gradientCheckpointing=true");
        let ranks = stages(&format!("{link}&schedule={schedule}&microBatches={micro_batches}"));
        let of = |it: &Rank| bytes(it, MomentId::BackwardLayer, Component::Activations);
        ranks.iter().map(of).collect()
    };
    let [few, more, most] = [8, 16, 32].map(|it| kept("1f1b", it));
    assert_eq!((&few, &more), (&more, &most), "1f1b has no more on their way with more micro-batches");
    assert!(few.is_sorted_by(|one, next| one > next), "{few:?}");
    // The middle stages are alike, but for one micro-batch more.
    let all = [8, 16, 32].map(|it| kept("gpipe", it));
    for at in 0..4 {
        let [few, more, most] = [&all[0], &all[1], &all[2]].map(|it| it[at]);
        assert!(((most - more) - 2.0 * (more - few)).abs() < 1.0 && more > few, "stage {at}: {few} {more} {most}");
    }
    // Eight more under GPipe take as much as eight times the one by which middle stages of 1F1B differ.
    let of_one = few[1] - few[2];
    assert!((all[1][1] - all[0][1] - 8.0 * of_one).abs() < 1.0, "{of_one}");
}

/// Middle stages receive from both sides, the ends from one; virtual stages each for themselves.
#[test]
fn stages_have_a_buffer_for_each_neighbour_and_micro_batch() {
    #[track_caller]
    fn check(pipeline: &str, micro_batches: f64, of_rank: &[f64]) {
        let of_one = 1024.0 * 4096.0 * 2.0;
        let link = format!("{MODEL}&recipe=pure&trainer=torch&pipelineParallel=4&{pipeline}");
        let ranks = stages(&link);
        let buffers = ranks.iter().map(|it| bytes(it, MomentId::OptimizerStep, Component::PipelineBuffers));
        let expected: Vec<_> = of_rank.iter().map(|it| it * micro_batches * of_one).collect();
        assert_eq!(buffers.collect::<Vec<_>>(), expected, "{pipeline}");
    }
    check("schedule=gpipe", 4.0, &[1.0, 2.0, 2.0, 1.0]);
    check("microBatches=64", 64.0, &[1.0, 2.0, 2.0, 1.0]);
    check("schedule=interleaved&virtualStages=2", 4.0, &[3.0, 4.0, 4.0, 3.0]);
}

/// Outputs for the caller are kept by the last stage alone, and joined at the end.
#[test]
fn outputs_are_the_last_stage_s() {
    let link = format!("{MODEL}&recipe=pure&trainer=torch&pipelineParallel=4&microBatches=64");
    let (without, with) = (stages(&link), stages(&format!("{link}&returnOutputs=true")));
    assert_eq!(without[..3], with[..3]);
    let logits = 64.0 * 1024.0 * 128_256.0 * 2.0;
    assert_eq!(bytes(&without[3], MomentId::OptimizerStep, Component::Logits), 0.0);
    assert_eq!(bytes(&with[3], MomentId::OptimizerStep, Component::Logits), logits);
    assert_eq!(bytes(&with[3], MomentId::OutputsJoined, Component::Logits), 2.0 * logits);
}

const SHARDED: &str = "mode=train&model=llama-3.1-8b&precision=BF16&batchSize=1&sequenceLength=1024&recipe=policy\
    &reduceDtype=FP32&trainer=fsdp2&wrapping=layers";

/// With FSDP2 inside, parts of all ranks of all stages come to the whole, and each stage has as many ranks as there are
/// pipelines.
#[test]
fn shards_in_stages_come_to_the_whole() {
    let whole = calibrated(&format!("{SHARDED}&gpuCount=4"));
    for (n_stages, n_gpus) in [(2, 8), (4, 16), (8, 64), (16, 32)] {
        let stages = stages(&format!("{SHARDED}&gpuCount={n_gpus}&pipelineParallel={n_stages}"));
        assert_eq!((stages.len(), stages.iter().map(Rank::count).sum::<usize>()), (n_stages, n_gpus));
        for it in [Component::Weights, Component::Optimizer, Component::Gradients] {
            let of = |rank: &Rank| rank.count() as f64 * bytes(rank, MomentId::OptimizerStep, it);
            let (all, whole) = (stages.iter().map(of).sum::<f64>(), of(&whole.ranks()[0]));
            assert!((all - whole).abs() <= 1e-9 * whole, "{n_stages} of {n_gpus} {it:?}: {all} of {whole}");
        }
    }
}

/// Formulas that are told have the values of those that are not.
#[test]
fn told_and_untold_stages_are_alike() {
    for link in [
        format!("{MODEL}&recipe=master&trainer=torch&pipelineParallel=4&microBatches=8"),
        format!("{MODEL}&recipe=pure&trainer=torch&pipelineParallel=4&schedule=interleaved&virtualStages=2"),
        format!("{SHARDED}&gpuCount=8&pipelineParallel=2&gradientCheckpointing=true"),
    ] {
        let told = estimate_all(&inputs(&link)).into_iter().find(|it| it.method() == MethodId::Calibrated);
        let totals = |it: &Estimate| it.ranks().iter().map(|it| it.total().count()).collect::<Vec<_>>();
        assert_eq!(told.as_ref().map(totals), Some(totals(&calibrated(&link))), "{link}");
    }
}

/// What nobody has traced is refused with the parameter that asks for it, and with the nearest value that is known.
#[test]
fn what_is_not_known_in_a_pipeline_is_refused() {
    #[track_caller]
    fn check(link: &str, reason: NotSpread, parameter: Id) {
        let asked = inputs(link);
        assert_eq!(support(&asked), Err(Unsupported::Spread(reason)), "{link}");
        assert_eq!(Unsupported::Spread(reason).parameter(&asked), parameter, "{link}");
        assert_eq!(values_of(MethodId::Calibrated, &asked), None, "{link}");
    }
    use NotSpread::{
        DataOfPlan, Gpus, Pipeline, PipelineOfZero, PipelineShards, PipelineTrainer, Rounds, Run, Schedule, Stages,
        VirtualStages,
    };
    let of = |more: &str| format!("{MODEL}&recipe=pure&trainer=torch&{more}");
    let stages = |layers, ranks, stages_of_rank| Stages { layers, ranks, stages_of_rank };
    check(&of("pipelineParallel=3"), stages(32, 2, 1), Id::PipelineParallel);
    check(&of("pipelineParallel=7"), stages(32, 8, 1), Id::PipelineParallel);
    check(&of("pipelineParallel=64"), stages(32, 32, 1), Id::PipelineParallel);
    check(&of("pipelineParallel=6&schedule=interleaved&virtualStages=4"), stages(32, 4, 4), Id::PipelineParallel);
    check(&of("pipelineParallel=4&schedule=interleaved&virtualStages=5"), stages(32, 4, 1), Id::PipelineParallel);
    check(&of("pipelineParallel=4&schedule=zero-bubble"), Schedule, Id::Schedule);
    check(&of("pipelineParallel=4&virtualStages=2"), VirtualStages, Id::VirtualStages);
    let rounds = of("pipelineParallel=4&schedule=interleaved&virtualStages=2&microBatches=9");
    check(&rounds, Rounds { nearest: 8 }, Id::MicroBatches);
    check(&of("pipelineParallel=4&gpuCount=7"), Gpus { nearest: 8 }, Id::GpuCount);
    check(&of("pipelineParallel=4&gpuCount=8"), PipelineTrainer, Id::Trainer);
    check(&of("gpuCount=8"), DataOfPlan, Id::DataParallel);
    check(&format!("{MODEL}&recipe=pure&trainer=ddp&pipelineParallel=4"), PipelineTrainer, Id::Trainer);
    for stage in 0..4 {
        let link = format!("{MODEL}&trainer=deepspeed&zeroStage={stage}&pipelineParallel=4");
        check(&link, PipelineOfZero, Id::PipelineParallel);
    }
    for more in ["optimizer=Adafactor", "recipe=autocast", "padding=true", "loss=liger", "attention=eager"] {
        check(&format!("{MODEL}&trainer=torch&pipelineParallel=4&{more}"), Pipeline, Id::PipelineParallel);
    }
    check("mode=train&model=llama-3.2-1b&trainer=torch&pipelineParallel=4", Pipeline, Id::PipelineParallel);
    check(
        "mode=finetune&model=llama-3.1-8b&method=LoRA&trainer=torch&pipelineParallel=4",
        Pipeline,
        Id::PipelineParallel,
    );
    check("mode=grpo&model=llama-3.1-8b&trainer=torch&pipelineParallel=4", Run, Id::Trainer);
    for more in ["gpuCount=6", "gpuCount=2", "gpuCount=8&reshard=none", "gpuCount=8&offloadParameters=cpu"] {
        check(&format!("{SHARDED}&pipelineParallel=2&{more}"), PipelineShards, Id::PipelineParallel);
    }
    for (known, other) in [("wrapping=layers", "wrapping=layers_tail"), ("reduceDtype=FP32", "reduceDtype=BF16")] {
        let link = format!("{SHARDED}&pipelineParallel=2&gpuCount=8").replace(known, other);
        check(&link, PipelineShards, Id::PipelineParallel);
    }
}
