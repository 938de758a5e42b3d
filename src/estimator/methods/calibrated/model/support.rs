//! Which models `calibrated` has formulas for, in which mode: where a layer has none there is no answer, and the reason is told. In
//! serving alone one thing is computed as another: what lives inside a prompt's pass through cross attention, through heads of two
//! widths, and in vLLM and llama.cpp through linear and latent attention, is that of plain attention. It knows no formula.

use crate::estimator::architecture::{Activation, Fact, FactGroup, Layout, List, Positions};
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::calibrated::blocks::activation::Function;
use crate::estimator::methods::calibrated::blocks::kernel::{is_eager, shares_keys};
use crate::estimator::methods::calibrated::model::adaptable::takes_adapters;
use crate::estimator::methods::calibrated::model::complete::{Missing, has_empty_stage, missing};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::serving::cache::has_cache;
use crate::estimator::methods::calibrated::serving::engine::{EngineTraits, has_version};
use crate::estimator::methods::calibrated::serving::mixes::file;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::choices::{FinetuneMethod, TaskHead, TowerPlace};
use crate::estimator::parameters::{ParameterId, head_of, trains};
use crate::estimator::reader::{Reader, Telling};

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unsupported {
    /// Nothing is known of the model's layers but how many parameters they have.
    LayersUnknown,
    /// The mode runs language models, and the model reads images and nothing else.
    ReadsImagesOnly,
    /// The mode trains classifiers of images, and the model is none.
    NoImageClassifier,
    /// The mode trains mixtures of experts, and the model is dense.
    NoExperts,
    /// The mode runs sequences with images, and the model reads none.
    ReadsNoImages,
    /// The model reads images, and the mode trains on text alone.
    ReadsImagesToo,
    /// The mode generates text, and the model is an encoder.
    GeneratesNothing,
    /// An encoder with a decoder that attends to its output.
    EncoderDecoder,
    /// Adapters, prefixes or a frozen tower of a model that has two stacks.
    PartsOfTwoStacks,
    /// An encoder of sound with a decoder of text.
    Speech,
    /// A text and an image tower that meet in one space.
    Contrastive,
    /// Layers of linear attention cannot be trained here yet.
    LinearAttention,
    /// Latent attention cannot be trained here yet.
    LatentAttention,
    /// Layers that attend to an image instead of the text cannot be trained here yet.
    CrossAttention,
    /// Layers with two widths of heads cannot be trained here yet.
    TwoHeadWidths,
    /// An encoder whose feed-forward blocks are experts.
    ExpertsOfEncoder,
    /// Experts without a gate, or with a function that their code is not read for.
    OtherExperts,
    /// A vision tower with a function that its code is not read for.
    OtherTower,
    /// llama.cpp makes no file of the chosen format.
    NoSuchFile,
    /// The engine has no cache of the chosen format, or not without flash attention.
    NoSuchCache,
    /// The version is another engine's.
    NoSuchVersion,
    /// Facts or lists that the layers are computed from are not known.
    FactsMissing(Missing),
    /// The lists of a network's stages are of different lengths.
    StagesDiffer,
    /// A stage of a network has no layer, or all of them have none.
    StageEmpty,
    /// Every layer of a mixture stands among those without experts.
    EveryLayerDense,
    /// Models of the layout are not trained with the chosen head.
    OtherHead,
    /// Layers of which PEFT refuses the chosen adapters, or on whose stacked experts it puts some.
    OtherAdapters,
    /// The reference is to be the model without its adapters, and it has none.
    NoAdapters,
    /// vLLM's share of the GPU has no room for its weights.
    RolloutTooSmall,
}

impl Unsupported {
    /// A mode in which such models usually run, if there is one; see [`mode_that_runs`].
    const fn runs_in(self) -> Option<Mode> {
        match self {
            Self::ReadsImagesOnly => Some(Mode::Cnn),
            Self::NoExperts
            | Self::GeneratesNothing
            | Self::ReadsNoImages
            | Self::EncoderDecoder
            | Self::OtherAdapters => Some(Mode::Train),
            Self::ReadsImagesToo => Some(Mode::Vlm),
            Self::LinearAttention | Self::LatentAttention | Self::CrossAttention | Self::TwoHeadWidths => {
                Some(Mode::Inference)
            }
            Self::LayersUnknown
            | Self::NoImageClassifier
            | Self::PartsOfTwoStacks
            | Self::Speech
            | Self::Contrastive
            | Self::ExpertsOfEncoder
            | Self::OtherExperts
            | Self::OtherTower
            | Self::NoSuchFile
            | Self::NoSuchCache
            | Self::NoSuchVersion
            | Self::StagesDiffer
            | Self::StageEmpty
            | Self::EveryLayerDense
            | Self::OtherHead
            | Self::NoAdapters
            | Self::RolloutTooSmall
            | Self::FactsMissing(_) => None,
        }
    }

    /// The parameter of some inputs to which the reason belongs: the layout that was typed, the model, or else what is missing.
    pub fn parameter(self, inputs: &Inputs) -> ParameterId {
        if self == Self::NoSuchFile {
            ParameterId::Quantization
        } else if self == Self::NoSuchCache {
            ParameterId::KvPrecision
        } else if self == Self::NoSuchVersion {
            ParameterId::EngineVersion
        } else if self == Self::NoAdapters {
            ParameterId::ReferenceModel
        } else if self == Self::RolloutTooSmall {
            ParameterId::RolloutMemory
        } else if self == Self::OtherHead {
            ParameterId::TaskHead
        } else if self == Self::OtherAdapters && !inputs.is_default(ParameterId::FinetuneMethod) {
            ParameterId::FinetuneMethod
        } else if self == Self::OtherTower {
            ParameterId::VisionActivation
        } else if self == Self::OtherExperts {
            let is_gated = inputs.values().facts().get(Fact::GatedMlp).is_some_and(|it| it != 0.0);
            if is_gated { ParameterId::Activation } else { ParameterId::GatedMlp }
        } else if self == Self::StageEmpty {
            ParameterId::Depths
        } else if self == Self::EveryLayerDense {
            let by_layers = inputs.is_default(ParameterId::NumDenseLayers);
            if by_layers { ParameterId::NumLayers } else { ParameterId::NumDenseLayers }
        } else if self == Self::StagesDiffer {
            if inputs.is_default(ParameterId::Depths) { ParameterId::Widths } else { ParameterId::Depths }
        } else if !inputs.is_default(ParameterId::Layout) {
            ParameterId::Layout
        } else if let (None, Self::FactsMissing(missing)) = (inputs.model(), self) {
            missing.parameters().next().unwrap_or(ParameterId::Model)
        } else {
            ParameterId::Model
        }
    }

    /// Whether another mode is no way out: what is not known of a model is known in none.
    const fn is_of_every_mode(self) -> bool {
        match self {
            Self::LayersUnknown
            | Self::ExpertsOfEncoder
            | Self::OtherExperts
            | Self::OtherTower
            | Self::NoSuchFile
            | Self::NoSuchCache
            | Self::NoSuchVersion
            | Self::StagesDiffer
            | Self::StageEmpty
            | Self::EveryLayerDense
            | Self::OtherHead
            | Self::NoAdapters
            | Self::RolloutTooSmall
            | Self::FactsMissing(_) => true,
            Self::ReadsImagesOnly
            | Self::NoImageClassifier
            | Self::NoExperts
            | Self::ReadsNoImages
            | Self::ReadsImagesToo
            | Self::GeneratesNothing
            | Self::EncoderDecoder
            | Self::PartsOfTwoStacks
            | Self::Speech
            | Self::Contrastive
            | Self::LinearAttention
            | Self::LatentAttention
            | Self::OtherAdapters
            | Self::CrossAttention
            | Self::TwoHeadWidths => false,
        }
    }
}

/// A mode that runs the model of inputs that their own mode does not run, if there is one.
pub fn mode_that_runs(inputs: &Inputs) -> Option<Mode> {
    let reason = support(inputs).err().filter(|it| !it.is_of_every_mode())?;
    // Where such models usually run, then wherever this one does.
    let candidates = [reason.runs_in(), Some(Mode::Train), Some(Mode::Inference), Some(Mode::Vlm), Some(Mode::Cnn)];
    candidates.into_iter().flatten().find(|mode| support(&inputs.in_mode(*mode)).is_ok())
}

/// Whether there are formulas for the inputs' model in their mode.
///
/// # Errors
/// Says why not.
pub fn support(inputs: &Inputs) -> Result<(), Unsupported> {
    supports(&Reader::new(inputs, Telling::Values))
}

/// The same for whoever reads the inputs already.
pub fn supports(reader: &Reader) -> Result<(), Unsupported> {
    let shape = Shape::new(*reader);
    runs(&shape, trains(reader.mode(), reader.choice(ParameterId::Task)))?;
    if let Some(it) = missing(&shape) {
        return Err(Unsupported::FactsMissing(it));
    }
    if !fits_head(&shape) {
        return Err(Unsupported::OtherHead);
    }
    if FactGroup::WideStages.is_of(shape.layout()) && shape.list(List::Depths).len() != shape.list(List::Widths).len() {
        return Err(Unsupported::StagesDiffer);
    }
    if has_empty_stage(&shape) {
        return Err(Unsupported::StageEmpty);
    }
    if shape.is(Fact::NumExperts) && shape.number(Fact::NumDenseLayers) >= shape.number(Fact::NumLayers) {
        return Err(Unsupported::EveryLayerDense);
    }
    if shape.is(Fact::NumExperts) && !are_known(&shape) {
        return Err(Unsupported::OtherExperts);
    }
    if runs_tower(&shape) && !Function::of(Activation::of(shape.number(Fact::VisionActivation))).is_known_in_towers {
        return Err(Unsupported::OtherTower);
    }
    if reader.has_effect(ParameterId::KvPrecision) && !has_cache(reader) {
        return Err(Unsupported::NoSuchCache);
    }
    if !has_version(reader.choice(ParameterId::Engine), reader.choice(ParameterId::EngineVersion)) {
        return Err(Unsupported::NoSuchVersion);
    }
    let is_gguf = EngineTraits::of(reader.choice(ParameterId::Engine)).loads_gguf;
    if is_gguf && file(&shape).is_none() { Err(Unsupported::NoSuchFile) } else { Ok(()) }
}

/// Whether a model of the layout is trained with the run's head: a classifier or none only where their code was read.
fn fits_head(shape: &Shape) -> bool {
    let (layout, head) = (shape.layout(), shape.head());
    let fits = match head {
        TaskHead::Lm | TaskHead::Mlm => head == head_of(layout),
        TaskHead::Classifier => !FactGroup::TwoStacks.is_of(layout) && !FactGroup::Contrastive.is_of(layout),
        TaskHead::None => !FactGroup::TwoStacks.is_of(layout),
    };
    fits || !shape.reader.has_effect(ParameterId::TaskHead)
}

/// Whether images run through layers of a vision transformer.
fn runs_tower(shape: &Shape) -> bool {
    match shape.reader.mode() {
        Mode::Multimodal | Mode::Vlm => shape.is(Fact::VisionNumLayers),
        Mode::Cnn => shape.layout() == Layout::VisionTransformer,
        Mode::Inference | Mode::Finetune | Mode::Train | Mode::Grpo | Mode::Nlp | Mode::Moe => false,
    }
}

/// Whether experts are of the kind whose code was read: gated, with a function that is one operation, or clamped.
fn are_known(shape: &Shape) -> bool {
    let function = Function::of(Activation::of(shape.number(Fact::Activation)));
    function.is_known_in_experts && shape.is(Fact::GatedMlp)
}

/// What a mode asks of a model's layers.
fn runs(it: &Shape, trains: bool) -> Result<(), Unsupported> {
    let mode = it.reader.mode();
    let is_classifier = match it.layout() {
        Layout::Unknown => return Err(Unsupported::LayersUnknown),
        Layout::VisionTransformer
        | Layout::ResNet
        | Layout::Vgg
        | Layout::DenseNet
        | Layout::EfficientNet
        | Layout::RegNet
        | Layout::EfficientNetV2
        | Layout::MobileNet
        | Layout::Swin
        | Layout::ConvNext => true,
        Layout::Decoder
        | Layout::CrossAttentionDecoder
        | Layout::GatedDeltaHybrid
        | Layout::LightningHybrid
        | Layout::TwoHeadWidths
        | Layout::Encoder
        | Layout::EncoderDecoder
        | Layout::Speech
        | Layout::Contrastive => false,
    };
    match (is_classifier, mode == Mode::Cnn) {
        (true, true) => return Ok(()),
        (true, false) => return Err(Unsupported::ReadsImagesOnly),
        (false, true) => return Err(Unsupported::NoImageClassifier),
        (false, false) => {}
    }
    layers(it, mode, trains)?;
    // Without its tower a model of images is one of text (`AutoModelForCausalLM`).
    let is_loaded = it.reader.choice::<TowerPlace>(ParameterId::Vision) != TowerPlace::Absent;
    let reads_images = it.is(Fact::VisionNumLayers) && is_loaded;
    match mode {
        Mode::Multimodal if it.layout() == Layout::Speech => Ok(()),
        Mode::Multimodal | Mode::Vlm if !reads_images => Err(Unsupported::ReadsNoImages),
        Mode::Finetune | Mode::Train | Mode::Grpo | Mode::Nlp | Mode::Moe if reads_images => {
            Err(Unsupported::ReadsImagesToo)
        }
        Mode::Moe if !it.is(Fact::NumExperts) => Err(Unsupported::NoExperts),
        Mode::Inference
        | Mode::Finetune
        | Mode::Train
        | Mode::Grpo
        | Mode::Multimodal
        | Mode::Nlp
        | Mode::Vlm
        | Mode::Moe
        | Mode::Cnn => Ok(()),
    }
}

/// Whether there are formulas for training latent attention: with sparse attention or beside images its code was not traced.
fn trains_latent(it: &Shape, mode: Mode) -> Result<(), Unsupported> {
    if matches!(mode, Mode::Multimodal | Mode::Vlm) || it.is(Fact::IndexerHeadDim) {
        return Err(Unsupported::LatentAttention);
    }
    let has_adapters = takes_adapters(it);
    if has_adapters { Ok(()) } else { Err(Unsupported::OtherAdapters) }
}

/// Whether there are formulas for training gated delta-rule attention beside softmax attention, of which one layer ends each group.
fn trains_gated_delta(it: &Shape) -> Result<(), Unsupported> {
    // Padding clears tokens, and a prefix enters keys and values alone: neither code was read. Sampling knows no states.
    if it.reader.is_on(ParameterId::Padding) || matches!(it.reader.mode(), Mode::Vlm | Mode::Multimodal | Mode::Grpo) {
        return Err(Unsupported::LinearAttention);
    }
    if takes_adapters(it) { Ok(()) } else { Err(Unsupported::OtherAdapters) }
}

/// Whether every parameter of the model is trained.
pub fn trains_everything(it: &Shape) -> bool {
    it.reader.choice::<FinetuneMethod>(ParameterId::FinetuneMethod) == FinetuneMethod::Full
}

/// Whether there are formulas for the layers of a model of text.
fn layers(it: &Shape, mode: Mode, trains: bool) -> Result<(), Unsupported> {
    let unless_served = |reason| if trains { Err(reason) } else { Ok(()) };
    match it.layout() {
        Layout::Decoder if it.is(Fact::KvLoraRank) && trains => trains_latent(it, mode),
        Layout::Decoder => Ok(()),
        Layout::GatedDeltaHybrid if trains => trains_gated_delta(it),
        Layout::GatedDeltaHybrid => Ok(()),
        Layout::LightningHybrid => unless_served(Unsupported::LinearAttention),
        Layout::TwoHeadWidths => unless_served(Unsupported::TwoHeadWidths),
        // Prompts of text alone are served; images need layers that nobody has transcribed.
        Layout::CrossAttentionDecoder if mode == Mode::Inference => Ok(()),
        Layout::CrossAttentionDecoder => Err(Unsupported::CrossAttention),
        Layout::Encoder if it.is(Fact::NumExperts) => Err(Unsupported::ExpertsOfEncoder),
        Layout::Encoder if it.is(Fact::KvLoraRank) => Err(Unsupported::LatentAttention),
        Layout::Encoder => match mode {
            Mode::Finetune | Mode::Train | Mode::Nlp => Ok(()),
            Mode::Multimodal | Mode::Vlm => Err(Unsupported::ReadsNoImages),
            Mode::Inference | Mode::Grpo | Mode::Moe | Mode::Cnn => Err(Unsupported::GeneratesNothing),
        },
        // Positions of another kind, shared keys and blocks side by side are in no encoder-decoder whose code was read.
        Layout::EncoderDecoder
            if Positions::of(it.number(Fact::Positions)) != Positions::Relative
                || shares_keys(it)
                || it.is(Fact::Residual) =>
        {
            Err(Unsupported::EncoderDecoder)
        }
        Layout::EncoderDecoder => match mode {
            Mode::Finetune | Mode::Train | Mode::Nlp if trains_everything(it) => Ok(()),
            Mode::Finetune | Mode::Train | Mode::Nlp => Err(Unsupported::PartsOfTwoStacks),
            Mode::Inference | Mode::Grpo | Mode::Multimodal | Mode::Vlm | Mode::Moe | Mode::Cnn => {
                Err(Unsupported::EncoderDecoder)
            }
        },
        Layout::Speech if mode != Mode::Multimodal || !trains => Err(Unsupported::Speech),
        Layout::Speech if trains_everything(it) => Ok(()),
        Layout::Speech => Err(Unsupported::PartsOfTwoStacks),
        Layout::Contrastive if mode != Mode::Vlm || it.is(Fact::SigmoidPairs) || is_eager(it) => {
            Err(Unsupported::Contrastive)
        }
        Layout::Contrastive if trains_everything(it) && !it.reader.is_on(ParameterId::FreezeVision) => Ok(()),
        Layout::Contrastive => Err(Unsupported::PartsOfTwoStacks),
        Layout::Unknown => Err(Unsupported::LayersUnknown),
        Layout::VisionTransformer
        | Layout::ResNet
        | Layout::Vgg
        | Layout::DenseNet
        | Layout::EfficientNet
        | Layout::RegNet
        | Layout::EfficientNetV2
        | Layout::MobileNet
        | Layout::Swin
        | Layout::ConvNext => Err(Unsupported::ReadsImagesOnly),
    }
}
