//! `verified`: the application whose behaviour the document's verification table records, in the four
//! advanced modes. It reproduces that application's slips; the page names them beside the numbers.

use crate::estimator::component::Component;
use crate::estimator::constants as c;
use crate::estimator::estimate::Estimate;
use crate::estimator::expr::Expr;
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::MethodId;
use crate::estimator::methods::quantities::{
    RouterParts, active_expert_parameters, b, batch, convolution_parameters, feature_maps, fully_connected, kv_cache,
    layer_elements, optimizer_factor, parameters, patches, router_parts, square, text_parameters, vision_parameters,
};
use crate::estimator::mode::Mode;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::units::{BytesPerElement, Count, Memory};

type Lines = Vec<(Component, Expr<Memory>)>;

/// The application's computation for the inputs' mode; it has none for the basic modes.
pub fn estimate(inputs: &Inputs) -> Option<Estimate> {
    let lines = match inputs.mode() {
        Mode::Nlp => nlp(inputs),
        Mode::Vlm => vlm(inputs),
        Mode::Moe => moe(inputs),
        Mode::Cnn => cnn(inputs),
        Mode::Inference | Mode::Finetune | Mode::Train | Mode::Grpo | Mode::Multimodal => return None,
    };
    Some(Estimate::new(MethodId::Verified, lines))
}

/// Bytes of optimizer state per parameter, `s = 4·f·(4/b)`: the application multiplied 4-byte states by a
/// factor already converted from the training precision, so AdamW at FP16 costs 16 bytes a parameter.
fn state_bytes(inputs: &Inputs) -> Expr<BytesPerElement> {
    let conversion = Expr::from(c::FP32_ELEMENT) / b(inputs);
    (Expr::from(c::OPTIMIZER_STATE) * optimizer_factor(inputs) * conversion).named("s")
}

/// Pixels while they are prepared: `2·B·resolution²·3·b`.
fn image_preprocessing(inputs: &Inputs, resolution: Id) -> Expr<Memory> {
    Expr::from(c::IMAGE_COPIES)
        * batch(inputs)
        * square(inputs.leaf(resolution))
        * Expr::<Count>::from(c::COLOUR_CHANNELS)
        * b(inputs)
}

fn nlp(inputs: &Inputs) -> Lines {
    let leaf = |id| inputs.leaf::<Count>(id);
    let (hidden, layers) = (|| leaf(Id::HiddenSize), || leaf(Id::NumLayers));
    let embedding = (leaf(Id::VocabSize) * hidden()).named("P_emb");
    let attention = (Expr::<Count>::from(c::ATTENTION_MATRICES) * layers() * square(hidden())).named("P_att");
    let feed_forward =
        (Expr::<Count>::from(c::FEED_FORWARD_MATRICES) * layers() * hidden() * leaf(Id::IntermediateSize))
            .named("P_ffn");
    let counted = || embedding.clone() + attention.clone() + feed_forward.clone();
    let trained = counted().max(parameters(inputs)).named("P_train");
    let steps = || leaf(Id::GradientAccumulationSteps);
    let scores = batch(inputs) * leaf(Id::NumAttentionHeads) * square(leaf(Id::SequenceLength)) * layers();
    let adapter = Expr::<Count>::from(c::ADAPTED_MODULES)
        * leaf(Id::LoraRank)
        * (Expr::<Count>::from(c::ADAPTER_SIDES) * hidden())
        * layers();
    let accumulated = Expr::number(1.0) + steps().over(batch(inputs));
    vec![
        (Component::Embedding, embedding.clone() * b(inputs)),
        (Component::Attention, attention.clone() * b(inputs)),
        (Component::FeedForward, feed_forward.clone() * b(inputs)),
        (Component::Optimizer, trained.clone() * state_bytes(inputs) * accumulated),
        (Component::Gradients, trained * b(inputs) * steps()),
        (Component::Activations, Expr::from(c::LAYER_TENSORS) * layer_elements(inputs) * b(inputs)),
        (Component::AttentionScores, scores * b(inputs)),
        (Component::KvCache, kv_cache(inputs)),
        (Component::Adapter, adapter * b(inputs)),
        (Component::PositionEncoding, leaf(Id::SequenceLength) * hidden() * b(inputs)),
        (Component::Overhead, Expr::from(c::RESERVED) + Expr::from(c::OVERHEAD_SHARE) * (counted() * b(inputs))),
    ]
}

fn vlm(inputs: &Inputs) -> Lines {
    let leaf = |id| inputs.leaf::<Count>(id);
    let vision_width = || leaf(Id::VisionFeatureDim);
    let text_width = || Expr::<Count>::from(c::TEXT_WIDTH);
    let joint_width = || vision_width().max(text_width()).named("m");
    let projections = || Expr::<Count>::from(c::ATTENTION_MATRICES);
    let fusion = (projections() * vision_width() * joint_width()
        + projections() * text_width() * joint_width()
        + projections() * square(joint_width()))
    .named("P_fusion");
    let all = (vision_parameters(inputs) + text_parameters(inputs) + fusion.clone()).named("P_all");
    let tokens = || batch(inputs) * leaf(Id::SequenceLength);
    vec![
        (Component::VisionEncoder, vision_parameters(inputs) * b(inputs)),
        (Component::TextEncoder, text_parameters(inputs) * b(inputs)),
        (Component::Fusion, fusion * b(inputs)),
        (Component::ImageFeatures, batch(inputs) * patches(inputs) * vision_width() * b(inputs)),
        (Component::TextFeatures, tokens() * text_width() * b(inputs)),
        (
            Component::CrossModalAttention,
            batch(inputs) * leaf(Id::NumAttentionHeads) * leaf(Id::SequenceLength) * patches(inputs) * b(inputs),
        ),
        (Component::ImagePreprocessing, image_preprocessing(inputs, Id::ImageResolution)),
        (Component::ModalAlignment, batch(inputs) * joint_width() * b(inputs)),
        (Component::Contrastive, square(batch(inputs)) * b(inputs)),
        (Component::Adapter, Expr::from(c::VLM_ADAPTER) * b(inputs)),
        (Component::Optimizer, all.clone() * state_bytes(inputs)),
        (Component::Gradients, all * b(inputs)),
        (Component::Overhead, Expr::from(c::RESERVED_LARGE)),
    ]
}

fn moe(inputs: &Inputs) -> Lines {
    let active = active_expert_parameters(inputs);
    let RouterParts { router, probabilities, assigned, load_balance } = router_parts(inputs);
    vec![
        (Component::Router, router),
        (Component::ActiveExperts, active.clone() * b(inputs)),
        (Component::RoutingProbabilities, probabilities),
        (Component::ExpertAssignment, assigned * b(inputs)),
        (Component::LoadBalance, load_balance),
        (Component::Optimizer, active.clone() * Expr::from(c::FIXED_OPTIMIZER_STATES)),
        (Component::Gradients, active * b(inputs)),
        (Component::Overhead, Expr::from(c::RESERVED_LARGE)),
    ]
}

fn cnn(inputs: &Inputs) -> Lines {
    let normalization = Expr::<Count>::from(c::NORMALIZATION_TENSORS)
        * Expr::<Count>::from(c::FIRST_FILTERS)
        * Expr::<Count>::from(c::FEATURE_LAYERS);
    vec![
        (Component::Convolutions, convolution_parameters(inputs) * b(inputs)),
        (Component::FullyConnected, fully_connected(inputs)),
        (Component::FeatureMaps, feature_maps(inputs)),
        (Component::BatchNormalization, normalization * b(inputs)),
        (Component::ImagePreprocessing, image_preprocessing(inputs, Id::InputImageSize)),
        (Component::Optimizer, parameters(inputs) * Expr::from(c::FIXED_OPTIMIZER_STATES)),
        (Component::Gradients, parameters(inputs) * b(inputs)),
        (Component::Overhead, Expr::from(c::RESERVED)),
    ]
}
