//! English words for what a program does where nobody says anything. Names in its code are its own.

use crate::import::{OwnDefault, OwnSource};

/// A place with what is done there.
pub fn own_source(it: OwnSource) -> String {
    let code = it.code;
    match it.default {
        None => code.to_owned(),
        Some(default @ OwnDefault::PublishedIn) => format!("{} {code}", said(default)),
        Some(default) if code.is_empty() => said(default).to_owned(),
        Some(default) => format!("{code}: {}", said(default)),
    }
}

const fn said(it: OwnDefault) -> &'static str {
    match it {
        OwnDefault::On => "on",
        OwnDefault::Off => "off",
        OwnDefault::HasToBeSaid => "has to be said",
        OwnDefault::PublishedIn => "published in",
        OwnDefault::OfWhatPrinted => "what has printed it",
        OwnDefault::FormatOfLlamaCpp => "GGUF is the format of llama.cpp",
        OwnDefault::TypesOfTensors => "follows from the types of all tensors",
        OwnDefault::WordsOfGpt2 => "the words of GPT-2's tokenizer",
        OwnDefault::NoDevice => "nothing says on which GPU it runs",
        OwnDefault::NotRead => "what is said of it is not read: the default stands for it",
        OwnDefault::NoCount => "nothing says on how many GPUs it runs",
        OwnDefault::OnlyBounded => "max-num-seqs only bounds how many sequences run at once",
        OwnDefault::PresetOfTuned => "the preset of what the model was tuned from, whose shape it is taken to have",
        OwnDefault::ContextOfTuned => {
            "max_position_embeddings of the tuned model's config.json, which the program takes"
        }
        OwnDefault::UsualFormat => "the usual format by the end of the model's name: its config.json says which it is",
        OwnDefault::OtherModules => "the modules that are listed have no formula together: the default stands for them",
        OwnDefault::FormatOfCheckpoint => "the checkpoint's own (quantization_config of its config.json)",
        OwnDefault::WholeOfCheckpoint => "modules_to_not_convert of the checkpoint's config.json",
        OwnDefault::TypeOfCheckpoint => "auto, the checkpoint's, which is BF16 in most",
        OwnDefault::TypeLoaded => "dtype auto, the checkpoint's 16 bits",
        OwnDefault::ContextOfModel => "the model's context",
        OwnDefault::ContextByZero => "0, the model's context",
        OwnDefault::OwnMemoryUnknown => {
            "SGLang's pool and workspaces have no formulas: weights and cache of a token are any engine's"
        }
        OwnDefault::OneCache => "one cache of all slots only where -np says no number",
        OwnDefault::FourSlots => "4 slots with one cache where -np says no number",
        OwnDefault::OwnCaches => "each slot has a cache of its own",
        OwnDefault::ContextByMemory => "4096 tokens, or 32768 with 23 GiB of GPUs, or 262144 with 47",
        OwnDefault::FormatOfLibrary => "Q4_K_M where a tag of the library says no type",
        OwnDefault::FormatOfRepository => {
            "Q4_K_M where no format stands behind a colon, or else the repository's first file"
        }
        OwnDefault::TowerOfRepository => "the repository's mmproj file is loaded, too",
        OwnDefault::NoTowerInFile => "the model's own file holds no tower",
        OwnDefault::UnnamedFormat => "a file without a format in its name is taken as F16",
        OwnDefault::ValuesInF16 => "F16, whatever keys are cached in",
        OwnDefault::PartForEachGpu => "a part for each GPU",
        OwnDefault::LayersAndEnds => "layers, embedding and tail",
        OwnDefault::PlanOfModel => "the model's own plan",
        OwnDefault::TargetModules => "target modules of Llama, Qwen, Mixtral, Gemma",
        OwnDefault::ModulesUnsaid => "one has to be said, and the default stands for it",
        OwnDefault::WholeLogits => "whole logits",
        OwnDefault::AdaptersInBf16 => "adapters of QLoRA become BF16",
        OwnDefault::Bf16UnlessFp16 => "bf16 unless fp16",
        OwnDefault::Bf16WhereThere => "auto, which is on wherever the GPU has it",
        OwnDefault::NoMixedPrecision => "bf16 and fp16 are off",
        OwnDefault::InPrecisionOfRun => "the model is loaded in the run's precision",
        OwnDefault::WithoutAdapter => "without an adapter everything is trained",
        OwnDefault::Replicas => "DistributedDataParallel where a launcher starts several processes",
        OwnDefault::TrainedInFp32 => "trained weights are FP32 unless pure_bf16",
        OwnDefault::PromptUnbounded => {
            "no prompt is bounded; prompts of 512 tokens at least beside the longest completion"
        }
        OwnDefault::BlockLength => {
            "1024 at most, unless the tokenizer's model_max_length is no larger than the context, which it takes then"
        }
        OwnDefault::LengthUnsaid => "no argument says how long sequences are: the default stands for it",
    }
}
