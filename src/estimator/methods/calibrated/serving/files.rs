//! GGUF files: how much of one goes to the GPU, and which of its tensors the GPU borrows from the host's memory. It knows neither which format a file gives a tensor nor any buffer of a run.

use crate::estimator::architecture::{Fact, Layout, Part, PartCount, Tower};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::counts::{Counts, is_expert, is_vision};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::parts::counter::Counter;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::serving::gguf_types::Type;
use crate::estimator::methods::calibrated::serving::mixes::{File, Mix, MixedModel};
use crate::estimator::methods::calibrated::serving::offload::Offload;
use crate::estimator::methods::calibrated::serving::two_formats::Split;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, HALF, element, times};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory};

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
    let bytes = |symbol, of: Split, row: f64| -> Expr<BytesPerElement> {
        shape.reader.counted(symbol, of.bytes(row, layers), &[Id::Quantization, Id::Precision, Id::NumLayers])
    };
    let b_file = bytes(Quantity::FileWeight, Split::all(base), hidden);
    let is_short = hidden % 256.0 != 0.0 && !matches!(base, Type::F32 | Type::F16 | Type::BF16);
    let b_out = bytes(Quantity::OutputWeight, Split::all(if is_short { Type::Q8_0 } else { mix.output }), 256.0);
    let own_head = |it: &PartCount| it.part == Part::LmHead;
    let table = |it: &PartCount| it.tower == Tower::Main && it.part == Part::Embedding;
    let is_tied = counts.number(own_head) == 0.0;
    let head = counts.leaf(Quantity::HeadParameters, |it| if is_tied { table(it) } else { own_head(it) });

    let tokens =
        counts.leaf(Quantity::EmbeddingParameters, table) * if is_tied { b_out.clone() } else { b_file.clone() };

    // Tensors with a format of their own; what they leave of the layers has the file's.
    let is_latent = shape.is(Fact::KvLoraRank);
    let is_fused = shape.is(Fact::FusedQkv);
    let attentive = match run.layout() {
        Layout::GatedDeltaHybrid | Layout::LightningHybrid | Layout::Mamba2Hybrid => {
            run.fact(Fact::NumFullAttentionLayers)
        }
        Layout::Decoder
        | Layout::CrossAttentionDecoder
        | Layout::TwoHeadWidths
        | Layout::Encoder
        | Layout::EncoderDecoder
        | Layout::Speech
        | Layout::Contrastive
        | Layout::VisionTransformer
        | Layout::ResNet
        | Layout::Vgg
        | Layout::DenseNet
        | Layout::EfficientNet
        | Layout::RegNet
        | Layout::EfficientNetV2
        | Layout::MobileNet
        | Layout::MnasNet
        | Layout::Swin
        | Layout::MaxVit
        | Layout::ConvNext
        | Layout::Unknown => run.leaf(Id::NumLayers),
    };
    // As many as the counts say, whose size the link may state.
    let projection = |width: &Expr<Count>| {
        let all = attentive.clone() * run.hidden.clone() * width.clone();
        if counts.scale() == 1.0 { all } else { times(counts.scale()) * all }
    };
    let (values, of_values) = if is_fused {
        (run.query.clone() + times(2.0) * run.key.clone(), Split::all(mix.fused))
    } else {
        (run.key.clone(), mix.value)
    };
    let mut own = Vec::new();
    if !is_latent {
        own.push((projection(&values), bytes(Quantity::ValueWeight, of_values, hidden)));
        own.push((
            projection(&run.query),
            bytes(Quantity::AttentionOutputWeight, Split::all(mix.attention_output), run.query.value()),
        ));
    }
    if !is_latent && !is_fused {
        own.push((projection(&run.key), bytes(Quantity::KeyWeight, Split::all(mix.key), hidden)));
        own.push((projection(&run.query), bytes(Quantity::QueryWeight, Split::all(mix.query), hidden)));
    }
    let inner = if shape.is(Fact::NumExperts) { Fact::MoeIntermediateSize } else { Fact::IntermediateSize };
    let is_block = |it: &PartCount| {
        it.tower == Tower::Main && matches!(it.part, Part::FeedForward | Part::Experts | Part::SharedExperts)
    };
    let block = counts.leaf(Quantity::FeedForwardParameters, is_block);
    let n_matrices = if shape.is(Fact::GatedMlp) { 3.0 } else { 2.0 };
    // Of some files' formats the first layers have more than their share.
    let mut uneven = vec![(block.value() / n_matrices, mix.down, shape.number(inner))];
    uneven.push((block.value() * (1.0 - 1.0 / n_matrices), mix.inward, hidden));
    if !is_latent {
        uneven.push((counts.scale() * (attentive.clone() * run.hidden.clone() * values).value(), of_values, hidden));
    }
    own.push((block.clone() / times(n_matrices), bytes(Quantity::DownWeight, mix.down, shape.number(inner))));
    own.push((block.clone() - block / times(n_matrices), bytes(Quantity::InwardWeight, mix.inward, hidden)));

    // Norms and routers stay in FP32; the vision tower is a file of its own (`mmproj`) in 16 bits.
    let wide = |it: &PartCount| it.tower == Tower::Main && matches!(it.part, Part::Norms | Part::Router);
    let rest = |it: &PartCount| !own_head(it) && !table(it) && !wide(it) && !is_vision(it);
    let mut rest = counts.leaf(Quantity::LayerParameters, rest);
    let output: Expr<Memory> = head * b_out;
    let mut packed = output.clone();
    for (count, of_weight) in own {
        if of_weight.value() != b_file.value() {
            rest = rest - count.clone();
            packed = packed + count * of_weight;
        }
    }
    // A size below what the shape counts to leaves nothing to the file's own format.
    let mut res = packed + rest.max(times(0.0)) * b_file + counts.leaf(Quantity::WideParameters, wide) * element(FP32);
    let offload = Offload::of(shape);
    let last_norm = FP32 * Counter::new(shape).vectors_of_norm(Fact::Norm) * hidden;
    let of_output = output.value() + last_norm;
    let bytes = FileBytes {
        layers,
        dense: shape.number(Fact::NumDenseLayers),
        of_layers: res.value() - of_output,
        uneven: &uneven,
        of_experts: counts.number(is_expert),
        inward: (1.0 - 1.0 / n_matrices, mix.inward, hidden),
        down: (1.0 / n_matrices, mix.down, shape.number(inner)),
    };
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
    if counts.number(is_vision) > 0.0 && is_first {
        res = res + counts.leaf(Quantity::TowerParameters, is_vision) * element(HALF);
    }
    let decided = |quantity, bytes: f64| shape.reader.counted::<Memory>(quantity, bytes, DECIDING);
    let in_host = in_host.map(|it| decided(Quantity::HostWeights, it));
    let weights = match (elsewhere, &in_host) {
        (Some(elsewhere), _) => res - decided(Quantity::ElsewhereWeights, elsewhere),
        (None, Some(in_host)) => res - in_host.clone(),
        (None, None) => res,
    };
    let Some((offload, in_host)) = offload.zip(in_host) else {
        return PlacedFile { weights, in_host: tokens, of_layers: None, of_output: None };
    };
    let borrowed = borrowed(shape, &offload, [mix.inward, mix.down, Split::all(mix.query)], shape.number(inner));
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
    /// (`ggml_backend_sched_backend_id_from_cur`, `op_offload`), and each such weight begins a part of the graph, so that the copies
    /// share one place.
    pub of_layers: Option<Expr<Memory>>,
    /// The same of the output projection.
    pub of_output: Option<Expr<Memory>>,
}

/// What a file's layers take, any range of them: formats of some weights are not those of all layers.
struct FileBytes<'a> {
    layers: f64,
    /// Layers without experts, the first ones of a mixture.
    dense: f64,
    /// Bytes of all layers.
    of_layers: f64,
    /// Weights of all layers in formats that some have, with their rows.
    uneven: &'a [(f64, Split, f64)],
    /// Experts of all layers, in weights.
    of_experts: f64,
    /// The share of them that goes inward, with its format and rows.
    inward: (f64, Split, f64),
    /// That which goes outward.
    down: (f64, Split, f64),
}

impl FileBytes<'_> {
    /// Bytes of whole layers from one to before another.
    fn of_range(&self, [first, end]: [f64; 2]) -> f64 {
        if end <= first {
            return 0.0;
        }
        let beyond = |(count, of, row): &(f64, Split, f64)| {
            count * (of.bytes_of(*row, [first, end], self.layers) - of.bytes(*row, self.layers))
        };
        (end - first) / self.layers * (self.of_layers + self.uneven.iter().map(beyond).sum::<f64>())
    }

    /// Bytes of the experts alone of such layers, each of which has some.
    fn of_experts(&self, [first, end]: [f64; 2]) -> f64 {
        if end <= first {
            return 0.0;
        }
        let of_one = self.of_experts / (self.layers - self.dense).max(1.0);
        let each = |(share, of, row): (f64, Split, f64)| share * of.bytes_of(row, [first, end], self.layers);
        (end - first) * of_one * (each(self.inward) + each(self.down))
    }
}

/// Bytes of the largest weight of layers that is in the host's memory. `formats` are those of projections inward, outward and of
/// queries.
fn borrowed(shape: &Shape, it: &Offload, formats: [Split; 3], inner: f64) -> f64 {
    let hidden = shape.number(Fact::HiddenSize);
    let [inward, down, query] = formats;
    let [of_inward, of_down, of_query] =
        [(inward, hidden), (down, inner), (query, hidden)].map(|(of, row)| of.most(row));
    let is_whole = it.in_host.value() > 0.0;
    let experts = shape.number(Fact::NumExperts);
    if experts > 0.0 {
        let any = is_whole || it.experts_in_host.value() > 0.0;
        return if any { experts * inner * hidden * of_inward.max(of_down) } else { 0.0 };
    }
    let joined = if shape.is(Fact::GatedMlp) && shape.is(Fact::FusedGateUp) { 2.0 } else { 1.0 };
    let heads = shape.number(Fact::NumAttentionHeads) * shape.number(Fact::HeadDim);
    let keys = shape.number(Fact::NumKeyValueHeads) * shape.number(Fact::HeadDim);
    let projected = if shape.is(Fact::FusedQkv) { heads + 2.0 * keys } else { heads };
    let largest = [joined * inner * hidden * of_inward, inner * hidden * of_down, projected * hidden * of_query];
    if is_whole { largest.into_iter().fold(0.0, f64::max) } else { 0.0 }
}
