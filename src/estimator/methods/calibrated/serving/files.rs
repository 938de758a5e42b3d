//! GGUF files: how much of one goes to the GPU, and which of its tensors the GPU borrows from the host's memory. It
//! knows neither which format a file gives a tensor nor any buffer of a run.

use crate::estimator::architecture::Fact;
use crate::estimator::divide::divides_evenly;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::counts::{Counts, is_vision};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::parts::counter::Counter;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::serving::file_layers::{
    FileBytes, Own, bytes_of_weight, inner_width, is_of_layers, is_own_head, is_table, is_wide, own_tensors,
};
use crate::estimator::methods::calibrated::serving::gguf_types::Type;
use crate::estimator::methods::calibrated::serving::kinds::LayerKinds;
use crate::estimator::methods::calibrated::serving::mixes::{File, Mix, MixedModel};
use crate::estimator::methods::calibrated::serving::offload::Offload;
use crate::estimator::methods::calibrated::serving::two_formats::Split;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, HALF, element, times};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::Memory;

/// The weights that llama.cpp puts on the GPU with all layers: the token embedding stays on the CPU, and a tied one is
/// copied to serve as output projection.
pub fn weights(run: &ServingRun, file: File) -> PlacedFile {
    let shape = run.shape;
    let counts = Counts::of(shape);
    let layers = run.leaf(Id::NumLayers).value();
    let model = MixedModel {
        layers,
        is_grouped: run.query.value() >= 4.0 * run.key.value(),
        experts: shape.number(Fact::NumExperts),
    };
    let base = file.base();
    let mix = Mix::of(file, &model);
    let hidden = shape.number(Fact::HiddenSize);
    // Of an order that nobody has read no layers are elsewhere.
    let kinds = LayerKinds::of(shape).unwrap_or(LayerKinds::alike(layers));
    let one = |symbol, of: Type, row: f64| bytes_of_weight(shape, symbol, Split::all(of).bytes(row, 0.0));
    let b_file = one(Quantity::FileWeight, base, hidden);
    let is_short = !divides_evenly(256.0, hidden) && !matches!(base, Type::F32 | Type::F16 | Type::BF16);
    let b_out = one(Quantity::OutputWeight, if is_short { Type::Q8_0 } else { mix.output }, 256.0);
    let is_tied = counts.number(is_own_head) == 0.0;
    let head = counts.leaf(Quantity::HeadParameters, |it| if is_tied { is_table(it) } else { is_own_head(it) });

    let tokens =
        counts.leaf(Quantity::EmbeddingParameters, is_table) * if is_tied { b_out.clone() } else { b_file.clone() };

    let own = own_tensors(run, &counts, &mix, kinds);

    let mut left = counts.leaf(Quantity::LayerParameters, is_of_layers);
    let output: Expr<Memory> = head * b_out;
    let mut packed = output.clone();
    for Own { count, bytes, .. } in &own {
        if bytes.value() != b_file.value() {
            left = left - count.clone();
            packed = packed + count.clone() * bytes.clone();
        }
    }
    // A size below what the shape counts to leaves nothing to the file's own format.
    let mut res =
        packed + left.max(times(0.0)) * b_file.clone() + counts.leaf(Quantity::WideParameters, is_wide) * element(FP32);
    let offload = Offload::of(shape);
    let last_norm = FP32 * Counter::new(shape).vectors_of_norm(Fact::Norm) * hidden;
    let of_output = output.value() + last_norm;
    let bytes = FileBytes::of(shape, &counts, (kinds, &own, &mix), b_file.value(), res.value() - of_output);
    let in_host = offload.as_ref().map(|it| {
        let whole = [0.0, it.in_host.value()];
        bytes.of_range(whole) + bytes.of_experts(it.experts()) + if it.has_output { 0.0 } else { of_output }
    });
    let elsewhere = run.portion.map(|it| {
        let others = bytes.of_range([0.0, it.first]) + bytes.of_range([it.end, layers]);
        let experts = offload.as_ref().map_or([0.0, 0.0], Offload::experts).map(|at| at.clamp(it.first, it.end));
        others + bytes.of_experts(experts) + if it.has_output { 0.0 } else { of_output }
    });
    let is_first = run.portion.is_none_or(|it| it.is_first);
    // The vision tower is a file of its own (`mmproj`) in 16 bits.
    if counts.number(is_vision) > 0.0 && is_first {
        res = res + counts.leaf(Quantity::TowerParameters, is_vision) * element(HALF);
    }
    let decided = |quantity, bytes: f64| shape.reader.counted::<Memory>(quantity, bytes, DECIDING);
    let in_host = in_host.map(|it| decided(Quantity::HostWeights, it));
    let weights = match (elsewhere, &in_host) {
        // Of a GPU that has nothing rounding may leave less than that.
        (Some(elsewhere), _) => {
            let all = res.value();
            res - decided(Quantity::ElsewhereWeights, elsewhere.min(all))
        }
        (None, Some(in_host)) => res - in_host.clone(),
        (None, None) => res,
    };
    let Some((offload, in_host)) = offload.zip(in_host) else {
        return PlacedFile { weights, in_host: tokens, of_layers: None, of_output: None };
    };
    let borrowed = borrowed(shape, &offload, [mix.inward, mix.down, Split::all(mix.query)], inner_width(shape));
    PlacedFile {
        weights,
        // A tied table that is there as output projection is the table of tokens itself.
        in_host: if is_tied && !offload.has_output { in_host } else { tokens + in_host },
        of_layers: (borrowed > 0.0 && is_first).then(|| decided(Quantity::BorrowedWeight, borrowed)),
        of_output: (!offload.has_output && is_first).then_some(output),
    }
}

/// What decides which tensors of a file are where.
const DECIDING: &[Id] = &[
    Id::Quantization,
    Id::Precision,
    Id::NumLayers,
    Id::GpuLayers,
    Id::CpuExpertLayers,
    Id::GpuCount,
    Id::TensorSplit,
];

/// A file whose tensors are on the GPU or in the host's memory.
pub struct PlacedFile {
    /// Weights on the GPU, in bytes.
    pub weights: Expr<Memory>,
    /// Those in the host's memory: the table of tokens, and layers or experts that were left there.
    pub in_host: Expr<Memory>,
    /// The largest weight of layers in the host's memory: the GPU computes a micro-batch with a copy of it
    /// (`ggml_backend_sched_backend_id_from_cur`, `op_offload`), and each such weight begins a part of the graph, so
    /// that the copies share one place.
    pub of_layers: Option<Expr<Memory>>,
    /// The same of the output projection.
    pub of_output: Option<Expr<Memory>>,
}

/// Bytes of the largest weight of layers that is in the host's memory. `formats` are those of projections inward,
/// outward and of queries.
fn borrowed(shape: &Shape, it: &Offload, formats: [Split; 3], inner: f64) -> f64 {
    let hidden = shape.number(Fact::HiddenSize);
    let [inward, down, query] = formats;
    let [of_inward, of_down, of_query] =
        [(inward, hidden), (down, inner), (query, hidden)].map(|(of, row)| of.most(row));
    let is_whole = it.in_host.value() > 0.0;
    let experts = shape.number(Fact::NumExperts);
    let n_dense = shape.number(Fact::NumDenseLayers);
    if experts > 0.0 && (it.in_host.value() > n_dense || it.experts_in_host.value() > 0.0) {
        return experts * inner * hidden * of_inward.max(of_down);
    }
    // The first layers of a mixture may have none.
    let inner = if experts > 0.0 { shape.number(Fact::IntermediateSize) } else { inner };
    let joined = if shape.is(Fact::GatedMlp) && shape.is(Fact::FusedGateUp) { 2.0 } else { 1.0 };
    let heads = shape.number(Fact::NumAttentionHeads) * shape.number(Fact::HeadDim);
    let keys = shape.number(Fact::NumKeyValueHeads) * shape.number(Fact::HeadDim);
    let projected = if shape.is(Fact::FusedQkv) { heads + 2.0 * keys } else { heads };
    let largest = [joined * inner * hidden * of_inward, inner * hidden * of_down, projected * hidden * of_query];
    if is_whole { largest.into_iter().fold(0.0, f64::max) } else { 0.0 }
}
