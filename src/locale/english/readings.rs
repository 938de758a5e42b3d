//! English: how far the total can be trusted, and what nvidia-smi will show. It knows no component.

use crate::estimator::RunKind;
use crate::estimator::evidence::Evidence;
use crate::locale::later::{CardScope, ReadingTexts};

pub(super) const READINGS: ReadingTexts = ReadingTexts {
    title: "How sure, and what nvidia-smi will show",
    range: |low, high| format!("{low} to {high}"),
    card_with_reserved: |range, reserved| format!("{range}; in nvidia-smi {reserved}"),
    median_error: |median| format!("median error {median}"),
    scope: |it| match it {
        CardScope::OneGpu => "one GPU, no sharding",
        CardScope::Groups => "INT4 base, 1 % trained",
        CardScope::Network => "20 set layers, not its own",
        CardScope::StatedSize => "of the model size, not of the shape",
    },
    total: "Tensors and driver",
    reserved: "In nvidia-smi",
    least: "Least memory it runs in",
    host: "In the host’s memory",
    host_note: |parts, is_each| {
        format!("{}: {parts}. Not in the total.", if is_each { "For each GPU" } else { "Of the whole run" })
    },
    kind,
    evidence: |evidence, n_cases, kind, median, p95| {
        let runs = match evidence {
            Evidence::Measured => "published",
            Evidence::Traced | Evidence::Rule => "traced",
        };
        let driver = match evidence {
            Evidence::Measured => "",
            Evidence::Traced | Evidence::Rule => " The driver's share is known to some hundred MiB only.",
        };
        format!("{n_cases} {runs} runs of {kind}: half within {median}, 95 % within {p95}.{driver}")
    },
    no_case: |kind| format!("Too few of {kind} were traced or measured: the range is the widest of all kinds."),
    few_cases: "Too few of the known runs are ones that this method answers: how far it is off is not known.",
    took_more: |most| format!("Published runs took up to {most} more."),
    allocator: |n_runs, kind, expandable| {
        format!(
            "PyTorch's allocator holds more than the tensors: the middle and the range of {n_runs} simulated runs of {kind}. With expandable_segments:True about {expandable}."
        )
    },
    exact_buffers: "llama.cpp makes its buffers once, as large as they are needed.",
    fills_share: "vLLM fills its share of the GPU whatever the sequences need of it.",
    least_note: "PyTorch gives whole free segments back before it reports that memory is out; the run is slower then.",
    no_rule: "No run of this kind was simulated: what the allocator holds is not known.",
    held_by_allocator: "held by the allocator: nvidia-smi shows it",
    held_by_vllm: "held by vLLM: nvidia-smi shows it",
    band_mark: "error band",
};

fn kind(kind: RunKind) -> &'static str {
    match kind {
        RunKind::FullTraining => "full training",
        RunKind::Adapters => "adapters",
        RunKind::QuantizedAdapters => "adapters on a quantized base",
        RunKind::DataParallel => "data-parallel training",
        RunKind::Pipelined => "training in a pipeline",
        RunKind::Sharded => "sharded training",
        RunKind::Zero => "training under ZeRO",
        RunKind::Divided => "training over divided layers",
        RunKind::Megatron => "Megatron-LM",
        RunKind::MegatronMixtures => "mixtures of experts in Megatron-LM",
        RunKind::Mixtures => "mixtures of experts in training",
        RunKind::LinearAttention => "linear attention in training",
        RunKind::Encoders => "encoders",
        RunKind::EncoderDecoders => "encoder-decoders",
        RunKind::Speech => "speech models",
        RunKind::Contrastive => "contrastive pairs",
        RunKind::VisionLanguage => "vision-language training",
        RunKind::Networks => "image networks",
        RunKind::Groups => "groups of completions in GRPO",
        RunKind::SpreadGroups => "GRPO on several GPUs",
        RunKind::Pairs => "preference pairs",
        RunKind::SpreadPairs => "preference pairs on several GPUs",
        RunKind::Transformers => "Transformers inference",
        RunKind::EncoderPasses => "encoder inference",
        RunKind::Derived => "runs of this kind",
        RunKind::Vllm => "vLLM",
        RunKind::LlamaCpp => "llama.cpp",
    }
}
