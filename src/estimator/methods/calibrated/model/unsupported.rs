//! The reasons why `calibrated` has no answer: to which parameter each belongs, and whether another mode is a way out.
//! It knows no layer.

use crate::estimator::architecture::Fact;
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::calibrated::model::complete::Missing;
use crate::estimator::methods::calibrated::model::not_spread::NotSpread;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::ParameterId;
use crate::estimator::parameters::choices::KvPrecision;

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
    /// The engine's code for encoders was not read.
    EncoderOfOtherEngine,
    /// The engine's code for layers of one mixer each was not read.
    MixersOfOtherEngine,
    /// An encoder with layers whose code was not read without gradients.
    OtherEncoder,
    /// An encoder with a decoder that attends to its output.
    EncoderDecoder,
    /// Adapters, prefixes or a frozen tower of a model that has two stacks.
    PartsOfTwoStacks,
    /// An encoder with a decoder that is served in a format below 16 bits.
    PackedStacks,
    /// An encoder of sound with a decoder of text.
    Speech,
    /// A text and an image tower that meet in one space.
    Contrastive,
    /// Layers of linear attention or of state space cannot be trained here yet.
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
    /// The engine, or what trains adapters beside a quantized base, loads no checkpoint of the format.
    FormatOfOtherEngine,
    /// Weights below 16 bits are to be trained.
    PackedTraining,
    /// Frozen FP32 weights under autocast, and experts, whose grouped products take no FP32 operand (torch 2.14,
    /// `meta_registrations.py`, `_meta_grouped_mm_common`).
    WideExperts,
    /// The engine has no cache of the chosen format, or not without flash attention.
    NoSuchCache,
    /// A cache in the host's memory, of layers that were not traced so.
    OffloadedCache,
    /// The version is another engine's.
    NoSuchVersion,
    /// The engine has no way to keep the vision tower in the host's memory.
    TowerOfOtherEngine,
    /// The library whose loss was chosen patches no model with such layers.
    OtherLoss,
    /// TRL scores completions in no such way.
    LossOfGroups,
    /// The engine's code for drafters was not read.
    DrafterOfOtherEngine,
    /// The model has no block that predicts a further token, or none of its layers is like that of a known drafter.
    NoSuchDrafter,
    /// The model that is to draft has another vocabulary, or is one whose drafting was not read.
    DraftModel,
    /// Whether checkpoints of the format pack the block that predicts a further token differs from one to the other.
    DrafterOfOtherFormat,
    /// Facts or lists that the layers are computed from are not known.
    FactsMissing(Missing),
    /// The lists of a network's stages are of different lengths.
    StagesDiffer,
    /// A stage of a network has no layer, or all of them have none.
    StageEmpty,
    /// Every layer of a mixture stands among those without experts.
    EveryLayerDense,
    /// Models of the layout do not run with the chosen head.
    OtherHead,
    /// Layers of which PEFT refuses the chosen adapters, or on whose stacked experts it puts some.
    OtherAdapters,
    /// The reference is to be the model without its adapters, and it has none.
    NoAdapters,
    /// A run over several GPUs, for this reason.
    Spread(NotSpread),
    /// Magnitudes of adapters beside a quantized base of which their code was not traced.
    MagnitudesOfPacked,
    /// Kernels that multiply by a weight themselves, which is quantized.
    KernelsOfPacked,
    /// Adapters beside 8-bit layers of a model that is no plain decoder, of which what they keep was not traced.
    EightBitBase,
    /// Experts packed elsewhere than beside 4-bit layers of 16-bit weights, without shared ones and on one GPU, of
    /// which alone it was traced.
    PackedExperts,
    /// It is not told which of the first and last layers, which are to stay in 16 bits, are of which kind.
    EndsUnknown,
    /// Parts that stay in 16 bits beside a quantized base that is trained in a way in which their layers keep something
    /// else.
    WholePartsTrained,
    /// An optimizer whose rules were not read for such layers, or beside adapters.
    OptimizerOfModel,
    /// vLLM's share of the GPU has no room for its weights and CUDA graphs.
    RolloutTooSmall,
    /// vLLM's share of the GPU is not free beside the trainer's weights.
    RolloutTooLarge,
}

/// Which other mode runs what the inputs' own does not, or may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherMode {
    /// None does.
    None,
    /// Some may.
    Any,
    /// The one in which such models usually run.
    Usual(Mode),
}

impl Unsupported {
    /// The parameter of some inputs to which the reason belongs: the one that asks for what there is not, the layout
    /// that was typed, the model, or else what is missing.
    pub fn parameter(self, inputs: &Inputs) -> ParameterId {
        let typed_or = |id, other| if inputs.is_default(id) { other } else { id };
        let of_layers = typed_or(ParameterId::Layout, ParameterId::Model);
        match self {
            Self::NoSuchFile | Self::FormatOfOtherEngine => ParameterId::Quantization,
            Self::PackedTraining | Self::WideExperts => ParameterId::Precision,
            Self::PackedStacks => typed_or(ParameterId::Quantization, ParameterId::Precision),
            Self::EncoderOfOtherEngine | Self::MixersOfOtherEngine => ParameterId::Engine,
            // llama.cpp has keys in every format of the list but FP8, so it is the values where they were given.
            Self::NoSuchCache
                if inputs.has_effect(ParameterId::KvPrecisionValues)
                    && inputs.choice::<KvPrecision>(ParameterId::KvPrecision) != KvPrecision::Fp8 =>
            {
                typed_or(ParameterId::KvPrecisionValues, ParameterId::KvPrecision)
            }
            Self::NoSuchCache => ParameterId::KvPrecision,
            Self::OffloadedCache => ParameterId::OffloadCache,
            Self::NoSuchVersion => ParameterId::EngineVersion,
            Self::TowerOfOtherEngine => ParameterId::Vision,
            Self::OtherLoss | Self::LossOfGroups => ParameterId::Loss,
            Self::DrafterOfOtherEngine | Self::NoSuchDrafter | Self::DrafterOfOtherFormat | Self::DraftModel => {
                ParameterId::Draft
            }
            Self::NoAdapters => ParameterId::ReferenceModel,
            Self::Spread(it) => it.parameter(inputs),
            Self::EightBitBase => ParameterId::Quantization,
            Self::PackedExperts => ParameterId::PackedExperts,
            Self::EndsUnknown | Self::WholePartsTrained => ParameterId::Unquantized,
            Self::OptimizerOfModel => ParameterId::Optimizer,
            Self::MagnitudesOfPacked => ParameterId::LoraVariant,
            Self::KernelsOfPacked => ParameterId::LinearAttentionKernel,
            Self::RolloutTooSmall | Self::RolloutTooLarge => ParameterId::RolloutMemory,
            Self::OtherHead => ParameterId::TaskHead,
            Self::OtherTower => ParameterId::VisionActivation,
            Self::StageEmpty => ParameterId::Depths,
            Self::StagesDiffer => typed_or(ParameterId::Depths, ParameterId::Widths),
            Self::EveryLayerDense => typed_or(ParameterId::NumDenseLayers, ParameterId::NumLayers),
            Self::OtherAdapters => typed_or(ParameterId::FinetuneMethod, of_layers),
            Self::OtherExperts => {
                let is_gated = inputs.values().facts().get(Fact::GatedMlp).is_some_and(|it| it != 0.0);
                if is_gated { ParameterId::Activation } else { ParameterId::GatedMlp }
            }
            Self::FactsMissing(missing) if inputs.model().is_none() => {
                typed_or(ParameterId::Layout, missing.parameters().next().unwrap_or(ParameterId::Model))
            }
            Self::LayersUnknown
            | Self::ReadsImagesOnly
            | Self::NoImageClassifier
            | Self::NoExperts
            | Self::ReadsNoImages
            | Self::ReadsImagesToo
            | Self::GeneratesNothing
            | Self::OtherEncoder
            | Self::EncoderDecoder
            | Self::PartsOfTwoStacks
            | Self::Speech
            | Self::Contrastive
            | Self::LinearAttention
            | Self::LatentAttention
            | Self::CrossAttention
            | Self::TwoHeadWidths
            | Self::ExpertsOfEncoder
            | Self::FactsMissing(_) => of_layers,
        }
    }

    /// Values to try instead of that parameter's, if it is a number.
    pub fn nearest(self) -> Vec<u32> {
        if let Self::Spread(it) = self { it.nearest() } else { Vec::new() }
    }

    /// Whether another mode is a way out. What is not known of a model is known in no mode.
    pub const fn other_mode(self) -> OtherMode {
        match self {
            Self::ReadsImagesOnly => OtherMode::Usual(Mode::Cnn),
            Self::NoExperts
            | Self::ReadsNoImages
            | Self::GeneratesNothing
            | Self::OtherEncoder
            | Self::EncoderDecoder
            | Self::OtherAdapters => OtherMode::Usual(Mode::Train),
            Self::ReadsImagesToo => OtherMode::Usual(Mode::Vlm),
            Self::LinearAttention | Self::LatentAttention | Self::CrossAttention | Self::TwoHeadWidths => {
                OtherMode::Usual(Mode::Inference)
            }
            Self::NoImageClassifier | Self::PartsOfTwoStacks | Self::Speech | Self::Contrastive => OtherMode::Any,
            Self::LayersUnknown
            | Self::EncoderOfOtherEngine
            | Self::MixersOfOtherEngine
            | Self::ExpertsOfEncoder
            | Self::OtherExperts
            | Self::OtherTower
            | Self::NoSuchFile
            | Self::FormatOfOtherEngine
            | Self::PackedTraining
            | Self::WideExperts
            | Self::PackedStacks
            | Self::NoSuchCache
            | Self::OffloadedCache
            | Self::NoSuchVersion
            | Self::TowerOfOtherEngine
            | Self::OtherLoss
            | Self::LossOfGroups
            | Self::DrafterOfOtherEngine
            | Self::NoSuchDrafter
            | Self::DrafterOfOtherFormat
            | Self::DraftModel
            | Self::StagesDiffer
            | Self::StageEmpty
            | Self::EveryLayerDense
            | Self::OtherHead
            | Self::NoAdapters
            | Self::MagnitudesOfPacked
            | Self::KernelsOfPacked
            | Self::EightBitBase
            | Self::PackedExperts
            | Self::EndsUnknown
            | Self::WholePartsTrained
            | Self::OptimizerOfModel
            | Self::Spread(_)
            | Self::RolloutTooSmall
            | Self::RolloutTooLarge
            | Self::FactsMissing(_) => OtherMode::None,
        }
    }
}
