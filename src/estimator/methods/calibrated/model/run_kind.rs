//! Kinds of runs: what is traced and measured is judged kind by kind, and an estimate has the error band of its own. It
//! knows no case and no formula.

use crate::estimator::architecture::{Fact, Layout};
use crate::estimator::catalog::formats::Format;
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::calibrated::model::ends::unquantized_parts;
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::storage;
use crate::estimator::methods::calibrated::serving::portions::gpus_with_layers;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::choices::{
    Algorithm, Draft, Engine, FinetuneMethod, KvPrecision, LinearAttentionKernel, Optimizer, Precision, Quantization,
    Rollout,
};
use crate::estimator::parameters::spread::Trainer;
use crate::estimator::parameters::{ParameterId, UnquantizedParts, trains};
use crate::estimator::reader::{Reader, Telling};

macro_rules! run_kinds {
    ($( $(#[$doc:meta])* $kind:ident = $id:literal ),* $(,)?) => {
        /// Runs whose memory is made of the same things.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum RunKind { $( $(#[$doc])* $kind ),* }

        impl RunKind {
            /// Every kind.
            pub const ALL: &[Self] = &[ $( Self::$kind ),* ];

            /// Its name in files.
            pub const fn id(self) -> &'static str {
                match self { $( Self::$kind => $id ),* }
            }

            /// The kind that a file names, or `None`.
            pub fn from_id(id: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.id() == id)
            }
        }
    };
}

run_kinds! {
    /// All parameters of a dense decoder are trained.
    FullTraining = "full-training",
    /// Adapters or a prefix of a dense decoder in 16 or 32 bit are trained.
    Adapters = "adapters",
    /// Adapters of a base in NF4 are trained.
    QuantizedAdapters = "quantized-adapters",
    /// All parameters or adapters of a dense decoder are trained on GPUs of which each holds everything.
    DataParallel = "data-parallel",
    /// The same on GPUs of which each holds a part of every tensor, in FSDP2.
    Sharded = "sharded",
    /// The same in DeepSpeed, which divides states, gradients and weights stage by stage.
    Zero = "zero",
    /// All parameters of a dense decoder are trained in a pipeline of GPUs of which each holds some of the layers.
    Pipelined = "pipelined",
    /// All parameters of a dense decoder are trained on GPUs of which each holds a part of every layer's matrices.
    Divided = "divided",
    /// All parameters of a dense decoder are trained in Megatron-LM.
    Megatron = "megatron",
    /// The same of a mixture of experts.
    MegatronMixtures = "megatron-mixtures",
    /// A mixture of experts is trained, or adapters of it.
    Mixtures = "mixtures",
    /// A decoder with layers of linear attention or state space is trained.
    LinearAttention = "linear-attention",
    /// An encoder of text is trained.
    Encoders = "encoders",
    /// An encoder of text with a decoder is trained.
    EncoderDecoders = "encoder-decoders",
    /// A model of speech is trained.
    Speech = "speech",
    /// A pair of towers is trained.
    Contrastive = "contrastive",
    /// A model that reads images beside text is trained.
    VisionLanguage = "vision-language",
    /// A network for images is trained.
    Networks = "networks",
    /// Rewards are trained on, and Transformers samples the completions.
    Groups = "groups",
    /// The same on several GPUs.
    SpreadGroups = "spread-groups",
    /// Pairs of a chosen and a rejected completion are trained on.
    Pairs = "pairs",
    /// The same on several GPUs.
    SpreadPairs = "spread-pairs",
    /// Transformers generates with weights in 16 or 32 bit.
    Transformers = "transformers",
    /// An encoder of text in 16 or 32 bit makes embeddings, classes or hidden tokens in Transformers.
    EncoderPasses = "encoder-passes",
    /// vLLM serves.
    Vllm = "vllm",
    /// llama.cpp serves.
    LlamaCpp = "llama.cpp",
    /// Runs of which none was traced or measured, alike as they are to others: what is said of them is derived alone.
    Derived = "derived",
}

impl RunKind {
    /// Whether its runs are on several GPUs.
    pub const fn is_spread(self) -> bool {
        matches!(
            self,
            Self::DataParallel
                | Self::Sharded
                | Self::Zero
                | Self::Pipelined
                | Self::Divided
                | Self::Megatron
                | Self::MegatronMixtures
                | Self::SpreadGroups
                | Self::SpreadPairs
        )
    }

    /// The kind of the run that some inputs describe.
    pub fn of(inputs: &Inputs) -> Self {
        let reader = Reader::new(inputs, Telling::Values);
        let shape = Shape::new(reader);
        if !trains(reader.mode(), reader.choice(ParameterId::Task)) {
            let has_packed_cache = reader.has_effect(ParameterId::KvPrecision)
                && !matches!(reader.choice(ParameterId::KvPrecision), KvPrecision::Same | KvPrecision::Fp16);
            let is_packed = is_quantized(&shape)
                || has_packed_cache
                || reader.choice::<Precision>(ParameterId::Precision).is_packed();
            return match reader.choice(ParameterId::Engine) {
                // Nobody has traced or measured these.
                Engine::Transformers
                    if is_packed || !is_traced_in_prompts(shape.layout()) || gpus_with_layers(&reader) > 1.0 =>
                {
                    Self::Derived
                }
                _ if reader.choice::<Draft>(ParameterId::Draft) == Draft::Model => Self::Derived,
                Engine::Transformers if shape.layout() == Layout::Encoder => Self::EncoderPasses,
                Engine::Transformers => Self::Transformers,
                Engine::Vllm => Self::Vllm,
                Engine::LlamaCpp => Self::LlamaCpp,
            };
        }
        let is_packed = reader.choice::<Precision>(ParameterId::Precision).is_packed();
        if is_packed || reader.choice::<Optimizer>(ParameterId::Optimizer) == Optimizer::GaLoreAdamW {
            return Self::Derived;
        }
        let kind = match (reader.mode(), reader.choice(ParameterId::Algorithm), reader.choice(ParameterId::Rollout)) {
            (Mode::Cnn, _, _) => Self::Networks,
            (Mode::Grpo, Algorithm::Dpo, _) => of_text(&shape, Self::Pairs),
            (Mode::Grpo, Algorithm::Grpo, Rollout::Transformers) => of_text(&shape, Self::Groups),
            (Mode::Grpo, Algorithm::Grpo, Rollout::VllmColocated | Rollout::Elsewhere) => Self::Derived,
            (Mode::Inference | Mode::Finetune | Mode::Train | Mode::Nlp | Mode::Moe, _, _) => {
                of_text(&shape, of_decoder(&shape))
            }
            (Mode::Multimodal | Mode::Vlm, _, _) => of_images(&shape),
        };
        spread(&shape, kind)
    }
}

/// The same over GPUs.
fn spread(shape: &Shape, kind: RunKind) -> RunKind {
    let mesh = Mesh::of(&shape.reader);
    match (mesh.trainer(), kind) {
        (Trainer::None, _) => kind,
        (Trainer::Megatron, RunKind::FullTraining) => RunKind::Megatron,
        (Trainer::Megatron, RunKind::Mixtures) => RunKind::MegatronMixtures,
        (Trainer::Megatron, _) => RunKind::Derived,
        (_, RunKind::Groups) => RunKind::SpreadGroups,
        (_, RunKind::Pairs) => RunKind::SpreadPairs,
        (_, RunKind::FullTraining) if mesh.is_pipelined() => RunKind::Pipelined,
        (Trainer::Ddp, RunKind::FullTraining | RunKind::Adapters) => RunKind::DataParallel,
        (Trainer::Fsdp2, RunKind::FullTraining | RunKind::Adapters) => RunKind::Sharded,
        (Trainer::DeepSpeed, RunKind::FullTraining | RunKind::Adapters) => RunKind::Zero,
        (Trainer::Transformers | Trainer::Torch, RunKind::FullTraining) => RunKind::Divided,
        // Of these too few runs were traced for a band of their own.
        (Trainer::Ddp | Trainer::Fsdp2 | Trainer::DeepSpeed | Trainer::Transformers | Trainer::Torch, _) => {
            RunKind::Derived
        }
    }
}

/// Whether weights are packed in a format of a list.
fn is_quantized(shape: &Shape) -> bool {
    shape.reader.has_effect(ParameterId::Quantization)
        && shape.reader.choice::<Quantization>(ParameterId::Quantization) != Quantization::None
}

/// Whether prompts of models of a layout were traced: a layout that nobody has traced is none of them.
fn is_traced_in_prompts(layout: Layout) -> bool {
    let has_encoder = matches!(layout, Layout::Encoder | Layout::EncoderDecoder | Layout::Speech);
    let is_hybrid = matches!(
        layout,
        Layout::GatedDeltaHybrid
            | Layout::Mamba2Hybrid
            | Layout::SingleMixerHybrid
            | Layout::ShortConvHybrid
            | Layout::ParallelHybrid
            | Layout::Mamba
            | Layout::Mamba2
    );
    has_encoder || is_hybrid || layout == Layout::Decoder
}

fn of_images(shape: &Shape) -> RunKind {
    if trains_quantized(shape) {
        RunKind::Derived
    } else if shape.layout() == Layout::Speech {
        RunKind::Speech
    } else if shape.layout() == Layout::Contrastive {
        RunKind::Contrastive
    } else {
        RunKind::VisionLanguage
    }
}

/// What is trained of a text model of some layout; `decoder` where it is a plain one.
fn of_text(shape: &Shape, decoder: RunKind) -> RunKind {
    match shape.layout() {
        Layout::Decoder | Layout::TwoHeadWidths | Layout::CrossAttentionDecoder => decoder,
        Layout::GatedDeltaHybrid | Layout::Mamba2Hybrid if runs_fused(shape) => RunKind::Derived,
        Layout::GatedDeltaHybrid | Layout::ShortConvHybrid | Layout::Mamba2Hybrid if trains_quantized(shape) => {
            RunKind::Derived
        }
        Layout::GatedDeltaHybrid | Layout::ShortConvHybrid | Layout::Mamba2Hybrid => RunKind::LinearAttention,
        Layout::Encoder if trains_quantized(shape) => RunKind::Derived,
        Layout::Encoder => RunKind::Encoders,
        Layout::EncoderDecoder | Layout::Speech => RunKind::EncoderDecoders,
        // A layout of which no training on text was traced, a new one too.
        _ => RunKind::Derived,
    }
}

/// What is trained of a plain decoder, dense or a mixture.
fn of_decoder(shape: &Shape) -> RunKind {
    let is_mixture = shape.is(Fact::NumExperts);
    match shape.reader.choice(ParameterId::FinetuneMethod) {
        FinetuneMethod::Full | FinetuneMethod::Lora | FinetuneMethod::Prefix if is_mixture => RunKind::Mixtures,
        FinetuneMethod::Full => RunKind::FullTraining,
        FinetuneMethod::Lora | FinetuneMethod::Prefix => RunKind::Adapters,
        // With other parts in 16 bits than traced ones.
        FinetuneMethod::Qlora if unquantized_parts(shape) != UnquantizedParts::USUAL => RunKind::Derived,
        FinetuneMethod::Qlora if is_nf4(shape) || storage::is_eight_bit(shape) => RunKind::QuantizedAdapters,
        FinetuneMethod::Qlora => RunKind::Derived,
    }
}

fn trains_quantized(shape: &Shape) -> bool {
    shape.reader.choice::<FinetuneMethod>(ParameterId::FinetuneMethod) == FinetuneMethod::Qlora
}

/// Whether the base is in NF4, of which with LLM.int8() alone quantized fine-tunes were traced.
fn is_nf4(shape: &Shape) -> bool {
    storage::chosen_format(shape).is_some_and(Format::is_nf4)
}

/// Whether linear attention or a state space runs in kernels that were read and not traced.
fn runs_fused(shape: &Shape) -> bool {
    shape.reader.choice::<LinearAttentionKernel>(ParameterId::LinearAttentionKernel) == LinearAttentionKernel::Fla
}
