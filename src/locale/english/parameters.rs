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
        ParameterId::FinetuneMethod => (
            "Method",
            "Full trains every parameter. LoRA trains small matrices beside frozen weights, QLoRA the same beside quantized weights, Prefix one per cent of the parameters.",
        ),
        ParameterId::ModelSize => {
            ("Model size", "All parameters of the model. Weights, gradients and optimizer states grow in proportion.")
        }
        ParameterId::HiddenSize => {
            ("Hidden size", "Width of the residual stream. Activations and KV cache grow in proportion.")
        }
        ParameterId::IntermediateSize => (
            "Intermediate size",
            "Width of the feed-forward block. Its weights and what it keeps for the backward pass grow in proportion.",
        ),
        ParameterId::NumLayers => {
            ("Layers", "Transformer blocks. Whatever each layer keeps is multiplied by it: activations, KV cache.")
        }
        ParameterId::NumAttentionHeads => {
            ("Attention heads", "Each head has its own matrix of attention scores, which eager attention keeps.")
        }
        ParameterId::VocabSize => (
            "Vocabulary",
            "Entries of the token embedding. Logits take several copies of them for every token when the loss is computed.",
        ),
        ParameterId::NumExperts => (
            "Experts",
            "Experts of the mixture. Documented and Verified count only those that a token visits; a real run keeps all of them in memory, as Calibrated does.",
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
        ParameterId::ExpertCapacityFactor => {
            ("Expert capacity factor", "Slots that an expert keeps beyond its even share of tokens.")
        }
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
        ParameterId::Model => (
            "Model",
            "Starts from a published model: its whole architecture becomes the default of the other parameters. Without one, the shape is Llama 2 7B's.",
        ),
        ParameterId::NumKeyValueHeads => (
            "Key-value heads",
            "Heads that have keys and values of their own. Groups of attention heads share them; the KV cache grows in proportion.",
        ),
        ParameterId::HeadDim => {
            ("Head width", "Width of one attention head; commonly the hidden size divided by the heads.")
        }
        ParameterId::TieWordEmbeddings => (
            "Tied embeddings",
            "The output projection is the token embedding: one matrix less, and a copy more at the end of the backward pass.",
        ),
        ParameterId::GatedMlp => {
            ("Gated feed-forward", "A gate beside the up projection (SwiGLU, GeGLU): three matrices instead of two.")
        }
        ParameterId::SlidingWindow => (
            "Sliding window",
            "Tokens that windowed layers look back; 0 for none. Beyond it PyTorch needs a mask, and the cache stops growing.",
        ),
        ParameterId::MoeIntermediateSize => (
            "Expert width",
            "Width of one expert's feed-forward block. Without a model it follows from the model size.",
        ),
        ParameterId::LoraTargets => (
            "LoRA targets",
            "Layers that carry adapters. All linear layers keep more activations than training every parameter.",
        ),
        ParameterId::AdapterPrecision => {
            ("Adapter precision", "Number format of the adapters. FP32, as PEFT makes them, also copies their inputs.")
        }
        ParameterId::LoraDropout => (
            "LoRA dropout",
            "Share of an adapter's input that is cleared. Above 0, the masked input and its mask are kept for each adapter.",
        ),
        ParameterId::CompletionLength => (
            "Completion length",
            "Tokens of the sequence that are completion; log-probabilities are made for those. By default the whole sequence.",
        ),
        ParameterId::Recipe => (
            "Recipe",
            "pure: everything in the precision. autocast: FP32 parameters computed in 16 bits (with adapters: 16-bit base). master: 16-bit parameters and gradients with FP32 master copy and states (DeepSpeed, Megatron).",
        ),
        ParameterId::OptimizerKernel => {
            ("Optimizer kernel", "fused updates in place; foreach holds a temporary as large as the parameters.")
        }
        ParameterId::Attention => (
            "Attention",
            "sdpa keeps a logarithm per head and token; eager keeps the whole score matrix, which grows with the square of the length.",
        ),
        ParameterId::Padding => (
            "Padded batch",
            "Sequences of different length in one batch need a mask, which rules out flash attention and repeats keys and values for every head.",
        ),
        ParameterId::FreezeVision => (
            "Frozen vision encoder",
            "The vision encoder is not trained: no gradients, states or kept activations for it.",
        ),
        ParameterId::Engine => {
            ("Engine", "What serves the model. Engines differ in what they keep: see the components.")
        }
        ParameterId::Logits => (
            "Prompt logits",
            "last makes logits for the last position, as generation does; all for every position of the prompt.",
        ),
        ParameterId::KvPrecision => {
            ("KV cache precision", "Number format of keys and values; same is the run's precision.")
        }
        ParameterId::MaxBatchedTokens => {
            ("Batched tokens", "vLLM: tokens of one step. Its activation peak follows this, not the context length.")
        }
        ParameterId::MaxSequences => {
            ("Batched sequences", "vLLM: sequences of one step; their logits are made in FP32 when it profiles memory.")
        }
        ParameterId::GpuMemoryUtilization => (
            "GPU utilization",
            "vLLM: share of the GPU that it takes. What weights and activations leave becomes KV cache; the need of a workload does not change.",
        ),
        ParameterId::Ubatch => {
            ("Physical batch", "llama.cpp: tokens computed at once (-ub). Its compute buffer grows in proportion.")
        }
        ParameterId::ParallelSlots => ("Parallel slots", "llama.cpp: sequences with a slot of their own (-np)."),
        ParameterId::FlashAttention => {
            ("Flash attention", "llama.cpp: without it the compute buffer holds the attention scores.")
        }
        ParameterId::GpuFamily => {
            ("GPU generation", "Decides the driver's context, which every process on the GPU pays.")
        }
        ParameterId::RuntimeOverhead => {
            ("Runtime overhead", "What drivers and libraries take, if you measured it; 0 uses the sourced estimate.")
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
        ParameterGroup::Architecture => "Architecture",
        ParameterGroup::Workload => "Workload",
        ParameterGroup::Training => "Precision and optimizer",
        ParameterGroup::Engine => "Engine and GPU",
        ParameterGroup::WithoutEffect => "No effect on memory",
    }
}

pub(super) fn choice_note(id: ParameterId, at: usize) -> String {
    let bytes = |bytes: f64| if bytes == 1.0 { "1 byte".to_owned() } else { format!("{bytes} bytes") };
    match id {
        ParameterId::Precision => bytes(Precision::ALL[at].bytes()),
        ParameterId::Quantization => Quantization::ALL[at].bytes().map_or(String::new(), bytes),
        ParameterId::Optimizer => match Optimizer::ALL[at].factor() {
            1.0 => "1 state".to_owned(),
            0.0 => "row and column sums".to_owned(),
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
