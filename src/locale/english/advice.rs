//! English: what fits, and what to change. It knows no figure.

use crate::estimator::ParameterId;
use crate::estimator::plan::fit::VerdictKind;
use crate::estimator::plan::strategies::Strategy;
use crate::locale::decide::AdviceTexts;

pub(super) const ADVICE: AdviceTexts = AdviceTexts {
    make_fit: "Make it fit",
    make_start: "Make it start",
    get_more: "Get more out of it",
    note: "Each is estimated again with your other settings. Back undoes.",
    strategy,
    cost,
    sets: |choices| format!("Sets {choices}."),
    brings: |choices| format!("Brings along {choices}, which counts in what is saved."),
    in_host: |it| format!("Takes {it} of host memory."),
    another_task: "Another task: only for a model that is trained already.",
    left: |word, spare, is_missing| {
        if is_missing { format!("{word}, {spare} too much") } else { format!("{word}, {spare} spare") }
    },
    apply: "Apply",
    choose: |choices| format!("Choose {choices}"),
    more: "More changes",
    nothing: "No change here saves anything.",
    answers: "What fits here",
    answers_note: "Judged as the verdict is, while all else stands. Back undoes.",
    question,
    now: "now",
    every: "every value fits",
    none: "none",
    tight: |value| format!("none; tight to {value}"),
    tight_way: |way| format!("none; tight: {way}"),
    fits_to: |value| format!("fits to {value}"),
    no_value: "no value fits",
    unjudged: |method, other| {
        let other = other.map_or_else(String::new, |it| format!(" Select {it} above to judge by its total."));
        format!("{method} has no formula here, so there is no verdict, no answer and no advice.{other}")
    },
    enough: |then, n| match (then, n) {
        (VerdictKind::Fits, 1) => "One change is enough.",
        (VerdictKind::Fits, 2) => "Two changes are enough.",
        (VerdictKind::Fits, 3) => "Three changes are enough.",
        (VerdictKind::Fits, _) => "Several changes are enough.",
        (VerdictKind::Tight, 1) => "One change makes it tight.",
        (VerdictKind::Tight, _) => "Several changes make it tight.",
        _ => "No change here is enough.",
    },
};

pub(super) fn strategy(it: Strategy) -> &'static str {
    match it {
        Strategy::FusedKernel => "Fused optimizer step",
        Strategy::FlashAttention => "Flash attention",
        Strategy::LastLogits => "Logits of the last position only",
        Strategy::BucketViews => "Gradients as bucket views",
        Strategy::DroppedInputs => "Newer bitsandbytes",
        Strategy::LigerLoss => "Fused linear loss (Liger)",
        Strategy::LinearKernels => "Kernels for linear attention",
        Strategy::FlashInfer => "FlashInfer's sampler",
        Strategy::LargerShare => "95 % of the GPU for vLLM",
        Strategy::Published => "The published checkpoint",
        Strategy::NoVision => "Without the vision tower",
        Strategy::ChunkedLoss => "Chunked loss",
        Strategy::Reshard => "Let layers go after the forward pass",
        Strategy::ReduceEach => "Reduce gradients in each micro-batch",
        Strategy::DistributedOptimizer => "Distributed optimizer",
        Strategy::SmallerBuffer => "Half the physical batch",
        Strategy::SmallerSteps => "Half the tokens of a step",
        Strategy::FewerSequences => "Half the sequences of a step",
        Strategy::GradientCheckpointing => "Gradient checkpointing",
        Strategy::Accumulate => "Half the batch, accumulated twice as often",
        Strategy::OneByOne => "One sequence at a time, accumulated",
        Strategy::Sleep => "vLLM sleeps while training",
        Strategy::RolloutElsewhere => "Sample on other GPUs",
        Strategy::ReferenceInHost => "Reference in the host's memory",
        Strategy::PagedOptimizer => "Paged 8-bit AdamW",
        Strategy::OffloadStates => "Optimizer states in the host's memory (DeepSpeed)",
        Strategy::Offload => "Parameters and states in the host's memory",
        Strategy::HostExperts => "All experts on the CPU",
        Strategy::FrozenVision => "Vision tower not trained",
        Strategy::EightBitOptimizer => "8-bit AdamW",
        Strategy::Adafactor => "Adafactor",
        Strategy::NativeLoss => "Loss in 16 bits",
        Strategy::EightBitCache => "8-bit KV cache",
        Strategy::DoubleQuantization => "NF4 with double quantization",
        Strategy::PackedExperts => "Packed experts",
        Strategy::NoPreparation => "No k-bit preparation",
        Strategy::NarrowAdapters => "Adapters in BF16",
        Strategy::MixedPrecision => "Mixed precision",
        Strategy::Float16 => "FP16 in place of BF16",
        Strategy::NoSavedModules => "No modules trained whole",
        Strategy::PlainAdapters => "LoRA in place of DoRA",
        Strategy::Int8 => "8-bit weights",
        Strategy::AttentionAdapters => "Adapters on q and v only",
        Strategy::HalveRank => "Half the LoRA rank",
        Strategy::PureRecipe => "16 bits throughout",
        Strategy::FourBitCache => "4-bit KV cache",
        Strategy::Int4 => "4-bit weights",
        Strategy::Lora => "LoRA",
        Strategy::Qlora => "QLoRA",
        Strategy::TensorParallel => "Each layer divided among more GPUs (tensor parallel)",
        Strategy::LayersOverGpus => "Layers over more GPUs",
        Strategy::Shard => "Shard over GPUs (FSDP2 or ZeRO 3)",
        Strategy::MoreGpus => "More GPUs",
        Strategy::HalveGroup => "Half the completions of a prompt",
        Strategy::HalveCompletion => "Half the completion length",
        Strategy::FewerImages => "Half the images",
        Strategy::HalveBatch => "Half the batch",
        Strategy::HalveSequence => "Half the sequence",
    }
}

pub(super) fn cost(it: Strategy) -> &'static str {
    match it {
        Strategy::FusedKernel => "Same result, and faster.",
        Strategy::FlashAttention => "Same result but for rounding, and faster (Dao et al. 2022).",
        Strategy::LastLogits => "Same text; scores of the prompt are not made.",
        Strategy::BucketViews => "Same result; gradients cannot be detached in place.",
        Strategy::DroppedInputs => "Same result; needs bitsandbytes 0.43.1 or later.",
        Strategy::LigerLoss => "Same result but for rounding; installs Liger Kernel (Hsu et al. 2024).",
        Strategy::LinearKernels => {
            "Same result but for rounding, and faster; installs flash-linear-attention (for Mamba2: mamba-ssm) and causal-conv1d."
        }
        Strategy::FlashInfer => "Same distribution; installs FlashInfer.",
        Strategy::LargerShare => "Less is left for other programs on the GPU.",
        Strategy::Published => "Same result: its publisher has it in fewer bits; in 16 it has to be converted first.",
        Strategy::NoVision => "Images can no longer be read.",
        Strategy::ChunkedLoss => "Same result but for rounding; logits are computed twice.",
        Strategy::Reshard => "Same result; each layer is gathered twice a step.",
        Strategy::ReduceEach => "Same result; more traffic between GPUs.",
        Strategy::DistributedOptimizer => "Same result; gradients and parameters are sent in parts.",
        Strategy::SmallerBuffer => "Same text; prompts are read more slowly.",
        Strategy::SmallerSteps => "Same text; long prompts take more steps.",
        Strategy::FewerSequences => "Same text; fewer users are answered at once.",
        Strategy::GradientCheckpointing => {
            "Same result; a second forward pass makes a step about a third longer (Chen et al. 2016)."
        }
        Strategy::Accumulate => "Same global batch; a step takes longer where the GPU is no longer filled.",
        Strategy::OneByOne => "Same global batch; the GPU is hardly filled, and a step takes longer.",
        Strategy::Sleep => "Same result; its weights are moved at every step.",
        Strategy::RolloutElsewhere => "Same result; needs a server with GPUs of its own.",
        Strategy::ReferenceInHost => "Same result; scoring waits for the host.",
        Strategy::PagedOptimizer => {
            "States may move to the host under pressure, which is slower; hardly another result (Dettmers et al. 2023)."
        }
        Strategy::OffloadStates => {
            "Same result; the host updates parameters, and each step waits for it (Ren et al. 2021)."
        }
        Strategy::Offload => "Same result; every step waits for the host, and takes much longer.",
        Strategy::HostExperts => "Same text; the CPU runs the experts, much slower, and the host needs their memory.",
        Strategy::FrozenVision => "What images look like is not learned anew.",
        Strategy::EightBitOptimizer => "Hardly another result (Dettmers et al. 2022); installs bitsandbytes.",
        Strategy::Adafactor => "Another optimizer: learning rates have to be found anew (Shazeer and Stern 2018).",
        Strategy::NativeLoss => "The loss is rounded to the format of the logits.",
        Strategy::EightBitCache => "The output hardly changes; some kernels are slower.",
        Strategy::DoubleQuantization => "Hardly another result (Dettmers et al. 2023).",
        Strategy::PackedExperts => {
            "Slower: experts are expanded at each pass. axolotl does it (quantize_moe_experts); TRL and Transformers do not."
        }
        Strategy::NoPreparation => {
            "Norms, embedding and output projection stay in 16 bits, which PEFT would turn into FP32 to train more stably."
        }
        Strategy::NarrowAdapters => "Small updates of adapters are rounded away.",
        Strategy::MixedPrecision => {
            "Hardly another result, and faster (Micikevicius et al. 2018); FP16 needs loss scaling."
        }
        Strategy::Float16 => "The output hardly changes; what was made for BF16 may overflow.",
        Strategy::NoSavedModules => "Embedding and output projection stay as they are.",
        Strategy::PlainAdapters => "Often a little worse (Liu et al. 2024), and faster.",
        Strategy::Int8 => "A little less accurate (Dettmers et al. 2022).",
        Strategy::AttentionAdapters => "Fewer parameters are trained, often a little worse.",
        Strategy::HalveRank => "Adapters can learn less.",
        Strategy::PureRecipe => {
            "Everything is rounded to 16 bits; where nothing is kept in FP32 small updates are lost (Micikevicius et al. 2018)."
        }
        Strategy::FourBitCache => "Less accurate, most of all over long texts.",
        Strategy::Int4 => "Less accurate (Frantar et al. 2022).",
        Strategy::Lora => "Trains adapters alone: learns less, and forgets less (Biderman et al. 2024).",
        Strategy::Qlora => {
            "Trains adapters beside 4-bit weights: slower, and adapters learn less (Dettmers et al. 2023; Biderman et al. 2024)."
        }
        Strategy::TensorParallel => "Needs GPUs alike; every layer waits for the links between them.",
        Strategy::LayersOverGpus => "Needs more GPUs; a token passes them one after the other.",
        Strategy::Shard => "Needs GPUs alike, two at least; layers are gathered over the links between them.",
        Strategy::MoreGpus => "Needs more GPUs; the global batch grows with them.",
        Strategy::HalveGroup => "Advantages are compared within a smaller group, and are noisier.",
        Strategy::HalveCompletion => "Longer completions are cut.",
        Strategy::FewerImages => "Fewer images a sequence.",
        Strategy::HalveBatch => "Fewer examples at once.",
        Strategy::HalveSequence => "Longer texts are cut or split.",
    }
}

fn question(id: ParameterId) -> &'static str {
    match id {
        ParameterId::BatchSize => "Largest batch",
        ParameterId::SequenceLength => "Longest sequence",
        ParameterId::LoraRank => "Largest LoRA rank",
        ParameterId::NumGenerations => "Most completions a prompt",
        ParameterId::CompletionLength => "Longest completion",
        ParameterId::ParallelSlots => "Most slots",
        ParameterId::GpuLayers => "Most layers on the GPU",
        ParameterId::CpuExpertLayers => "Fewest layers with experts in the host's memory",
        ParameterId::GpuCount | ParameterId::TensorParallel => "Fewest GPUs",
        ParameterId::Gpu => "Smallest GPU",
        ParameterId::Trainer => "Cheapest sharding, by traffic",
        // No other parameter is solved for.
        _ => "",
    }
}
