//! The values that are chosen from a list, and what each means in a formula. It knows no parameter.

use crate::estimator::catalog::formats::{FORMATS, Format};

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
pub(super) use choices;

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
    /// The optimizer, which decides how many FP32 states a trained parameter has.
    Optimizer {
        /// Stochastic gradient descent; the document counts one state.
        Sgd = "SGD",
        /// Adam: two moments.
        Adam = "Adam",
        /// AdamW: two moments.
        AdamW = "AdamW",
        /// AdamW with both moments quantized to 8 bits in blocks of 256 (bitsandbytes).
        AdamW8bit = "AdamW8bit",
        /// The same with moments in unified memory, which the driver moves to the host under pressure.
        PagedAdamW8bit = "PagedAdamW8bit",
        /// Adafactor without momentum: row and column sums of the second moment.
        Adafactor = "Adafactor",
        /// Lion (lion-pytorch): one moment in the format of the parameters.
        Lion = "Lion",
        /// Lion (bitsandbytes): one moment in FP32, whatever the parameters.
        BnbLion = "BnbLion",
        /// The same with the moment quantized to 8 bits in blocks of 256.
        Lion8bit = "Lion8bit",
        /// AdamW (bitsandbytes): two moments in FP32, in unified memory.
        PagedAdamW = "PagedAdamW",
        /// Lion with an 8-bit moment in unified memory (bitsandbytes).
        PagedLion8bit = "PagedLion8bit",
        /// Muon (torch.optim): one momentum for the matrices of hidden layers, AdamW for everything else.
        Muon = "Muon",
        /// AdamW whose moments of matrices of hidden layers have a low rank (galore-torch).
        GaLoreAdamW = "GaLoreAdamW",
    }
    /// How the optimizer step is launched.
    OptimizerKernel {
        /// One kernel for a list of parameters, without temporaries.
        Fused = "fused",
        /// One kernel per operation over all parameters: temporaries as large as the parameters.
        Foreach = "foreach",
        /// One parameter after the other, one kernel per operation: temporaries of the largest parameter.
        ForLoop = "forloop",
    }
    /// Which number formats parameters, gradients and states have in training.
    Recipe {
        /// Everything in the run's precision.
        Pure = "pure",
        /// FP32 parameters under autocast; with adapters: 16-bit base weights under autocast.
        Autocast = "autocast",
        /// 16-bit parameters and gradients with an FP32 master copy and FP32 states.
        Master = "master",
        /// FSDP2's `MixedPrecisionPolicy`: FP32 parts of trained parameters, gathered and computed in the precision.
        Policy = "policy",
    }
    /// How attention is computed.
    Attention {
        /// PyTorch's fused attention: flash where the kernel allows it.
        Sdpa = "sdpa",
        /// Matrix products and a softmax, with the whole score matrix.
        Eager = "eager",
    }
    /// Which linear layers carry a low-rank adapter.
    LoraTargets {
        /// Query and value projections.
        QueryValue = "qv",
        /// The four projections of attention.
        Attention = "attn",
        /// Every linear layer of the blocks.
        AllLinear = "all-linear",
    }
    /// What becomes of a low-rank adapter's product.
    LoraVariant {
        /// It is added, scaled by alpha over the rank.
        Lora = "lora",
        /// The sum is scaled to a trained magnitude for each output (`use_dora`).
        Dora = "dora",
        /// It is added, scaled by alpha over the root of the rank (`use_rslora`), which changes no tensor.
        Rslora = "rslora",
    }
    /// Which modules are trained whole beside adapters.
    ModulesToSave {
        /// None.
        None = "none",
        /// The token embedding.
        Embeddings = "embeddings",
        /// The output projection.
        Head = "head",
        /// Both.
        Both = "both",
    }
    /// What stands behind the layers of a model that is trained, or of an encoder that is served.
    TaskHead {
        /// A projection to the vocabulary that predicts the next token.
        Lm = "lm",
        /// A dense layer, a norm and a projection to the vocabulary, which predict hidden tokens.
        Mlm = "mlm",
        /// A classifier of sequences.
        Classifier = "classifier",
        /// Nothing: the last layer's output is what is trained, as embeddings are.
        None = "none",
    }
    /// Whether frozen 4-bit layers keep what they read, which no gradient needs.
    FrozenInputs {
        /// They keep nothing: bitsandbytes since 0.43.1.
        Dropped = "dropped",
        /// They keep their input (`MatMul4Bit.forward`, `ctx.tensors = (A, B)`): bitsandbytes up to 0.43.0.
        Kept = "kept",
    }
    /// What computes layers of linear attention, or of Mamba2 in training.
    LinearAttentionKernel {
        /// Transformers' own PyTorch code, which runs where the libraries are not installed.
        Torch = "torch",
        /// The kernels of flash-linear-attention and causal-conv1d, which Transformers takes where both are installed;
        /// of Mamba2, those of mamba-ssm.
        Fla = "fla",
    }
    /// What serves the model.
    Engine {
        /// Hugging Face Transformers.
        Transformers = "transformers",
        /// vLLM.
        Vllm = "vllm",
        /// llama.cpp.
        LlamaCpp = "llamacpp",
    }
    /// What draws the next token in vLLM.
    Sampler {
        /// FlashInfer's kernels, which sort nothing.
        FlashInfer = "flashinfer",
        /// PyTorch, which sorts all logits.
        PyTorch = "pytorch",
    }
    /// What proposes tokens that the model then checks: speculative decoding, by the names of vLLM's methods.
    Draft {
        /// Nothing.
        None = "none",
        /// The block of the model's own that predicts a further token.
        Mtp = "mtp",
        /// A layer like the model's, behind a projection of embedding and last output (Li et al., arXiv 2401.15077).
        Eagle = "eagle",
        /// A smaller model: links have its own id in place of this word.
        Model = "model",
    }
    /// For which positions of the prompt logits are made.
    PromptLogits {
        /// For all, as a plain call of the model does.
        All = "all",
        /// For the last one, as generation does.
        Last = "last",
    }
    /// The number format of keys and values.
    KvPrecision {
        /// That of the run.
        Same = "same",
        /// 16-bit floating point.
        Fp16 = "FP16",
        /// 8-bit floating point.
        Fp8 = "FP8",
        /// 8-bit integers with a scale for each block.
        Int8 = "INT8",
        /// 4-bit integers with a scale for each block.
        Int4 = "INT4",
        /// llama.cpp's `Q8_0`, as `Int8` is there.
        Q8 = "q8_0",
        /// Its `Q5_1`.
        Q51 = "q5_1",
        /// Its `Q5_0`.
        Q50 = "q5_0",
        /// Its `Q4_1`.
        Q41 = "q4_1",
        /// Its `Q4_0`, as `Int4` is there.
        Q4 = "q4_0",
        /// Its `IQ4_NL`.
        Iq4Nl = "iq4_nl",
    }
    /// What the size of a batch counts where completions are sampled.
    BatchUnit {
        /// Prompts, each with its group of completions.
        Prompts = "prompts",
        /// Completions, as TRL counts.
        Completions = "completions",
    }
    /// How preferences are trained.
    Algorithm {
        /// Group Relative Policy Optimization: completions of a prompt are sampled and compared (`GRPOTrainer`).
        Grpo = "grpo",
        /// Direct Preference Optimization: a chosen and a rejected completion of a data set (TRL's `DPOTrainer`).
        Dpo = "dpo",
    }
    /// What scores completions as the reference of preference training.
    ReferenceModel {
        /// Nothing: the loss has no such term, or its scores were computed before training.
        None = "none",
        /// A second model on the GPU.
        Resident = "resident",
        /// The trained model itself, while its adapters are switched off.
        AdapterOff = "adapter-off",
        /// A second model in the host's memory.
        Cpu = "cpu",
    }
    /// What samples completions.
    Rollout {
        /// The trained model itself, by Transformers.
        Transformers = "transformers",
        /// vLLM in the same process, on a share of the same GPU.
        VllmColocated = "vllm-colocated",
        /// A server on other GPUs.
        Elsewhere = "elsewhere",
    }
    /// Where the vision tower's weights lie, with what leads from it to the text.
    TowerPlace {
        /// On the GPU.
        Resident = "resident",
        /// Nowhere: a run on text alone need not load them.
        Absent = "absent",
        /// In the host's memory.
        Cpu = "cpu",
    }
    /// The number format of adapters.
    AdapterPrecision {
        /// IEEE 754 binary32.
        Fp32 = "FP32",
        /// bfloat16.
        Bf16 = "BF16",
    }
    /// Generations of GPUs whose driver context differs.
    GpuFamily {
        /// Volta and Turing (V100, T4, RTX 20).
        Turing = "turing",
        /// Ampere (A100, A10, RTX 30).
        Ampere = "ampere",
        /// Ada Lovelace (L4, L40, RTX 40).
        Ada = "ada",
        /// Hopper (H100, H200).
        Hopper = "hopper",
        /// Blackwell of cards and of systems with one memory (RTX 50, RTX PRO, DGX Spark).
        Blackwell = "blackwell",
        /// Blackwell of data centres (B200, GB200, B300).
        BlackwellDataCentre = "blackwell-dc",
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
        /// Some parameters are trained: one per cent to the document, those of the method in what is really allocated.
        Finetuning = "finetuning",
    }
}

impl TaskHead {
    /// Whether it makes a logit for each entry of the vocabulary.
    pub const fn reads_vocabulary(self) -> bool {
        matches!(self, Self::Lm | Self::Mlm)
    }
}

impl Precision {
    /// Whether it is a format of stored weights alone, which are computed in 16 bits.
    pub const fn is_packed(self) -> bool {
        matches!(self, Self::Fp8 | Self::Int8 | Self::Int4)
    }

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

/// The number format of quantized weights: one of the document's, or one that an engine has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantization {
    /// Weights stay in the precision.
    None,
    /// 8-bit integer weights.
    Int8,
    /// 4-bit integer weights.
    Int4,
    /// A format with a layout of its own.
    Format(&'static Format),
}

/// The document's formats, before the engines'.
const DOCUMENTED_FORMATS: [(Quantization, &str); 3] =
    [(Quantization::None, "None"), (Quantization::Int8, "INT8"), (Quantization::Int4, "INT4")];

const N_QUANTIZATIONS: usize = DOCUMENTED_FORMATS.len() + FORMATS.len();

const QUANTIZATIONS: ([Quantization; N_QUANTIZATIONS], [&str; N_QUANTIZATIONS]) = {
    let mut res = ([Quantization::None; N_QUANTIZATIONS], [""; N_QUANTIZATIONS]);
    let mut at = 0;
    while at < N_QUANTIZATIONS {
        (res.0[at], res.1[at]) = if at < DOCUMENTED_FORMATS.len() {
            DOCUMENTED_FORMATS[at]
        } else {
            let format = &FORMATS[at - DOCUMENTED_FORMATS.len()];
            (Quantization::Format(format), format.id)
        };
        at += 1;
    }
    res
};

impl ChoiceValue for Quantization {
    const ALL: &'static [Self] = &QUANTIZATIONS.0;
    const IDS: &'static [&'static str] = &QUANTIZATIONS.1;
}

/// Bits of a weight from which on it is not packed.
const WHOLE_BITS: f64 = 16.0;

impl Quantization {
    /// Whether it packs weights.
    pub fn is_packed(self) -> bool {
        match self {
            Self::None => false,
            Self::Int4 | Self::Int8 => true,
            Self::Format(it) => it.bits_per_weight < WHOLE_BITS,
        }
    }

    /// The place of [`Self::None`] in the list.
    pub const NONE: usize = 0;
    /// The place of [`Self::Int4`] in the list.
    pub const INT4: usize = 2;

    /// Bytes of one weight, or `None` when weights stay in the run's precision. The document's ratios are relative to
    /// FP32, whatever the precision. Formats of engines count scales and zero points too.
    pub const fn bytes(self) -> Option<f64> {
        match self {
            Self::None => None,
            Self::Int8 => Some(Precision::Int8.bytes()),
            Self::Int4 => Some(Precision::Int4.bytes()),
            Self::Format(format) => Some(format.bits_per_weight / 8.0),
        }
    }
}
