//! Where a program's own value was read that nobody states, and what its code does there. It knows no language.

/// Where a program's own value was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnSource {
    /// The program with its version, the file and the name in it, which are the same in every language; empty where
    /// `default` says everything.
    pub code: &'static str,
    /// What the program does, where names alone do not say it.
    pub default: Option<OwnDefault>,
}

impl OwnSource {
    /// A place that says enough by its name.
    pub const fn at(code: &'static str) -> Self {
        Self { code, default: None }
    }

    /// What is done, wherever that stands.
    pub const fn of(default: OwnDefault) -> Self {
        Self::at("").doing(default)
    }

    /// The place with what is done there.
    pub const fn doing(self, default: OwnDefault) -> Self {
        Self { default: Some(default), ..self }
    }
}

macro_rules! own_defaults {
    ($( #[$doc:meta] $name:ident, )*) => {
        /// What a program does, or what is taken, where nobody says anything. Each language has words for it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum OwnDefault {
            $( #[$doc] $name, )*
        }

        impl OwnDefault {
            /// All of them.
            pub const ALL: &[Self] = &[$( Self::$name ),*];
        }
    };
}

own_defaults! {
    /// A switch is on.
    On,
    /// A switch is off.
    Off,
    /// It has to be said, and is not.
    HasToBeSaid,
    /// The place is a file that others publish, and that the launch names.
    PublishedIn,
    /// Whatever printed the text.
    OfWhatPrinted,
    /// GGUF is llama.cpp's.
    FormatOfLlamaCpp,
    /// The words of GPT-2's tokenizer.
    WordsOfGpt2,
    /// No GPU is named.
    NoDevice,
    /// It is said in a way that is not read.
    NotRead,
    /// Nothing says how many GPUs there are.
    NoCount,
    /// vLLM's max-num-seqs is a bound, and no number.
    OnlyBounded,
    /// The preset of the model that another was tuned from.
    PresetOfTuned,
    /// The context of the model that was tuned.
    ContextOfTuned,
    /// A format by the end of a model's name.
    UsualFormat,
    /// Modules without a formula together.
    OtherModules,
    /// The format that a checkpoint says of itself.
    FormatOfCheckpoint,
    /// What a checkpoint says it left in 16 bits.
    WholeOfCheckpoint,
    /// The type of a checkpoint's weights, as served.
    TypeOfCheckpoint,
    /// The same, as loaded by Transformers.
    TypeLoaded,
    /// The model's context.
    ContextOfModel,
    /// The same, which is asked for by 0.
    ContextByZero,
    /// SGLang's own memory has no formulas.
    OwnMemoryUnknown,
    /// One cache of all slots, unless their number is said.
    OneCache,
    /// Four slots with one cache, unless their number is said.
    FourSlots,
    /// Each slot has its own cache.
    OwnCaches,
    /// Ollama's context by the memory of GPUs.
    ContextByMemory,
    /// The format of Ollama's library.
    FormatOfLibrary,
    /// The format that llama.cpp takes of a repository.
    FormatOfRepository,
    /// The repository's vision tower is loaded.
    TowerOfRepository,
    /// The model's own file has no tower.
    NoTowerInFile,
    /// A file whose name says no format.
    UnnamedFormat,
    /// Values are cached in F16, and follow no keys.
    ValuesInF16,
    /// One part for each GPU.
    PartForEachGpu,
    /// The groups in which Accelerate shards a model.
    LayersAndEnds,
    /// The plan that comes with a model.
    PlanOfModel,
    /// The modules that PEFT takes of some kinds of models.
    TargetModules,
    /// No module is said to which adapters are to be put.
    ModulesUnsaid,
    /// Logits of all tokens are there at once.
    WholeLogits,
    /// Adapters beside 4 bits become BF16.
    AdaptersInBf16,
    /// BF16 unless FP16 is asked for.
    Bf16UnlessFp16,
    /// BF16 wherever the GPU has it.
    Bf16WhereThere,
    /// Neither bf16 nor fp16 is on.
    NoMixedPrecision,
    /// A model is loaded in what is computed.
    InPrecisionOfRun,
    /// Without adapters everything is trained.
    WithoutAdapter,
    /// Several processes have a replica each.
    Replicas,
    /// What is trained is FP32, unless asked otherwise.
    TrainedInFp32,
    /// TRL bounds no prompt.
    PromptUnbounded,
    /// The length of blocks in Transformers' script.
    BlockLength,
    /// No argument of a script says how long sequences are.
    LengthUnsaid,
    /// The types of a file's tensors.
    TypesOfTensors,
}
