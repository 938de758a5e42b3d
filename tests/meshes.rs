//! Random meshes over random architectures: what every rank holds is finite, ranks come to the whole, more ranks of
//! data hold no more each, and a mesh of one is a run on one GPU. Values alone, of small models, so that a hundred
//! thousand take seconds. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/draw.rs"]
mod draw;

use catalog::CATALOG;
use draw::Draw;
use vram_estimator::estimator::{
    ChoiceValue, Component, Estimate, Inputs, MethodId, MomentId, ParameterId as Id, Rank, RankKind, Trainer, Value,
    values_of,
};
use vram_estimator::link::decode;

const CASES: usize = 100_000;

fn with(inputs: &Inputs, id: Id, value: Value) -> Inputs {
    inputs.clone().with(id, value).expect("the value is offered")
}

fn answer(link: &str) -> Option<Estimate> {
    let inputs: Inputs = decode(link, &CATALOG).0.inputs;
    values_of(MethodId::Calibrated, &inputs)
}

/// A decoder as somebody may type it, dense or with experts in each layer, and a run that trains it.
fn run(draw: &mut Draw) -> String {
    let heads = 1 << draw.below(6);
    let head = [16, 48, 64, 128][draw.below(4)];
    let keys = 1 << draw.below(1 + (heads as f64).log2() as usize);
    let (hidden, inner) = (heads * head, 16 * (1 + draw.below(400)));
    let experts = match draw.below(3) {
        0 => format!("&numExperts={}&numActiveExperts=1&moeIntermediateSize={inner}&mlpBias=false", 1 + draw.below(24)),
        _ => String::new(),
    };
    format!(
        "mode=train&layout=decoder&numLayers={}&hiddenSize={hidden}&numAttentionHeads={heads}&numKeyValueHeads={keys}&headDim={head}\
         &intermediateSize={inner}&vocabSize={}&gatedMlp=true&activation=silu&norm=rms&positions=rotary&tieWordEmbeddings={}&precision=BF16\
         &batchSize={}&sequenceLength={}&gradientCheckpointing={}{experts}",
        1 + draw.below(16),
        100 + draw.below(60_000),
        draw.below(2) == 0,
        1 + draw.below(4),
        64 * (1 + draw.below(32)),
        draw.below(2) == 0,
    )
}

/// What spreads it, and over how many GPUs that read data of their own.
fn mesh(draw: &mut Draw, ranks: usize) -> String {
    let degree = |draw: &mut Draw| 1 << draw.below(3);
    match draw.below(7) {
        0 => format!("&trainer=ddp&dataParallel={ranks}"),
        1 => format!("&trainer=fsdp2&dataParallel={ranks}&wrapping=layers_tail"),
        2 => format!("&trainer=fsdp2&dataParallel={ranks}&recipe=pure&reduceDtype=FP32"),
        3 => format!("&trainer=deepspeed&dataParallel={ranks}&zeroStage={}", 1 + draw.below(3)),
        4 => {
            let among = degree(draw);
            let ranks = (ranks / among).max(1) * among;
            format!("&trainer=fsdp2&dataParallel={ranks}&wrapping=layers_tail&expertParallel={among}")
        }
        5 => format!("&trainer=torch&recipe=pure&pipelineParallel={}&schedule=gpipe", degree(draw)),
        _ => format!(
            "&trainer=megatron&dataParallel={ranks}&tensorParallel={}&pipelineParallel={}&expertParallel={}&expertTensorParallel={}\
             &sequenceParallel=true&distributedOptimizer={}&gradientCheckpointing=false",
            degree(draw),
            degree(draw),
            degree(draw),
            degree(draw),
            draw.below(2) == 0,
        ),
    }
}

fn bytes(rank: &Rank, component: Component) -> f64 {
    let step = rank.moments().iter().find(|it| it.id() == MomentId::OptimizerStep);
    step.and_then(|it| it.line(component)).map_or(0.0, |it| it.formula.value())
}

/// No line of any rank is less than nothing, and each rank is told with how many there are.
#[test]
fn every_rank_of_a_random_mesh_is_sound() {
    let mut draw = Draw::new(20_261_129);
    let mut answered = [0; 2];
    for _ in 0..CASES {
        let (model, n_ranks) = (run(&mut draw), 1 + draw.below(64));
        let link = format!("{model}{}", mesh(&mut draw, n_ranks));
        let Some(estimate) = answer(&link) else { continue };
        answered[usize::from(link.contains("numExperts"))] += 1;
        for rank in estimate.ranks() {
            assert!(rank.count() > 0, "{link}");
            for line in rank.moments().iter().flat_map(|it| it.lines()) {
                let bytes = line.formula.value();
                assert!(bytes.is_finite() && bytes >= 0.0, "{:?} {bytes}: {link}", line.component);
            }
        }
    }
    assert!(answered[0] > 20_000 && answered[1] > 5_000, "{answered:?}");
}

/// Every rank of any run over GPUs has a finite total, and no moment holds less than nothing.
#[test]
fn every_rank_of_the_catalogue_is_sound() {
    let mut draw = Draw::new(20_261_129);
    let mut n_ranks = 0;
    for _ in 0..60_000 {
        let drawn = draw.inputs(CATALOG.models());
        let trainer = Value::Choice(1 + draw.below(Trainer::ALL.len() - 1));
        let spread =
            with(&with(&drawn, Id::Trainer, trainer), Id::GpuCount, Value::Number(draw.number(2.0, 1e6, true)));
        // Of most numbers the layers of few models are a multiple.
        let n_stages = if draw.below(4) > 0 { 1.0 } else { 2.0 };
        let spread = with(&spread, Id::PipelineParallel, Value::Number(n_stages));
        let spread = with(&spread, Id::TensorParallel, Value::Number([1.0, 1.0, 2.0, 4.0][draw.below(4)]));
        let Some(estimate) = values_of(MethodId::Calibrated, &spread) else { continue };
        for rank in estimate.ranks() {
            n_ranks += usize::from(rank.kind() != RankKind::Only);
            assert!(rank.count() > 0);
            for line in rank.moments().iter().flat_map(|it| it.lines()) {
                let bytes = line.formula.value();
                assert!(bytes.is_finite() && bytes >= 0.0, "{:?} {bytes}: {spread:?}", line.component);
            }
        }
    }
    assert!(n_ranks > 500, "{n_ranks}");
}

/// Parts of weights, gradients and states come to the whole under FSDP2, whatever does not divide; none holds less than
/// nothing, the first no less than its even share, and none more where twice as many share.
#[test]
fn shares_of_random_models_come_to_the_whole() {
    let mut draw = Draw::new(20_261_130);
    let (mut n_answered, mut n_of_experts) = (0, 0);
    for _ in 0..CASES / 10 {
        let (model, n_ranks) = (run(&mut draw), 2 + draw.below(62));
        // Whole experts on some ranks where that is known: of others each has a share of all.
        let among = 1 << draw.below(4);
        let spread = |n: usize, among: usize| {
            let link = format!("{model}&trainer=fsdp2&dataParallel={n}&wrapping=layers_tail");
            answer(&format!("{link}&expertParallel={among}"))
        };
        let is_known = spread(among, among).is_some();
        let with = |n: usize| if is_known { spread(n * among, among) } else { spread(n, 1) };
        n_of_experts += usize::from(is_known && among > 1);
        let (Some(two), Some(some), Some(twice)) = (with(2), with(n_ranks), with(2 * n_ranks)) else { continue };
        n_answered += 1;
        for component in [Component::Weights, Component::Gradients, Component::Optimizer] {
            let all = |it: &Estimate| it.ranks().iter().map(|it| it.count() as f64 * bytes(it, component)).sum::<f64>();
            let most = |it: &Estimate| it.ranks().iter().map(|it| bytes(it, component)).fold(0.0, f64::max);
            let whole: f64 = all(&two);
            for it in [&some, &twice] {
                let sum: f64 = all(it);
                assert!((sum - whole).abs() <= 1e-9 * whole, "{component:?} {sum} of {whole}: {n_ranks} {model}");
            }
            let number = some.ranks().iter().map(|it| it.count()).sum::<usize>() as f64;
            assert!(most(&some) * number >= whole * (1.0 - 1e-9), "{component:?}: {n_ranks} {model}");
            assert!(most(&twice) <= most(&some) * (1.0 + 1e-9), "{component:?}: {n_ranks} {model}");
        }
    }
    assert!(n_answered > 4_000 && n_of_experts > 600, "{n_answered} {n_of_experts}");
}

/// Every degree 1 is a run on one GPU, to the bit, whatever would spread it.
#[test]
fn a_random_mesh_of_one_is_one_gpu() {
    let mut draw = Draw::new(20_261_131);
    let mut n_answered = 0;
    for _ in 0..CASES / 10 {
        let model = run(&mut draw);
        let alone = answer(&model);
        n_answered += usize::from(alone.is_some());
        for trainer in ["ddp", "fsdp2", "deepspeed", "torch", "megatron"] {
            let one = format!(
                "{model}&trainer={trainer}&dataParallel=1&tensorParallel=1&pipelineParallel=1&expertParallel=1&expertTensorParallel=1"
            );
            assert_eq!(answer(&one), alone, "{one}");
        }
    }
    assert!(n_answered > 5_000, "{n_answered}");
}
