//! What the layers of a GGUF file take: which of their tensors have a format of their own, and the bytes of any range
//! of layers. It knows no GPU.

use crate::estimator::architecture::{Fact, Layout, Part, PartCount, Tower};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::counts::{Counts, is_expert, is_vision};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::serving::kinds::{LayerKind, LayerKinds};
use crate::estimator::methods::calibrated::serving::mixes::Mix;
use crate::estimator::methods::calibrated::serving::two_formats::Split;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, times};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count};

/// Weights that may have a format of their own.
pub struct Own {
    /// Those of all layers.
    pub count: Expr<Count>,
    /// Bytes of one on the average.
    pub bytes: Expr<BytesPerElement>,
    /// The formats.
    of: Split,
    /// Weights of a row.
    row: f64,
    /// Their shares that layers of each kind have.
    by: [f64; LayerKind::ALL.len()],
}

/// What a file's layers take, any range of them: formats of some weights are not those of all layers, and layers of one
/// kind have weights that others lack.
pub struct FileBytes<'a> {
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

impl<'a> FileBytes<'a> {
    /// Those of a file whose layers come to `all` bytes. What has no format of its own has so many bytes a weight; what
    /// nobody assigns to a kind of layer counts with all.
    pub fn of(
        shape: &Shape,
        counts: &Counts,
        (kinds, own, mix): (LayerKinds, &'a [Own], &Mix),
        bytes_of_other: f64,
        all: f64,
    ) -> Self {
        let plain = LayerKind::ALL.map(|kind| {
            let of_own: f64 = own.iter().map(|it| it.by[kind as usize] * it.count.value()).sum();
            let of_kind = |keep: fn(&PartCount) -> bool| counts.number(|it| keep(it) && kinds.of_part(it.part) == kind);
            (of_kind(is_of_layers) - of_own) * bytes_of_other + of_kind(is_wide) * FP32
        });
        let n_matrices = matrices(shape);
        let layers = shape.reader.number(Id::NumLayers);
        let mut res = Self {
            kinds,
            plain,
            own,
            of_experts: counts.number(is_expert) / (layers - shape.number(Fact::NumDenseLayers)).max(1.0),
            inward: (1.0 - 1.0 / n_matrices, mix.inward, shape.number(Fact::HiddenSize)),
            down: (1.0 / n_matrices, mix.down, inner_width(shape)),
        };
        res.plain[LayerKind::Any as usize] += all - res.of_range(kinds.all());
        res
    }

    /// Bytes of whole layers from one to before another.
    pub fn of_range(&self, range: [f64; 2]) -> f64 {
        let of_kind = |kind: LayerKind| {
            let bytes = |it: &Own| it.of.bytes(it.row, it.of.share(&self.kinds, kind, range));
            let own = self.own.iter().map(|it| it.by[kind as usize] * it.count.value() * bytes(it));
            self.kinds.share(kind, range) * (self.plain[kind as usize] + own.sum::<f64>())
        };
        LayerKind::ALL.map(of_kind).iter().sum()
    }

    /// Bytes of the experts alone of such layers, each of which has some.
    pub fn of_experts(&self, range: [f64; 2]) -> f64 {
        let share = |of: Split| of.share(&self.kinds, LayerKind::Any, range);
        let each = |(part, of, row): (f64, Split, f64)| part * of.bytes(row, share(of));
        (range[1] - range[0]).max(0.0) * self.of_experts * (each(self.inward) + each(self.down))
    }
}

/// The tensors of layers with a format of their own; what they leave has the file's.
pub fn own_tensors(run: &ServingRun, counts: &Counts, mix: &Mix, kinds: LayerKinds) -> Vec<Own> {
    let shape = run.shape;
    let hidden = shape.number(Fact::HiddenSize);
    let attentive = attentive_layers(run);
    // As many as the counts say, whose size the link may state.
    let projection = |width: &Expr<Count>| {
        let all = attentive.clone() * run.hidden.clone() * width.clone();
        if counts.scale() == 1.0 { all } else { times(counts.scale()) * all }
    };
    let is_fused = shape.is(Fact::FusedQkv);
    let (values, of_values) = if is_fused {
        (run.query.clone() + times(2.0) * run.key.clone(), Split::all(mix.fused))
    } else {
        (run.key.clone(), mix.value)
    };
    let is_block = |it: &PartCount| {
        it.tower == Tower::Main && matches!(it.part, Part::FeedForward | Part::Experts | Part::SharedExperts)
    };
    let block = counts.leaf(Quantity::FeedForwardParameters, is_block);
    let of_block = |kind| counts.number(|it: &PartCount| is_block(it) && kinds.of_part(it.part) == kind);
    let by_block = LayerKind::ALL.map(|kind| of_block(kind) / block.value().max(1.0));
    let by_attention = LayerKind::ALL.map(|kind| f64::from(kinds.of_part(Part::Attention) == kind));
    let mut res = Vec::new();
    let mut put = |count, symbol, of: Split, row, by: [f64; LayerKind::ALL.len()]| {
        let share = LayerKind::ALL.map(|kind| by[kind as usize] * of.share(&kinds, kind, kinds.all()));
        let bytes = bytes_of_weight(shape, symbol, of.bytes(row, share.iter().sum()));
        res.push(Own { count, bytes, of, row, by });
    };
    let is_latent = shape.is(Fact::KvLoraRank);
    if !is_latent {
        let output = Split::all(mix.attention_output);
        put(projection(&values), Quantity::ValueWeight, of_values, hidden, by_attention);
        put(projection(&run.query), Quantity::AttentionOutputWeight, output, run.query.value(), by_attention);
    }
    if !is_latent && !is_fused {
        put(projection(&run.key), Quantity::KeyWeight, Split::all(mix.key), hidden, by_attention);
        put(projection(&run.query), Quantity::QueryWeight, Split::all(mix.query), hidden, by_attention);
    }
    let down = block.clone() / times(matrices(shape));
    put(down.clone(), Quantity::DownWeight, mix.down, inner_width(shape), by_block);
    put(block - down, Quantity::InwardWeight, mix.inward, hidden, by_block);
    res
}

/// Bytes of a weight.
pub fn bytes_of_weight(shape: &Shape, symbol: Quantity, bytes: f64) -> Expr<BytesPerElement> {
    shape.reader.counted(symbol, bytes, &[Id::Quantization, Id::Precision, Id::NumLayers])
}

/// What a row of the matrix outward has: the width inside a feed-forward block, or inside an expert.
pub fn inner_width(shape: &Shape) -> f64 {
    shape.number(if shape.is(Fact::NumExperts) { Fact::MoeIntermediateSize } else { Fact::IntermediateSize })
}

/// Matrices of a feed-forward block, all of one size.
fn matrices(shape: &Shape) -> f64 {
    if shape.is(Fact::GatedMlp) { 3.0 } else { 2.0 }
}

/// Norms and routers, which stay in FP32.
pub fn is_wide(it: &PartCount) -> bool {
    it.tower == Tower::Main && matches!(it.part, Part::Norms | Part::Router)
}

/// The output projection, where it is a table of its own.
pub fn is_own_head(it: &PartCount) -> bool {
    it.part == Part::LmHead
}

/// The table of tokens.
pub fn is_table(it: &PartCount) -> bool {
    it.tower == Tower::Main && it.part == Part::Embedding
}

/// What layers have in the file's formats.
pub fn is_of_layers(it: &PartCount) -> bool {
    !is_own_head(it) && !is_table(it) && !is_wide(it) && !is_vision(it)
}

/// Layers with attention over the whole sequence, whose projections a file tells apart.
fn attentive_layers(run: &ServingRun) -> Expr<Count> {
    match run.layout() {
        Layout::GatedDeltaHybrid
        | Layout::LightningHybrid
        | Layout::Mamba2Hybrid
        | Layout::SingleMixerHybrid
        | Layout::ShortConvHybrid
        | Layout::Mamba
        | Layout::Mamba2 => run.fact(Fact::NumFullAttentionLayers),
        Layout::Decoder
        | Layout::CrossAttentionDecoder
        | Layout::TwoHeadWidths
        | Layout::ParallelHybrid
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
    }
}
