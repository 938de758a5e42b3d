//! GGUF files: how much of one goes to the GPU, and which of its tensors the GPU borrows from the host's memory. It
//! knows neither which format a file gives a tensor nor any buffer of a run.

use crate::estimator::architecture::{Fact, Layout, Part, PartCount, Tower};
use crate::estimator::divide::divides_evenly;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::counts::{Counts, is_expert, is_vision};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::parts::counter::Counter;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::serving::gguf_types::Type;
use crate::estimator::methods::calibrated::serving::kinds::{LayerKind, LayerKinds};
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
    // Of an order that nobody has read no layers are elsewhere.
    let kinds = LayerKinds::of(shape).unwrap_or(LayerKinds::alike(layers));
    let bytes = |symbol, bytes: f64| -> Expr<BytesPerElement> {
        shape.reader.counted(symbol, bytes, &[Id::Quantization, Id::Precision, Id::NumLayers])
    };
    let one = |symbol, of: Type, row: f64| bytes(symbol, Split::all(of).bytes(row, 0.0));
    let b_file = one(Quantity::FileWeight, base, hidden);
    let is_short = !divides_evenly(256.0, hidden) && !matches!(base, Type::F32 | Type::F16 | Type::BF16);
    let b_out = one(Quantity::OutputWeight, if is_short { Type::Q8_0 } else { mix.output }, 256.0);
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
    let inner = if shape.is(Fact::NumExperts) { Fact::MoeIntermediateSize } else { Fact::IntermediateSize };
    let is_block = |it: &PartCount| {
        it.tower == Tower::Main && matches!(it.part, Part::FeedForward | Part::Experts | Part::SharedExperts)
    };
    let block = counts.leaf(Quantity::FeedForwardParameters, is_block);
    let n_matrices = if shape.is(Fact::GatedMlp) { 3.0 } else { 2.0 };
    let of_kind = |keep: &dyn Fn(&PartCount) -> bool, kind| {
        counts.number(|it: &PartCount| keep(it) && kinds.of_part(it.part) == kind)
    };
    let by_block = LayerKind::ALL.map(|kind| of_kind(&is_block, kind) / block.value().max(1.0));
    let by_attention = LayerKind::ALL.map(|kind| f64::from(kinds.of_part(Part::Attention) == kind));
    let mut own = Vec::new();
    let mut put = |count, symbol, of: Split, row, by: [f64; LayerKind::ALL.len()]| {
        let share = LayerKind::ALL.map(|kind| by[kind as usize] * of.share(&kinds, kind, kinds.all()));
        own.push(Own { count, bytes: bytes(symbol, of.bytes(row, share.iter().sum())), of, row, by });
    };
    if !is_latent {
        let output = Split::all(mix.attention_output);
        put(projection(&values), Quantity::ValueWeight, of_values, hidden, by_attention);
        put(projection(&run.query), Quantity::AttentionOutputWeight, output, run.query.value(), by_attention);
    }
    if !is_latent && !is_fused {
        put(projection(&run.key), Quantity::KeyWeight, Split::all(mix.key), hidden, by_attention);
        put(projection(&run.query), Quantity::QueryWeight, Split::all(mix.query), hidden, by_attention);
    }
    let down = block.clone() / times(n_matrices);
    put(down.clone(), Quantity::DownWeight, mix.down, shape.number(inner), by_block);
    put(block - down, Quantity::InwardWeight, mix.inward, hidden, by_block);

    // Norms and routers stay in FP32; the vision tower is a file of its own (`mmproj`) in 16 bits.
    let wide = |it: &PartCount| it.tower == Tower::Main && matches!(it.part, Part::Norms | Part::Router);
    let rest = |it: &PartCount| !own_head(it) && !table(it) && !wide(it) && !is_vision(it);
    let mut left = counts.leaf(Quantity::LayerParameters, rest);
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
        packed + left.max(times(0.0)) * b_file.clone() + counts.leaf(Quantity::WideParameters, wide) * element(FP32);
    let offload = Offload::of(shape);
    let last_norm = FP32 * Counter::new(shape).vectors_of_norm(Fact::Norm) * hidden;
    let of_output = output.value() + last_norm;
    let plain = LayerKind::ALL.map(|kind| {
        let of_own: f64 = own.iter().map(|it| it.by[kind as usize] * it.count.value()).sum();
        (of_kind(&rest, kind) - of_own) * b_file.value() + of_kind(&wide, kind) * FP32
    });
    let mut bytes = FileBytes {
        kinds,
        plain,
        own: &own,
        of_experts: counts.number(is_expert) / (layers - shape.number(Fact::NumDenseLayers)).max(1.0),
        inward: (1.0 - 1.0 / n_matrices, mix.inward, hidden),
        down: (1.0 / n_matrices, mix.down, shape.number(inner)),
    };
    bytes.plain[LayerKind::Any as usize] += res.value() - of_output - bytes.of_range(kinds.all());
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
    /// (`ggml_backend_sched_backend_id_from_cur`, `op_offload`), and each such weight begins a part of the graph, so
    /// that the copies share one place.
    pub of_layers: Option<Expr<Memory>>,
    /// The same of the output projection.
    pub of_output: Option<Expr<Memory>>,
}

/// Weights that may have a format of their own.
struct Own {
    /// Those of all layers.
    count: Expr<Count>,
    /// Bytes of one on the average.
    bytes: Expr<BytesPerElement>,
    /// The formats.
    of: Split,
    /// Weights of a row.
    row: f64,
    /// Their shares that layers of each kind have.
    by: [f64; LayerKind::ALL.len()],
}

/// What a file's layers take, any range of them: formats of some weights are not those of all layers, and layers of one
/// kind have weights that others lack.
struct FileBytes<'a> {
    kinds: LayerKinds,
    /// Bytes of all other weights of the layers of each kind.
    plain: [f64; LayerKind::ALL.len()],
    own: &'a [Own],
    /// Experts of a layer that has some, in weights.
    of_experts: f64,
    /// The share of them that goes inward, with its format and rows.
    inward: (f64, Split, f64),
    /// That which goes outward.
    down: (f64, Split, f64),
}

impl FileBytes<'_> {
    /// Bytes of whole layers from one to before another.
    fn of_range(&self, range: [f64; 2]) -> f64 {
        let of_kind = |kind: LayerKind| {
            let bytes = |it: &Own| it.of.bytes(it.row, it.of.share(&self.kinds, kind, range));
            let own = self.own.iter().map(|it| it.by[kind as usize] * it.count.value() * bytes(it));
            self.kinds.share(kind, range) * (self.plain[kind as usize] + own.sum::<f64>())
        };
        LayerKind::ALL.map(of_kind).iter().sum()
    }

    /// Bytes of the experts alone of such layers, each of which has some.
    fn of_experts(&self, range: [f64; 2]) -> f64 {
        let share = |of: Split| of.share(&self.kinds, LayerKind::Any, range);
        let each = |(part, of, row): (f64, Split, f64)| part * of.bytes(row, share(of));
        (range[1] - range[0]).max(0.0) * self.of_experts * (each(self.inward) + each(self.down))
    }
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
