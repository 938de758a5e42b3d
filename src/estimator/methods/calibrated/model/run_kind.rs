//! Kinds of runs: what is traced and measured is judged kind by kind, and an estimate has the error band of its own. It knows no
//! case and no formula.

use crate::estimator::architecture::{Fact, FactGroup, Layout};
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::choices::{Engine, FinetuneMethod};
use crate::estimator::parameters::{ParameterId, trains};
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
    /// Adapters of a quantized decoder are trained.
    QuantizedAdapters = "quantized-adapters",
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
    /// Preferences or rewards are trained on.
    Preference = "preference",
    /// Transformers generates.
    Transformers = "transformers",
    /// vLLM serves.
    Vllm = "vllm",
    /// llama.cpp serves.
    LlamaCpp = "llama.cpp",
}

impl RunKind {
    /// The kind of the run that some inputs describe.
    pub fn of(inputs: &Inputs) -> Self {
        let reader = Reader::new(inputs, Telling::Values);
        let shape = Shape::new(reader);
        if !trains(reader.mode(), reader.choice(ParameterId::Task)) {
            return match reader.choice(ParameterId::Engine) {
                Engine::Transformers => Self::Transformers,
                Engine::Vllm => Self::Vllm,
                Engine::LlamaCpp => Self::LlamaCpp,
            };
        }
        match reader.mode() {
            Mode::Grpo => Self::Preference,
            Mode::Cnn => Self::Networks,
            Mode::Multimodal | Mode::Vlm => of_images(&shape),
            Mode::Inference | Mode::Finetune | Mode::Train | Mode::Nlp | Mode::Moe => of_text(&shape),
        }
    }
}

fn of_images(shape: &Shape) -> RunKind {
    if shape.layout() == Layout::Speech {
        RunKind::Speech
    } else if FactGroup::Contrastive.is_of(shape.layout()) {
        RunKind::Contrastive
    } else {
        RunKind::VisionLanguage
    }
}

fn of_text(shape: &Shape) -> RunKind {
    if FactGroup::Encoder.is_of(shape.layout()) {
        return RunKind::Encoders;
    }
    if FactGroup::TwoStacks.is_of(shape.layout()) {
        return RunKind::EncoderDecoders;
    }
    if matches!(shape.layout(), Layout::GatedDeltaHybrid | Layout::LightningHybrid) {
        return RunKind::LinearAttention;
    }
    if shape.is(Fact::NumExperts) {
        return RunKind::Mixtures;
    }
    match shape.reader.choice(ParameterId::FinetuneMethod) {
        FinetuneMethod::Full => RunKind::FullTraining,
        FinetuneMethod::Lora | FinetuneMethod::Prefix => RunKind::Adapters,
        FinetuneMethod::Qlora => RunKind::QuantizedAdapters,
    }
}
