//! The parameters, each declared once. Keys, slider ranges and defaults are the document's where it gives
//! them; hard limits are physical at the lower end and merely out of reach at the upper.
//!
//! Where the document gives no slider range (the basic modes), the range covers what is run today: up to
//! 131,072 tokens of context and 128 layers.

use super::ParameterGroup::{Model, Training, WithoutEffect, Workload};
use super::{Impact, ParameterKind, ParameterSpec, ParameterUnit as Unit, ParameterUse, Slider, Value};
use crate::estimator::choices::{ChoiceValue, FinetuneMethod, Optimizer, Precision, Quantization, Task};
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
    /// What a multimodal run does.
    Task {
        key: "task", symbol: "task", unit: Unit::None, group: Workload, kind: choice::<Task>(),
        uses: &[chosen(&[Multimodal], Task::Inference as usize, High)],
    }
    /// Which parameters fine-tuning trains.
    Method {
        key: "method", symbol: "method", unit: Unit::None, group: Training, kind: choice::<FinetuneMethod>(),
        uses: &[chosen(&[Finetune], FinetuneMethod::Lora as usize, High)],
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
        uses: &[number(&[Nlp], 11008.0, Slider::linear(2048.0, 49152.0, 256.0), Medium)],
    }
    /// Transformer layers.
    NumLayers {
        key: "numLayers", symbol: "L", unit: Unit::Layers, group: Model, kind: whole(1.0, MANY),
        uses: &[
            number(&[Nlp], 32.0, Slider::linear(6.0, 80.0, 1.0), High),
            number(&[Grpo], 32.0, Slider::linear(1.0, 128.0, 1.0), High),
            number(&[Inference, Finetune, Multimodal, Vlm], 32.0, Slider::linear(1.0, 128.0, 1.0), Medium),
            number(&[Train], 32.0, Slider::linear(1.0, 128.0, 1.0), Low),
        ],
    }
    /// Attention heads.
    NumAttentionHeads {
        key: "numAttentionHeads", symbol: "a", unit: Unit::Heads, group: Model, kind: whole(1.0, MANY),
        uses: &[
            number(&[Nlp], 32.0, Slider::linear(8.0, 128.0, 1.0), Low),
            number(&[Vlm], 12.0, Slider::linear(8.0, 128.0, 1.0), Low),
        ],
    }
    /// Entries of the vocabulary.
    VocabSize {
        key: "vocabSize", symbol: "V", unit: Unit::Tokens, group: Model, kind: whole(1.0, VERY_MANY),
        uses: &[number(&[Nlp], 50_000.0, Slider::linear(30_000.0, 260_000.0, 1000.0), Low)],
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
    /// Rank of the low-rank adapters.
    LoraRank {
        key: "loraRank", symbol: "r", unit: Unit::None, group: Training, kind: whole(1.0, MANY),
        uses: &[
            number(&[Finetune], 16.0, Slider::linear(4.0, 256.0, 4.0), High),
            number(&[Nlp], 16.0, Slider::linear(4.0, 256.0, 4.0), Low),
        ],
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
        uses: &[number(&[Multimodal], 1.0, Slider::linear(0.0, 64.0, 1.0), High)],
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
            chosen(&[Inference], Quantization::None as usize, High),
            chosen(&[Finetune], Quantization::Int4 as usize, High),
        ],
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
    /// Whether activations are recomputed in the backward pass.
    GradientCheckpointing {
        key: "gradientCheckpointing", symbol: "checkpointing", unit: Unit::None, group: Training, kind: ParameterKind::Toggle,
        uses: &[
            toggle(&[Finetune, Train], false, Low),
            toggle(&[Grpo], true, High),
        ],
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
