//! `verified`: the application whose behaviour the document's verification table records, in the four
//! advanced modes. It reproduces that application's slips; the page names them beside the numbers.

use crate::estimator::component::Component;
use crate::estimator::constants as c;
use crate::estimator::estimate::{Estimate, Lines};
use crate::estimator::expr::Expr;
use crate::estimator::method::MethodId;
use crate::estimator::methods::document::quantities::{
    RouterParts, active_expert_parameters, b, batch, convolution_parameters, feature_maps, fully_connected, kv_cache,
    layer_elements, optimizer_factor, parameters, patches, router_parts, square, text_parameters, vision_parameters,
};
use crate::estimator::mode::Mode;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::reader::Reader;
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// The application's computation for the mode; it has none for the basic modes.
pub fn estimate(reader: &Reader) -> Option<Estimate> {
    let lines = match reader.mode() {
        Mode::Nlp => nlp(reader),
        Mode::Vlm => vlm(reader),
        Mode::Moe => moe(reader),
        Mode::Cnn => cnn(reader),
        Mode::Inference | Mode::Finetune | Mode::Train | Mode::Grpo | Mode::Multimodal => return None,
    };
    Some(Estimate::new(MethodId::Verified, lines))
}

/// Bytes of optimizer state per parameter, `s = 4·f·(4/b)`: the application multiplied 4-byte states by a
/// factor already converted from the training precision, so AdamW at FP16 costs 16 bytes a parameter.
fn state_bytes(reader: &Reader) -> Expr<BytesPerElement> {
    let conversion = Expr::from(c::FP32_ELEMENT) / b(reader);
    (Expr::from(c::OPTIMIZER_STATE) * optimizer_factor(reader) * conversion).named(Quantity::BytesOfStates)
}

/// Pixels while they are prepared: `2·B·resolution²·3·b`.
fn image_preprocessing(reader: &Reader, resolution: Id) -> Expr<Memory> {
    Expr::from(c::IMAGE_COPIES)
        * batch(reader)
        * square(reader.leaf(resolution))
        * Expr::<Count>::from(c::COLOUR_CHANNELS)
        * b(reader)
}

fn nlp(reader: &Reader) -> Lines {
    let leaf = |id| reader.leaf::<Count>(id);
    let (hidden, layers) = (|| leaf(Id::HiddenSize), || leaf(Id::NumLayers));
    let embedding = (leaf(Id::VocabSize) * hidden()).named(Quantity::EmbeddingParameters);
    let attention =
        (Expr::<Count>::from(c::ATTENTION_MATRICES) * layers() * square(hidden())).named(Quantity::AttentionParameters);
    let feed_forward =
        (Expr::<Count>::from(c::FEED_FORWARD_MATRICES) * layers() * hidden() * leaf(Id::IntermediateSize))
            .named(Quantity::FeedForwardParameters);
    let counted = || embedding.clone() + attention.clone() + feed_forward.clone();
    let trained = counted().max(parameters(reader)).named(Quantity::TrainedParameters);
    let steps = || leaf(Id::GradientAccumulationSteps);
    let scores = batch(reader) * leaf(Id::NumAttentionHeads) * square(leaf(Id::SequenceLength)) * layers();
    let adapter = Expr::<Count>::from(c::ADAPTED_MODULES)
        * leaf(Id::LoraRank)
        * (Expr::<Count>::from(c::ADAPTER_SIDES) * hidden())
        * layers();
    let accumulated = Expr::number(1.0) + steps().over(batch(reader));
    vec![
        (Component::Embedding, embedding.clone() * b(reader)),
        (Component::Attention, attention.clone() * b(reader)),
        (Component::FeedForward, feed_forward.clone() * b(reader)),
        (Component::Optimizer, trained.clone() * state_bytes(reader) * accumulated),
        (Component::Gradients, trained * b(reader) * steps()),
        (Component::Activations, Expr::from(c::LAYER_TENSORS) * layer_elements(reader) * b(reader)),
        (Component::AttentionScores, scores * b(reader)),
        (Component::KvCache, kv_cache(reader)),
        (Component::Adapter, adapter * b(reader)),
        (Component::PositionEncoding, leaf(Id::SequenceLength) * hidden() * b(reader)),
        (Component::Overhead, Expr::from(c::RESERVED) + Expr::from(c::OVERHEAD_SHARE) * (counted() * b(reader))),
    ]
}

fn vlm(reader: &Reader) -> Lines {
    let leaf = |id| reader.leaf::<Count>(id);
    let vision_width = || leaf(Id::VisionFeatureDim);
    let text_width = || Expr::<Count>::from(c::TEXT_WIDTH);
    let joint_width = || vision_width().max(text_width()).named(Quantity::JointWidth);
    let projections = || Expr::<Count>::from(c::ATTENTION_MATRICES);
    let fusion = (projections() * vision_width() * joint_width()
        + projections() * text_width() * joint_width()
        + projections() * square(joint_width()))
    .named(Quantity::FusionParameters);
    let all = (vision_parameters(reader) + text_parameters(reader) + fusion.clone()).named(Quantity::AllParameters);
    let tokens = || batch(reader) * leaf(Id::SequenceLength);
    vec![
        (Component::VisionEncoder, vision_parameters(reader) * b(reader)),
        (Component::TextEncoder, text_parameters(reader) * b(reader)),
        (Component::Fusion, fusion * b(reader)),
        (Component::ImageFeatures, batch(reader) * patches(reader) * vision_width() * b(reader)),
        (Component::TextFeatures, tokens() * text_width() * b(reader)),
        (
            Component::CrossModalAttention,
            batch(reader) * leaf(Id::NumAttentionHeads) * leaf(Id::SequenceLength) * patches(reader) * b(reader),
        ),
        (Component::ImagePreprocessing, image_preprocessing(reader, Id::ImageResolution)),
        (Component::ModalAlignment, batch(reader) * joint_width() * b(reader)),
        (Component::Contrastive, square(batch(reader)) * b(reader)),
        (Component::Adapter, Expr::from(c::VLM_ADAPTER) * b(reader)),
        (Component::Optimizer, all.clone() * state_bytes(reader)),
        (Component::Gradients, all * b(reader)),
        (Component::Overhead, Expr::from(c::RESERVED_LARGE)),
    ]
}

fn moe(reader: &Reader) -> Lines {
    let active = active_expert_parameters(reader);
    let RouterParts { router, probabilities, assigned, load_balance } = router_parts(reader);
    vec![
        (Component::Router, router),
        (Component::ActiveExperts, active.clone() * b(reader)),
        (Component::RoutingProbabilities, probabilities),
        (Component::ExpertAssignment, assigned * b(reader)),
        (Component::LoadBalance, load_balance),
        (Component::Optimizer, active.clone() * Expr::from(c::FIXED_OPTIMIZER_STATES)),
        (Component::Gradients, active * b(reader)),
        (Component::Overhead, Expr::from(c::RESERVED_LARGE)),
    ]
}

fn cnn(reader: &Reader) -> Lines {
    let normalization = Expr::<Count>::from(c::NORMALIZATION_TENSORS)
        * Expr::<Count>::from(c::FIRST_FILTERS)
        * Expr::<Count>::from(c::FEATURE_LAYERS);
    vec![
        (Component::Convolutions, convolution_parameters(reader) * b(reader)),
        (Component::FullyConnected, fully_connected(reader)),
        (Component::FeatureMaps, feature_maps(reader)),
        (Component::BatchNormalization, normalization * b(reader)),
        (Component::ImagePreprocessing, image_preprocessing(reader, Id::InputImageSize)),
        (Component::Optimizer, parameters(reader) * Expr::from(c::FIXED_OPTIMIZER_STATES)),
        (Component::Gradients, parameters(reader) * b(reader)),
        (Component::Overhead, Expr::from(c::RESERVED)),
    ]
}
