//! English texts of the Guide view: the document's tables, practices and references, told again.

use crate::estimator::Mode;
use crate::estimator::plan::strategies::{Obstacle, Strategy};
use crate::locale::english::advice;
use crate::locale::english::help::help;
use crate::locale::english::verification::VERIFICATION;
use crate::locale::guide::{Guide, GuideList, GuideStrategy, GuideTable, Reference};

/// The English Guide.
pub static GUIDE: Guide = Guide {
    help,
    verification: VERIFICATION,
    title: "Guide",
    lede: "What the formula document says, in short: its precisions, formulas, parameters and advice. Every strategy can be tried on the configuration that is open in the Estimate view.",
    contents: "On this page",
    precision: GuideTable {
        title: "Precision and quantization",
        note: "Bytes of one number. Quantized weights cost the bytes of their own format, whatever the precision of the run.",
        heads: &["Precision", "Bytes", "Against FP32", "Used for"],
    },
    precision_use: |id| match id {
        "FP32" => "reference, optimizer states",
        "FP16" => "mixed-precision training, inference",
        "BF16" => "mixed-precision training with FP32's range",
        "FP8" => "training and inference on recent GPUs",
        "INT8" => "quantized inference",
        "INT4" => "strongest quantization, QLoRA",
        _ => "",
    },
    formulas: GuideTable {
        title: "The nine modes",
        note: "Total memory = weights + optimizer states + gradients + activations + overhead. The modes differ above all in the trained parameters.",
        heads: &["Mode", "Components of Documented at the defaults", "Trained parameters"],
    },
    trained: |mode| match mode {
        Mode::Inference => "none",
        Mode::Finetune => "Full: all. LoRA, QLoRA: 2·rank/hidden size of all. Prefix: 1 %",
        Mode::Train | Mode::Nlp | Mode::Cnn => "all",
        Mode::Grpo => "1 %",
        Mode::Multimodal => "inference: none. training: all. fine-tuning: 1 %",
        Mode::Vlm => "both encoders",
        Mode::Moe => "the active experts",
    },
    parameters: GuideTable {
        title: "Parameters of the advanced modes",
        note: "A column for each mode has its default; a range or effect that is not the same in all modes stands there too. Ranges are those of the sliders; number boxes accept more. The document prints the CNN sizes as “0.005M – 0.5M”; its own formula multiplies them by 10⁹, so they are 5 M to 500 M parameters.",
        heads: &["Parameter", "What it is", "Effect on memory", "Range"],
    },
    n_parameters: |n| if n == 1 { "1 parameter".to_owned() } else { format!("{n} parameters") },
    n_choices: |n| format!("{n} choices"),
    strategies_title: "Strategies that save memory",
    strategies_note: |mode, method, total| format!("Measured on the open configuration: {mode}, {method} {total}."),
    strategy: |strategy| {
        let text = match strategy {
            Strategy::GradientCheckpointing => {
                "Recomputes activations in the backward pass; large models need it. The document counts 30 % of them as kept, for about 20 % more time; what the selected method computes here stands below."
            }
            Strategy::MixedPrecision => {
                "16-bit weights, gradients and activations halve those parts; optimizer states stay in FP32."
            }
            Strategy::Int8 => "A quarter of FP32 per weight, with the smallest loss of accuracy.",
            Strategy::Int4 => "An eighth of FP32 per weight, with some loss of accuracy; best for inference.",
            Strategy::HalveBatch => "The first thing to try: whatever grows with the batch is halved.",
            Strategy::HalveSequence => "Activations and KV cache grow with the sequence.",
            Strategy::Qlora => "Trains small matrices beside quantized weights.",
            // The document says nothing of the others.
            other => advice::cost(other),
        };
        GuideStrategy { label: advice::strategy(strategy), text }
    },
    try_it: "Try it",
    saves: |amount, share| format!("saves {amount} ({share})"),
    costs: |amount, share| format!("needs {amount} more ({share})"),
    saves_nothing: "changes nothing here",
    obstacle: |strategy, obstacle| match (strategy, obstacle) {
        (Strategy::Int8 | Strategy::Int4, Obstacle::InUse) => "the weights are as small already, or smaller",
        (Strategy::Int8 | Strategy::Int4, Obstacle::NotOfMode) => {
            "only weights that are not trained can be quantized: Inference, or fine-tuning with QLoRA"
        }
        (_, Obstacle::InUse) => "in use already",
        (_, Obstacle::NotOfMode) => "not part of this mode",
        (_, Obstacle::AtItsLeast) => "nothing left to halve",
    },
    out_of_memory: GuideList {
        title: "Out of memory: what to try, in this order",
        is_ordered: true,
        items: &[
            "Lower the batch size: activations fall in proportion; weights, gradients and optimizer states stay.",
            "Switch gradient checkpointing on.",
            "Use mixed precision.",
            "Split the model over several GPUs.",
        ],
    },
    lists_title: "Good practice",
    lists: &[
        GuideList {
            title: "When training",
            is_ordered: false,
            items: &[
                "Start with a small model and a small batch, and make sure that the run works.",
                "Raise the sequence length step by step until memory runs out.",
                "Use mixed precision (FP16 or BF16).",
            ],
        },
        GuideList {
            title: "When serving",
            is_ordered: false,
            items: &[
                "Quantize the weights (INT8 or INT4) for production.",
                "Balance throughput against latency with the batch size.",
                "Mind the KV cache: with long sequences it outgrows the weights.",
            ],
        },
        GuideList {
            title: "Training is slow",
            is_ordered: true,
            items: &[
                "Raise the batch size while memory allows.",
                "Fit the sequence length to the task.",
                "Accumulate gradients instead of enlarging the batch.",
                "Train on several GPUs.",
            ],
        },
        GuideList {
            title: "Inputs that need no memory",
            is_ordered: false,
            items: &[
                "Weight decay, warm-up steps, gradient clipping and the dropout rate shape the training, not the memory. The advanced modes show them; moving them changes no byte in any method. LoRA dropout is another matter: its masks are kept.",
            ],
        },
    ],
    tools_title: "More answers",
    tools: &[
        GuideList {
            title: "Sweep",
            is_ordered: false,
            items: &[
                "Memory over one parameter: drag the handle, or press the arrow keys. Rings mark where the run stops or starts to fit. Red ground: does not fit; amber: tight; hatched: no answer. Ticks below the axis: another moment or stage becomes the fullest.",
            ],
        },
        GuideList {
            title: "Plans",
            is_ordered: false,
            items: &[
                "Every way to spread the run over its GPUs, by what is left or by what they send each other. The selects show some degrees alone; Back undoes Open.",
            ],
        },
        GuideList {
            title: "All GPUs",
            is_ordered: false,
            items: &[
                "This run on every GPU of the catalogue. The field finds them by name, generation, vendor or memory.",
            ],
        },
        GuideList {
            title: "Compare",
            is_ordered: false,
            items: &[
                "Up to four pinned configurations beside this one; the link has them. Those saved under a name stay in this browser, or in a file.",
            ],
        },
        GuideList {
            title: "Paste what you run",
            is_ordered: false,
            items: &[
                "Command lines, configurations, config.json, headers of safetensors and GGUF files, out-of-memory messages, logs. What is taken, assumed and ignored is shown before one step applies it. Nothing leaves the browser.",
            ],
        },
    ],
    references_title: "References",
    references: &[
        Reference {
            title: "Attention Is All You Need",
            note: "the Transformer",
            url: "https://arxiv.org/abs/1706.03762",
        },
        Reference {
            title: "Mixed Precision Training",
            note: "16-bit training with FP32 states",
            url: "https://arxiv.org/abs/1710.03740",
        },
        Reference {
            title: "LoRA: Low-Rank Adaptation of Large Language Models",
            note: "parameter-efficient fine-tuning",
            url: "https://arxiv.org/abs/2106.09685",
        },
        Reference { title: "Switch Transformers", note: "mixture of experts", url: "https://arxiv.org/abs/2101.03961" },
        Reference {
            title: "Visual Instruction Tuning (LLaVA: Large Language and Vision Assistant)",
            note: "multimodal models",
            url: "https://arxiv.org/abs/2304.08485",
        },
    ],
};
