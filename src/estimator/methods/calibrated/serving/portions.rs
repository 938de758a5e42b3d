//! What of a model is on which of several GPUs, and which layers llama.cpp puts where. It knows no format and no
//! tensor.
//!
//! Read in `llama_model::load_tensors` (`splits`, `get_layer_buft_list`): the layers that are on GPUs at all, and the
//! output projection behind them, are shared out by the cumulative shares of the GPUs, which are the memory that is
//! free on each, or what `--tensor-split` says.

use crate::estimator::device::unlike_devices;
use crate::estimator::divide::rest;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::serving::kinds::{LayerKind, LayerKinds};
use crate::estimator::methods::calibrated::serving::offload::{Offload, further_layers, puts_output_first};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::reader::Reader;
use crate::estimator::units::Count;

/// What of a model one of several GPUs has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Portion {
    /// Its first layer.
    pub first: f64,
    /// The one behind its last.
    pub end: f64,
    /// Whether it is the first, which computes with copies of what is in the host's memory, whichever GPU the layer is
    /// on (`ggml_backend_sched_backend_id_from_cur` asks backends in their order).
    pub is_first: bool,
    /// Whether the output projection is on it.
    pub has_output: bool,
    /// Whether micro-batches follow each other over the GPUs without waiting, for which inputs are there several times
    /// over (`llama_context::llama_context`, `pipeline_parallel`).
    pub is_pipelined: bool,
}

/// GPUs among which an engine shares out whole layers; 1 where it divides them, or has all on its main GPU.
pub fn gpus_with_layers(reader: &Reader) -> f64 {
    if reader.inputs().values().shares_layers() { reader.number(Id::GpuCount) } else { 1.0 }
}

/// What each of the GPUs of llama.cpp has, in their order.
pub fn portions(shape: &Shape) -> Vec<Portion> {
    let reader = &shape.reader;
    let n_gpus = gpus_with_layers(reader) as usize;
    let [layers, asked] = [Id::NumLayers, Id::GpuLayers].map(|id| reader.number(id));
    let offload = Offload::of(shape);
    let in_host = offload.as_ref().map_or(0.0, |it| it.in_host.value());
    let has_output = offload.as_ref().is_none_or(|it| it.has_output);
    let has_experts_in_host = offload.as_ref().is_some_and(|it| it.experts_in_host.value() > 0.0);
    let active = asked.min(layers + 1.0);
    let further = if asked > layers { further_layers(shape) } else { 0.0 };
    // Layers are counted from where those on GPUs would begin with the output projection among them, or before it.
    let before = if puts_output_first(reader) { layers + 1.0 - active } else { (layers - active).max(0.0) };
    let given = reader.inputs().entries(Id::TensorSplit);
    // `ggml_backend_dev_memory`, of which what is free counts.
    let free: Vec<f64> = unlike_devices(reader.inputs()).iter().map(|it| it.free_gib()).collect();
    let ends = cumulative(if given.is_empty() { &free } else { given }, n_gpus);
    // The first GPU whose share ends behind the layer; rounding may leave the last share a little short of all.
    let of_layer = |layer: f64| {
        let at = (layer - before) / (active + further);
        ends.iter().position(|end| *end > at).unwrap_or(n_gpus - 1)
    };
    let of_output = of_layer(layers + further);
    let is_pipelined = n_gpus > 1 && asked > layers && !has_experts_in_host;
    let first_of = |gpu: usize| {
        let behind = |layer: &usize| of_layer(*layer as f64) >= gpu;
        ((in_host as usize)..(layers as usize)).find(behind).map_or(layers, |it| it as f64)
    };
    let portion = |gpu: usize| Portion {
        is_first: gpu == 0,
        first: first_of(gpu),
        end: first_of(gpu + 1),
        has_output: has_output && of_output == gpu,
        is_pipelined,
    };
    (0..n_gpus).map(portion).collect()
}

/// What each stage of vLLM has: an even share of the layers, and where they do not divide one more from the last stage
/// but one backwards (`get_pp_indices` in `vllm/distributed/utils.py`; `VLLM_PP_LAYER_PARTITION` may say otherwise).
/// Nothing where there is one.
pub fn stages(shape: &Shape) -> Vec<Portion> {
    let [layers, n_stages] = [Id::NumLayers, Id::PipelineParallel].map(|id| shape.reader.number(id));
    if n_stages <= 1.0 {
        return Vec::new();
    }
    let (each, more) = ((layers / n_stages).floor(), rest(layers, n_stages));
    let has_more = |at: f64| at < n_stages - 1.0 && at >= n_stages - 1.0 - more;
    let mut end = 0.0;
    let mut portion = |at: usize| {
        let first = end;
        end += each + f64::from(has_more(at as f64));
        let is_last = at + 1 == n_stages as usize;
        Portion { first, end, is_first: at == 0, has_output: is_last, is_pipelined: false }
    };
    (0..n_stages as usize).map(&mut portion).collect()
}

/// Where the share of each GPU ends, as parts of all: even ones unless they were given, or GPUs are unlike.
fn cumulative(given: &[f64], n_gpus: usize) -> Vec<f64> {
    let part = |gpu: usize| given.get(gpu).copied().unwrap_or(0.0);
    let sum: f64 = (0..n_gpus).map(part).sum();
    let part = |gpu: usize| if sum > 0.0 { part(gpu) / sum } else { 1.0 / n_gpus as f64 };
    let mut end = 0.0;
    let mut next = |gpu| {
        end += part(gpu);
        end
    };
    (0..n_gpus).map(&mut next).collect()
}

impl Portion {
    /// From which layer to before which it has them.
    pub const fn range(&self) -> [f64; 2] {
        [self.first, self.end]
    }

    /// How many layers of a kind are on the GPU.
    pub fn layers(&self, shape: &Shape, kind: LayerKind) -> Expr<Count> {
        let quantity = if kind == LayerKind::Full { Quantity::FullLayersOfGpu } else { Quantity::LayersOfGpu };
        // `support` refuses models of which the order of layers is not known.
        let number = LayerKinds::of(shape).map_or(0.0, |it| it.number(kind, self.range()));
        shape.reader.counted(quantity, number, DECIDING)
    }
}

/// What decides which layers are on which GPU.
const DECIDING: &[Id] = &[Id::NumLayers, Id::GpuLayers, Id::GpuCount, Id::Gpu, Id::TensorSplit, Id::PipelineParallel];
