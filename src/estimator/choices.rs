//! The values that are chosen from a list, and what each means in a formula. It knows no parameter.

/// A value chosen from a fixed list, with the name it has in links.
pub trait ChoiceValue: Copy + PartialEq + Sized + 'static {
    /// All values, in the order in which they are offered.
    const ALL: &'static [Self];
    /// The names in links, in the order of [`Self::ALL`].
    const IDS: &'static [&'static str];
}

macro_rules! choices {
    ($( $(#[$doc:meta])* $name:ident { $( $(#[$value_doc:meta])* $value:ident = $id:literal ),* $(,)? } )*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $( $(#[$value_doc])* $value ),* }
        impl ChoiceValue for $name {
            const ALL: &'static [Self] = &[ $( Self::$value ),* ];
            const IDS: &'static [&'static str] = &[ $( $id ),* ];
        }
    )* };
}

choices! {
    /// The number format of weights and activations.
    Precision {
        /// IEEE 754 binary32.
        Fp32 = "FP32",
        /// IEEE 754 binary16.
        Fp16 = "FP16",
        /// bfloat16.
        Bf16 = "BF16",
        /// 8-bit floating point (E4M3 or E5M2).
        Fp8 = "FP8",
        /// 8-bit integer.
        Int8 = "INT8",
        /// 4-bit integer.
        Int4 = "INT4",
    }
    /// The number format of quantized weights.
    Quantization {
        /// Weights stay in the precision.
        None = "None",
        /// 8-bit integer weights.
        Int8 = "INT8",
        /// 4-bit integer weights.
        Int4 = "INT4",
    }
    /// The optimizer, which decides how many FP32 states a trained parameter has.
    Optimizer {
        /// Stochastic gradient descent; the document counts one state.
        Sgd = "SGD",
        /// Adam: two moments.
        Adam = "Adam",
        /// AdamW: two moments.
        AdamW = "AdamW",
    }
    /// Which parameters a fine-tuning run trains.
    FinetuneMethod {
        /// Every parameter.
        Full = "Full",
        /// Low-rank adapters beside frozen weights.
        Lora = "LoRA",
        /// Low-rank adapters beside frozen, quantized weights.
        Qlora = "QLoRA",
        /// Trained prefix vectors.
        Prefix = "Prefix",
    }
    /// What a multimodal run does with the model.
    Task {
        /// Nothing is trained.
        Inference = "inference",
        /// Every parameter is trained.
        Training = "training",
        /// One per cent of the parameters is trained.
        Finetuning = "finetuning",
    }
}

impl Precision {
    /// Bytes of one element: the document's table of precisions.
    pub const fn bytes(self) -> f64 {
        match self {
            Self::Fp32 => 4.0,
            Self::Fp16 | Self::Bf16 => 2.0,
            Self::Fp8 | Self::Int8 => 1.0,
            Self::Int4 => 0.5,
        }
    }
}

impl Quantization {
    /// The format of the weights, or `None` when they stay in the run's precision.
    ///
    /// The document's ratios 1/4 and 1/8 are relative to FP32, so a quantized weight has the bytes of
    /// INT8 or INT4 whatever the precision.
    pub const fn precision(self) -> Option<Precision> {
        match self {
            Self::None => None,
            Self::Int8 => Some(Precision::Int8),
            Self::Int4 => Some(Precision::Int4),
        }
    }
}

impl Optimizer {
    /// The document's optimizer factor `f`: FP32 states per trained parameter.
    pub const fn factor(self) -> f64 {
        match self {
            Self::Sgd => 1.0,
            Self::Adam | Self::AdamW => 2.0,
        }
    }
}
