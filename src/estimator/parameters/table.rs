//! The parameters, each declared once. Keys, slider ranges and defaults are the document's where it gives
//! them; hard limits are physical at the lower end and merely out of reach at the upper.
//!
//! Where the document gives no slider range (the basic modes), the range covers what is run today: up to
//! 131,072 tokens of context and 128 layers.

use crate::estimator::architecture::{Activation, Fact, FactGroup, kinds};
use crate::estimator::mode::Mode::{self, Cnn, Finetune, Grpo, Inference, Moe, Multimodal, Nlp, Train, Vlm};
use crate::estimator::parameters::choice_ids::ChoiceIds;
use crate::estimator::parameters::choices::{
    AdapterPrecision, Algorithm, Attention, BatchUnit, ChoiceValue, Draft, Engine, FinetuneMethod, FrozenInputs,
    GpuFamily, KvPrecision, LinearAttentionKernel, LoraTargets, LoraVariant, ModulesToSave, Optimizer, OptimizerKernel,
    Precision, PromptLogits, Quantization, Recipe, ReferenceModel, Rollout, Sampler, Task, TaskHead, TowerPlace,
};
use crate::estimator::parameters::engine_versions::{EngineVersion, VLLM_TODAY};
use crate::estimator::parameters::follows::Follows;
use crate::estimator::parameters::gpu::Gpu;
use crate::estimator::parameters::rules::Only;
use crate::estimator::parameters::scale::Slider;
use crate::estimator::parameters::spec::ParameterGroup::{
    self, Architecture, Device, Engine as Serving, Model, Parallelism, Training, WithoutEffect, Workload,
};
use crate::estimator::parameters::spec::{ParameterKind, ParameterSpec, ParameterUnit as Unit, ParameterUse};
use crate::estimator::parameters::spread::{
    GradientSync, OffloadPlace, OptimizerPlace, Recompute, Reshard, Schedule, SplitMode, TensorPlan, TokenDispatcher,
    Trainer, WireFormat, Wrapping, ZeroStage,
};
use crate::estimator::parameters::value::TableValue;
use crate::estimator::parameters::words::UnquantizedParts;

macro_rules! parameters {
    (
        $( $(#[$doc:meta])* $id:ident { $($fields:tt)* } )*
        @facts { $( $fact:ident: $kind:expr, $uses:expr $(, $fact_follows:expr)?; )* }
        @lists { $( $(#[$list_doc:meta])* $list:ident = $list_key:literal: $list_kind:expr, $list_follows:expr, $list_uses:expr; )* }
    ) => {
        /// Every parameter of every mode.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ParameterId {
            $( $(#[$doc])* $id, )*
            $( #[doc = concat!("See [`Fact::", stringify!($fact), "`].")] $fact, )*
            $( $(#[$list_doc])* $list, )*
        }

        impl ParameterId {
            /// Every parameter, in the table's order, which is that of links and of the page.
            pub const ALL: &[Self] = &[ $( Self::$id, )* $( Self::$fact, )* $( Self::$list, )* ];
        }

        /// A pattern for all that are facts and nothing else, for whoever has a word for each parameter: no list of
        /// them stands a second time.
        macro_rules! facts_only {
            () => { $( crate::estimator::ParameterId::$fact )|* };
        }
        pub(crate) use facts_only;

        /// The table.
        pub static PARAMETERS: &[ParameterSpec] = &[
            $( ParameterSpec { $($fields)* }, )*
            $( ParameterSpec {
                key: Fact::$fact.key(),
                symbol: Fact::$fact.symbol(),
                unit: Unit::None,
                group: ParameterGroup::Shape,
                kind: $kind,
                impacts: b".........",
                follows: [$( $fact_follows, )? Follows::Nothing][0],
                uses: $uses,
            }, )*
            $( ParameterSpec {
                key: $list_key,
                symbol: $list_key,
                unit: Unit::None,
                group: ParameterGroup::Shape,
                kind: $list_kind,
                impacts: b".........",
                follows: $list_follows,
                uses: $list_uses,
            }, )*
        ];
    };
}

/// A pattern for the facts that have a full row of the table, with texts of their own among those of parameters.
macro_rules! facts_with_rows {
    () => {
        crate::estimator::architecture::Fact::HiddenSize
            | crate::estimator::architecture::Fact::NumLayers
            | crate::estimator::architecture::Fact::NumAttentionHeads
            | crate::estimator::architecture::Fact::NumKeyValueHeads
            | crate::estimator::architecture::Fact::HeadDim
            | crate::estimator::architecture::Fact::IntermediateSize
            | crate::estimator::architecture::Fact::VocabSize
            | crate::estimator::architecture::Fact::TieWordEmbeddings
            | crate::estimator::architecture::Fact::GatedMlp
            | crate::estimator::architecture::Fact::Activation
            | crate::estimator::architecture::Fact::SlidingWindow
            | crate::estimator::architecture::Fact::Loss
            | crate::estimator::architecture::Fact::NumExperts
            | crate::estimator::architecture::Fact::NumActiveExperts
            | crate::estimator::architecture::Fact::MoeIntermediateSize
            | crate::estimator::architecture::Fact::VisionHiddenSize
            | crate::estimator::architecture::Fact::PatchSize
            | crate::estimator::architecture::Fact::ImageResolution
            | crate::estimator::architecture::Fact::InputImageSize
    };
}
pub(crate) use facts_with_rows;

/// Finer than 1/256 of a billion parameters no slider needs to stop.
const SIZE_STEP: f64 = 1.0 / 256.0;
/// A million GPUs' worth: keeps every product of parameters far below the largest float.
const MANY: f64 = 1e6;
/// Longer than any sequence, vocabulary or recording that a GPU has seen.
const VERY_MANY: f64 = 1e9;

const ADVANCED: &[Mode] = &[Nlp, Vlm, Moe, Cnn];
const BASIC: &[Mode] = &[Inference, Finetune, Train, Grpo, Multimodal];
/// Modes over transformers.
const TRANSFORMER: &[Mode] = &[Inference, Finetune, Train, Grpo, Multimodal, Nlp, Vlm, Moe];
/// Modes that train, a transformer or not.
const TRAINED: &[Mode] = &[Finetune, Train, Grpo, Multimodal, Nlp, Vlm, Moe, Cnn];
/// Modes in which layers may be divided over GPUs.
const DIVIDED: &[Mode] = &[Inference, Finetune, Train, Grpo, Multimodal, Nlp, Vlm, Moe, Cnn];
/// Modes that train a transformer.
const TRAINED_TRANSFORMER: &[Mode] = &[Finetune, Train, Grpo, Multimodal, Nlp, Vlm, Moe];
/// Modes that fine-tune all parameters unless told otherwise.
const FULL_BY_DEFAULT: &[Mode] = &[Train, Nlp, Vlm, Moe];

/// GPUs that llama.cpp shares a model out among at most (`GGML_CUDA_MAX_DEVICES` in `ggml-cuda.h`), and Transformers is
/// asked of.
pub const MOST_DEVICES: usize = 16;

/// The slider of an adapter's rank.
const RANKS: Slider = Slider::linear(4.0, 256.0, 4.0);

const fn whole(min: f64, max: f64) -> ParameterKind {
    ParameterKind::Number { min, max, whole: true }
}

const fn real(min: f64, max: f64) -> ParameterKind {
    ParameterKind::Number { min, max, whole: false }
}

const fn list(most: usize, min: f64, max: f64) -> ParameterKind {
    ParameterKind::List { most, min, max }
}

const fn choice<T: ChoiceValue>() -> ParameterKind {
    ParameterKind::Choice { ids: ChoiceIds::Listed(T::IDS) }
}

const fn number(modes: &'static [Mode], default: f64, slider: Slider) -> ParameterUse {
    ParameterUse { modes, default: TableValue::Number(default), slider: Some(slider), only: Only::Always }
}

/// A number of what a stack of a state space alone has not.
const fn attending(modes: &'static [Mode], default: f64, slider: Slider) -> ParameterUse {
    number(modes, default, slider).only(Only::Layouts(FactGroup::Attending))
}

const fn chosen(modes: &'static [Mode], default: usize) -> ParameterUse {
    ParameterUse { modes, default: TableValue::Choice(default), slider: None, only: Only::Always }
}

const fn toggle(modes: &'static [Mode], default: bool) -> ParameterUse {
    ParameterUse { modes, default: TableValue::Toggle(default), slider: None, only: Only::Always }
}

/// A fact that the architecture states, or else has not.
const fn stated(modes: &'static [Mode], group: FactGroup) -> ParameterUse {
    use_of(modes, Only::Layouts(group))
}

const fn use_of(modes: &'static [Mode], only: Only) -> ParameterUse {
    ParameterUse { modes, default: TableValue::Stated, slider: None, only }
}

/// Modes in which a model of images may run.
const IMAGES: &[Mode] = &[Cnn];
const STACK: &[ParameterUse] = &[stated(TRANSFORMER, FactGroup::Stack)];
const TEXT: &[ParameterUse] = &[stated(TRANSFORMER, FactGroup::Text)];
const SOME_ATTENTION: &[ParameterUse] = &[stated(TRANSFORMER, FactGroup::SomeAttention)];
const CONVOLVED: &[ParameterUse] = &[stated(TRANSFORMER, FactGroup::Convolved)];
const HEADED_STATE: &[ParameterUse] = &[stated(TRANSFORMER, FactGroup::HeadedState)];
const PARALLEL_MIXERS: &[ParameterUse] = &[stated(TRANSFORMER, FactGroup::ParallelMixers)];
const MAMBA: &[ParameterUse] = &[stated(TRANSFORMER, FactGroup::Mamba)];
const SINGLE_MIXER: &[ParameterUse] = &[stated(TRANSFORMER, FactGroup::SingleMixer)];
/// What decides which tensors the code of Transformers makes of the gated delta rule: other engines have code of their
/// own.
const DELTA_IN_TRANSFORMERS: &[ParameterUse] = &[
    use_of(&[Inference], Only::LayoutsInTransformers(FactGroup::GatedDelta)),
    stated(TRAINED_TRANSFORMER, FactGroup::GatedDelta),
];
const TWO_WIDTHS: &[ParameterUse] = &[stated(TRANSFORMER, FactGroup::TwoHeadWidths)];
const CROSS_ATTENTION: &[ParameterUse] = &[stated(TRANSFORMER, FactGroup::CrossAttention)];
const ENCODER: &[ParameterUse] = &[stated(TRANSFORMER, FactGroup::Encoder)];
const TWO_STACKS: &[ParameterUse] = &[stated(TRANSFORMER, FactGroup::TwoStacks)];
const SPEECH: &[ParameterUse] = &[stated(TRANSFORMER, FactGroup::Speech)];
const TOWER: &[ParameterUse] = &[stated(&Mode::ALL, FactGroup::Vision)];
/// Modes that hold the weights of a tower. Those that train on text alone refuse models that have one.
const SIGHTED: &[Mode] = &[Inference, Multimodal, Vlm];
/// What decides the weights of a tower, of a classifier too.
const VISION: &[ParameterUse] = &[stated(&[Inference, Multimodal, Vlm, Cnn], FactGroup::Vision)];
/// What decides the weights of a tower before or beside a text.
const TOWER_OF_TEXT: &[ParameterUse] = &[stated(SIGHTED, FactGroup::Vision)];
/// What decides nothing until an image is seen.
const SEEN: &[ParameterUse] = &[stated(&[Multimodal, Vlm], FactGroup::Projector)];
/// The same of classifiers too.
const SEEN_BY_ANY: &[ParameterUse] = &[stated(&[Multimodal, Vlm, Cnn], FactGroup::Vision)];
/// What decides what the layers behind an image keep for the backward pass.
const SEEN_IN_TRAINING: &[ParameterUse] =
    &[stated(&[Vlm], FactGroup::Projector), use_of(&[Multimodal], Only::TrainedLayouts(FactGroup::Projector))];
/// What decides what is kept for the backward pass, and nothing else.
const TEXT_IN_TRAINING: &[ParameterUse] = &[
    stated(&[Finetune, Train, Grpo, Nlp, Vlm, Moe], FactGroup::Text),
    use_of(&[Multimodal], Only::TrainedLayouts(FactGroup::Text)),
];
/// What decides which tensors the code of Transformers makes: other engines have code of their own.
const TEXT_IN_TRANSFORMERS: &[ParameterUse] =
    &[use_of(&[Inference], Only::LayoutsInTransformers(FactGroup::Text)), stated(TRAINED_TRANSFORMER, FactGroup::Text)];
/// The same of what is done to all logits; a run of GRPO makes those of its completions in a way of its own.
const LOGITS: &[ParameterUse] = &[
    use_of(&[Inference], Only::LayoutsInTransformers(FactGroup::Text)),
    stated(&[Finetune, Train, Multimodal, Nlp, Vlm, Moe], FactGroup::Text),
];
/// The same of what no fullest moment of training holds.
const TEXT_SERVED: &[ParameterUse] = &[
    use_of(&[Inference], Only::LayoutsInTransformers(FactGroup::Text)),
    use_of(&[Multimodal], Only::UntrainedLayouts(FactGroup::Text)),
];
/// The same of what a forward pass holds that keeps nothing, too, without images and experts: that of checkpoints.
const TEXT_HELD: &[ParameterUse] = &[
    use_of(&[Inference], Only::LayoutsInTransformers(FactGroup::Text)),
    use_of(&[Multimodal], Only::UntrainedLayouts(FactGroup::Text)),
    stated(&[Finetune, Train, Grpo, Nlp], FactGroup::Text),
];
/// Tokens that vLLM checks at most for a sequence in one step (`MAX_SPEC_LEN` in `v1/sample/rejection_sampler.py`).
const MOST_DRAFTED: f64 = 32.0;
/// What changes no byte: it is known of a model and no formula reads it.
const UNREAD: &[ParameterUse] = &[use_of(TRANSFORMER, Only::Never)];
/// What no run loads but one whose tokens are drafted.
const DRAFTED: &[ParameterUse] =
    &[use_of(&[Inference], Only::Drafted), use_of(&[Finetune, Train, Grpo, Multimodal, Nlp, Vlm, Moe], Only::Never)];
const CONTRASTIVE: &[ParameterUse] = &[stated(TRANSFORMER, FactGroup::Contrastive)];
const CLASSIFIER: &[ParameterUse] = &[stated(IMAGES, FactGroup::Classifier)];
const RESNET: &[ParameterUse] = &[stated(IMAGES, FactGroup::ResNet)];
const REGNET: &[ParameterUse] = &[stated(IMAGES, FactGroup::RegNet)];
const GROUPED: &[ParameterUse] = &[stated(IMAGES, FactGroup::Grouped)];
const VGG: &[ParameterUse] = &[stated(IMAGES, FactGroup::Vgg)];
const DENSENET: &[ParameterUse] = &[stated(IMAGES, FactGroup::DenseNet)];
const STEMMED: &[ParameterUse] = &[stated(IMAGES, FactGroup::Stemmed)];
const EFFICIENTNET: &[ParameterUse] = &[stated(IMAGES, FactGroup::EfficientNet)];
const SCALED: &[ParameterUse] = &[stated(IMAGES, FactGroup::Scaled)];
const MOBILENET: &[ParameterUse] = &[stated(IMAGES, FactGroup::MobileNet)];
const STAGES: &[ParameterUse] = &[stated(IMAGES, FactGroup::Stages)];
const WIDE_STAGES: &[ParameterUse] = &[stated(IMAGES, FactGroup::WideStages)];

/// Three times as many stages, or convolutions and poolings one by one, as the longest network of the catalogue has.
const MANY_STAGES: usize = 64;
/// Layers of a stage: a densely connected network is walked layer by layer, and this many in each stage in a blink.
/// More channels no plain network has.
const MANY_LAYERS: f64 = 4096.0;

parameters! {
    /// The model whose architecture all else starts from; without one the modes' own defaults do.
    Model {
        key: "model", symbol: "model", unit: Unit::None, group: Model, kind: ParameterKind::Model,
        impacts: b"hhhhhhhhh",
        follows: Follows::Nothing,
        uses: &[ParameterUse { modes: &Mode::ALL, default: TableValue::NoModel, slider: None, only: Only::Always }],
    }
    /// What a multimodal run does.
    Task {
        key: "task", symbol: "task", unit: Unit::None, group: Workload, kind: choice::<Task>(),
        impacts: b"----h----",
        follows: Follows::Nothing,
        uses: &[chosen(&[Multimodal], Task::Inference as usize)],
    }
    /// How preferences are trained.
    Algorithm {
        key: "algorithm", symbol: "algorithm", unit: Unit::None, group: Workload, kind: choice::<Algorithm>(),
        impacts: b"---h-----",
        follows: Follows::Nothing,
        uses: &[chosen(&[Grpo], Algorithm::Grpo as usize)],
    }
    /// Which parameters fine-tuning trains.
    FinetuneMethod {
        key: "method", symbol: "method", unit: Unit::None, group: Training, kind: choice::<FinetuneMethod>(),
        impacts: b"-hhhhhhh-",
        follows: Follows::Nothing,
        uses: &[
            chosen(&[Finetune, Grpo, Multimodal], FinetuneMethod::Lora as usize).only(Only::Finetuning),
            chosen(FULL_BY_DEFAULT, FinetuneMethod::Full as usize),
        ],
    }
    /// Parameters of the model.
    ModelSize {
        key: "modelSize", symbol: "P", unit: Unit::BillionParameters, group: Model, kind: real(1e-6, MANY),
        impacts: b"hhhhhhhhh",
        follows: Follows::CountedShape,
        uses: &[
            number(&[Nlp], 7.0, Slider::logarithmic(0.125, 175.0, SIZE_STEP)),
            number(&[Vlm], 7.0, Slider::logarithmic(1.0, 100.0, SIZE_STEP)),
            number(&[Moe], 8.0, Slider::logarithmic(1.0, 1600.0, SIZE_STEP)),
            number(&[Cnn], 0.05, Slider::logarithmic(0.005, 0.5, 0.0025)),
            number(BASIC, 7.0, Slider::logarithmic(0.125, 2000.0, SIZE_STEP)),
        ],
    }
    /// Width of the model.
    HiddenSize {
        key: "hiddenSize", symbol: "H", unit: Unit::Dimensions, group: Model, kind: whole(1.0, MANY),
        impacts: b"hhhhhhhh-",
        follows: Follows::Nothing,
        uses: &[number(TRANSFORMER, 4096.0, Slider::linear(768.0, 12288.0, 64.0))],
    }
    /// Width of the feed-forward block.
    IntermediateSize {
        key: "intermediateSize", symbol: "I", unit: Unit::Dimensions, group: Architecture, kind: whole(1.0, MANY),
        impacts: b"hhhhhmh--",
        follows: Follows::Nothing,
        uses: &[
            attending(&[Inference, Finetune, Train, Grpo, Multimodal, Nlp, Vlm], 11008.0, Slider::linear(2048.0, 49152.0, 256.0)), stated(&[Moe], FactGroup::Text)],
    }
    /// Transformer layers.
    NumLayers {
        key: "numLayers", symbol: "L", unit: Unit::Layers, group: Model, kind: whole(1.0, MANY),
        impacts: b"hhhhhhhh-",
        follows: Follows::Nothing,
        uses: &[
            number(&[Nlp], 32.0, Slider::linear(6.0, 80.0, 1.0)),
            number(&[Inference, Finetune, Train, Grpo, Multimodal, Vlm, Moe], 32.0, Slider::linear(1.0, 128.0, 1.0)),
        ],
    }
    /// Attention heads.
    NumAttentionHeads {
        key: "numAttentionHeads", symbol: "a", unit: Unit::Heads, group: Architecture, kind: whole(1.0, MANY),
        impacts: b"llllllll-",
        follows: Follows::Nothing,
        uses: &[
            attending(&[Nlp], 32.0, Slider::linear(8.0, 128.0, 1.0)),
            attending(&[Vlm], 12.0, Slider::linear(8.0, 128.0, 1.0)),
            attending(&[Inference, Finetune, Train, Grpo, Multimodal, Moe], 32.0, Slider::linear(1.0, 128.0, 1.0)),
        ],
    }
    /// Heads that keys and values have; fewer than attention heads where groups of them share keys.
    NumKeyValueHeads {
        key: "numKeyValueHeads", symbol: "a_kv", unit: Unit::Heads, group: Architecture, kind: whole(1.0, MANY),
        impacts: b"mmmlmmmm-",
        follows: Follows::Heads,
        uses: &[attending(TRANSFORMER, 32.0, Slider::linear(1.0, 128.0, 1.0))],
    }
    /// Width of one attention head.
    HeadDim {
        key: "headDim", symbol: "d", unit: Unit::Dimensions, group: Architecture, kind: whole(1.0, MANY),
        impacts: b"hmhmhmmm-",
        follows: Follows::HeadsShareWidth,
        uses: &[attending(TRANSFORMER, 128.0, Slider::linear(32.0, 256.0, 8.0))],
    }
    /// Entries of the vocabulary.
    VocabSize {
        key: "vocabSize", symbol: "V", unit: Unit::Tokens, group: Architecture, kind: whole(1.0, VERY_MANY),
        impacts: b"mmmhmmmm-",
        follows: Follows::Nothing,
        uses: &[
            number(&[Nlp], 50_000.0, Slider::linear(30_000.0, 260_000.0, 1000.0)),
            number(&[Inference, Finetune, Train, Grpo, Multimodal, Vlm, Moe], 32_000.0, Slider::linear(30_000.0, 260_000.0, 1000.0)),
        ],
    }
    /// Whether the output projection is the token embedding.
    TieWordEmbeddings {
        key: "tieWordEmbeddings", symbol: "tied", unit: Unit::None, group: Architecture, kind: ParameterKind::Toggle,
        impacts: b"llllllll-",
        follows: Follows::Nothing,
        uses: &[toggle(TRANSFORMER, false)],
    }
    /// Whether feed-forward blocks have a gate beside the up projection.
    GatedMlp {
        key: "gatedMlp", symbol: "gated", unit: Unit::None, group: Architecture, kind: ParameterKind::Toggle,
        impacts: b"mmmlmmml-",
        follows: Follows::Nothing,
        uses: &[toggle(TRANSFORMER, true).only(Only::Layouts(FactGroup::Attending))],
    }
    /// The function inside feed-forward blocks, and whether it is one operation or written out.
    Activation {
        key: "activation", symbol: "act", unit: Unit::None, group: Architecture, kind: choice::<Activation>(),
        impacts: b"lhmlmhml-",
        follows: Follows::Nothing,
        uses: &[chosen(&[Inference], Activation::Silu as usize).only(Only::ServedBy(Engine::Transformers)),
            chosen(TRAINED_TRANSFORMER, Activation::Silu as usize)],
    }
    /// Tokens that sliding-window layers look back; 0 without a window.
    SlidingWindow {
        key: "slidingWindow", symbol: "W", unit: Unit::Tokens, group: Architecture, kind: whole(0.0, VERY_MANY),
        impacts: b"llllllll-",
        follows: Follows::Nothing,
        uses: &[number(TRANSFORMER, 0.0, Slider::linear(0.0, 8192.0, 128.0))],
    }
    /// Experts of a mixture.
    NumExperts {
        key: "numExperts", symbol: "E", unit: Unit::Experts, group: Model, kind: whole(1.0, MANY),
        impacts: b"-------m-",
        follows: Follows::Nothing,
        uses: &[number(&[Moe], 8.0, Slider::linear(2.0, 64.0, 1.0)), stated(&[Inference, Finetune, Train, Grpo, Multimodal, Nlp, Vlm], FactGroup::Text)],
    }
    /// Experts that a token visits.
    NumActiveExperts {
        key: "numActiveExperts", symbol: "k_active", unit: Unit::Experts, group: Model, kind: whole(1.0, MANY),
        impacts: b"-------h-",
        follows: Follows::Nothing,
        uses: &[number(&[Moe], 2.0, Slider::linear(1.0, 8.0, 1.0)), stated(&[Inference, Finetune, Train, Grpo, Multimodal, Nlp, Vlm], FactGroup::Text)],
    }
    /// Width of the vision features.
    VisionFeatureDim {
        key: "visionFeatureDim", symbol: "D", unit: Unit::Dimensions, group: Model, kind: whole(1.0, MANY),
        impacts: b"----l-l--",
        follows: Follows::Nothing,
        uses: &[number(&[Multimodal, Vlm], 1024.0, Slider::linear(768.0, 1024.0, 64.0)), stated(&[Inference, Cnn], FactGroup::Vision)],
    }
    /// Weight of the alignment between the modalities.
    CrossModalAlignmentWeight {
        key: "crossModalAlignmentWeight", symbol: "w", unit: Unit::None, group: Model, kind: real(0.0, 1000.0),
        impacts: b"------l--",
        follows: Follows::Nothing,
        uses: &[number(&[Vlm], 0.5, Slider::linear(0.1, 1.0, 0.05))],
    }
    /// Edge of a convolution kernel.
    KernelSize {
        key: "kernelSize", symbol: "K", unit: Unit::Pixels, group: Model, kind: whole(1.0, 1000.0),
        impacts: b"--------l",
        follows: Follows::Nothing,
        uses: &[number(&[Cnn], 3.0, Slider::linear(3.0, 7.0, 1.0))],
    }
    /// Width of one expert.
    MoeIntermediateSize {
        key: "moeIntermediateSize", symbol: "I_e", unit: Unit::Dimensions, group: Architecture, kind: whole(1.0, MANY),
        impacts: b"-------h-",
        follows: Follows::ExpertsShareModel,
        uses: &[number(&[Moe], 11008.0, Slider::linear(256.0, 32768.0, 64.0)), stated(&[Inference, Finetune, Train, Grpo, Multimodal, Nlp, Vlm], FactGroup::Text)],
    }
    /// Rank of the low-rank adapters.
    LoraRank {
        key: "loraRank", symbol: "r", unit: Unit::None, group: Training, kind: whole(1.0, MANY),
        impacts: b"-hmmmlml-",
        follows: Follows::Nothing,
        uses: &[number(&[Finetune, Train, Grpo, Multimodal, Vlm, Moe], 16.0, RANKS).only(Only::LowRank),
            // The application of the document adds adapters to any run.
            number(&[Nlp], 16.0, RANKS)],
    }
    /// Which layers carry adapters.
    LoraTargets {
        key: "loraTargets", symbol: "targets", unit: Unit::None, group: Training, kind: choice::<LoraTargets>(),
        impacts: b"-mmlmmmm-",
        follows: Follows::Experts,
        uses: &[chosen(TRAINED_TRANSFORMER, LoraTargets::AllLinear as usize).only(Only::LowRank)],
    }
    /// What becomes of an adapter's product.
    LoraVariant {
        key: "loraVariant", symbol: "variant", unit: Unit::None, group: Training, kind: choice::<LoraVariant>(),
        impacts: b"-hh----m-",
        follows: Follows::Nothing,
        uses: &[chosen(&[Finetune, Train, Moe], LoraVariant::Lora as usize).only(Only::LowRank)],
    }
    /// Modules that are trained whole beside adapters.
    ModulesToSave {
        key: "modulesToSave", symbol: "modules", unit: Unit::None, group: Training, kind: choice::<ModulesToSave>(),
        impacts: b"-ll----l-",
        follows: Follows::Nothing,
        uses: &[chosen(&[Finetune, Train, Moe], ModulesToSave::None as usize).only(Only::BesideAdapters)],
    }
    /// Number format of adapters.
    AdapterPrecision {
        key: "adapterPrecision", symbol: "b_a", unit: Unit::None, group: Training, kind: choice::<AdapterPrecision>(),
        impacts: b"-mmlmmmm-",
        follows: Follows::Nothing,
        uses: &[chosen(TRAINED_TRANSFORMER, AdapterPrecision::Fp32 as usize).only(Only::BesideFrozen)],
    }
    /// Share of an adapter's input that dropout clears.
    LoraDropout {
        key: "loraDropout", symbol: "p_drop", unit: Unit::None, group: Training, kind: real(0.0, 1.0),
        impacts: b"-mmlmmml-",
        follows: Follows::Nothing,
        uses: &[number(TRAINED_TRANSFORMER, 0.0, Slider::linear(0.0, 0.5, 0.05)).only(Only::LowRank)],
    }
    /// Sequences, samples, images or prompts that run together.
    BatchSize {
        key: "batchSize", symbol: "B", unit: Unit::Sequences, group: Workload, kind: whole(1.0, MANY),
        impacts: b"hhhhhhhhh",
        follows: Follows::Nothing,
        uses: &[
            number(&[Inference], 1.0, Slider::logarithmic(1.0, 256.0, 1.0)),
            number(&[Finetune, Multimodal], 2.0, Slider::logarithmic(1.0, 256.0, 1.0)),
            number(&[Train, Grpo], 4.0, Slider::logarithmic(1.0, 256.0, 1.0)),
            number(&[Nlp], 16.0, Slider::linear(1.0, 64.0, 1.0)),
            number(&[Vlm], 8.0, Slider::linear(4.0, 32.0, 1.0)),
            number(&[Moe], 16.0, Slider::linear(8.0, 64.0, 1.0)),
            number(&[Cnn], 64.0, Slider::logarithmic(32.0, 512.0, 1.0)),
        ],
    }
    /// Tokens of one sequence.
    SequenceLength {
        key: "sequenceLength", symbol: "S", unit: Unit::Tokens, group: Workload, kind: whole(1.0, VERY_MANY),
        impacts: b"hhhhhhmh-",
        follows: Follows::Nothing,
        uses: &[
            number(BASIC, 2048.0, Slider::logarithmic(128.0, 131_072.0, 4.0)),
            number(&[Nlp, Moe], 2048.0, Slider::logarithmic(512.0, 8192.0, 16.0)),
            number(&[Vlm], 1024.0, Slider::logarithmic(512.0, 4096.0, 16.0)),
        ],
    }
    /// Completions sampled for one prompt.
    NumGenerations {
        key: "numGenerations", symbol: "k", unit: Unit::Completions, group: Workload, kind: whole(1.0, MANY),
        impacts: b"---h-----",
        follows: Follows::Nothing,
        uses: &[number(&[Grpo], 8.0, Slider::linear(1.0, 64.0, 1.0)).only(Only::Sampled)],
    }
    /// What the size of a batch counts.
    BatchUnit {
        key: "batchUnit", symbol: "unit", unit: Unit::None, group: Workload, kind: choice::<BatchUnit>(),
        impacts: b"---h-----",
        follows: Follows::Nothing,
        uses: &[chosen(&[Grpo], BatchUnit::Prompts as usize).only(Only::Sampled)],
    }
    /// How many tokens of a sequence are completion.
    CompletionLength {
        key: "completionLength", symbol: "S_c", unit: Unit::Tokens, group: Workload, kind: whole(1.0, VERY_MANY),
        impacts: b"---m-----",
        follows: Follows::WholeSequence,
        uses: &[number(&[Grpo], 2048.0, Slider::logarithmic(128.0, 131_072.0, 4.0))],
    }
    /// What scores completions as the reference.
    ReferenceModel {
        key: "referenceModel", symbol: "reference", unit: Unit::None, group: Workload, kind: choice::<ReferenceModel>(),
        impacts: b"---m-----",
        follows: Follows::Reference,
        uses: &[chosen(&[Grpo], ReferenceModel::None as usize)],
    }
    /// What samples completions.
    Rollout {
        key: "rollout", symbol: "rollout", unit: Unit::None, group: Workload, kind: choice::<Rollout>(),
        impacts: b"---l-----",
        follows: Follows::Nothing,
        uses: &[chosen(&[Grpo], Rollout::Transformers as usize).only(Only::Sampled)],
    }
    /// Share of the GPU that vLLM takes beside the trainer.
    RolloutMemory {
        key: "rolloutMemory", symbol: "u_rollout", unit: Unit::None, group: Workload, kind: real(0.01, 1.0),
        impacts: b"---m-----",
        follows: Follows::Nothing,
        uses: &[number(&[Grpo], 0.3, Slider::linear(0.1, 0.9, 0.01)).only(Only::Colocated)],
    }
    /// Whether vLLM gives its memory back while the trainer trains.
    RolloutSleep {
        key: "rolloutSleep", symbol: "sleep", unit: Unit::None, group: Workload, kind: ParameterKind::Toggle,
        impacts: b"---m-----",
        follows: Follows::Nothing,
        uses: &[toggle(&[Grpo], true).only(Only::Colocated)],
    }
    /// Tokens of the decoder of one sequence, where an encoder reads another.
    DecoderLength {
        key: "decoderLength", symbol: "S_dec", unit: Unit::Tokens, group: Workload, kind: whole(1.0, VERY_MANY),
        impacts: b"...-..---",
        follows: Follows::WholeSequence,
        uses: &[
            number(&[Inference], 2048.0, Slider::logarithmic(16.0, 8192.0, 4.0))
                .only(Only::LayoutsInTransformers(FactGroup::TwoStacks)),
            number(&[Finetune, Train, Multimodal, Nlp], 2048.0, Slider::logarithmic(16.0, 8192.0, 4.0))
                .only(Only::TrainedLayouts(FactGroup::TwoStacks)),
        ],
    }
    /// Micro-batches before one optimizer step.
    GradientAccumulationSteps {
        key: "gradientAccumulationSteps", symbol: "g", unit: Unit::Steps, group: Workload, kind: whole(1.0, MANY),
        impacts: b"-lllmhll-",
        follows: Follows::Nothing,
        uses: &[
            number(&[Nlp], 4.0, Slider::linear(1.0, 128.0, 1.0)),
            number(&[Finetune, Train, Grpo, Multimodal, Vlm, Moe], 1.0, Slider::linear(1.0, 128.0, 1.0)).only(Only::Trained),
        ],
    }
    /// Edge of the input image.
    ImageResolution {
        key: "imageResolution", symbol: "R", unit: Unit::Pixels, group: Workload, kind: whole(1.0, MANY),
        impacts: b"----m-h--",
        follows: Follows::Nothing,
        uses: &[number(&[Multimodal, Vlm], 336.0, Slider::linear(224.0, 1024.0, 16.0))],
    }
    /// Edge of the input image of a convolutional network.
    InputImageSize {
        key: "inputImageSize", symbol: "R", unit: Unit::Pixels, group: Workload, kind: whole(1.0, MANY),
        impacts: b"--------m",
        follows: Follows::Nothing,
        uses: &[number(&[Cnn], 224.0, Slider::linear(224.0, 512.0, 16.0))],
    }
    /// Edge of an image patch.
    PatchSize {
        key: "patchSize", symbol: "p", unit: Unit::Pixels, group: Workload, kind: whole(1.0, MANY),
        impacts: b"----l-m--",
        follows: Follows::Nothing,
        uses: &[number(&[Multimodal, Vlm], 14.0, Slider::linear(14.0, 32.0, 1.0)), stated(&[Inference, Cnn], FactGroup::Vision)],
    }
    /// Images per sequence.
    NumImages {
        key: "numImages", symbol: "n_images", unit: Unit::Images, group: Workload, kind: whole(0.0, MANY),
        impacts: b"----h-h--",
        follows: Follows::Nothing,
        uses: &[number(&[Multimodal, Vlm], 1.0, Slider::linear(0.0, 64.0, 1.0))],
    }
    /// Video frames per sequence.
    VideoFrames {
        key: "videoFrames", symbol: "n_frames", unit: Unit::Frames, group: Workload, kind: whole(0.0, VERY_MANY),
        impacts: b"----h----",
        follows: Follows::Nothing,
        uses: &[number(&[Multimodal], 0.0, Slider::logarithmic(0.0, 4096.0, 1.0))],
    }
    /// Audio per sequence.
    AudioDuration {
        key: "audioDuration", symbol: "t_audio", unit: Unit::Milliseconds, group: Workload, kind: real(0.0, VERY_MANY),
        impacts: b"----h----",
        follows: Follows::Nothing,
        uses: &[number(&[Multimodal], 0.0, Slider::logarithmic(0.0, 600_000.0, 500.0))],
    }
    /// Slots that each expert keeps beyond its even share of tokens.
    ExpertCapacityFactor {
        key: "expertCapacityFactor", symbol: "c", unit: Unit::None, group: Workload, kind: real(0.0, 1000.0),
        impacts: b"-------l-",
        follows: Follows::Nothing,
        uses: &[number(&[Moe], 1.25, Slider::linear(1.0, 2.0, 0.05))],
    }
    /// What spreads a training run over GPUs. What it leads to follows below, the recipe among it.
    Trainer {
        key: "trainer", symbol: "trainer", unit: Unit::None, group: Parallelism, kind: choice::<Trainer>(),
        impacts: b"-hhh0mlhl",
        follows: Follows::Nothing,
        uses: &[chosen(TRAINED, Trainer::None as usize).only(Only::Trained)],
    }
    /// GPUs of the run.
    GpuCount {
        key: "gpuCount", symbol: "n_GPU", unit: Unit::Gpus, group: Parallelism, kind: whole(1.0, MANY),
        impacts: b"hlll0llll",
        follows: Follows::Devices,
        uses: &[number(TRAINED, 1.0, Slider::logarithmic(1.0, 1024.0, 1.0)).only(Only::Spread),
            number(&[Inference], 1.0, Slider::logarithmic(1.0, 1024.0, 1.0))],
    }
    /// Ranks that share out whole experts among themselves.
    ExpertParallel {
        key: "expertParallel", symbol: "n_ep", unit: Unit::Gpus, group: Parallelism, kind: whole(1.0, MANY),
        impacts: b"0000000l0",
        follows: Follows::Nothing,
        uses: &[number(&[Inference], 1.0, Slider::logarithmic(1.0, 64.0, 1.0)).only(Only::ServedBy(Engine::Vllm)),
            number(TRAINED, 1.0, Slider::logarithmic(1.0, 64.0, 1.0)).only(Only::ExpertRanks)],
    }
    /// Ranks among which the layers of a pipeline are shared out.
    PipelineParallel {
        key: "pipelineParallel", symbol: "n_pp", unit: Unit::Gpus, group: Parallelism, kind: whole(1.0, 1024.0),
        impacts: b"hhh00h0h0",
        follows: Follows::Nothing,
        uses: &[number(&[Inference], 1.0, Slider::logarithmic(1.0, 64.0, 1.0)).only(Only::ServedBy(Engine::Vllm)),
            number(TRAINED, 1.0, Slider::logarithmic(1.0, 64.0, 1.0)).only(Only::Spread)],
    }
    /// Ranks that divide each layer's matrices among themselves.
    TensorParallel {
        key: "tensorParallel", symbol: "n_tp", unit: Unit::Gpus, group: Parallelism, kind: whole(1.0, MANY),
        impacts: b"hmh00h000",
        follows: Follows::Nothing,
        uses: &[number(DIVIDED, 1.0, Slider::logarithmic(1.0, 64.0, 1.0)).only(Only::TensorParallel)],
    }
    /// Ranks that divide the matrices of each expert among themselves.
    ExpertTensorParallel {
        key: "expertTensorParallel", symbol: "n_etp", unit: Unit::Gpus, group: Parallelism, kind: whole(1.0, MANY),
        impacts: b"-00000000",
        follows: Follows::Tensor,
        uses: &[number(TRAINED, 1.0, Slider::logarithmic(1.0, 64.0, 1.0)).only(Only::SpreadBy(Trainer::Megatron))],
    }
    /// How Megatron brings tokens to experts.
    TokenDispatcher {
        key: "tokenDispatcher", symbol: "dispatcher", unit: Unit::None, group: Parallelism, kind: choice::<TokenDispatcher>(),
        impacts: b"-00000000",
        follows: Follows::Nothing,
        uses: &[chosen(TRAINED, TokenDispatcher::AllGather as usize).only(Only::SpreadBy(Trainer::Megatron))],
    }
    /// Whether one kernel multiplies the matrices of all experts, for which Transformer Engine has more workspaces.
    GroupedGemm {
        key: "groupedGemm", symbol: "grouped", unit: Unit::None, group: Parallelism, kind: ParameterKind::Toggle,
        impacts: b"-000000l0",
        follows: Follows::Nothing,
        uses: &[toggle(TRAINED, false).only(Only::SpreadBy(Trainer::Megatron))],
    }
    /// Whose plan divides the layers beside FSDP2.
    TensorParallelPlan {
        key: "tensorParallelPlan", symbol: "plan", unit: Unit::None, group: Parallelism, kind: choice::<TensorPlan>(),
        impacts: b"-00000000",
        follows: Follows::Nothing,
        uses: &[chosen(TRAINED, TensorPlan::Torch as usize).only(Only::SpreadBy(Trainer::Fsdp2))],
    }
    /// Whether norms and what lies between blocks is divided along the sequence.
    SequenceParallel {
        key: "sequenceParallel", symbol: "sp", unit: Unit::None, group: Parallelism, kind: ParameterKind::Toggle,
        impacts: b"-lm00m000",
        follows: Follows::Nothing,
        uses: &[toggle(TRAINED, false).only(Only::SequencePlan)],
    }
    /// Whether each rank computes the loss of its part of the vocabulary.
    LossParallel {
        key: "lossParallel", symbol: "lp", unit: Unit::None, group: Parallelism, kind: ParameterKind::Toggle,
        impacts: b"-ll00m000",
        follows: Follows::Nothing,
        uses: &[toggle(TRAINED, false).only(Only::TorchPlan)],
    }
    /// Ranks that have a part of each sequence.
    ContextParallel {
        key: "contextParallel", symbol: "n_cp", unit: Unit::Gpus, group: Parallelism, kind: whole(1.0, MANY),
        impacts: b"-mm00h0h0",
        follows: Follows::Nothing,
        uses: &[number(TRAINED, 1.0, Slider::logarithmic(1.0, 64.0, 1.0)).only(Only::SpreadBy(Trainer::Megatron))],
    }
    /// Ranks of vLLM, among those that divide layers, that share out the cache of each sequence token by token.
    DecodeContextParallel {
        key: "decodeContextParallel", symbol: "n_dcp", unit: Unit::Gpus, group: Parallelism, kind: whole(1.0, MANY),
        impacts: b"0--------",
        follows: Follows::Nothing,
        uses: &[number(&[Inference], 1.0, Slider::logarithmic(1.0, 64.0, 1.0)).only(Only::ServedBy(Engine::Vllm))],
    }
    /// Whether the optimizer's states are shared out over the ranks that hold the same parameters.
    DistributedOptimizer {
        key: "distributedOptimizer", symbol: "dist", unit: Unit::None, group: Parallelism, kind: ParameterKind::Toggle,
        impacts: b"-hh00m0m0",
        follows: Follows::Nothing,
        uses: &[toggle(TRAINED, false).only(Only::SpreadBy(Trainer::Megatron))],
    }
    /// What Megatron recomputes in the backward pass.
    Recompute {
        key: "recompute", symbol: "recompute", unit: Unit::None, group: Parallelism, kind: choice::<Recompute>(),
        impacts: b"-mm00h0h0",
        follows: Follows::Nothing,
        uses: &[chosen(TRAINED, Recompute::None as usize).only(Only::SpreadBy(Trainer::Megatron))],
    }
    /// Whether Megatron runs in deterministic mode, which sets the workspace of cuBLAS.
    Deterministic {
        key: "deterministic", symbol: "det", unit: Unit::None, group: Parallelism, kind: ParameterKind::Toggle,
        impacts: b"-ll00l0l0",
        follows: Follows::Nothing,
        uses: &[toggle(TRAINED, false).only(Only::SpreadBy(Trainer::Megatron))],
    }
    /// Ranks that read different sequences.
    DataParallel {
        key: "dataParallel", symbol: "n_dp", unit: Unit::Gpus, group: Parallelism, kind: whole(1.0, MANY),
        impacts: b"0lll0llll",
        follows: Follows::Gpus,
        uses: &[number(TRAINED, 1.0, Slider::logarithmic(1.0, 1024.0, 1.0)).only(Only::Spread),
            number(&[Inference], 1.0, Slider::logarithmic(1.0, 1024.0, 1.0)).only(Only::ServedBy(Engine::Vllm))],
    }
    /// Whether gradients are views of the buckets that DDP reduces, and no tensors of their own.
    GradientAsBucketView {
        key: "gradientAsBucketView", symbol: "views", unit: Unit::None, group: Parallelism, kind: ParameterKind::Toggle,
        impacts: b"-ml00l0l0",
        follows: Follows::Nothing,
        uses: &[toggle(TRAINED, false).only(Only::SpreadBy(Trainer::Ddp))],
    }
    /// Size of a bucket of DDP; changes no byte, since the buckets together are as large as the gradients.
    BucketCapMb {
        key: "bucketCapMb", symbol: "bucket cap", unit: Unit::Mebibytes, group: Parallelism, kind: real(0.0, MANY),
        impacts: b"-00000000",
        follows: Follows::Nothing,
        uses: &[number(TRAINED, 25.0, Slider::linear(1.0, 250.0, 1.0)).only(Only::Never)],
    }
    /// What of gathered parameters FSDP2 keeps.
    Reshard {
        key: "reshard", symbol: "reshard", unit: Unit::None, group: Parallelism, kind: choice::<Reshard>(),
        impacts: b"-mmm0l0l0",
        follows: Follows::Nothing,
        uses: &[chosen(TRAINED, Reshard::Full as usize).only(Only::SpreadBy(Trainer::Fsdp2))],
    }
    /// Which parameters FSDP2 gathers together.
    Wrapping {
        key: "wrapping", symbol: "wrapping", unit: Unit::None, group: Parallelism, kind: choice::<Wrapping>(),
        impacts: b"-lll0l0l0",
        follows: Follows::Nothing,
        uses: &[chosen(TRAINED, Wrapping::Layers as usize).only(Only::SpreadBy(Trainer::Fsdp2))],
    }
    /// Ranks of FSDP2 that hold the same part: replicas of a hybrid mesh.
    DataParallelReplicate {
        key: "dataParallelReplicate", symbol: "n_rep", unit: Unit::None, group: Parallelism, kind: whole(1.0, MANY),
        impacts: b"-mhm0m0m0",
        follows: Follows::Nothing,
        uses: &[number(TRAINED, 1.0, Slider::logarithmic(1.0, 64.0, 1.0)).only(Only::SpreadBy(Trainer::Fsdp2))],
    }
    /// The format in which FSDP2 reduces gradients.
    ReduceDtype {
        key: "reduceDtype", symbol: "b_r", unit: Unit::None, group: Parallelism, kind: choice::<WireFormat>(),
        impacts: b"-mml0l0l0",
        follows: Follows::Nothing,
        uses: &[chosen(TRAINED, WireFormat::Same as usize).only(Only::SpreadBy(Trainer::Fsdp2))],
    }
    /// The format in which FSDP2 returns what the model puts out; changes no byte, since only the loss outlives the
    /// pass.
    OutputDtype {
        key: "outputDtype", symbol: "b_out", unit: Unit::None, group: Parallelism, kind: choice::<WireFormat>(),
        impacts: b"-00000000",
        follows: Follows::Nothing,
        uses: &[chosen(TRAINED, WireFormat::Same as usize).only(Only::Never)],
    }
    /// When FSDP2 reduces gradients while it accumulates them.
    GradientSync {
        key: "gradientSync", symbol: "sync", unit: Unit::None, group: Parallelism, kind: choice::<GradientSync>(),
        impacts: b"-mmm0l0l0",
        follows: Follows::Nothing,
        uses: &[chosen(TRAINED, GradientSync::Each as usize).only(Only::SpreadBy(Trainer::Fsdp2))],
    }
    /// In which order stages run micro-batches.
    Schedule {
        key: "schedule", symbol: "schedule", unit: Unit::None, group: Parallelism, kind: choice::<Schedule>(),
        impacts: b"-hh00h0h0",
        follows: Follows::Nothing,
        uses: &[chosen(TRAINED, Schedule::OneForwardOneBackward as usize).only(Only::Pipelined)],
    }
    /// Stages that take turns on a rank.
    VirtualStages {
        key: "virtualStages", symbol: "n_vs", unit: Unit::None, group: Parallelism, kind: whole(1.0, 1024.0),
        impacts: b"-mm00m0m0",
        follows: Follows::Nothing,
        uses: &[number(TRAINED, 1.0, Slider::logarithmic(1.0, 16.0, 1.0)).only(Only::Pipelined)],
    }
    /// Micro-batches of a step of a pipeline; the batch size is that of each.
    MicroBatches {
        key: "microBatches", symbol: "M", unit: Unit::None, group: Parallelism, kind: whole(1.0, 4096.0),
        impacts: b"-hh00h0h0",
        follows: Follows::Stages,
        uses: &[number(TRAINED, 1.0, Slider::logarithmic(1.0, 256.0, 1.0)).only(Only::Pipelined)],
    }
    /// Whether the caller keeps what the model, or the last stage, puts out.
    ReturnOutputs {
        key: "returnOutputs", symbol: "outputs", unit: Unit::None, group: Parallelism, kind: ParameterKind::Toggle,
        impacts: b"-ll00l0l0",
        follows: Follows::Nothing,
        uses: &[
            toggle(&[Finetune, Train, Nlp, Moe], false).only(Only::Outputs),
            toggle(&[Grpo, Multimodal, Vlm, Cnn], false).only(Only::Pipelined),
        ],
    }
    /// Where FSDP2, and DeepSpeed at stage 3, have parameters between their turns.
    OffloadParameters {
        key: "offloadParameters", symbol: "offload", unit: Unit::None, group: Parallelism, kind: choice::<OffloadPlace>(),
        impacts: b"-lm00l0l0",
        follows: Follows::Nothing,
        uses: &[chosen(TRAINED, OffloadPlace::None as usize).only(Only::Offloaded)],
    }
    /// Where DeepSpeed has what updates parameters.
    OffloadOptimizer {
        key: "offloadOptimizer", symbol: "offload_optimizer", unit: Unit::None, group: Parallelism,
        kind: choice::<OptimizerPlace>(),
        impacts: b"-lml0l000",
        follows: Follows::Nothing,
        uses: &[chosen(TRAINED, OptimizerPlace::None as usize).only(Only::SpreadBy(Trainer::DeepSpeed))],
    }
    /// What DeepSpeed's ranks share out; the default is accelerate's (`DeepSpeedPlugin.zero_stage`).
    ZeroStage {
        key: "zeroStage", symbol: "ZeRO", unit: Unit::None, group: Parallelism, kind: choice::<ZeroStage>(),
        impacts: b"-mml0l000",
        follows: Follows::Nothing,
        uses: &[chosen(TRAINED, ZeroStage::Gradients as usize).only(Only::SpreadBy(Trainer::DeepSpeed))],
    }
    /// Elements of the buffer in which DeepSpeed reduces gradients. This default and those that follow are its own
    /// (`deepspeed/runtime/zero/config.py`).
    ZeroReduceBucket {
        key: "zeroReduceBucket", symbol: "n_bucket", unit: Unit::None, group: Parallelism, kind: whole(1.0, VERY_MANY),
        impacts: b"-lll0l000",
        follows: Follows::Nothing,
        uses: &[number(TRAINED, 5e8, Slider::logarithmic(1e7, 1e9, 1e7)).only(Only::ZeroShares)],
    }
    /// Whether DeepSpeed reduces gradients while it computes the next, which takes a second such buffer below stage 3.
    ZeroOverlap {
        key: "zeroOverlap", symbol: "overlap", unit: Unit::None, group: Parallelism, kind: ParameterKind::Toggle,
        impacts: b"-lll0l000",
        follows: Follows::Nothing,
        uses: &[toggle(TRAINED, false).only(Only::ZeroWhole)],
    }
    /// Elements that DeepSpeed gathers ahead at once.
    ZeroPrefetchBucket {
        key: "zeroPrefetchBucket", symbol: "n_prefetch", unit: Unit::None, group: Parallelism, kind: whole(0.0, VERY_MANY),
        impacts: b"-ll00l000",
        follows: Follows::Nothing,
        uses: &[number(TRAINED, 5e7, Slider::logarithmic(0.0, 1e9, 1e6)).only(Only::ZeroParts)],
    }
    /// Elements of the largest parameter that DeepSpeed has on every rank whole.
    ZeroPersistence {
        key: "zeroPersistence", symbol: "n_persistent", unit: Unit::None, group: Parallelism, kind: whole(0.0, VERY_MANY),
        impacts: b"-mm00l000",
        follows: Follows::Nothing,
        uses: &[number(TRAINED, 1e5, Slider::logarithmic(1e4, 1e8, 1e4)).only(Only::ZeroParts)],
    }
    /// Number format of weights and activations.
    Precision {
        key: "precision", symbol: "b", unit: Unit::None, group: Training, kind: choice::<Precision>(),
        impacts: b"hhhhhhhhh",
        follows: Follows::TrainersFormat,
        uses: &[
            chosen(&[Inference, Finetune, Train, Grpo, Multimodal, Nlp, Vlm], Precision::Fp16 as usize),
            chosen(&[Moe], Precision::Bf16 as usize),
            chosen(&[Cnn], Precision::Fp32 as usize),
        ],
    }
    /// Number format of quantized weights.
    Quantization {
        key: "quantization", symbol: "b_q", unit: Unit::None, group: Training, kind: choice::<Quantization>(),
        impacts: b"hhhhhmmm-",
        follows: Follows::Published,
        uses: &[chosen(&[Inference], Quantization::NONE), chosen(TRAINED_TRANSFORMER, Quantization::INT4).only(Only::QuantizedBase)],
    }
    /// Which parts stay in 16 bits beside quantized weights.
    Unquantized {
        key: "unquantized", symbol: "unquantized", unit: Unit::None, group: Training,
        kind: ParameterKind::Set { words: UnquantizedParts::WORDS },
        impacts: b"h0000000-",
        follows: Follows::Published,
        uses: &[
            chosen(&[Inference], UnquantizedParts::USUAL).only(Only::Packed),
            chosen(TRAINED_TRANSFORMER, UnquantizedParts::USUAL).only(Only::QuantizedBase),
        ],
    }
    /// Number formats of parameters, gradients and states.
    Recipe {
        key: "recipe", symbol: "recipe", unit: Unit::None, group: Training, kind: choice::<Recipe>(),
        impacts: b"-mhmhmhhm",
        follows: Follows::TrainedParameters,
        uses: &[chosen(TRAINED, Recipe::Master as usize).only(Only::Trained)],
    }
    /// The optimizer.
    Optimizer {
        key: "optimizer", symbol: "f", unit: Unit::None, group: Training, kind: choice::<Optimizer>(),
        impacts: b"-lhlhhhhh",
        follows: Follows::Nothing,
        uses: &[chosen(TRAINED, Optimizer::AdamW as usize).only(Only::Trained)],
    }
    /// How the optimizer step is launched.
    OptimizerKernel {
        key: "optimizerKernel", symbol: "kernel", unit: Unit::None, group: Training, kind: choice::<OptimizerKernel>(),
        impacts: b"-mmllmmml",
        follows: Follows::Nothing,
        uses: &[chosen(TRAINED, OptimizerKernel::Fused as usize).only(Only::Kernels)],
    }
    /// Whether activations are recomputed in the backward pass.
    GradientCheckpointing {
        key: "gradientCheckpointing", symbol: "checkpointing", unit: Unit::None, group: Training, kind: ParameterKind::Toggle,
        impacts: b"-hmhmhhh-",
        follows: Follows::Nothing,
        uses: &[toggle(&[Finetune, Train, Multimodal, Nlp, Vlm, Moe], false).only(Only::Trained), toggle(&[Grpo], true)],
    }
    /// How attention is computed.
    Attention {
        key: "attention", symbol: "attention", unit: Unit::None, group: Training, kind: choice::<Attention>(),
        impacts: b"lhhmmhmh-",
        follows: Follows::Nothing,
        uses: &[chosen(&[Inference], Attention::Sdpa as usize).only(Only::ServedBy(Engine::Transformers)),
            chosen(TRAINED_TRANSFORMER, Attention::Sdpa as usize)],
    }
    /// Whether sequences of a batch differ in length, so that attention needs a mask.
    Padding {
        key: "padding", symbol: "padding", unit: Unit::None, group: Training, kind: ParameterKind::Toggle,
        impacts: b".lllllll-",
        follows: Follows::Nothing,
        uses: &[
            toggle(&[Inference], false).only(Only::LayoutsInTransformers(FactGroup::EncodedText)),
            toggle(TRAINED_TRANSFORMER, false).only(Only::Trained),
        ],
    }
    /// Whether the vision encoder is not trained.
    FreezeVision {
        key: "freezeVision", symbol: "frozen", unit: Unit::None, group: Training, kind: ParameterKind::Toggle,
        impacts: b"----l-l--",
        follows: Follows::Nothing,
        uses: &[toggle(&[Multimodal, Vlm], false).only(Only::Whole)],
    }
    /// What serves the model.
    Engine {
        key: "engine", symbol: "engine", unit: Unit::None, group: Serving, kind: choice::<Engine>(),
        impacts: b"l--------",
        follows: Follows::Nothing,
        uses: &[chosen(&[Inference], Engine::Transformers as usize)],
    }
    /// Which version of the engine runs: defaults and rules have moved.
    EngineVersion {
        key: "engineVersion", symbol: "version", unit: Unit::None, group: Serving, kind: choice::<EngineVersion>(),
        impacts: b"l--------",
        follows: Follows::Nothing,
        uses: &[chosen(&[Inference], EngineVersion::Latest as usize).only(Only::Versioned)],
    }
    /// What draws the next token in vLLM.
    Sampler {
        key: "sampler", symbol: "sampler", unit: Unit::None, group: Serving, kind: choice::<Sampler>(),
        impacts: b"l--------",
        follows: Follows::Nothing,
        uses: &[chosen(&[Inference], Sampler::FlashInfer as usize).only(Only::ServedBy(Engine::Vllm))],
    }
    /// What proposes tokens that the model then checks.
    Draft {
        key: "draft", symbol: "draft", unit: Unit::None, group: Serving, kind: ParameterKind::Choice { ids: ChoiceIds::OrModel(Draft::IDS.split_at(Draft::Model as usize).0) },
        impacts: b"l--------",
        follows: Follows::Nothing,
        uses: &[chosen(&[Inference], Draft::None as usize)],
    }
    /// Tokens that it proposes for a step.
    DraftTokens {
        key: "draftTokens", symbol: "k_draft", unit: Unit::Tokens, group: Serving, kind: whole(1.0, MOST_DRAFTED),
        impacts: b"l--------",
        follows: Follows::Nothing,
        uses: &[number(&[Inference], 3.0, Slider::linear(1.0, 8.0, 1.0)).only(Only::Drafted)],
    }
    /// For which positions of the prompt logits are made.
    Logits {
        key: "logits", symbol: "logits", unit: Unit::None, group: Serving, kind: choice::<PromptLogits>(),
        impacts: b"m---l----",
        follows: Follows::Nothing,
        uses: &[chosen(&[Inference], PromptLogits::Last as usize).only(Only::GeneratingIn(Engine::Transformers)),
            chosen(&[Multimodal], PromptLogits::Last as usize).only(Only::Untrained)],
    }
    /// Whether `generate` of Transformers keeps the cache in the host's memory, all but the layers at work
    /// (`cache_implementation="offloaded"`).
    OffloadCache {
        key: "offloadCache", symbol: "offload_kv", unit: Unit::None, group: Serving, kind: ParameterKind::Toggle,
        impacts: b".--------",
        follows: Follows::Nothing,
        uses: &[toggle(&[Inference], false).only(Only::GeneratingIn(Engine::Transformers))],
    }
    /// Number format of keys and values.
    KvPrecision {
        key: "kvPrecision", symbol: "b_kv", unit: Unit::None, group: Serving, kind: choice::<KvPrecision>(),
        impacts: b"l---m----",
        follows: Follows::Nothing,
        uses: &[chosen(&[Inference, Multimodal], KvPrecision::Same as usize).only(Only::Caching)],
    }
    /// Number format of values where it is not that of keys.
    KvPrecisionValues {
        key: "kvPrecisionValues", symbol: "b_v", unit: Unit::None, group: Serving, kind: choice::<KvPrecision>(),
        impacts: b"l--------",
        follows: Follows::Keys,
        uses: &[chosen(&[Inference], KvPrecision::Same as usize).only(Only::ServedBy(Engine::LlamaCpp))],
    }
    /// Where the vision tower lies.
    Vision {
        key: "vision", symbol: "vision", unit: Unit::None, group: Architecture, kind: choice::<TowerPlace>(),
        impacts: b"l000-0-0-",
        follows: Follows::Nothing,
        uses: &[chosen(&[Inference, Finetune, Train, Grpo, Nlp, Moe], TowerPlace::Resident as usize)],
    }
    /// The device that the run is to fit, or GPUs of several kinds.
    Gpu {
        key: "gpu", symbol: "GPU", unit: Unit::None, group: Device, kind: ParameterKind::Choice { ids: ChoiceIds::Devices },
        impacts: b"lllllllll",
        follows: Follows::Nothing,
        uses: &[chosen(&Mode::ALL, Gpu::NONE)],
    }
    /// Memory of the device that programs can use: what the run is held against, and of which vLLM makes its pool. 0
    /// for none.
    GpuMemory {
        key: "gpuMemory", symbol: "M_GPU", unit: Unit::Gibibytes, group: Device, kind: real(0.0, MANY),
        impacts: b"l00h00000",
        follows: Follows::Device,
        uses: &[number(&Mode::ALL, 0.0, Slider::linear(0.0, 288.0, 8.0)).only(Only::GpusAlike)],
    }
    /// Share of the GPU that vLLM takes.
    GpuMemoryUtilization {
        key: "gpuMemoryUtilization", symbol: "u", unit: Unit::None, group: Serving, kind: real(0.01, 1.0),
        impacts: b"0--------",
        follows: Follows::EngineVersion,
        uses: &[number(&[Inference], VLLM_TODAY.utilization, Slider::linear(0.1, 1.0, 0.01)).only(Only::ServedBy(Engine::Vllm))],
    }
    /// Tokens that llama.cpp computes at once.
    Ubatch {
        key: "ubatch", symbol: "n_ub", unit: Unit::Tokens, group: Serving, kind: whole(1.0, VERY_MANY),
        impacts: b"l--------",
        follows: Follows::Nothing,
        uses: &[number(&[Inference], 512.0, Slider::logarithmic(32.0, 4096.0, 1.0)).only(Only::ServedBy(Engine::LlamaCpp))],
    }
    /// Sequences that llama.cpp keeps slots for.
    ParallelSlots {
        key: "parallelSlots", symbol: "n_slots", unit: Unit::Sequences, group: Serving, kind: whole(1.0, MANY),
        impacts: b".--------",
        follows: Follows::Nothing,
        uses: &[number(&[Inference], 1.0, Slider::logarithmic(1.0, 64.0, 1.0)).only(Only::ServedBy(Engine::LlamaCpp))],
    }
    /// Whether llama.cpp's slots share one cache, or each has its part of the context for itself.
    KvUnified {
        key: "kvUnified", symbol: "unified", unit: Unit::None, group: Serving, kind: ParameterKind::Toggle,
        impacts: b".--------",
        follows: Follows::Nothing,
        uses: &[toggle(&[Inference], true).only(Only::ServedBy(Engine::LlamaCpp))],
    }
    /// Whether llama.cpp's layers with a window keep the whole context.
    SwaFull {
        key: "swaFull", symbol: "swa_full", unit: Unit::None, group: Serving, kind: ParameterKind::Toggle,
        impacts: b".--------",
        follows: Follows::Nothing,
        uses: &[toggle(&[Inference], false).only(Only::ServedBy(Engine::LlamaCpp))],
    }
    /// Layers that llama.cpp puts on the GPU, the output projection first and then the last layers.
    GpuLayers {
        key: "gpuLayers", symbol: "n_gl", unit: Unit::Layers, group: Serving, kind: whole(0.0, MANY),
        impacts: b"h--------",
        follows: Follows::LayersAndOutput,
        uses: &[number(&[Inference], 33.0, Slider::linear(1.0, 129.0, 1.0)).only(Only::ServedBy(Engine::LlamaCpp))],
    }
    /// Layers, from the first, whose experts llama.cpp leaves in the host's memory.
    CpuExpertLayers {
        key: "cpuExpertLayers", symbol: "n_cmoe", unit: Unit::Layers, group: Serving, kind: whole(0.0, MANY),
        impacts: b"0--------",
        follows: Follows::Nothing,
        uses: &[number(&[Inference], 0.0, Slider::linear(0.0, 128.0, 1.0)).only(Only::ServedBy(Engine::LlamaCpp))],
    }
    /// How llama.cpp shares the model out among several GPUs.
    SplitMode {
        key: "splitMode", symbol: "split", unit: Unit::None, group: Serving, kind: choice::<SplitMode>(),
        impacts: b"0--------",
        follows: Follows::Nothing,
        uses: &[chosen(&[Inference], SplitMode::Layer as usize).only(Only::ServedBy(Engine::LlamaCpp))],
    }
    /// The parts that the GPUs have of the layers on them, GPU by GPU, in any unit; none is by the memory of each.
    TensorSplit {
        key: "tensorSplit", symbol: "parts", unit: Unit::None, group: Serving,
        kind: list(MOST_DEVICES, 0.0, MANY),
        impacts: b"0--------",
        follows: Follows::Nothing,
        uses: &[use_of(&[Inference], Only::ServedBy(Engine::LlamaCpp))],
    }
    /// Whether llama.cpp uses flash attention.
    FlashAttention {
        key: "flashAttention", symbol: "flash", unit: Unit::None, group: Serving, kind: ParameterKind::Toggle,
        impacts: b"l--------",
        follows: Follows::Nothing,
        uses: &[toggle(&[Inference], true).only(Only::ServedBy(Engine::LlamaCpp))],
    }
    /// The GPU's generation, which decides the driver's context.
    GpuFamily {
        key: "gpuFamily", symbol: "G", unit: Unit::None, group: Device, kind: choice::<GpuFamily>(),
        impacts: b"lllllllll",
        follows: Follows::DeviceGeneration,
        uses: &[chosen(&Mode::ALL, GpuFamily::ASSUMED as usize).only(Only::GpusAlike)],
    }
    /// Tokens that vLLM runs in one step.
    MaxBatchedTokens {
        key: "maxBatchedTokens", symbol: "T_max", unit: Unit::Tokens, group: Serving, kind: whole(1.0, VERY_MANY),
        impacts: b"h--------",
        follows: Follows::BatchedTokens,
        uses: &[number(&[Inference], VLLM_TODAY.usual.tokens, Slider::logarithmic(256.0, 131_072.0, 4.0)).only(Only::ServedBy(Engine::Vllm))],
    }
    /// Sequences that vLLM runs in one step.
    MaxSequences {
        key: "maxSequences", symbol: "N_max", unit: Unit::Sequences, group: Serving, kind: whole(1.0, MANY),
        impacts: b"l--------",
        follows: Follows::BatchedSequences,
        uses: &[number(&[Inference], VLLM_TODAY.usual.sequences, Slider::logarithmic(1.0, 1024.0, 1.0)).only(Only::ServedBy(Engine::Vllm))],
    }
    /// Whether vLLM records no CUDA graphs.
    EnforceEager {
        key: "enforceEager", symbol: "enforce_eager", unit: Unit::None, group: Serving, kind: ParameterKind::Toggle,
        impacts: b"l--------",
        follows: Follows::Nothing,
        uses: &[toggle(&[Inference], false).only(Only::ServedBy(Engine::Vllm))],
    }
    /// What drivers and libraries take, if measured; 0 for the estimate.
    RuntimeOverhead {
        key: "runtimeOverhead", symbol: "M_runtime", unit: Unit::Gibibytes, group: Device, kind: real(0.0, MANY),
        impacts: b"hmlmmlllh",
        follows: Follows::Nothing,
        uses: &[number(&Mode::ALL, 0.0, Slider::linear(0.0, 8.0, 0.125))],
    }
    /// Memory that the run needs beside the counted parts.
    OtherOverhead {
        key: "otherOverhead", symbol: "M_other", unit: Unit::Gibibytes, group: Training, kind: real(0.0, MANY),
        impacts: b"--mhh----",
        follows: Follows::Nothing,
        uses: &[
            number(&[Train, Multimodal], 1.5, Slider::linear(0.0, 16.0, 0.25)),
            number(&[Grpo], 2.0, Slider::linear(0.0, 16.0, 0.25)),
        ],
    }
    /// Weight decay; changes no byte.
    WeightDecay {
        key: "weightDecay", symbol: "weight decay", unit: Unit::None, group: WithoutEffect, kind: real(0.0, 1000.0),
        impacts: b"-----0000",
        follows: Follows::Nothing,
        uses: &[number(ADVANCED, 0.01, Slider::linear(0.0, 0.5, 0.01)).only(Only::Never)],
    }
    /// Warm-up steps of the learning rate; change no byte.
    WarmupSteps {
        key: "warmupSteps", symbol: "warm-up", unit: Unit::Steps, group: WithoutEffect, kind: whole(0.0, VERY_MANY),
        impacts: b"-----0000",
        follows: Follows::Nothing,
        uses: &[number(ADVANCED, 100.0, Slider::linear(0.0, 10_000.0, 100.0)).only(Only::Never)],
    }
    /// Largest norm of a gradient; changes no byte.
    GradientClipping {
        key: "gradientClipping", symbol: "clipping", unit: Unit::None, group: WithoutEffect, kind: real(0.0, MANY),
        impacts: b"-----0000",
        follows: Follows::Nothing,
        uses: &[number(ADVANCED, 1.0, Slider::linear(0.0, 10.0, 0.1)).only(Only::Never)],
    }
    /// Share of activations that dropout clears; changes no byte.
    DropoutRate {
        key: "dropoutRate", symbol: "dropout", unit: Unit::None, group: WithoutEffect, kind: real(0.0, 1.0),
        impacts: b"-----0000",
        follows: Follows::Nothing,
        uses: &[number(ADVANCED, 0.1, Slider::linear(0.0, 0.5, 0.05)).only(Only::Never)],
    }
    /// How the loss is computed from logits.
    Loss {
        key: "loss", symbol: "loss", unit: Unit::None, group: Training, kind: choice::<kinds::Loss>(),
        impacts: b"-llmllll-",
        follows: Follows::LossOfPairs,
        uses: &[
            chosen(&[Finetune, Train, Multimodal, Nlp, Vlm, Moe], kinds::Loss::Fp32 as usize).only(Only::Vocabulary),
            chosen(&[Grpo], kinds::Loss::Fp32 as usize),
        ],
    }
    /// Whether PEFT prepared a quantized model for training: what is not quantized becomes FP32.
    KbitPreparation {
        key: "kbitPreparation", symbol: "k-bit preparation", unit: Unit::None, group: Training, kind: ParameterKind::Toggle,
        impacts: b"-mmmmmmm-",
        follows: Follows::Nothing,
        uses: &[toggle(TRAINED_TRANSFORMER, false).only(Only::QuantizedBase)],
    }
    /// Whether stacked experts are packed like linear layers. Transformers 5 leaves them in 16 bits.
    PackedExperts {
        key: "packedExperts", symbol: "packed experts", unit: Unit::None, group: Training, kind: ParameterKind::Toggle,
        impacts: b"-.-------",
        follows: Follows::Nothing,
        uses: &[toggle(&[Finetune], false).only(Only::QuantizedBase)],
    }
    /// Whether frozen 4-bit layers keep what they read.
    FrozenInputs {
        key: "frozenInputs", symbol: "frozen inputs", unit: Unit::None, group: Training, kind: choice::<FrozenInputs>(),
        impacts: b"-000000l-",
        follows: Follows::Nothing,
        uses: &[chosen(TRAINED_TRANSFORMER, FrozenInputs::Dropped as usize).only(Only::QuantizedBase)],
    }
    /// What computes layers of linear attention: PyTorch, unless libraries that neither Transformers nor its trainers
    /// bring along are installed.
    LinearAttentionKernel {
        key: "linearAttentionKernel", symbol: "kernel_lin", unit: Unit::None, group: Training,
        kind: choice::<LinearAttentionKernel>(),
        impacts: b"........-",
        follows: Follows::Nothing,
        uses: &[
            chosen(&[Inference], LinearAttentionKernel::Torch as usize).only(Only::LayoutsInTransformers(FactGroup::GatedDelta)),
            chosen(TRAINED_TRANSFORMER, LinearAttentionKernel::Torch as usize).only(Only::TrainedLayouts(FactGroup::FusedMixers))],
    }
    /// Which layers there are and how they follow each other.
    Layout {
        key: "layout", symbol: "layout", unit: Unit::None, group: ParameterGroup::Shape, kind: choice::<kinds::Layout>(),
        impacts: b".........",
        follows: Follows::Nothing,
        uses: &[ParameterUse { modes: &Mode::ALL, default: TableValue::Stated, slider: None, only: Only::Always }],
    }
    /// What stands behind the layers. Its default is the layout's, which therefore stands before it.
    TaskHead {
        key: "head", symbol: "head", unit: Unit::None, group: Training, kind: choice::<TaskHead>(),
        impacts: b".ll--lll-",
        follows: Follows::Layout,
        uses: &[
            chosen(&[Inference], TaskHead::Lm as usize).only(Only::LayoutsInTransformers(FactGroup::Encoder)),
            chosen(&[Finetune, Train, Nlp, Vlm, Moe], TaskHead::Lm as usize),
        ],
    }
    /// Classes between which a classifier decides.
    NumLabels {
        key: "numLabels", symbol: "n_labels", unit: Unit::None, group: Training, kind: whole(1.0, MANY),
        impacts: b".ll--lll-",
        follows: Follows::Nothing,
        uses: &[number(&[Inference, Finetune, Train, Nlp, Vlm, Moe], 2.0, Slider::logarithmic(1.0, 1024.0, 1.0)).only(Only::Classifier)],
    }
    @facts {
        Norm: choice::<kinds::Norm>(), STACK;
        NormPlacement: choice::<kinds::NormPlacement>(), TEXT;
        QkNorm: choice::<kinds::QkNorm>(), TEXT;
        Residual: choice::<kinds::Residual>(), TEXT;
        Positions: choice::<kinds::Positions>(), TEXT;
        RotaryDim: whole(0.0, MANY), TEXT;
        RotaryWide: ParameterKind::Toggle, TEXT_IN_TRANSFORMERS;
        RotaryJoined: ParameterKind::Toggle, TEXT_IN_TRAINING;
        QkvBias: ParameterKind::Toggle, TEXT;
        OutputBias: ParameterKind::Toggle, TEXT;
        MlpBias: ParameterKind::Toggle, TEXT;
        LmHeadBias: ParameterKind::Toggle, TEXT;
        FusedQkv: ParameterKind::Toggle, TEXT;
        FusedGateUp: ParameterKind::Toggle, TEXT_IN_TRANSFORMERS;
        NumSlidingLayers: whole(0.0, MANY), TEXT, Follows::Layers;
        WindowedRotation: ParameterKind::Toggle, TEXT_SERVED;
        NumFullAttentionLayers: whole(0.0, MANY), SOME_ATTENTION, Follows::Layers;
        NumFeedForwardLayers: whole(0.0, MANY), SINGLE_MIXER, Follows::Layers;
        EagerAttention: ParameterKind::Toggle, TEXT_IN_TRANSFORMERS;
        AttentionSoftCap: real(0.0, MANY), TEXT_IN_TRANSFORMERS;
        FinalSoftCap: real(0.0, MANY), LOGITS;
        EmbeddingDropout: real(0.0, 1.0), TEXT_IN_TRAINING;
        ResidualDropout: real(0.0, 1.0), TEXT_IN_TRAINING;
        UndroppedAttention: ParameterKind::Toggle, TEXT_IN_TRAINING;
        AttentionDropout: real(0.0, 1.0), TEXT_IN_TRAINING;
        ActivationDropout: real(0.0, 1.0), TEXT_IN_TRAINING;
        ScaledLogits: ParameterKind::Toggle, TEXT_SERVED;
        NarrowSoftmax: ParameterKind::Toggle, TEXT_IN_TRANSFORMERS;
        WideScores: ParameterKind::Toggle, TEXT_IN_TRANSFORMERS;
        AlwaysMasked: ParameterKind::Toggle, TEXT_IN_TRANSFORMERS;
        ExpandedKeys: ParameterKind::Toggle, TEXT_IN_TRANSFORMERS;
        BroadcastKeys: ParameterKind::Toggle, TEXT_IN_TRANSFORMERS;
        AttentionSinks: ParameterKind::Toggle, TEXT;
        LearnedPositions: whole(0.0, MANY), TEXT;
        EmbeddingNorm: ParameterKind::Toggle, TEXT;
        AttentionGate: ParameterKind::Toggle, HEADED_STATE;
        HeldAttentionOutput: ParameterKind::Toggle, TEXT_SERVED;
        HeldAttentionInput: ParameterKind::Toggle, TEXT_SERVED;
        HeldScores: ParameterKind::Toggle, TEXT_HELD;
        HeldLayerResult: ParameterKind::Toggle, TEXT_HELD;
        ScaledStream: ParameterKind::Toggle, TEXT_IN_TRAINING;
        ExtraEmbeddings: whole(0.0, MANY), TEXT;
        ExpertLatentSize: whole(0.0, MANY), SINGLE_MIXER;
        SharedIntermediateSize: whole(0.0, MANY), TEXT;
        NumDenseLayers: whole(0.0, MANY), TEXT;
        SharedExpertGate: ParameterKind::Toggle, TEXT;
        Router: choice::<kinds::Router>(), TEXT;
        RouterBias: ParameterKind::Toggle, TEXT;
        RouterCorrection: ParameterKind::Toggle, TEXT;
        ExpertBias: ParameterKind::Toggle, TEXT;
        QLoraRank: whole(0.0, MANY), TEXT;
        KvLoraRank: whole(0.0, MANY), TEXT;
        QkNopeHeadDim: whole(0.0, MANY), TEXT;
        QkRopeHeadDim: whole(0.0, MANY), TEXT;
        ValueHeadDim: whole(0.0, MANY), TEXT;
        IndexerHeads: whole(0.0, MANY), TEXT;
        IndexerHeadDim: whole(0.0, MANY), TEXT;
        NumIndexerLayers: whole(0.0, MANY), TEXT, Follows::Layers;
        LinearConvKernel: whole(0.0, MANY), CONVOLVED;
        LinearKeyHeadDim: whole(0.0, MANY), HEADED_STATE;
        LinearValueHeadDim: whole(0.0, MANY), HEADED_STATE;
        LinearNumKeyHeads: whole(0.0, MANY), HEADED_STATE;
        LinearNumValueHeads: whole(0.0, MANY), HEADED_STATE;
        TimeStepRank: whole(0.0, MANY), MAMBA;
        GatedNorm: ParameterKind::Toggle, PARALLEL_MIXERS;
        StateSpaceNorm: ParameterKind::Toggle, MAMBA;
        LinearFusedProjections: ParameterKind::Toggle, DELTA_IN_TRANSFORMERS;
        GlobalHeadDim: whole(0.0, MANY), TWO_WIDTHS;
        GlobalNumKeyValueHeads: whole(0.0, MANY), TWO_WIDTHS;
        NumCrossAttentionLayers: whole(0.0, MANY), CROSS_ATTENTION, Follows::Layers;
        MultiTokenPrediction: choice::<kinds::MultiTokenPrediction>(), DRAFTED;
        TokenTypes: whole(0.0, MANY), ENCODER;
        Pooler: ParameterKind::Toggle, ENCODER;
        FinalNorm: ParameterKind::Toggle, ENCODER;
        FirstNormIsIdentity: ParameterKind::Toggle, ENCODER;
        NumDecoderLayers: whole(0.0, MANY), TWO_STACKS;
        NumMelBins: whole(0.0, MANY), SPEECH;
        NumAudioPositions: whole(0.0, MANY), SPEECH;
        VisionNumLayers: whole(0.0, 1000.0), TOWER;
        VisionNumHeads: whole(0.0, MANY), VISION;
        VisionIntermediateSize: whole(0.0, MANY), VISION;
        TemporalPatchSize: whole(0.0, MANY), VISION;
        SpatialMerge: whole(0.0, MANY), TOWER_OF_TEXT;
        TokensPerImage: whole(0.0, MANY), SEEN;
        VisionActivation: choice::<kinds::Activation>(), SEEN_BY_ANY;
        VisionGatedMlp: ParameterKind::Toggle, VISION;
        VisionNorm: choice::<kinds::Norm>(), VISION;
        VisionNormPlacement: choice::<kinds::NormPlacement>(), VISION;
        VisionQkNorm: choice::<kinds::QkNorm>(), VISION;
        VisionIdleLayers: whole(0.0, MANY), SEEN;
        VisionOuterNorms: whole(0.0, 8.0), TOWER_OF_TEXT;
        VisionFrontNorm: ParameterKind::Toggle, SEEN_IN_TRAINING;
        VisionFusedQkv: ParameterKind::Toggle, SEEN;
        VisionAttentionBias: ParameterKind::Toggle, VISION;
        VisionMlpBias: ParameterKind::Toggle, VISION;
        PatchBias: ParameterKind::Toggle, VISION;
        ClassTokens: whole(0.0, MANY), VISION;
        VisionLayerScale: ParameterKind::Toggle, VISION;
        VisionPositions: whole(0.0, MANY), TOWER_OF_TEXT;
        VisionRotary: ParameterKind::Toggle, SEEN;
        VisionGlobalLayers: whole(0.0, 1000.0), TOWER_OF_TEXT;
        MaxTiles: whole(0.0, MANY), TOWER_OF_TEXT;
        MinTiles: whole(0.0, MANY), TOWER_OF_TEXT;
        TileResolution: whole(0.0, MANY), SEEN;
        AspectRatios: whole(0.0, MANY), TOWER_OF_TEXT;
        ProjectorBiases: whole(0.0, 8.0), TOWER_OF_TEXT;
        ProjectorNorm: choice::<kinds::ProjectorNorm>(), TOWER_OF_TEXT;
        ProjectorActivation: choice::<kinds::Activation>(), UNREAD;
        DeepstackLayers: whole(0.0, MANY), TOWER_OF_TEXT;
        BidirectionalImages: ParameterKind::Toggle, SEEN_IN_TRAINING;
        ImageNewline: ParameterKind::Toggle, TOWER_OF_TEXT;
        RowBreaks: ParameterKind::Toggle, SEEN;
        JoinedImages: ParameterKind::Toggle, SEEN_IN_TRAINING;
        PoolingKernel: whole(0.0, MANY), SEEN;
        ProjectorInTower: ParameterKind::Toggle, SEEN;
        HiddenPatchEmbedding: ParameterKind::Toggle, SEEN_IN_TRAINING;
        ProjectionDim: whole(0.0, MANY), CONTRASTIVE;
        SigmoidPairs: ParameterKind::Toggle, CONTRASTIVE;
        NumClasses: whole(0.0, MANY), CLASSIFIER;
        Bottleneck: real(0.0, MANY), RESNET;
        Groups: whole(0.0, MANY), RESNET;
        WidthPerGroup: whole(0.0, MANY), GROUPED;
        SqueezeRatio: real(0.0, 1.0), REGNET;
        BatchNorm: ParameterKind::Toggle, VGG;
        GrowthRate: whole(0.0, MANY), DENSENET;
        StemWidth: whole(0.0, MANY), STEMMED;
        WidthMultiplier: real(0.0, 100.0), SCALED;
        DepthMultiplier: real(0.0, 10.0), EFFICIENTNET;
        SmallNetwork: ParameterKind::Toggle, MOBILENET;
    }
    // Behind the facts: what leads from a tower to the text follows the tower.
    @lists {
        /// Layers or blocks of each stage of a network; of a plain one the channels of each convolution, and 0 for a
        /// pooling.
        Depths = "depths": list(MANY_STAGES, 0.0, MANY_LAYERS), Follows::Nothing, STAGES;
        /// Channels of each stage of a network, where they do not follow from its layout.
        Widths = "widths": list(MANY_STAGES, 1.0, MANY), Follows::Nothing, WIDE_STAGES;
        /// Widths along the projector, the first being its input; 0 for the text's hidden size.
        Projector = "projector": list(8, 0.0, MANY), Follows::Tower, TOWER_OF_TEXT;
    }
}
