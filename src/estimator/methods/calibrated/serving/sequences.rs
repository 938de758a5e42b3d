//! The moments of a served run, by engine. It knows no buffer.

use crate::estimator::architecture::{FactGroup, Layout};
use crate::estimator::component::Component;
use crate::estimator::estimate::{Lines, Moment, Rank, put_any};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::device;
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::split::RankShare;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::serving::draft_model::{Drafting, inputs_of};
use crate::estimator::methods::calibrated::serving::offloaded_cache;
use crate::estimator::methods::calibrated::serving::portions::{Portion, portions, stages};
use crate::estimator::methods::calibrated::serving::{
    device_map, encoder, encoder_decoder, llama_cpp, state_spaces, transformers, vllm,
};
use crate::estimator::methods::calibrated::tensors::dtype::{HALF, element};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Engine, Precision};
use crate::estimator::quantity::Quantity;
use crate::estimator::rank::RankKind;
use crate::estimator::reader::{Reader, Telling};
use crate::estimator::units::Count;

/// The moments of a run with the engine that was chosen.
pub fn moments(shape: &Shape) -> Vec<Moment> {
    if FactGroup::TwoStacks.is_of(shape.layout()) {
        return encoder_decoder::moments(shape);
    }
    moments_on(shape, None)
}

/// The same of a stage.
pub fn moments_on(shape: &Shape, stage: Option<Portion>) -> Vec<Moment> {
    let run = ServingRun { portion: stage, ..ServingRun::with(shape, shape.reader.leaf(Id::SequenceLength)) };
    let moments = match shape.reader.choice::<Engine>(Id::Engine) {
        Engine::Transformers if shape.layout() == Layout::Encoder => encoder::moments(&run),
        Engine::Transformers if shape.layout().is_state_space() => state_spaces::moments(&run),
        Engine::Transformers => transformers::moments(&run),
        Engine::Vllm => vllm::moments(&run),
        Engine::LlamaCpp => llama_cpp::moments(&run),
    };
    match beside(&shape.reader) {
        Some(drafting) => {
            let last = run.leaf(Id::MaxBatchedTokens).value() * run.hidden.value() * run.bytes();
            moments.into_iter().map(|it| drafting.in_moment(it, last)).collect()
        }
        None => moments,
    }
}

/// What a model that drafts holds, if one does.
pub fn beside<'a>(reader: &Reader<'a>) -> Option<Drafting<'a>> {
    let inputs = inputs_of(reader)?;
    let drafting = Shape::new(Reader::new(&inputs, Telling::Values));
    Drafting::of(*reader, &drafting, &moments(&drafting))
}

/// What a run keeps in the host's memory: of llama.cpp, which leaves parts of the model there, of Transformers a cache
/// that is kept there, and a vision tower that
/// is to lie there.
pub fn host(shape: &Shape) -> Lines {
    // A tower's file is in 16 bits; Transformers has it in the precision of the run.
    let (mut res, width) = match shape.reader.choice::<Engine>(Id::Engine) {
        Engine::LlamaCpp => (llama_cpp::host(&ServingRun::with(shape, shape.reader.leaf(Id::SequenceLength))), HALF),
        Engine::Transformers => {
            let mut lines = Lines::new();
            let run = ServingRun::with(shape, shape.reader.leaf(Id::SequenceLength));
            put_any(&mut lines, Component::KvCache, offloaded_cache::offloaded(&run, offloaded_cache::RESIDENT));
            (lines, shape.reader.choice::<Precision>(Id::Precision).bytes())
        }
        // It leaves nothing there.
        Engine::Vllm => return Lines::new(),
    };
    let tower = Counts::of_tower_in_host(shape);
    let tower = tower.map(|it| it.leaf(Quantity::TowerParameters, |_| true) * element(width));
    put_any(&mut res, Component::VisionEncoder, tower);
    res
}

/// The ranks of a run over several GPUs, each with its moments, to which `more` adds what the GPU of a number, from 0,
/// has besides.
pub fn ranks(reader: &Reader, more: &dyn Fn(usize, Vec<Moment>) -> Vec<Moment>) -> Vec<Rank> {
    let shape = Shape::new(*reader);
    match reader.choice::<Engine>(Id::Engine) {
        // Whose GPUs are alike.
        Engine::Vllm => replicas(reader, |it| more(0, it)),
        Engine::LlamaCpp => {
            let all = portions(&shape).into_iter().enumerate().collect();
            devices(&shape, all, llama_cpp::moments, more)
        }
        Engine::Transformers => devices(&shape, device_map::portions(&shape), transformers::moments, more),
    }
}

/// GPUs by their numbers, each with layers of its own.
fn devices(
    shape: &Shape,
    all: Vec<(usize, Portion)>,
    moments: fn(&ServingRun) -> Vec<Moment>,
    more: &dyn Fn(usize, Vec<Moment>) -> Vec<Moment>,
) -> Vec<Rank> {
    // One host has what no GPU has.
    let host = host(shape);
    let rank = |(at, portion)| {
        let run = ServingRun::with(shape, shape.reader.leaf(Id::SequenceLength)).on(portion);
        Some(Rank::new(RankKind::Device { at }, 1, more(at, moments(&run)))?.with_host(host.clone()))
    };
    all.into_iter().filter_map(rank).collect()
}

/// Moments without the CUDA graphs of layers that other stages have.
fn without_graphs_elsewhere(shape: &Shape, portion: &Portion, moments: Vec<Moment>) -> Vec<Moment> {
    match device::graphs_elsewhere(shape, portion) {
        Some(elsewhere) => {
            moments.into_iter().map(|it| it.map(Component::Runtime, |own| own - elsewhere.clone())).collect()
        }
        None => moments,
    }
}

/// Ranks of vLLM, those with the most experts first. Replicas that share nothing out hold everything.
fn replicas(reader: &Reader, more: impl Fn(Vec<Moment>) -> Vec<Moment>) -> Vec<Rank> {
    let number = |id| reader.number(id) as usize;
    let (tensor, data) = (number(Id::TensorParallel), number(Id::DataParallel));
    let rank = |split, kind, count| Rank::new(kind, count * data, more(moments(&Shape::of_rank(*reader, split))));
    let stages = stages(&Shape::new(*reader));
    if !stages.is_empty() {
        let shape = Shape::of_rank(*reader, RankShare::of_first(reader));
        let of = |(at, portion): (usize, Portion)| {
            let moments = more(moments_on(&shape, Some(portion)));
            Rank::new(RankKind::Stage { at }, tensor * data, without_graphs_elsewhere(&shape, &portion, moments))
        };
        return stages.into_iter().enumerate().filter_map(of).collect();
    }
    let Some(first) = RankShare::of_first(reader) else {
        return rank(None, RankKind::Replica, 1).into_iter().collect();
    };
    let of = |split, first, end| rank(Some(split), RankKind::Shards { first, last: end - 1 }, end - first);
    match RankShare::of_last(reader) {
        Some((last, more)) => {
            let more = more as usize;
            [of(first, 0, more), of(last, more, tensor)].into_iter().flatten().collect()
        }
        None => of(first, 0, tensor).into_iter().collect(),
    }
}

/// The moments of a run of Transformers on sequences of so many tokens.
pub fn of_sequences(shape: &Shape, sequence: Expr<Count>) -> Vec<Moment> {
    transformers::moments(&ServingRun::with(shape, sequence))
}
