//! The parameters, each declared once. Keys, slider ranges and defaults are the document's where it gives
//! them; hard limits are physical at the lower end and merely out of reach at the upper.
//!
//! Where the document gives no slider range (the basic modes), the range covers what is run today: up to
//! 131,072 tokens of context and 128 layers.

use crate::estimator::architecture::Activation;
use crate::estimator::choices::{
    AdapterPrecision, Attention, ChoiceValue, Engine, FinetuneMethod, GpuFamily, KvPrecision, LoraTargets, Optimizer,
    OptimizerKernel, Precision, PromptLogits, Quantization, Recipe, Task,
};
use crate::estimator::mode::Mode::{self, Cnn, Finetune, Grpo, Inference, Moe, Multimodal, Nlp, Train, Vlm};
use crate::estimator::parameters::ParameterGroup::{
    Architecture, Engine as Serving, Model, Training, WithoutEffect, Workload,
};
use crate::estimator::parameters::{ParameterKind, ParameterSpec, ParameterUnit as Unit, ParameterUse, Slider, Value};

macro_rules! parameters {
    ($( $(#[$doc:meta])* $id:ident { $($fields:tt)* } )*) => {
        /// Every parameter of every mode.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ParameterId { $( $(#[$doc])* $id ),* }

        impl ParameterId {
            /// Every parameter, in the table's order, which is that of links and of the page.
            pub const ALL: &[Self] = &[ $( Self::$id ),* ];
        }

        /// The table.
        pub static PARAMETERS: &[ParameterSpec] = &[ $( ParameterSpec { id: ParameterId::$id, $($fields)* } ),* ];
    };
}

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
/// Modes that train a transformer.
const TRAINED_TRANSFORMER: &[Mode] = &[Finetune, Train, Grpo, Multimodal, Nlp, Vlm, Moe];
/// Modes that fine-tune all parameters unless told otherwise.
const FULL_BY_DEFAULT: &[Mode] = &[Train, Nlp, Vlm, Moe];

const fn whole(min: f64, max: f64) -> ParameterKind {
    ParameterKind::Number { min, max, whole: true }
}

const fn real(min: f64, max: f64) -> ParameterKind {
    ParameterKind::Number { min, max, whole: false }
}

const fn choice<T: ChoiceValue>() -> ParameterKind {
    ParameterKind::Choice { ids: T::IDS }
}

const fn number(modes: &'static [Mode], default: f64, slider: Slider) -> ParameterUse {
    ParameterUse { modes, default: Value::Number(default), slider: Some(slider) }
}

const fn chosen(modes: &'static [Mode], default: usize) -> ParameterUse {
    ParameterUse { modes, default: Value::Choice(default), slider: None }
}

const fn toggle(modes: &'static [Mode], default: bool) -> ParameterUse {
    ParameterUse { modes, default: Value::Toggle(default), slider: None }
}

parameters! {
    /// The model whose architecture all else starts from; without one the modes' own defaults do.
    Model {
        key: "model", symbol: "model", unit: Unit::None, group: Model, kind: ParameterKind::Model,
        impacts: b"hhhhhhhhh",
        uses: &[ParameterUse { modes: &Mode::ALL, default: Value::Model(None), slider: None }],
    }
    /// What a multimodal run does.
    Task {
        key: "task", symbol: "task", unit: Unit::None, group: Workload, kind: choice::<Task>(),
        impacts: b"----h----",
        uses: &[chosen(&[Multimodal], Task::Inference as usize)],
    }
    /// Which parameters fine-tuning trains.
    FinetuneMethod {
        key: "method", symbol: "method", unit: Unit::None, group: Training, kind: choice::<FinetuneMethod>(),
        impacts: b"-hhhlhhh-",
        uses: &[
            chosen(&[Finetune, Grpo, Multimodal], FinetuneMethod::Lora as usize),
            chosen(FULL_BY_DEFAULT, FinetuneMethod::Full as usize),
        ],
    }
    /// Parameters of the model.
    ModelSize {
        key: "modelSize", symbol: "P", unit: Unit::BillionParameters, group: Model, kind: real(1e-6, MANY),
        impacts: b"hhhhhhhhh",
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
        impacts: b"mhhhhhhh-",
        uses: &[number(TRANSFORMER, 4096.0, Slider::linear(768.0, 12288.0, 64.0))],
    }
    /// Width of the feed-forward block.
    IntermediateSize {
        key: "intermediateSize", symbol: "I", unit: Unit::Dimensions, group: Architecture, kind: whole(1.0, MANY),
        impacts: b"lhhmlmh--",
        uses: &[
            number(&[Inference, Finetune, Train, Grpo, Multimodal, Nlp, Vlm], 11008.0, Slider::linear(2048.0, 49152.0, 256.0)),
        ],
    }
    /// Transformer layers.
    NumLayers {
        key: "numLayers", symbol: "L", unit: Unit::Layers, group: Model, kind: whole(1.0, MANY),
        impacts: b"mhhhhhhh-",
        uses: &[
            number(&[Nlp], 32.0, Slider::linear(6.0, 80.0, 1.0)),
            number(&[Inference, Finetune, Train, Grpo, Multimodal, Vlm, Moe], 32.0, Slider::linear(1.0, 128.0, 1.0)),
        ],
    }
    /// Attention heads.
    NumAttentionHeads {
        key: "numAttentionHeads", symbol: "a", unit: Unit::Heads, group: Architecture, kind: whole(1.0, MANY),
        impacts: b"llllllll-",
        uses: &[
            number(&[Nlp], 32.0, Slider::linear(8.0, 128.0, 1.0)),
            number(&[Vlm], 12.0, Slider::linear(8.0, 128.0, 1.0)),
            number(&[Inference, Finetune, Train, Grpo, Multimodal, Moe], 32.0, Slider::linear(1.0, 128.0, 1.0)),
        ],
    }
    /// Heads that keys and values have; fewer than attention heads where groups of them share keys.
    NumKeyValueHeads {
        key: "numKeyValueHeads", symbol: "a_kv", unit: Unit::Heads, group: Architecture, kind: whole(1.0, MANY),
        impacts: b"mlllhlml-",
        uses: &[number(TRANSFORMER, 32.0, Slider::linear(1.0, 128.0, 1.0))],
    }
    /// Width of one attention head.
    HeadDim {
        key: "headDim", symbol: "d", unit: Unit::Dimensions, group: Architecture, kind: real(1.0, MANY),
        impacts: b"mmmmmmlm-",
        uses: &[number(TRANSFORMER, 128.0, Slider::linear(32.0, 256.0, 8.0))],
    }
    /// Entries of the vocabulary.
    VocabSize {
        key: "vocabSize", symbol: "V", unit: Unit::Tokens, group: Architecture, kind: whole(1.0, VERY_MANY),
        impacts: b"lmmhmmmm-",
        uses: &[
            number(&[Nlp], 50_000.0, Slider::linear(30_000.0, 260_000.0, 1000.0)),
            number(&[Inference, Finetune, Train, Grpo, Multimodal, Vlm, Moe], 32_000.0, Slider::linear(30_000.0, 260_000.0, 1000.0)),
        ],
    }
    /// Whether the output projection is the token embedding.
    TieWordEmbeddings {
        key: "tieWordEmbeddings", symbol: "tied", unit: Unit::None, group: Architecture, kind: ParameterKind::Toggle,
        impacts: b"mlllmlll-",
        uses: &[toggle(TRANSFORMER, false)],
    }
    /// Whether feed-forward blocks have a gate beside the up projection.
    GatedMlp {
        key: "gatedMlp", symbol: "gated", unit: Unit::None, group: Architecture, kind: ParameterKind::Toggle,
        impacts: b"lmlllmml-",
        uses: &[toggle(TRANSFORMER, true)],
    }
    /// The function inside feed-forward blocks, and whether it is one operation or written out.
    Activation {
        key: "activation", symbol: "act", unit: Unit::None, group: Architecture, kind: choice::<Activation>(),
        impacts: b"lhmlmhml-",
        uses: &[chosen(TRANSFORMER, Activation::Silu as usize)],
    }
    /// Tokens that sliding-window layers look back; 0 without a window.
    SlidingWindow {
        key: "slidingWindow", symbol: "W", unit: Unit::Tokens, group: Architecture, kind: whole(0.0, VERY_MANY),
        impacts: b"llllllll-",
        uses: &[number(TRANSFORMER, 0.0, Slider::linear(0.0, 8192.0, 128.0))],
    }
    /// Experts of a mixture.
    NumExperts {
        key: "numExperts", symbol: "E", unit: Unit::Experts, group: Model, kind: whole(1.0, MANY),
        impacts: b"-------m-",
        uses: &[number(&[Moe], 8.0, Slider::linear(2.0, 64.0, 1.0))],
    }
    /// Experts that a token visits.
    NumActiveExperts {
        key: "numActiveExperts", symbol: "k", unit: Unit::Experts, group: Model, kind: whole(1.0, MANY),
        impacts: b"-------h-",
        uses: &[number(&[Moe], 2.0, Slider::linear(1.0, 8.0, 1.0))],
    }
    /// Width of the vision features.
    VisionFeatureDim {
        key: "visionFeatureDim", symbol: "D", unit: Unit::Dimensions, group: Model, kind: whole(1.0, MANY),
        impacts: b"----l-l--",
        uses: &[number(&[Multimodal, Vlm], 1024.0, Slider::linear(768.0, 1024.0, 64.0))],
    }
    /// Weight of the alignment between the modalities.
    CrossModalAlignmentWeight {
        key: "crossModalAlignmentWeight", symbol: "w", unit: Unit::None, group: Model, kind: real(0.0, 1000.0),
        impacts: b"------l--",
        uses: &[number(&[Vlm], 0.5, Slider::linear(0.1, 1.0, 0.05))],
    }
    /// Edge of a convolution kernel.
    KernelSize {
        key: "kernelSize", symbol: "K", unit: Unit::Pixels, group: Model, kind: whole(1.0, 1000.0),
        impacts: b"--------l",
        uses: &[number(&[Cnn], 3.0, Slider::linear(3.0, 7.0, 1.0))],
    }
    /// Width of one expert.
    MoeIntermediateSize {
        key: "moeIntermediateSize", symbol: "I_e", unit: Unit::Dimensions, group: Architecture, kind: whole(1.0, MANY),
        impacts: b"-------h-",
        uses: &[number(&[Moe], 11008.0, Slider::linear(256.0, 32768.0, 64.0))],
    }
    /// Rank of the low-rank adapters.
    LoraRank {
        key: "loraRank", symbol: "r", unit: Unit::None, group: Training, kind: whole(1.0, MANY),
        impacts: b"-hmmmlml-",
        uses: &[number(TRAINED_TRANSFORMER, 16.0, Slider::linear(4.0, 256.0, 4.0))],
    }
    /// Which layers carry adapters.
    LoraTargets {
        key: "loraTargets", symbol: "targets", unit: Unit::None, group: Training, kind: choice::<LoraTargets>(),
        impacts: b"-mmlmmmm-",
        uses: &[chosen(TRAINED_TRANSFORMER, LoraTargets::AllLinear as usize)],
    }
    /// Number format of adapters.
    AdapterPrecision {
        key: "adapterPrecision", symbol: "b_a", unit: Unit::None, group: Training, kind: choice::<AdapterPrecision>(),
        impacts: b"-lllllll-",
        uses: &[chosen(TRAINED_TRANSFORMER, AdapterPrecision::Fp32 as usize)],
    }
    /// Share of an adapter's input that dropout clears.
    LoraDropout {
        key: "loraDropout", symbol: "p_drop", unit: Unit::None, group: Training, kind: real(0.0, 1.0),
        impacts: b"-mmlmmml-",
        uses: &[number(TRAINED_TRANSFORMER, 0.0, Slider::linear(0.0, 0.5, 0.05))],
    }
    /// Sequences, samples, images or prompts that run together.
    BatchSize {
        key: "batchSize", symbol: "B", unit: Unit::Sequences, group: Workload, kind: whole(1.0, MANY),
        impacts: b"hhhhhhhhh",
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
        uses: &[number(&[Grpo], 8.0, Slider::linear(1.0, 64.0, 1.0))],
    }
    /// How many tokens of a sequence are completion.
    CompletionLength {
        key: "completionLength", symbol: "S_c", unit: Unit::Tokens, group: Workload, kind: whole(1.0, VERY_MANY),
        impacts: b"---m-----",
        uses: &[number(&[Grpo], 2048.0, Slider::logarithmic(128.0, 131_072.0, 4.0))],
    }
    /// Micro-batches before one optimizer step.
    GradientAccumulationSteps {
        key: "gradientAccumulationSteps", symbol: "g", unit: Unit::Steps, group: Workload, kind: whole(1.0, MANY),
        impacts: b"-lllmhll-",
        uses: &[
            number(&[Nlp], 4.0, Slider::linear(1.0, 128.0, 1.0)),
            number(&[Finetune, Train, Grpo, Multimodal, Vlm, Moe], 1.0, Slider::linear(1.0, 128.0, 1.0)),
        ],
    }
    /// Edge of the input image.
    ImageResolution {
        key: "imageResolution", symbol: "R", unit: Unit::Pixels, group: Workload, kind: whole(1.0, MANY),
        impacts: b"----m-h--",
        uses: &[number(&[Multimodal, Vlm], 336.0, Slider::linear(224.0, 1024.0, 16.0))],
    }
    /// Edge of the input image of a convolutional network.
    InputImageSize {
        key: "inputImageSize", symbol: "R", unit: Unit::Pixels, group: Workload, kind: whole(1.0, MANY),
        impacts: b"--------m",
        uses: &[number(&[Cnn], 224.0, Slider::linear(224.0, 512.0, 16.0))],
    }
    /// Edge of an image patch.
    PatchSize {
        key: "patchSize", symbol: "p", unit: Unit::Pixels, group: Workload, kind: whole(1.0, MANY),
        impacts: b"----l-m--",
        uses: &[number(&[Multimodal, Vlm], 14.0, Slider::linear(14.0, 32.0, 1.0))],
    }
    /// Images per sequence.
    NumImages {
        key: "numImages", symbol: "n_images", unit: Unit::Images, group: Workload, kind: whole(0.0, MANY),
        impacts: b"----h-h--",
        uses: &[number(&[Multimodal, Vlm], 1.0, Slider::linear(0.0, 64.0, 1.0))],
    }
    /// Video frames per sequence.
    VideoFrames {
        key: "videoFrames", symbol: "n_frames", unit: Unit::Frames, group: Workload, kind: whole(0.0, VERY_MANY),
        impacts: b"----h----",
        uses: &[number(&[Multimodal], 0.0, Slider::logarithmic(0.0, 4096.0, 1.0))],
    }
    /// Audio per sequence.
    AudioDuration {
        key: "audioDuration", symbol: "t_audio", unit: Unit::Milliseconds, group: Workload, kind: real(0.0, VERY_MANY),
        impacts: b"----h----",
        uses: &[number(&[Multimodal], 0.0, Slider::logarithmic(0.0, 600_000.0, 500.0))],
    }
    /// Slots that each expert keeps beyond its even share of tokens.
    ExpertCapacityFactor {
        key: "expertCapacityFactor", symbol: "c", unit: Unit::None, group: Workload, kind: real(0.0, 1000.0),
        impacts: b"-------l-",
        uses: &[number(&[Moe], 1.25, Slider::linear(1.0, 2.0, 0.05))],
    }
    /// Number format of weights and activations.
    Precision {
        key: "precision", symbol: "b", unit: Unit::None, group: Training, kind: choice::<Precision>(),
        impacts: b"hhhhhhhhh",
        uses: &[
            chosen(&[Inference, Finetune, Train, Grpo, Multimodal, Nlp, Vlm], Precision::Fp16 as usize),
            chosen(&[Moe], Precision::Bf16 as usize),
            chosen(&[Cnn], Precision::Fp32 as usize),
        ],
    }
    /// Number format of quantized weights.
    Quantization {
        key: "quantization", symbol: "b_q", unit: Unit::None, group: Training, kind: choice::<Quantization>(),
        impacts: b"hhmmhmmm-",
        uses: &[chosen(&[Inference], Quantization::NONE), chosen(TRAINED_TRANSFORMER, Quantization::INT4)],
    }
    /// Number formats of parameters, gradients and states.
    Recipe {
        key: "recipe", symbol: "recipe", unit: Unit::None, group: Training, kind: choice::<Recipe>(),
        impacts: b"-mhmhmhhm",
        uses: &[chosen(TRAINED, Recipe::Master as usize)],
    }
    /// The optimizer.
    Optimizer {
        key: "optimizer", symbol: "f", unit: Unit::None, group: Training, kind: choice::<Optimizer>(),
        impacts: b"-lhlhhhhh",
        uses: &[chosen(TRAINED, Optimizer::AdamW as usize)],
    }
    /// How the optimizer step is launched.
    OptimizerKernel {
        key: "optimizerKernel", symbol: "kernel", unit: Unit::None, group: Training, kind: choice::<OptimizerKernel>(),
        impacts: b"-mmllmmmm",
        uses: &[chosen(TRAINED, OptimizerKernel::Fused as usize)],
    }
    /// Whether activations are recomputed in the backward pass.
    GradientCheckpointing {
        key: "gradientCheckpointing", symbol: "checkpointing", unit: Unit::None, group: Training, kind: ParameterKind::Toggle,
        impacts: b"-hmhmhhh-",
        uses: &[toggle(&[Finetune, Train, Multimodal, Nlp, Vlm, Moe], false), toggle(&[Grpo], true)],
    }
    /// How attention is computed.
    Attention {
        key: "attention", symbol: "attention", unit: Unit::None, group: Training, kind: choice::<Attention>(),
        impacts: b"lhhmmhmh-",
        uses: &[chosen(TRANSFORMER, Attention::Sdpa as usize)],
    }
    /// Whether sequences of a batch differ in length, so that attention needs a mask.
    Padding {
        key: "padding", symbol: "padding", unit: Unit::None, group: Training, kind: ParameterKind::Toggle,
        impacts: b"-lllllll-",
        uses: &[toggle(TRAINED_TRANSFORMER, false)],
    }
    /// Whether the vision encoder is not trained.
    FreezeVision {
        key: "freezeVision", symbol: "frozen", unit: Unit::None, group: Training, kind: ParameterKind::Toggle,
        impacts: b"----l-l--",
        uses: &[toggle(&[Multimodal, Vlm], false)],
    }
    /// What serves the model.
    Engine {
        key: "engine", symbol: "engine", unit: Unit::None, group: Serving, kind: choice::<Engine>(),
        impacts: b"l--------",
        uses: &[chosen(&[Inference], Engine::Transformers as usize)],
    }
    /// For which positions of the prompt logits are made.
    Logits {
        key: "logits", symbol: "logits", unit: Unit::None, group: Serving, kind: choice::<PromptLogits>(),
        impacts: b"m---m----",
        uses: &[chosen(&[Inference, Multimodal], PromptLogits::Last as usize)],
    }
    /// Number format of keys and values.
    KvPrecision {
        key: "kvPrecision", symbol: "b_kv", unit: Unit::None, group: Serving, kind: choice::<KvPrecision>(),
        impacts: b"l---m----",
        uses: &[chosen(&[Inference, Multimodal], KvPrecision::Same as usize)],
    }
    /// Tokens that vLLM runs in one step.
    MaxBatchedTokens {
        key: "maxBatchedTokens", symbol: "T_max", unit: Unit::Tokens, group: Serving, kind: whole(1.0, VERY_MANY),
        impacts: b"h--------",
        uses: &[number(&[Inference], 8192.0, Slider::logarithmic(256.0, 131_072.0, 4.0))],
    }
    /// Sequences that vLLM runs in one step.
    MaxSequences {
        key: "maxSequences", symbol: "N_max", unit: Unit::Sequences, group: Serving, kind: whole(1.0, MANY),
        impacts: b"l--------",
        uses: &[number(&[Inference], 256.0, Slider::logarithmic(1.0, 1024.0, 1.0))],
    }
    /// Memory of the GPU, of which vLLM makes its pool.
    GpuMemory {
        key: "gpuMemory", symbol: "M_GPU", unit: Unit::Gibibytes, group: Serving, kind: real(0.5, MANY),
        impacts: b"0--------",
        uses: &[number(&[Inference], 80.0, Slider::linear(8.0, 192.0, 8.0))],
    }
    /// Share of the GPU that vLLM takes.
    GpuMemoryUtilization {
        key: "gpuMemoryUtilization", symbol: "u", unit: Unit::None, group: Serving, kind: real(0.01, 1.0),
        impacts: b"0--------",
        uses: &[number(&[Inference], 0.9, Slider::linear(0.1, 1.0, 0.01))],
    }
    /// Tokens that llama.cpp computes at once.
    Ubatch {
        key: "ubatch", symbol: "n_ub", unit: Unit::Tokens, group: Serving, kind: whole(1.0, VERY_MANY),
        impacts: b"l--------",
        uses: &[number(&[Inference], 512.0, Slider::logarithmic(32.0, 4096.0, 1.0))],
    }
    /// Sequences that llama.cpp keeps slots for.
    ParallelSlots {
        key: "parallelSlots", symbol: "n_slots", unit: Unit::Sequences, group: Serving, kind: whole(1.0, MANY),
        impacts: b"m--------",
        uses: &[number(&[Inference], 1.0, Slider::logarithmic(1.0, 64.0, 1.0))],
    }
    /// Whether llama.cpp uses flash attention.
    FlashAttention {
        key: "flashAttention", symbol: "flash", unit: Unit::None, group: Serving, kind: ParameterKind::Toggle,
        impacts: b"l--------",
        uses: &[toggle(&[Inference], true)],
    }
    /// The GPU's generation, which decides the driver's context.
    GpuFamily {
        key: "gpuFamily", symbol: "GPU", unit: Unit::None, group: Serving, kind: choice::<GpuFamily>(),
        impacts: b"lllllllll",
        uses: &[chosen(&Mode::ALL, GpuFamily::Ampere as usize)],
    }
    /// What drivers and libraries take, if measured; 0 for the estimate.
    RuntimeOverhead {
        key: "runtimeOverhead", symbol: "M_runtime", unit: Unit::Gibibytes, group: Serving, kind: real(0.0, MANY),
        impacts: b"hmlmmlllh",
        uses: &[number(&Mode::ALL, 0.0, Slider::linear(0.0, 8.0, 0.125))],
    }
    /// Memory that the run needs beside the counted parts.
    OtherOverhead {
        key: "otherOverhead", symbol: "M_other", unit: Unit::Gibibytes, group: Training, kind: real(0.0, MANY),
        impacts: b"--mhh----",
        uses: &[
            number(&[Train, Multimodal], 1.5, Slider::linear(0.0, 16.0, 0.25)),
            number(&[Grpo], 2.0, Slider::linear(0.0, 16.0, 0.25)),
        ],
    }
    /// Weight decay; changes no byte.
    WeightDecay {
        key: "weightDecay", symbol: "weight decay", unit: Unit::None, group: WithoutEffect, kind: real(0.0, 1000.0),
        impacts: b"-----0000",
        uses: &[number(ADVANCED, 0.01, Slider::linear(0.0, 0.5, 0.01))],
    }
    /// Warm-up steps of the learning rate; change no byte.
    WarmupSteps {
        key: "warmupSteps", symbol: "warm-up", unit: Unit::Steps, group: WithoutEffect, kind: whole(0.0, VERY_MANY),
        impacts: b"-----0000",
        uses: &[number(ADVANCED, 100.0, Slider::linear(0.0, 10_000.0, 100.0))],
    }
    /// Largest norm of a gradient; changes no byte.
    GradientClipping {
        key: "gradientClipping", symbol: "clipping", unit: Unit::None, group: WithoutEffect, kind: real(0.0, MANY),
        impacts: b"-----0000",
        uses: &[number(ADVANCED, 1.0, Slider::linear(0.0, 10.0, 0.1))],
    }
    /// Share of activations that dropout clears; changes no byte.
    DropoutRate {
        key: "dropoutRate", symbol: "dropout", unit: Unit::None, group: WithoutEffect, kind: real(0.0, 1.0),
        impacts: b"-----0000",
        uses: &[number(ADVANCED, 0.1, Slider::linear(0.0, 0.5, 0.05))],
    }
}
