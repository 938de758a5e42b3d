//! The parameters, each declared once. Keys, slider ranges and defaults are the document's where it gives
//! them; hard limits are physical at the lower end and merely out of reach at the upper.
//!
//! Where the document gives no slider range (the basic modes), the range covers what is run today: up to
//! 131,072 tokens of context and 128 layers.

use super::ParameterGroup::{Architecture, Engine as Serving, Model, Training, WithoutEffect, Workload};
use super::{Impact, ParameterKind, ParameterSpec, ParameterUnit as Unit, ParameterUse, Slider, Value};
use crate::estimator::choices::{
    AdapterPrecision, Attention, ChoiceValue, Engine, FinetuneMethod, GpuFamily, KvPrecision, LoraTargets, Optimizer,
    OptimizerKernel, Precision, PromptLogits, Quantization, Recipe, Task,
};
use crate::estimator::mode::Mode::{self, Cnn, Finetune, Grpo, Inference, Moe, Multimodal, Nlp, Train, Vlm};

use Impact::{High, Low, Medium};

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

const fn number(modes: &'static [Mode], default: f64, slider: Slider, impact: Impact) -> ParameterUse {
    ParameterUse { modes, default: Value::Number(default), slider: Some(slider), impact }
}

const fn chosen(modes: &'static [Mode], default: usize, impact: Impact) -> ParameterUse {
    ParameterUse { modes, default: Value::Choice(default), slider: None, impact }
}

const fn toggle(modes: &'static [Mode], default: bool, impact: Impact) -> ParameterUse {
    ParameterUse { modes, default: Value::Toggle(default), slider: None, impact }
}

parameters! {
    /// The model whose architecture all else starts from; without one the modes' own defaults do.
    Model {
        key: "model", symbol: "model", unit: Unit::None, group: Model, kind: ParameterKind::Model,
        uses: &[ParameterUse { modes: &Mode::ALL, default: Value::Model(None), slider: None, impact: High }],
    }
    /// What a multimodal run does.
    Task {
        key: "task", symbol: "task", unit: Unit::None, group: Workload, kind: choice::<Task>(),
        uses: &[chosen(&[Multimodal], Task::Inference as usize, High)],
    }
    /// Which parameters fine-tuning trains.
    FinetuneMethod {
        key: "method", symbol: "method", unit: Unit::None, group: Training, kind: choice::<FinetuneMethod>(),
        uses: &[
            chosen(&[Finetune, Grpo, Multimodal], FinetuneMethod::Lora as usize, High),
            chosen(FULL_BY_DEFAULT, FinetuneMethod::Full as usize, High),
        ],
    }
    /// Parameters of the model.
    ModelSize {
        key: "modelSize", symbol: "P", unit: Unit::BillionParameters, group: Model, kind: real(1e-6, MANY),
        uses: &[
            number(&[Nlp], 7.0, Slider::logarithmic(0.125, 175.0, SIZE_STEP), High),
            number(&[Vlm], 7.0, Slider::logarithmic(1.0, 100.0, SIZE_STEP), High),
            number(&[Moe], 8.0, Slider::logarithmic(1.0, 1600.0, SIZE_STEP), High),
            number(&[Cnn], 0.05, Slider::logarithmic(0.005, 0.5, 0.0025), High),
            number(BASIC, 7.0, Slider::logarithmic(0.125, 2000.0, SIZE_STEP), High),
        ],
    }
    /// Width of the model.
    HiddenSize {
        key: "hiddenSize", symbol: "H", unit: Unit::Dimensions, group: Model, kind: whole(1.0, MANY),
        uses: &[
            number(&[Grpo, Nlp], 4096.0, Slider::linear(768.0, 12288.0, 64.0), High),
            number(&[Inference, Finetune, Multimodal, Vlm], 4096.0, Slider::linear(768.0, 12288.0, 64.0), Medium),
            number(&[Train, Moe], 4096.0, Slider::linear(768.0, 12288.0, 64.0), Low),
        ],
    }
    /// Width of the feed-forward block.
    IntermediateSize {
        key: "intermediateSize", symbol: "I", unit: Unit::Dimensions, group: Model, kind: whole(1.0, MANY),
        uses: &[
            number(&[Nlp], 11008.0, Slider::linear(2048.0, 49152.0, 256.0), Medium),
            number(&[Inference, Finetune, Train, Grpo, Multimodal, Vlm], 11008.0, Slider::linear(2048.0, 49152.0, 256.0), High),
        ],
    }
    /// Transformer layers.
    NumLayers {
        key: "numLayers", symbol: "L", unit: Unit::Layers, group: Model, kind: whole(1.0, MANY),
        uses: &[
            number(&[Nlp], 32.0, Slider::linear(6.0, 80.0, 1.0), High),
            number(&[Grpo], 32.0, Slider::linear(1.0, 128.0, 1.0), High),
            number(&[Inference, Finetune, Multimodal, Vlm], 32.0, Slider::linear(1.0, 128.0, 1.0), Medium),
            number(&[Train], 32.0, Slider::linear(1.0, 128.0, 1.0), Low),
            number(&[Moe], 32.0, Slider::linear(1.0, 128.0, 1.0), Low),
        ],
    }
    /// Attention heads.
    NumAttentionHeads {
        key: "numAttentionHeads", symbol: "a", unit: Unit::Heads, group: Model, kind: whole(1.0, MANY),
        uses: &[
            number(&[Nlp], 32.0, Slider::linear(8.0, 128.0, 1.0), Low),
            number(&[Vlm], 12.0, Slider::linear(8.0, 128.0, 1.0), Low),
            number(&[Inference, Finetune, Train, Grpo, Multimodal, Moe], 32.0, Slider::linear(1.0, 128.0, 1.0), Low),
        ],
    }
    /// Heads that keys and values have; fewer than attention heads where groups of them share keys.
    NumKeyValueHeads {
        key: "numKeyValueHeads", symbol: "a_kv", unit: Unit::Heads, group: Architecture, kind: whole(1.0, MANY),
        uses: &[number(TRANSFORMER, 32.0, Slider::linear(1.0, 128.0, 1.0), Medium)],
    }
    /// Width of one attention head.
    HeadDim {
        key: "headDim", symbol: "d", unit: Unit::Dimensions, group: Architecture, kind: real(1.0, MANY),
        uses: &[number(TRANSFORMER, 128.0, Slider::linear(32.0, 256.0, 8.0), High)],
    }
    /// Entries of the vocabulary.
    VocabSize {
        key: "vocabSize", symbol: "V", unit: Unit::Tokens, group: Model, kind: whole(1.0, VERY_MANY),
        uses: &[
            number(&[Nlp], 50_000.0, Slider::linear(30_000.0, 260_000.0, 1000.0), Low),
            number(&[Inference, Finetune, Train, Grpo, Multimodal, Vlm, Moe], 32_000.0, Slider::linear(30_000.0, 260_000.0, 1000.0), Medium),
        ],
    }
    /// Whether the output projection is the token embedding.
    TieWordEmbeddings {
        key: "tieWordEmbeddings", symbol: "tied", unit: Unit::None, group: Architecture, kind: ParameterKind::Toggle,
        uses: &[toggle(TRANSFORMER, false, Low)],
    }
    /// Whether feed-forward blocks have a gate beside the up projection.
    GatedMlp {
        key: "gatedMlp", symbol: "gated", unit: Unit::None, group: Architecture, kind: ParameterKind::Toggle,
        uses: &[toggle(TRANSFORMER, true, Medium)],
    }
    /// Tokens that sliding-window layers look back; 0 without a window.
    SlidingWindow {
        key: "slidingWindow", symbol: "W", unit: Unit::Tokens, group: Architecture, kind: whole(0.0, VERY_MANY),
        uses: &[number(TRANSFORMER, 0.0, Slider::linear(0.0, 8192.0, 128.0), Low)],
    }
    /// Experts of a mixture.
    NumExperts {
        key: "numExperts", symbol: "E", unit: Unit::Experts, group: Model, kind: whole(1.0, MANY),
        uses: &[number(&[Moe], 8.0, Slider::linear(2.0, 64.0, 1.0), Medium)],
    }
    /// Experts that a token visits.
    NumActiveExperts {
        key: "numActiveExperts", symbol: "k", unit: Unit::Experts, group: Model, kind: whole(1.0, MANY),
        uses: &[number(&[Moe], 2.0, Slider::linear(1.0, 8.0, 1.0), High)],
    }
    /// Width of the vision features.
    VisionFeatureDim {
        key: "visionFeatureDim", symbol: "D", unit: Unit::Dimensions, group: Model, kind: whole(1.0, MANY),
        uses: &[number(&[Vlm], 1024.0, Slider::linear(768.0, 1024.0, 64.0), Low)],
    }
    /// Weight of the alignment between the modalities.
    CrossModalAlignmentWeight {
        key: "crossModalAlignmentWeight", symbol: "w", unit: Unit::None, group: Model, kind: real(0.0, 1000.0),
        uses: &[number(&[Vlm], 0.5, Slider::linear(0.1, 1.0, 0.05), Low)],
    }
    /// Edge of a convolution kernel.
    KernelSize {
        key: "kernelSize", symbol: "K", unit: Unit::Pixels, group: Model, kind: whole(1.0, 1000.0),
        uses: &[number(&[Cnn], 3.0, Slider::linear(3.0, 7.0, 1.0), Low)],
    }
    /// Width of one expert.
    MoeIntermediateSize {
        key: "moeIntermediateSize", symbol: "I_e", unit: Unit::Dimensions, group: Architecture, kind: whole(1.0, MANY),
        uses: &[number(&[Moe], 11008.0, Slider::linear(256.0, 32768.0, 64.0), High)],
    }
    /// Rank of the low-rank adapters.
    LoraRank {
        key: "loraRank", symbol: "r", unit: Unit::None, group: Training, kind: whole(1.0, MANY),
        uses: &[
            number(&[Finetune], 16.0, Slider::linear(4.0, 256.0, 4.0), High),
            number(&[Nlp], 16.0, Slider::linear(4.0, 256.0, 4.0), Low),
            number(&[Train, Grpo, Multimodal, Vlm, Moe], 16.0, Slider::linear(4.0, 256.0, 4.0), Low),
        ],
    }
    /// Which layers carry adapters.
    LoraTargets {
        key: "loraTargets", symbol: "targets", unit: Unit::None, group: Training, kind: choice::<LoraTargets>(),
        uses: &[chosen(TRAINED_TRANSFORMER, LoraTargets::AllLinear as usize, Low)],
    }
    /// Number format of adapters.
    AdapterPrecision {
        key: "adapterPrecision", symbol: "b_a", unit: Unit::None, group: Training, kind: choice::<AdapterPrecision>(),
        uses: &[chosen(TRAINED_TRANSFORMER, AdapterPrecision::Fp32 as usize, Low)],
    }
    /// Share of an adapter's input that dropout clears.
    LoraDropout {
        key: "loraDropout", symbol: "p_drop", unit: Unit::None, group: Training, kind: real(0.0, 1.0),
        uses: &[number(TRAINED_TRANSFORMER, 0.0, Slider::linear(0.0, 0.5, 0.05), Low)],
    }
    /// Sequences, samples, images or prompts that run together.
    BatchSize {
        key: "batchSize", symbol: "B", unit: Unit::Sequences, group: Workload, kind: whole(1.0, MANY),
        uses: &[
            number(&[Inference], 1.0, Slider::logarithmic(1.0, 256.0, 1.0), High),
            number(&[Finetune, Multimodal], 2.0, Slider::logarithmic(1.0, 256.0, 1.0), High),
            number(&[Train, Grpo], 4.0, Slider::logarithmic(1.0, 256.0, 1.0), High),
            number(&[Nlp], 16.0, Slider::linear(1.0, 64.0, 1.0), High),
            number(&[Vlm], 8.0, Slider::linear(4.0, 32.0, 1.0), High),
            number(&[Moe], 16.0, Slider::linear(8.0, 64.0, 1.0), Low),
            number(&[Cnn], 64.0, Slider::logarithmic(32.0, 512.0, 1.0), High),
        ],
    }
    /// Tokens of one sequence.
    SequenceLength {
        key: "sequenceLength", symbol: "S", unit: Unit::Tokens, group: Workload, kind: whole(1.0, VERY_MANY),
        uses: &[
            number(BASIC, 2048.0, Slider::logarithmic(128.0, 131_072.0, 4.0), High),
            number(&[Nlp], 2048.0, Slider::logarithmic(512.0, 8192.0, 16.0), High),
            number(&[Vlm], 1024.0, Slider::logarithmic(512.0, 4096.0, 16.0), Medium),
            number(&[Moe], 2048.0, Slider::logarithmic(512.0, 8192.0, 16.0), Low),
        ],
    }
    /// Completions sampled for one prompt.
    NumGenerations {
        key: "numGenerations", symbol: "k", unit: Unit::Completions, group: Workload, kind: whole(1.0, MANY),
        uses: &[number(&[Grpo], 8.0, Slider::linear(1.0, 64.0, 1.0), High)],
    }
    /// How many tokens of a sequence are completion.
    CompletionLength {
        key: "completionLength", symbol: "S_c", unit: Unit::Tokens, group: Workload, kind: whole(1.0, VERY_MANY),
        uses: &[number(&[Grpo], 2048.0, Slider::logarithmic(128.0, 131_072.0, 4.0), High)],
    }
    /// Micro-batches before one optimizer step.
    GradientAccumulationSteps {
        key: "gradientAccumulationSteps", symbol: "g", unit: Unit::Steps, group: Workload, kind: whole(1.0, MANY),
        uses: &[number(&[Nlp], 4.0, Slider::linear(1.0, 128.0, 1.0), High)],
    }
    /// Edge of the input image.
    ImageResolution {
        key: "imageResolution", symbol: "R", unit: Unit::Pixels, group: Workload, kind: whole(1.0, MANY),
        uses: &[
            number(&[Multimodal], 336.0, Slider::linear(224.0, 1024.0, 16.0), Medium),
            number(&[Vlm], 336.0, Slider::linear(224.0, 1024.0, 16.0), High),
        ],
    }
    /// Edge of the input image of a convolutional network.
    InputImageSize {
        key: "inputImageSize", symbol: "R", unit: Unit::Pixels, group: Workload, kind: whole(1.0, MANY),
        uses: &[number(&[Cnn], 224.0, Slider::linear(224.0, 512.0, 16.0), Medium)],
    }
    /// Edge of an image patch.
    PatchSize {
        key: "patchSize", symbol: "p", unit: Unit::Pixels, group: Workload, kind: whole(1.0, MANY),
        uses: &[
            number(&[Multimodal], 14.0, Slider::linear(14.0, 32.0, 1.0), Low),
            number(&[Vlm], 14.0, Slider::linear(14.0, 32.0, 1.0), Medium),
        ],
    }
    /// Images per sequence.
    NumImages {
        key: "numImages", symbol: "n_images", unit: Unit::Images, group: Workload, kind: whole(0.0, MANY),
        uses: &[number(&[Multimodal, Vlm], 1.0, Slider::linear(0.0, 64.0, 1.0), High)],
    }
    /// Video frames per sequence.
    VideoFrames {
        key: "videoFrames", symbol: "n_frames", unit: Unit::Frames, group: Workload, kind: whole(0.0, VERY_MANY),
        uses: &[number(&[Multimodal], 0.0, Slider::logarithmic(0.0, 4096.0, 1.0), High)],
    }
    /// Audio per sequence.
    AudioDuration {
        key: "audioDuration", symbol: "t_audio", unit: Unit::Milliseconds, group: Workload, kind: real(0.0, VERY_MANY),
        uses: &[number(&[Multimodal], 0.0, Slider::logarithmic(0.0, 600_000.0, 500.0), Medium)],
    }
    /// Slots that each expert keeps beyond its even share of tokens.
    ExpertCapacityFactor {
        key: "expertCapacityFactor", symbol: "c", unit: Unit::None, group: Workload, kind: real(0.0, 1000.0),
        uses: &[number(&[Moe], 1.25, Slider::linear(1.0, 2.0, 0.05), Low)],
    }
    /// Number format of weights and activations.
    Precision {
        key: "precision", symbol: "b", unit: Unit::None, group: Training, kind: choice::<Precision>(),
        uses: &[
            chosen(&[Inference, Finetune, Train, Grpo, Multimodal, Nlp, Vlm], Precision::Fp16 as usize, High),
            chosen(&[Moe], Precision::Bf16 as usize, High),
            chosen(&[Cnn], Precision::Fp32 as usize, High),
        ],
    }
    /// Number format of quantized weights.
    Quantization {
        key: "quantization", symbol: "b_q", unit: Unit::None, group: Training, kind: choice::<Quantization>(),
        uses: &[
            chosen(&[Inference], Quantization::NONE, High),
            chosen(&[Finetune], Quantization::INT4, High),
            chosen(&[Train, Grpo, Multimodal, Nlp, Vlm, Moe], Quantization::INT4, High),
        ],
    }
    /// Number formats of parameters, gradients and states.
    Recipe {
        key: "recipe", symbol: "recipe", unit: Unit::None, group: Training, kind: choice::<Recipe>(),
        uses: &[chosen(TRAINED, Recipe::Master as usize, Medium)],
    }
    /// The optimizer.
    Optimizer {
        key: "optimizer", symbol: "f", unit: Unit::None, group: Training, kind: choice::<Optimizer>(),
        uses: &[
            chosen(&[Vlm], Optimizer::AdamW as usize, High),
            chosen(&[Train, Multimodal, Nlp, Moe, Cnn], Optimizer::AdamW as usize, Medium),
            chosen(&[Finetune, Grpo], Optimizer::AdamW as usize, Low),
        ],
    }
    /// How the optimizer step is launched.
    OptimizerKernel {
        key: "optimizerKernel", symbol: "kernel", unit: Unit::None, group: Training, kind: choice::<OptimizerKernel>(),
        uses: &[chosen(TRAINED, OptimizerKernel::Fused as usize, Low)],
    }
    /// Whether activations are recomputed in the backward pass.
    GradientCheckpointing {
        key: "gradientCheckpointing", symbol: "checkpointing", unit: Unit::None, group: Training, kind: ParameterKind::Toggle,
        uses: &[
            toggle(&[Finetune, Train], false, Low),
            toggle(&[Grpo], true, High),
            toggle(&[Multimodal, Nlp, Vlm, Moe], false, Low),
        ],
    }
    /// How attention is computed.
    Attention {
        key: "attention", symbol: "attention", unit: Unit::None, group: Training, kind: choice::<Attention>(),
        uses: &[chosen(TRANSFORMER, Attention::Sdpa as usize, High)],
    }
    /// Whether sequences of a batch differ in length, so that attention needs a mask.
    Padding {
        key: "padding", symbol: "padding", unit: Unit::None, group: Training, kind: ParameterKind::Toggle,
        uses: &[toggle(TRAINED_TRANSFORMER, false, Low)],
    }
    /// Whether the vision encoder is not trained.
    FreezeVision {
        key: "freezeVision", symbol: "frozen", unit: Unit::None, group: Training, kind: ParameterKind::Toggle,
        uses: &[toggle(&[Multimodal, Vlm], false, Low)],
    }
    /// What serves the model.
    Engine {
        key: "engine", symbol: "engine", unit: Unit::None, group: Serving, kind: choice::<Engine>(),
        uses: &[chosen(&[Inference], Engine::Transformers as usize, Medium)],
    }
    /// For which positions of the prompt logits are made.
    Logits {
        key: "logits", symbol: "logits", unit: Unit::None, group: Serving, kind: choice::<PromptLogits>(),
        uses: &[chosen(&[Inference, Multimodal], PromptLogits::Last as usize, Low)],
    }
    /// Number format of keys and values.
    KvPrecision {
        key: "kvPrecision", symbol: "b_kv", unit: Unit::None, group: Serving, kind: choice::<KvPrecision>(),
        uses: &[chosen(&[Inference], KvPrecision::Same as usize, Low)],
    }
    /// Tokens that vLLM runs in one step.
    MaxBatchedTokens {
        key: "maxBatchedTokens", symbol: "T_max", unit: Unit::Tokens, group: Serving, kind: whole(1.0, VERY_MANY),
        uses: &[number(&[Inference], 8192.0, Slider::logarithmic(256.0, 131_072.0, 4.0), Low)],
    }
    /// Sequences that vLLM runs in one step.
    MaxSequences {
        key: "maxSequences", symbol: "N_max", unit: Unit::Sequences, group: Serving, kind: whole(1.0, MANY),
        uses: &[number(&[Inference], 256.0, Slider::logarithmic(1.0, 1024.0, 1.0), Low)],
    }
    /// Share of the GPU that vLLM takes.
    GpuMemoryUtilization {
        key: "gpuMemoryUtilization", symbol: "u", unit: Unit::None, group: Serving, kind: real(0.01, 1.0),
        uses: &[number(&[Inference], 0.9, Slider::linear(0.1, 1.0, 0.01), Impact::None)],
    }
    /// Tokens that llama.cpp computes at once.
    Ubatch {
        key: "ubatch", symbol: "n_ub", unit: Unit::Tokens, group: Serving, kind: whole(1.0, VERY_MANY),
        uses: &[number(&[Inference], 512.0, Slider::logarithmic(32.0, 4096.0, 1.0), Low)],
    }
    /// Sequences that llama.cpp keeps slots for.
    ParallelSlots {
        key: "parallelSlots", symbol: "n_slots", unit: Unit::Sequences, group: Serving, kind: whole(1.0, MANY),
        uses: &[number(&[Inference], 1.0, Slider::logarithmic(1.0, 64.0, 1.0), Low)],
    }
    /// Whether llama.cpp uses flash attention.
    FlashAttention {
        key: "flashAttention", symbol: "flash", unit: Unit::None, group: Serving, kind: ParameterKind::Toggle,
        uses: &[toggle(&[Inference], true, Low)],
    }
    /// The GPU's generation, which decides the driver's context.
    GpuFamily {
        key: "gpuFamily", symbol: "GPU", unit: Unit::None, group: Serving, kind: choice::<GpuFamily>(),
        uses: &[chosen(&Mode::ALL, GpuFamily::Ampere as usize, Low)],
    }
    /// What drivers and libraries take, if measured; 0 for the estimate.
    RuntimeOverhead {
        key: "runtimeOverhead", symbol: "M_runtime", unit: Unit::Gibibytes, group: Serving, kind: real(0.0, MANY),
        uses: &[number(&Mode::ALL, 0.0, Slider::linear(0.0, 8.0, 0.125), Medium)],
    }
    /// Memory that the run needs beside the counted parts.
    OtherOverhead {
        key: "otherOverhead", symbol: "M_other", unit: Unit::Gibibytes, group: Training, kind: real(0.0, MANY),
        uses: &[
            number(&[Train], 1.5, Slider::linear(0.0, 16.0, 0.25), Medium),
            number(&[Multimodal], 1.5, Slider::linear(0.0, 16.0, 0.25), High),
            number(&[Grpo], 2.0, Slider::linear(0.0, 16.0, 0.25), High),
        ],
    }
    /// Weight decay; changes no byte.
    WeightDecay {
        key: "weightDecay", symbol: "weight decay", unit: Unit::None, group: WithoutEffect, kind: real(0.0, 1000.0),
        uses: &[number(ADVANCED, 0.01, Slider::linear(0.0, 0.5, 0.01), Impact::None)],
    }
    /// Warm-up steps of the learning rate; change no byte.
    WarmupSteps {
        key: "warmupSteps", symbol: "warm-up", unit: Unit::Steps, group: WithoutEffect, kind: whole(0.0, VERY_MANY),
        uses: &[number(ADVANCED, 100.0, Slider::linear(0.0, 10_000.0, 100.0), Impact::None)],
    }
    /// Largest norm of a gradient; changes no byte.
    GradientClipping {
        key: "gradientClipping", symbol: "clipping", unit: Unit::None, group: WithoutEffect, kind: real(0.0, MANY),
        uses: &[number(ADVANCED, 1.0, Slider::linear(0.0, 10.0, 0.1), Impact::None)],
    }
    /// Share of activations that dropout clears; changes no byte.
    DropoutRate {
        key: "dropoutRate", symbol: "dropout", unit: Unit::None, group: WithoutEffect, kind: real(0.0, 1.0),
        uses: &[number(ADVANCED, 0.1, Slider::linear(0.0, 0.5, 0.05), Impact::None)],
    }
}
