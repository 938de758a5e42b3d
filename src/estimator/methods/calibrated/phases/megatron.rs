//! The moments of a step of Megatron-LM, stage by stage: the loss, the recomputation of a layer, and what is left after
//! the step. It knows no gradients of activations, which take less than the logits that are gone by then.
//!
//! Per layer with Transformer Engine's fused kernels (`theoretical_memory_usage.py`: s·b·h·(18 + 4·ffn/h)/TP with
//! sequence parallelism, s·b·h·(10 + 24/TP) without), told here by tensor.

use crate::estimator::architecture::Fact;
use crate::estimator::component::Component;
use crate::estimator::estimate::{Lines, Moment, Rank};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::run::megatron::MegatronRun;
use crate::estimator::methods::calibrated::tensors::cached::{Cached, sum_of};
use crate::estimator::methods::calibrated::tensors::dtype::{BYTE, FP32, HALF, element, times};
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Attention;
use crate::estimator::parameters::spread::Recompute;
use crate::estimator::quantity::Quantity;
use crate::estimator::rank::RankKind;
use crate::estimator::units::{Count, Memory};

const ATTENTION: &str = "megatron/core/transformer/attention.py";
const LAYER: &str = "megatron/core/transformer/transformer_layer.py";
const FEED_FORWARD: &str = "megatron/core/transformer/mlp.py";
const SCORES: &str = "megatron/core/transformer/dot_product_attention.py";
const CROSS_ENTROPY: &str = "megatron/core/tensor_parallel/cross_entropy.py";

/// What decides how many layers have activations at once.
const FLIGHT_FROM: &[Id] = &[Id::NumLayers, Id::PipelineParallel, Id::VirtualStages, Id::Schedule, Id::MicroBatches];

/// The ranks of a run by their place in the pipeline, each with its moments, to which `more` is added.
pub fn ranks(shape: &Shape, mesh: &Mesh, more: impl Fn(Vec<Moment>) -> Vec<Moment>) -> Vec<Rank> {
    let run = MegatronRun::of(shape, mesh);
    let stages = run.pipeline.ranks;
    let of_stage = mesh.count() / stages;
    let kind = |at| match stages {
        1 => RankKind::Shards { first: 0, last: of_stage - 1 },
        _ => RankKind::Stage { at },
    };
    (0..stages).filter_map(|at| Rank::new(kind(at), of_stage, more(moments(&run, at)))).collect()
}

fn moments(run: &MegatronRun, rank: usize) -> Vec<Moment> {
    let recompute = run.shape.reader.choice::<Recompute>(Id::Recompute);
    let of_layer = kept_of_layer(run, recompute);
    let flight = in_flight(run, rank);
    let kept = match recompute {
        Recompute::Full => flight * run.tokens() * run.stream() * element(HALF),
        Recompute::None | Recompute::Selective => flight * of_layer.clone(),
    };
    let with = |lines: Lines| {
        let mut res = run.resident(rank);
        res.push((Component::Activations, kept.clone()));
        res.extend(lines);
        res
    };
    let mut res = Vec::new();
    if rank + 1 == run.pipeline.ranks {
        res.push(Moment::new(MomentId::Loss, with(vec![(Component::Logits, logits(run))])));
    }
    let inside = match recompute {
        Recompute::Full => vec![(Component::Temporaries, of_layer)],
        Recompute::Selective => scores(run).map(|it| (Component::Temporaries, it)).into_iter().collect(),
        Recompute::None => Vec::new(),
    };
    res.push(Moment::new(MomentId::BackwardLayer, with(Vec::new())).with_more(inside));
    res.push(Moment::new(MomentId::OptimizerStep, run.resident(rank)));
    res
}

/// Layers whose activations live at once: those of a stage times its micro-batches on their way.
fn in_flight(run: &MegatronRun, rank: usize) -> Expr<Count> {
    let of_stage = run.shape.number(Fact::NumLayers) / run.pipeline.stages() as f64;
    let number = of_stage * run.pipeline.most_in_flight(rank) as f64;
    run.shape.reader.counted(Quantity::LayersInFlight, number, FLIGHT_FROM)
}

/// What a layer keeps of one micro-batch.
fn kept_of_layer(run: &MegatronRun, recompute: Recompute) -> Expr<Memory> {
    let (half, mask) = (element(HALF), element(BYTE));
    let stream = run.tokens() * run.stream();
    let of = |width: Expr<Count>| run.tokens() * width / run.tensor.clone();
    let mut all = vec![
        Cached::new("input of the first norm", stream.clone(), half.clone(), LAYER),
        Cached::new("input of linear_qkv", stream.clone(), half.clone(), ATTENTION),
        Cached::new("query", of(run.queries.clone()), half.clone(), ATTENTION),
        Cached::new("key", of(run.keys.clone()), half.clone(), ATTENTION),
        Cached::new("value", of(run.keys.clone()), half.clone(), ATTENTION),
        Cached::new("input of linear_proj", of(run.queries.clone()), half.clone(), ATTENTION),
        Cached::new("input of the second norm", stream.clone(), half.clone(), LAYER),
        Cached::new("input of linear_fc1, or of the router", stream.clone(), half.clone(), FEED_FORWARD),
    ];
    match &run.experts {
        Some(experts) => all.extend(experts.kept(&run.tokens())),
        None => {
            let gate_and_up = of(times(run.n_inner) * run.inner.clone());
            all.push(Cached::new("output of linear_fc1", gate_and_up, half.clone(), FEED_FORWARD));
            all.push(Cached::new("input of linear_fc2", of(run.inner.clone()), half, FEED_FORWARD));
        }
    }
    if run.shape.is(Fact::ResidualDropout) {
        all.push(Cached::new("mask behind attention", stream.clone(), mask.clone(), LAYER));
        all.push(Cached::new("mask behind the feed-forward block", stream, mask, LAYER));
    }
    let kept = sum_of(Quantity::KeptOfMegatronLayer, &all);
    match scores(run) {
        Some(scores) if recompute != Recompute::Selective => kept + scores,
        _ => kept,
    }
}

/// What unfused attention keeps: the softmax's output, and with dropout its mask and what it makes.
fn scores(run: &MegatronRun) -> Option<Expr<Memory>> {
    let reader = &run.shape.reader;
    if reader.choice::<Attention>(Id::Attention) != Attention::Eager {
        return None;
    }
    let heads = run.shape.leaf::<Count>(Fact::NumAttentionHeads) / run.tensor.clone();
    let elements = run.tokens() * reader.leaf::<Count>(Id::SequenceLength) * heads;
    let mut all = vec![Cached::new("softmax", elements.clone(), element(HALF), SCORES)];
    if run.shape.is(Fact::AttentionDropout) {
        all.push(Cached::new("mask of dropout", elements.clone(), element(BYTE), SCORES));
        all.push(Cached::new("dropped softmax", elements, element(HALF), SCORES));
    }
    Some(sum_of(Quantity::ScoresKept, &all))
}

/// The logits of a rank's part of the vocabulary, and the FP32 copy in which the loss is computed.
fn logits(run: &MegatronRun) -> Expr<Memory> {
    let elements = run.tokens() * run.vocabulary.clone() / run.tensor.clone();
    let of = |name, bytes| Cached::new(name, elements.clone(), element(bytes), CROSS_ENTROPY);
    sum_of(Quantity::LogitsOnWay, &[of("logits", HALF), of("softmax", FP32)])
}
