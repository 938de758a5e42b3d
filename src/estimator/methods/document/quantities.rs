//! Quantities that several formulas share, each written once. It knows no method and no component.

use crate::estimator::constants as c;
use crate::estimator::expr::Expr;
use crate::estimator::methods::prompts::prompts;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Optimizer;
use crate::estimator::quantity::Quantity;
use crate::estimator::reader::Reader;
use crate::estimator::units::{BytesPerElement, Count, Memory, Milliseconds, Ratio};

/// Parameters of the model: `P`.
pub fn parameters(reader: &Reader) -> Expr<Count> {
    reader.leaf(Id::ModelSize)
}

/// Bytes of an element in the run's precision: `b`.
pub fn b(reader: &Reader) -> Expr<BytesPerElement> {
    reader.element_bytes()
}

/// Sequences of a batch, or prompts: `B`.
pub fn batch(reader: &Reader) -> Expr<Count> {
    prompts(reader)
}

/// The optimizer factor `f`: FP32 states per trained parameter.
pub fn optimizer_factor(reader: &Reader) -> Expr<Ratio> {
    let id = Id::Optimizer;
    reader.parameter(id, id.spec().symbol, reader.choice::<Optimizer>(id).factor())
}

/// Elements of one tensor of width `H` per layer: `B·S·H·L`.
pub fn layer_elements(reader: &Reader) -> Expr<Count> {
    elements_for(reader, reader.leaf(Id::SequenceLength))
}

/// Elements of one tensor of width `H` per layer for a sequence of `length` tokens: `B·length·H·L`.
pub fn elements_for(reader: &Reader, length: Expr<Count>) -> Expr<Count> {
    batch(reader) * length * reader.leaf::<Count>(Id::HiddenSize) * reader.leaf::<Count>(Id::NumLayers)
}

/// Activations of the document: `B·S·H·L·b` (document, "training").
pub fn activations(reader: &Reader) -> Expr<Memory> {
    layer_elements(reader) * b(reader)
}

/// The same with gradient checkpointing, which leaves 30 % (document, "training").
pub fn trained_activations(reader: &Reader) -> Expr<Memory> {
    if reader.is_on(Id::GradientCheckpointing) {
        Expr::from(c::CHECKPOINTED_ACTIVATIONS) * activations(reader)
    } else {
        activations(reader)
    }
}

/// Activations of a group of completions: `numGenerations × B·S·H·L·b` (document, "GRPO").
pub fn grpo_activations(reader: &Reader) -> Expr<Memory> {
    reader.leaf::<Count>(Id::NumGenerations) * trained_activations(reader)
}

/// Activations of a pair: twice those of one sequence (document, "GRPO").
pub fn dpo_activations(reader: &Reader) -> Expr<Memory> {
    Expr::from(c::DPO_SEQUENCES) * trained_activations(reader)
}

/// Keys and values of past tokens: `2·B·S·H·L·b` (document, "inference").
pub fn kv_cache(reader: &Reader) -> Expr<Memory> {
    Expr::from(c::KEYS_AND_VALUES) * layer_elements(reader) * b(reader)
}

/// Optimizer states of `trained` parameters: `P_train·4·f` (document, "training").
pub fn optimizer_states(reader: &Reader, trained: Expr<Count>) -> Expr<Memory> {
    trained * Expr::from(c::OPTIMIZER_STATE) * optimizer_factor(reader)
}

/// The square of a quantity.
pub fn square(it: Expr<Count>) -> Expr<Count> {
    it.clone() * it
}

/// Patches of one image: `(imageResolution/patchSize)²` (document, "multimodal"); not rounded, as there.
pub fn patches(reader: &Reader) -> Expr<Count> {
    square(reader.leaf::<Count>(Id::ImageResolution) / reader.leaf::<Count>(Id::PatchSize))
        .named(Quantity::PatchesOfImage)
}

/// The tokens of a multimodal sequence by where they come from (document, "multimodal").
pub struct SequenceParts {
    /// Tokens of the text.
    pub text: Expr<Count>,
    /// Patches of all images.
    pub images: Expr<Count>,
    /// Patches of all video frames.
    pub video: Expr<Count>,
    /// One token for each 80 ms of audio.
    pub audio: Expr<Count>,
}

/// See [`SequenceParts`].
pub fn parts_of_sequence(reader: &Reader) -> SequenceParts {
    SequenceParts {
        text: reader.leaf(Id::SequenceLength),
        images: patches(reader) * reader.leaf::<Count>(Id::NumImages),
        video: reader.leaf::<Count>(Id::VideoFrames) * patches(reader),
        audio: reader.leaf::<Milliseconds>(Id::AudioDuration) / Expr::from(c::AUDIO_TOKEN),
    }
}

/// Tokens of the whole multimodal sequence.
pub fn total_sequence(reader: &Reader) -> Expr<Count> {
    let SequenceParts { text, images, video, audio } = parts_of_sequence(reader);
    (text + images + video + audio).named(Quantity::TotalSequence)
}

/// Weights of `ENCODER_LAYERS` attention blocks of a width: `12·4·width²` (document, "vision-language").
fn encoder_layers(width: Expr<Count>) -> Expr<Count> {
    Expr::from(c::ENCODER_LAYERS) * Expr::from(c::ATTENTION_MATRICES) * square(width)
}

/// Parameters of the vision encoder: counted from its shape, at least 30 % of the model
/// (document, "vision-language").
pub fn vision_parameters(reader: &Reader) -> Expr<Count> {
    let width = || reader.leaf::<Count>(Id::VisionFeatureDim);
    let embedding = square(reader.leaf(Id::PatchSize)) * Expr::from(c::COLOUR_CHANNELS) * width();
    (embedding + encoder_layers(width()))
        .max(Expr::from(c::VISION_SHARE) * parameters(reader))
        .named(Quantity::VisionParameters)
}

/// Parameters of the text encoder: counted from its shape, at least 50 % of the model
/// (document, "vision-language").
pub fn text_parameters(reader: &Reader) -> Expr<Count> {
    let width = || Expr::<Count>::from(c::TEXT_WIDTH);
    let embedding = Expr::<Count>::from(c::TEXT_VOCABULARY) * width();
    (embedding + encoder_layers(width()))
        .max(Expr::from(c::TEXT_SHARE) * parameters(reader))
        .named(Quantity::TextParameters)
}

/// Parameters of one expert: `P/numExperts` (document, "MoE").
pub fn expert_parameters(reader: &Reader) -> Expr<Count> {
    (parameters(reader) / reader.leaf::<Count>(Id::NumExperts)).named(Quantity::ExpertParameters)
}

/// Parameters of the experts that a token visits: `numActiveExperts · P_expert` (document, "MoE").
pub fn active_expert_parameters(reader: &Reader) -> Expr<Count> {
    (reader.leaf::<Count>(Id::NumActiveExperts) * expert_parameters(reader)).named(Quantity::ActiveParameters)
}

/// The components of a mixture that both methods count alike (document, "MoE").
pub struct RouterParts {
    /// Router weights: `H·numExperts·b`.
    pub router: Expr<Memory>,
    /// Router probabilities: `B·S·numExperts·b`.
    pub probabilities: Expr<Memory>,
    /// Slots of the experts without their capacity factor: `B·S·numActiveExperts`.
    pub assigned: Expr<Count>,
    /// Load-balancing statistics: `numExperts·b`.
    pub load_balance: Expr<Memory>,
}

/// See [`RouterParts`].
pub fn router_parts(reader: &Reader) -> RouterParts {
    let experts = || reader.leaf::<Count>(Id::NumExperts);
    let tokens = || batch(reader) * reader.leaf::<Count>(Id::SequenceLength);
    RouterParts {
        router: reader.leaf::<Count>(Id::HiddenSize) * experts() * b(reader),
        probabilities: tokens() * experts() * b(reader),
        assigned: tokens() * reader.leaf::<Count>(Id::NumActiveExperts),
        load_balance: experts() * b(reader),
    }
}

/// Elements of all feature maps of one image: `E = Σ size²·channels` over 20 layers whose size halves down
/// to 1 and whose channels double up to 2048 (document, "CNN").
pub fn feature_elements(reader: &Reader) -> Expr<Count> {
    let layer = |halvings: Expr<Count>| {
        let one = || Expr::<Count>::number(1.0);
        let size = one().max((reader.leaf::<Count>(Id::InputImageSize) / halvings.clone()).floor());
        let channels = Expr::from(c::WIDEST_CHANNELS).min(Expr::from(c::COLOUR_CHANNELS) * halvings);
        square(size.named(Quantity::FeatureMapEdge)) * channels.named(Quantity::FeatureMapChannels)
    };
    let halved = |i: i32| reader.indexed::<Count>(Quantity::Halvings, 2f64.powi(i));
    let n_layers = c::FEATURE_LAYERS.value() as i32;
    Expr::series("i", layer(halved(0)), (0..n_layers).map(|i| layer(halved(i)))).named(Quantity::FeatureElements)
}

/// Feature maps of a batch: `B·E·b` (document, "CNN").
pub fn feature_maps(reader: &Reader) -> Expr<Memory> {
    batch(reader) * feature_elements(reader) * b(reader)
}

/// Convolution weights without the first layer's filters: `0.8·P` (document, "CNN").
pub fn convolution_parameters(reader: &Reader) -> Expr<Count> {
    Expr::from(c::CONVOLUTION_SHARE) * parameters(reader)
}

/// Fully connected weights: `0.2·P·b` (document, "CNN").
pub fn fully_connected(reader: &Reader) -> Expr<Memory> {
    Expr::from(c::FULLY_CONNECTED_SHARE) * parameters(reader) * b(reader)
}
