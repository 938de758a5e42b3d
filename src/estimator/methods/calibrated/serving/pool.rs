//! What a GPU has room for when vLLM serves: the pool of keys and values that it makes of all memory that it may take.
//! It knows no other engine.

use crate::estimator::component::Component;
use crate::estimator::device::{device_memory, free_memory};
use crate::estimator::expr::Expr;
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::calibrated::device;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::split::RankShare;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::serving::engine::EngineTraits;
use crate::estimator::methods::calibrated::serving::portions::{Portion, stages};
use crate::estimator::methods::calibrated::serving::{cache, sequences};
use crate::estimator::methods::calibrated::starts::supports;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::reader::{Reader, Telling};
use crate::estimator::units::{Bytes, Count, Memory, Ratio};

/// The pool of vLLM's key-value cache on one GPU, and what has room in it.
pub struct Capacity {
    /// What vLLM may take of the GPU, in bytes.
    pub taken: Expr<Memory>,
    /// What weights, the largest step and the driver take of that, in bytes.
    pub rest: Expr<Memory>,
    /// What is left, in bytes; 0 if nothing is.
    pub pool: Expr<Memory>,
    /// What the batch's sequences leave of it, in bytes; below 0 what they miss.
    pub spare: f64,
    /// Tokens that the pool has room for. vLLM's log calls it the "GPU KV cache size".
    pub tokens: Expr<Count>,
    /// Sequences of the run's length that the pool has room for. vLLM's log calls it the "maximum concurrency".
    pub sequences: Expr<Count>,
    /// What is free of the GPU once the driver's context is there, in bytes.
    pub free: Bytes,
}

/// What the driver shows of vLLM's process, and what the GPU has, in bytes: the share of the GPU that it fills, and
/// what its version leaves out of that of the driver and of CUDA graphs. Nothing for other engines, and where there is
/// no answer.
pub fn taken_by_vllm(inputs: &Inputs) -> Option<[Bytes; 2]> {
    if !EngineTraits::of(inputs.choice(Id::Engine)).fills_gpu {
        return None;
    }
    let reader = Reader::new(inputs, Telling::Values);
    supports(&reader).ok()?;
    let shape = Shape::new(reader);
    let gpu = reader.leaf::<Memory>(Id::GpuMemory);
    let beside = (device::overhead(&shape) - device::in_share(&shape).value()).max(0.0);
    let share = reader.leaf::<Ratio>(Id::GpuMemoryUtilization) * gpu.clone();
    Some([Bytes::new(share.value() + beside), gpu.bytes()])
}

/// What a GPU has room for; nothing for other engines, and for models without a cache.
///
/// vLLM measures one step with the largest batch, and takes for the pool what is then left of `gpu_memory_utilization`
/// of the GPU (`determine_available_memory` in `gpu_worker.py`); which of the driver's and the graphs' memory that has
/// to hold is a matter of the version.
pub fn capacity(inputs: &Inputs) -> Option<Capacity> {
    capacity_told(inputs, Telling::Formulas)
}

/// The same without formulas, in a fraction of the time: for verdicts, of which solvers and sweeps ask many.
pub fn capacity_values(inputs: &Inputs) -> Option<Capacity> {
    capacity_told(inputs, Telling::Values)
}

fn capacity_told(inputs: &Inputs, telling: Telling) -> Option<Capacity> {
    if !EngineTraits::of(inputs.choice(Id::Engine)).fills_gpu {
        return None;
    }
    let reader = Reader::new(inputs, telling);
    supports(&reader).ok()?;
    let shape = Shape::of_rank(reader, RankShare::of_first(&reader));
    // Every stage has as many blocks as the one with the fewest (`get_kv_cache_configs` in
    // `v1/core/kv_cache_utils.py`).
    let stages = stages(&shape.whole()).into_iter().filter_map(|it| of_stage(&shape, Some(it)));
    stages.min_by(|a, b| a.sequences.value().total_cmp(&b.sequences.value())).or_else(|| of_stage(&shape, None))
}

fn of_stage(shape: &Shape, stage: Option<Portion>) -> Option<Capacity> {
    let reader = shape.reader;
    let inputs = reader.inputs();
    let run = ServingRun { portion: stage, ..ServingRun::with(shape, reader.leaf(Id::SequenceLength)) };
    let own = cache::cache(&run).filter(|it| it.value() > 0.0)?;
    let cache = match sequences::beside(&reader) {
        Some(drafting) => own + drafting.cache(),
        None => own,
    };
    let cache = cache.named(Quantity::CacheOfRun);
    // Which step is the fullest does not depend on the cache, which all of them have.
    let steps = sequences::moments_on(shape, stage);
    let fullest = steps.iter().max_by(|a, b| a.total().count().total_cmp(&b.total().count()))?;
    let rest = fullest.lines().iter().filter(|line| line.component != Component::KvCache);
    let rest = rest.map(|line| line.formula.clone()).reduce(|sum, it| sum + it)?;
    let taken = reader.leaf::<Ratio>(Id::GpuMemoryUtilization) * reader.leaf::<Memory>(Id::GpuMemory);
    let held = device::in_share(shape);
    let held = match stage.and_then(|it| device::graphs_elsewhere(shape, &it)).filter(|_| device::holds_graphs(shape)) {
        Some(elsewhere) => held - elsewhere,
        None => held,
    };
    let rest = (rest + held).named(Quantity::BesidePool);
    let pool = (taken.clone() - rest.clone()).max(Expr::number(0.0));
    let spare = taken.value() - rest.value() - cache.value();
    let share = || pool.clone().named(Quantity::Pool) / cache.clone();
    let (tokens, sequences) = (share() * run.tokens.clone(), share() * run.leaf(Id::BatchSize));
    let context = device::context(shape, reader.choice(Id::GpuFamily)).value();
    // What was read of a system that shares its memory was read by a program that had its context.
    let free = Bytes::new((device_memory(inputs)?.count() - context).min(free_memory(inputs)?.count()).max(0.0));
    Some(Capacity { taken, rest, pool, spare, tokens, sequences, free })
}
