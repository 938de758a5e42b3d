//! English names and help of parameters. It knows no range and no default: those come from the table.

use crate::estimator::parameters::{ParameterGroup, ParameterUnit};
use crate::estimator::{ChoiceValue, Impact, Mode, Optimizer, ParameterId, Precision, Quantization};
use crate::locale::texts::ParameterText;

pub(super) fn parameter(id: ParameterId) -> ParameterText {
    let (label, help) = match id {
        ParameterId::Task => (
            "Task",
            "What the run does: inference trains nothing, training every parameter, fine-tuning one per cent of them.",
        ),
        ParameterId::Method => (
            "Method",
            "Full trains every parameter. LoRA trains small matrices beside frozen weights, QLoRA the same beside quantized weights, Prefix one per cent of the parameters.",
        ),
        ParameterId::ModelSize => {
            ("Model size", "All parameters of the model. Weights, gradients and optimizer states grow in proportion.")
        }
        ParameterId::HiddenSize => {
            ("Hidden size", "Width of the residual stream. Activations and KV cache grow in proportion.")
        }
        ParameterId::IntermediateSize => {
            ("Intermediate size", "Width of the feed-forward block. Only Verified counts these weights one by one.")
        }
        ParameterId::NumLayers => {
            ("Layers", "Transformer blocks. Whatever each layer keeps is multiplied by it: activations, KV cache.")
        }
        ParameterId::NumAttentionHeads => (
            "Attention heads",
            "Each head has its own matrix of attention scores. Only Verified counts those matrices; the document calls the effect low.",
        ),
        ParameterId::VocabSize => {
            ("Vocabulary", "Entries of the token embedding. Only Verified counts the embedding separately.")
        }
        ParameterId::NumExperts => (
            "Experts",
            "Experts of the mixture. Both methods count only the experts that a token visits, so more experts make each smaller and the total lower; a real run keeps all of them in memory.",
        ),
        ParameterId::NumActiveExperts => (
            "Active experts",
            "Experts that one token visits. Weights, gradients and optimizer states of the active experts grow in proportion.",
        ),
        ParameterId::VisionFeatureDim => (
            "Vision feature width",
            "Width of the vision encoder. It counts where the encoder's own shape needs more than 30 % of the model.",
        ),
        ParameterId::CrossModalAlignmentWeight => (
            "Alignment weight",
            "Weight of the alignment between image and text. The document multiplies it by the hidden size: a few kilobytes.",
        ),
        ParameterId::KernelSize => (
            "Kernel size",
            "Edge of the first convolution's kernel. The document adds that layer's filters to the weights.",
        ),
        ParameterId::LoraRank => {
            ("LoRA rank", "Inner width of the low-rank matrices. The trained parameters grow in proportion.")
        }
        ParameterId::BatchSize => (
            "Batch size",
            "How many run together. Activations and KV cache grow in proportion: the first thing to lower when memory runs out.",
        ),
        ParameterId::SequenceLength => (
            "Sequence length",
            "Tokens of each sequence. Activations and KV cache grow in proportion; in Verified, attention scores with its square.",
        ),
        ParameterId::NumGenerations => (
            "Generations per prompt",
            "Completions that GRPO compares for one prompt. The document multiplies the activations by it.",
        ),
        ParameterId::GradientAccumulationSteps => (
            "Gradient accumulation",
            "Micro-batches before one optimizer step. In practice memory does not grow with it; Verified multiplies gradients by it and adds g/B to the optimizer states. Documented does not use it.",
        ),
        ParameterId::ImageResolution => {
            ("Image resolution", "Edge of a square image. The number of patches grows with its square.")
        }
        ParameterId::InputImageSize => ("Image size", "Edge of a square image. Feature maps grow with its square."),
        ParameterId::PatchSize => ("Patch size", "Edge of one patch. Larger patches mean fewer tokens."),
        ParameterId::NumImages => ("Images", "Images in each sequence; every one brings all its patches as tokens."),
        ParameterId::VideoFrames => (
            "Video frames",
            "Frames in each sequence. Each brings as many tokens as an image: where sequences explode.",
        ),
        ParameterId::AudioDuration => ("Audio", "Audio in each sequence; one token stands for 80 ms."),
        ParameterId::ExpertCapacityFactor => (
            "Expert capacity factor",
            "Slots that an expert keeps beyond its even share of tokens. Only Documented uses it.",
        ),
        ParameterId::Precision => {
            ("Precision", "Number format of weights, gradients and activations. Optimizer states stay in FP32.")
        }
        ParameterId::Quantization => (
            "Quantization",
            "Number format of frozen weights. INT8 is a quarter and INT4 an eighth of FP32, whatever the precision.",
        ),
        ParameterId::Optimizer => ("Optimizer", "SGD keeps one FP32 state per trained parameter, Adam and AdamW two."),
        ParameterId::GradientCheckpointing => (
            "Gradient checkpointing",
            "Recomputes activations in the backward pass. The document keeps 30 % of them, for about 20 % more time.",
        ),
        ParameterId::OtherOverhead => {
            ("Other overhead", "What the run needs beside the counted parts: CUDA context, buffers, fragmentation.")
        }
        ParameterId::WeightDecay => ("Weight decay", "Shrinks weights a little each step. It needs no memory."),
        ParameterId::WarmupSteps => ("Warm-up steps", "Steps until the full learning rate. They need no memory."),
        ParameterId::GradientClipping => {
            ("Gradient clipping", "Largest norm that gradients may have. Clipping works in place and needs no memory.")
        }
        ParameterId::DropoutRate => {
            ("Dropout rate", "Share of activations that is cleared. The rate does not change what is stored.")
        }
    };
    ParameterText { label, help }
}

pub(super) fn label_in_mode(id: ParameterId, mode: Mode) -> &'static str {
    match (id, mode) {
        (ParameterId::SequenceLength, Mode::Multimodal | Mode::Vlm) => "Text length",
        (ParameterId::Quantization, Mode::Finetune) => "Quantization (QLoRA)",
        _ => parameter(id).label,
    }
}

pub(super) fn unit(unit: ParameterUnit) -> &'static str {
    match unit {
        ParameterUnit::None => "",
        ParameterUnit::BillionParameters => "B params",
        ParameterUnit::Dimensions => "dims",
        ParameterUnit::Layers => "layers",
        ParameterUnit::Heads => "heads",
        ParameterUnit::Tokens => "tokens",
        ParameterUnit::Sequences => "seqs",
        ParameterUnit::Experts => "experts",
        ParameterUnit::Completions => "each",
        ParameterUnit::Steps => "steps",
        ParameterUnit::Pixels => "px",
        ParameterUnit::Images => "images",
        ParameterUnit::Frames => "frames",
        ParameterUnit::Milliseconds => "ms",
        ParameterUnit::Gibibytes => "GiB",
    }
}

pub(super) fn batch_unit(mode: Mode) -> &'static str {
    match mode {
        Mode::Cnn => "images",
        Mode::Grpo => "prompts",
        Mode::Vlm | Mode::Multimodal => "samples",
        Mode::Inference | Mode::Finetune | Mode::Train | Mode::Nlp | Mode::Moe => "seqs",
    }
}

pub(super) fn group(group: ParameterGroup) -> &'static str {
    match group {
        ParameterGroup::Model => "Model",
        ParameterGroup::Workload => "Workload",
        ParameterGroup::Training => "Precision and optimizer",
        ParameterGroup::WithoutEffect => "No effect on memory",
    }
}

pub(super) fn choice_note(id: ParameterId, at: usize) -> String {
    let bytes = |bytes: f64| if bytes == 1.0 { "1 byte".to_owned() } else { format!("{bytes} bytes") };
    match id {
        ParameterId::Precision => bytes(Precision::ALL[at].bytes()),
        ParameterId::Quantization => {
            Quantization::ALL[at].precision().map_or(String::new(), |format| bytes(format.bytes()))
        }
        ParameterId::Optimizer => match Optimizer::ALL[at].factor() {
            1.0 => "1 state".to_owned(),
            n => format!("{n} states"),
        },
        _ => String::new(),
    }
}

pub(super) fn impact(impact: Impact) -> &'static str {
    match impact {
        Impact::High => "high",
        Impact::Medium => "medium",
        Impact::Low => "low",
        Impact::None => "none",
    }
}
