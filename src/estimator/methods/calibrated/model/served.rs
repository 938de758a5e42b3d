//! Which runs an engine serves over several GPUs: those whose code was read with such layers and degrees. It knows no
//! moment.

use crate::estimator::architecture::{Fact, Layout, QkNorm};
use crate::estimator::catalog::devices::{Device, Form};
use crate::estimator::catalog::formats::Format;
use crate::estimator::device::unlike_devices;
use crate::estimator::divide::divides_evenly;
use crate::estimator::methods::calibrated::model::ends::Ends;
use crate::estimator::methods::calibrated::model::mesh::nearest_degrees;
use crate::estimator::methods::calibrated::model::not_spread::{MOST_LAYERS, NotSpread};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::split::RankShare;
use crate::estimator::methods::calibrated::model::storage::chosen_format;
use crate::estimator::methods::calibrated::model::unsupported::Unsupported;
use crate::estimator::methods::calibrated::serving::kinds::LayerKinds;
use crate::estimator::methods::calibrated::serving::offload::Offload;
use crate::estimator::methods::calibrated::serving::portions::gpus_with_layers;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::choices::{Draft, Engine, TaskHead, TowerPlace};
use crate::estimator::parameters::engine_versions::VersionRules;
use crate::estimator::parameters::spread::SplitMode;
use crate::estimator::parameters::{MOST_DEVICES, ParameterId as Id};
use crate::estimator::reader::Reader;

/// Whether several GPUs have parts or replicas of the model that is served: those of vLLM's degrees, or those that have
/// whole layers each. Of several kinds the main GPU of llama.cpp may still have everything.
pub fn is_served_by_several(reader: &Reader) -> bool {
    reader.mode() == Mode::Inference
        && match reader.choice(Id::Engine) {
            Engine::Vllm => {
                [Id::TensorParallel, Id::DataParallel, Id::PipelineParallel].iter().any(|id| reader.number(*id) > 1.0)
            }
            Engine::LlamaCpp | Engine::Transformers => gpus_with_layers(reader) > 1.0,
        }
}

/// Whether somebody has read how what runs the model shares it out among GPUs of several kinds, if they are: engines
/// that give each whole layers, by what it has, or use the main one alone.
///
/// # Errors
/// Says why not.
pub fn knows_gpus(reader: &Reader) -> Result<(), NotSpread> {
    let unlike = unlike_devices(reader.inputs());
    let Some(first) = unlike.first() else { return Ok(()) };
    let values = reader.inputs().values();
    let is_read = reader.mode() == Mode::Inference && (values.shares_layers() || values.is_on_main_gpu());
    let is_card = |it: &&Device| {
        let is_apart = matches!(it.form, Form::Apple | Form::Unified | Form::Accelerator);
        !is_apart && it.vendor == first.vendor
    };
    let named = unlike.len() as u32;
    match () {
        () if !is_read => Err(NotSpread::UnlikeGpus),
        () if !unlike.iter().all(is_card) => Err(NotSpread::GpusApart),
        () if reader.number(Id::GpuCount) != f64::from(named) => Err(NotSpread::NumberOfGpus { named }),
        () => Ok(()),
    }
}

/// Whether there are formulas for a model that as many GPUs serve as there are.
///
/// # Errors
/// Says why not.
pub fn serves(shape: &Shape) -> Result<(), Unsupported> {
    let reader = &shape.reader;
    if reader.mode() != Mode::Inference {
        return Ok(());
    }
    if Offload::of(shape).is_some_and(|it| !it.is_known(shape)) {
        return Err(Unsupported::Spread(NotSpread::PartOnGpu));
    }
    divides_cache(shape).map_err(Unsupported::Spread)?;
    shares_experts(shape).map_err(Unsupported::Spread)?;
    if !is_served_by_several(reader) {
        return Ok(());
    }
    match reader.choice(Id::Engine) {
        Engine::LlamaCpp => return shares_out(shape).map_err(Unsupported::Spread),
        Engine::Transformers => return places(shape).map_err(Unsupported::Spread),
        Engine::Vllm => {}
    }
    let [tensor, data] = [Id::TensorParallel, Id::DataParallel].map(|id| reader.number(id));
    let is_mixture = shape.is(Fact::NumExperts);
    // Replicas of a mixture exchange the tokens that its experts read: nobody has read what is gathered for it.
    if is_mixture && data > 1.0 {
        return Err(Unsupported::Spread(NotSpread::ReplicasOfMixture));
    }
    has_stages(shape).map_err(Unsupported::Spread)?;
    if tensor == 1.0 {
        return Ok(());
    }
    let is_read = matches!(shape.layout(), Layout::Decoder | Layout::GatedDeltaHybrid | Layout::SingleMixerHybrid)
        && !has_tower(shape)
        && reader.choice::<Draft>(Id::Draft) == Draft::None
        && QkNorm::of(shape.number(Fact::QkNorm)) != QkNorm::Full;
    if !is_read {
        return Err(Unsupported::Spread(NotSpread::Served));
    }
    if divides(shape, tensor) {
        return Ok(());
    }
    let (below, above) = nearest_degrees(tensor, shape.number(Fact::NumAttentionHeads), &|ranks| divides(shape, ranks));
    Err(Unsupported::Spread(NotSpread::Heads { below, above }))
}

/// Whether vLLM shares out experts among so many ranks, if it does: among all or among none
/// (`FusedMoEParallelConfig.make`), and not of a dense model, with which it does not start
/// (`ModelConfig._verify_with_expert_parallelism`).
fn shares_experts(shape: &Shape) -> Result<(), NotSpread> {
    let reader = &shape.reader;
    let [tensor, data, expert] = [Id::TensorParallel, Id::DataParallel, Id::ExpertParallel].map(|id| reader.number(id));
    let is_shared = reader.choice::<Engine>(Id::Engine) == Engine::Vllm && expert > 1.0;
    let has_so_many = expert <= shape.number(Fact::NumExperts);
    if is_shared && (expert != tensor * data || !has_so_many) { Err(NotSpread::ExpertRanks) } else { Ok(()) }
}

/// Whether vLLM's ranks share out the cache of such a model among so many of those that divide layers, if they do.
///
/// Layers with a window do not (`SlidingWindowSpec.max_memory_usage_bytes`), and heads of keys stay together: only what
/// tensor parallelism would copy is divided, with as many heads of queries for each
/// (`ModelConfig.verify_with_parallel_config`; `ParallelConfig.__post_init__` for the degree). Latent attention has one
/// such head.
fn divides_cache(shape: &Shape) -> Result<(), NotSpread> {
    let reader = &shape.reader;
    let [among, tensor] = [Id::DecodeContextParallel, Id::TensorParallel].map(|id| reader.number(id));
    if among <= 1.0 {
        return Ok(());
    }
    let version = VersionRules::of(reader.choice(Id::EngineVersion)).vllm;
    let [full, beside_states] = version.map_or([false; 2], |it| it.divides_cache);
    let is_read = match shape.layout() {
        Layout::Decoder => full,
        Layout::GatedDeltaHybrid => beside_states,
        _ => false,
    };
    if !is_read || shape.is(Fact::SlidingWindow) || shape.is(Fact::IndexerHeads) {
        return Err(NotSpread::CacheRanks);
    }
    let [heads, keys] = [Fact::NumAttentionHeads, Fact::NumKeyValueHeads].map(|fact| shape.number(fact).max(1.0));
    let copies = if shape.is(Fact::KvLoraRank) { tensor } else { (tensor / keys).floor() };
    let can = |ranks: f64| {
        let shares_heads = shape.is(Fact::KvLoraRank) || divides_evenly(ranks, (heads / keys).floor());
        ranks == 1.0 || divides_evenly(ranks, tensor) && ranks <= copies && shares_heads
    };
    if can(among) {
        return Ok(());
    }
    let (below, above) = nearest_degrees(among, tensor, &can);
    Err(NotSpread::CacheDegree { below, above })
}

/// Whether there are formulas for the stages of vLLM, if there are several: whole layers of a decoder whose order was
/// read, with what all layers of their kind have.
fn has_stages(shape: &Shape) -> Result<(), NotSpread> {
    let reader = &shape.reader;
    let [stages, layers] = [Id::PipelineParallel, Id::NumLayers].map(|id| reader.number(id));
    if stages <= 1.0 {
        return Ok(());
    }
    let is_padded = shape.is(Fact::NumExperts) && chosen_format(shape).is_some_and(Format::is_of_experts);
    let is_read = shape.layout() == Layout::Decoder
        && LayerKinds::of(shape).is_some()
        && !has_tower(shape)
        && reader.choice::<Draft>(Id::Draft) == Draft::None
        && Ends::of(shape).is_none()
        && RankShare::of_last(reader).is_none()
        && layers <= MOST_LAYERS
        && !is_padded;
    match is_read {
        true if stages <= layers => Ok(()),
        true => Err(NotSpread::ServedStages { nearest: layers as u32 }),
        false => Err(NotSpread::ServedStages { nearest: 1 }),
    }
}

fn has_tower(shape: &Shape) -> bool {
    shape.is(Fact::VisionNumLayers) && shape.reader.choice::<TowerPlace>(Id::Vision) != TowerPlace::Absent
}

/// Whether there are formulas for what each GPU of Transformers has of a model: whole layers whose order was read, and
/// no other stack.
fn places(shape: &Shape) -> Result<(), NotSpread> {
    if shape.reader.number(Id::NumLayers) > MOST_LAYERS {
        return Err(NotSpread::ModulesFollowed);
    }
    are_few(&shape.reader)?;
    // First and last layers in 16 bits are larger than others of their kind.
    let is_known = LayerKinds::of(shape).is_some()
        && Ends::of(shape).is_none()
        && !has_tower(shape)
        && shape.head() == TaskHead::Lm;
    if is_known { Ok(()) } else { Err(NotSpread::UnlikeLayers) }
}

fn are_few(reader: &Reader) -> Result<(), NotSpread> {
    if gpus_with_layers(reader) > MOST_DEVICES as f64 {
        Err(NotSpread::Devices { most: MOST_DEVICES as u32 })
    } else {
        Ok(())
    }
}

/// Whether there are formulas for what each GPU of llama.cpp has of a model: whole layers whose order was read.
fn shares_out(shape: &Shape) -> Result<(), NotSpread> {
    let reader = &shape.reader;
    match reader.choice(Id::SplitMode) {
        SplitMode::Row | SplitMode::Tensor => return Err(NotSpread::PartsOfLayers),
        SplitMode::Layer | SplitMode::None => {}
    }
    are_few(reader)?;
    // Files of models with an indexer have layers and keys that nobody has read.
    let is_known = LayerKinds::of(shape).is_some() && !shape.is(Fact::IndexerHeads);
    if is_known { Ok(()) } else { Err(NotSpread::UnlikeLayers) }
}

/// Whether all ranks have as many heads, and as much of each matrix. Heads of keys may be fewer than ranks, each of
/// which then has a copy (`ModelConfig.verify_with_parallel_config`, `QKVParallelLinear.__init__`).
fn divides(shape: &Shape, ranks: f64) -> bool {
    let keys = shape.number(Fact::NumKeyValueHeads);
    let is_latent = shape.is(Fact::KvLoraRank);
    let even = |fact: Fact| divides_evenly(ranks, shape.number(fact));
    let keeps_experts = shape.reader.number(Id::ExpertParallel) > 1.0;
    even(Fact::NumAttentionHeads)
        && (is_latent || divides_evenly(ranks, keys) || divides_evenly(keys, ranks))
        && (keeps_experts || even(Fact::MoeIntermediateSize))
        && [Fact::IntermediateSize, Fact::SharedIntermediateSize, Fact::LinearNumKeyHeads, Fact::LinearNumValueHeads]
            .into_iter()
            .all(even)
}
