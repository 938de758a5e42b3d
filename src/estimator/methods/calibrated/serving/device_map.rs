//! Where Transformers puts a model that `device_map="auto"` shares out among GPUs: whole layers in their order, the
//! embedding before them, last norm and output projection behind. It knows no moment.
//!
//! Read in `integrations/accelerate.py` of Transformers 5.24 (`get_balanced_memory`, `infer_auto_device_map`), which it
//! has from accelerate, where `get_max_layer_size` still is. GPUs that are alike are taken to have room for their even
//! share; of several kinds one that has less takes less.

use crate::estimator::architecture::{Fact, Part, PartCount};
use crate::estimator::device::unlike_devices;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::storage::chosen_format;
use crate::estimator::methods::calibrated::model::weights::{of_parts, packs_linear_layers_only};
use crate::estimator::methods::calibrated::parts::counter::Counter;
use crate::estimator::methods::calibrated::serving::kinds::{LayerKind, LayerKinds};
use crate::estimator::methods::calibrated::serving::portions::{Portion, gpus_with_layers};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Engine;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Bytes, Memory};

/// By how much more than an even share a GPU gets room, in the largest module that stays whole.
const BUFFER: f64 = 1.25;

/// What is left of each GPU's room where weights are quantized while they are loaded (`adjust_max_memory` of
/// bitsandbytes' quantizers).
const LEFT_FOR_QUANTIZING: f64 = 0.9;

/// What each of the GPUs has that has anything, with its number.
pub fn portions(shape: &Shape) -> Vec<(usize, Portion)> {
    let format = chosen_format(shape);
    let is_quantized = format.is_some_and(|it| packs_linear_layers_only(shape, it));
    // `param_element_size`, without what blocks of weights have besides.
    let nominal = format.filter(|_| is_quantized).map(|it| if it.is_eight_bit() { 1.0 } else { 0.5 });
    let Some(bytes) = ModuleBytes::of(shape, nominal) else { return Vec::new() };
    let [layers, n_gpus] = [shape.reader.number(Id::NumLayers), gpus_with_layers(&shape.reader)];
    let unlike = unlike_devices(shape.reader.inputs());
    let of_layer = |at: f64| bytes.of_layers([at, at + 1.0]);
    // Modules in their order; norms are of no size that decides.
    let mut modules = vec![bytes.embedding];
    modules.extend((0..layers as usize).map(|at| of_layer(at as f64)));
    modules.push(bytes.head);
    let mut largest_from = modules.clone();
    largest_from.push(0.0);
    for at in (0..modules.len()).rev() {
        largest_from[at] = modules[at].max(largest_from[at + 1]);
    }
    let all: f64 = modules.iter().sum::<f64>() + bytes.norm;
    let room = (all / n_gpus).floor() + (BUFFER * largest_from[0]).floor();
    // No more than a GPU has, of which the last takes what is left (`get_balanced_memory` cuts each share to it).
    let room_on = |gpu: usize| {
        let room = unlike.get(gpu).map_or(room, |it| room.min(it.free_gib() * Bytes::PER_GIB));
        if is_quantized { LEFT_FOR_QUANTIZING * room } else { room }
    };
    // The model without its projection comes first, whole, where the projection finds room behind it; else the first
    // GPU keeps room for the largest of what is not placed yet.
    let is_whole = all <= room_on(0);
    let mut places = Vec::with_capacity(modules.len());
    let (mut gpu, mut used) = (0, 0.0);
    for (at, size) in modules.iter().enumerate() {
        loop {
            let reserved = if gpu > 0 || is_whole && at <= layers as usize { 0.0 } else { largest_from[at + 1] };
            if used + size <= room_on(gpu) - reserved || gpu as f64 >= n_gpus - 1.0 {
                break;
            }
            (gpu, used) = (gpu + 1, 0.0);
        }
        used += size;
        places.push(gpu);
    }
    // A tied projection is the embedding itself.
    if bytes.head == 0.0 {
        places[layers as usize + 1] = places[0];
    }
    let of_layers = &places[1..=layers as usize];
    let first_of = |gpu: usize| of_layers.iter().position(|it| *it >= gpu).map_or(layers, |it| it as f64);
    let portion = |gpu: usize| Portion {
        first: first_of(gpu),
        end: first_of(gpu + 1),
        is_first: places[0] == gpu,
        has_output: places[layers as usize + 1] == gpu,
        is_pipelined: false,
    };
    let has_any = |it: &(usize, Portion)| places.contains(&it.0);
    (0..=gpu).map(|gpu| (gpu, portion(gpu))).filter(has_any).collect()
}

/// What of the weights, so many bytes, is not on a GPU.
pub fn elsewhere(shape: &Shape, portion: &Portion, all: f64) -> Expr<Memory> {
    // Of a GPU that has nothing rounding may leave less than that.
    let own = ModuleBytes::of(shape, None).map_or(all, |it| it.on(portion)).max(0.0);
    shape.reader.counted(
        Quantity::ElsewhereWeights,
        all - own,
        &[
            Id::Quantization,
            Id::Precision,
            Id::NumLayers,
            Id::GpuCount,
            Id::Gpu,
            Id::PipelineParallel,
            Id::TensorParallel,
        ],
    )
}

/// Bytes of the modules that stay whole.
struct ModuleBytes {
    embedding: f64,
    head: f64,
    norm: f64,
    /// Those of all layers of each kind.
    of_kinds: [f64; LayerKind::ALL.len()],
    kinds: LayerKinds,
}

impl ModuleBytes {
    /// Those of a model with so many bytes for a packed weight, or as they are stored; `None` where nobody has read the
    /// order of its layers.
    fn of(shape: &Shape, of_packed: Option<f64>) -> Option<Self> {
        let shape = &Shape::of_rank(shape.reader.untold(), shape.split());
        let (counts, kinds) = (Counts::of(shape), LayerKinds::of(shape)?);
        let bytes = |keep: &dyn Fn(&PartCount) -> bool| of_parts(shape, &counts, of_packed, keep);
        let is_end = |it: &PartCount| matches!(it.part, Part::Embedding | Part::LmHead);
        let norms = bytes(&|it| it.part == Part::Norms);
        let last = Counter::new(shape).vectors_of_norm(Fact::Norm) * shape.number(Fact::HiddenSize);
        let all_norms = counts.number(|it| it.part == Part::Norms);
        let norm = if all_norms > 0.0 { norms * (counts.scale() * last / all_norms).min(1.0) } else { 0.0 };
        let mut of_kinds = LayerKind::ALL.map(|kind| bytes(&|it| !is_end(it) && kinds.of_part(it.part) == kind));
        of_kinds[LayerKind::Any as usize] -= norm;
        let (embedding, head) = (bytes(&|it| it.part == Part::Embedding), bytes(&|it| it.part == Part::LmHead));
        // The last of vLLM's stages has a tied one once more (`LlamaModel.__init__`).
        let is_of_stage = shape.reader.choice::<Engine>(Id::Engine) == Engine::Vllm;
        Some(Self { embedding, head: if is_of_stage && head == 0.0 { embedding } else { head }, norm, of_kinds, kinds })
    }

    fn of_layers(&self, range: [f64; 2]) -> f64 {
        let of_kind = |kind: LayerKind| self.of_kinds[kind as usize] * self.kinds.share(kind, range);
        LayerKind::ALL.map(of_kind).iter().sum()
    }

    /// What a GPU has. The last norm is with the last layer.
    fn on(&self, it: &Portion) -> f64 {
        let has_last = it.end > it.first && it.end == self.kinds.all()[1];
        let part = |is_there: bool, bytes: f64| if is_there { bytes } else { 0.0 };
        self.of_layers(it.range())
            + part(it.is_first, self.embedding)
            + part(it.has_output, self.head)
            + part(has_last, self.norm)
    }
}
