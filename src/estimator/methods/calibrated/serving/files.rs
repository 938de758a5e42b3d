//! GGUF files: how much of one goes to the GPU. It knows neither which format a file gives a tensor nor any buffer of a run.

use crate::estimator::architecture::{Fact, Layout, Part, PartCount, Tower};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::counts::{Counts, is_vision};
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::serving::gguf_types::Type;
use crate::estimator::methods::calibrated::serving::mixes::{File, Mix, MixedModel, Split};
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, HALF, element, times};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// The weights that llama.cpp puts on the GPU with all layers: the token embedding stays on the CPU, and a tied one is
/// copied to serve as output projection.
pub fn weights(run: &ServingRun, file: File) -> Expr<Memory> {
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
    own.push((block.clone() / times(n_matrices), bytes(Quantity::DownWeight, mix.down, shape.number(inner))));
    own.push((block.clone() - block / times(n_matrices), bytes(Quantity::InwardWeight, mix.inward, hidden)));

    // Norms and routers stay in FP32; the vision tower is a file of its own (`mmproj`) in 16 bits.
    let wide = |it: &PartCount| it.tower == Tower::Main && matches!(it.part, Part::Norms | Part::Router);
    let rest = |it: &PartCount| !own_head(it) && !table(it) && !wide(it) && !is_vision(it);
    let mut rest = counts.leaf(Quantity::LayerParameters, rest);
    let mut packed = head * b_out;
    for (count, of_weight) in own {
        if of_weight.value() != b_file.value() {
            rest = rest - count.clone();
            packed = packed + count * of_weight;
        }
    }
    // A size below what the shape counts to leaves nothing to the file's own format.
    let mut res = packed + rest.max(times(0.0)) * b_file + counts.leaf(Quantity::WideParameters, wide) * element(FP32);
    if counts.number(is_vision) > 0.0 {
        res = res + counts.leaf(Quantity::TowerParameters, is_vision) * element(HALF);
    }
    res
}
