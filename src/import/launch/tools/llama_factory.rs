//! LLaMA-Factory's file of YAML (LLaMA-Factory 0.9.5, `hparams`). It does not know its other ways to train: freezing,
//! GaLore, and the like.

use crate::estimator::{Mode, ParameterId as Id};
use crate::import::launch::field::FlagMeaning::{Idle, Number, Refused, Unread};
use crate::import::launch::field::{Field, Syntax, Tool, ToolDefault, defaults, fields, words};
use crate::import::launch::tools::launchers::ACCELERATE_DEFAULTS;
use crate::import::launch::tools::transformers::{MODULES_TO_SAVE, SPREAD_DEFAULTS, TRAINING, TRAINING_DEFAULTS};
use crate::import::launch::values::{has_adapters, is_qlora, is_whole_in_16_bits};

const FIELDS: &[Field] = fields! {
    ["quantization_bit"] => words! {
        "8" => [FinetuneMethod = "QLoRA", Quantization = "llm-int8"], "4" => [FinetuneMethod = "QLoRA"],
    }.one_of();
    ["quantization_type"] => Refused(&["nf4"]);
    ["quantization_method"] => Refused(&["bnb", "bitsandbytes"]);
    ["finetuning_type"] => words! { "lora" => [FinetuneMethod = "LoRA"], "full" => [FinetuneMethod = "Full"] }.one_of();
    ["double_quantization"] => words! { "true" => [], "false" => [Quantization = "nf4"] };
    // Its own trainers of preferences make whole logits in FP32, and log_softmax of all of them
    // (train/dpo/trainer.py, concatenated_forward; train/trainer_utils.py, get_batch_logps), which TRL's do not.
    ["stage"] => Refused(&["sft", "pt"]);
    ["cutoff_len"] => Number(Id::SequenceLength);
    ["lora_rank"] => Number(Id::LoraRank);
    ["lora_dropout"] => Number(Id::LoraDropout);
    ["lora_target"] => words! {
        "all" => [LoraTargets = "all-linear"], "q_proj,v_proj" => [LoraTargets = "qv"],
        "q_proj,k_proj,v_proj,o_proj" => [LoraTargets = "attn"],
        "q_proj,k_proj,v_proj,o_proj,gate_proj,up_proj,down_proj" => [LoraTargets = "all-linear"],
    };
    ["use_dora"] => words! { "true" => [LoraVariant = "dora"], "false" => [] };
    ["use_rslora"] => words! { "true" => [LoraVariant = "rslora"], "false" => [] };
    ["pure_bf16"] => words! { "true" => [Precision = "BF16", Recipe = "pure"], "false" => [] };
    ["flash_attn"] => words! { "fa2" => [Attention = "sdpa"], "sdpa" => [Attention = "sdpa"], "disabled" => [Attention = "eager"], "auto" => [] };
    ["disable_gradient_checkpointing"] => words! { "true" => [GradientCheckpointing = "false"], "false" => [] };
    ["enable_liger_kernel"] => words! { "true" => [Loss = "liger"], "false" => [] };
    ["additional_target"] => MODULES_TO_SAVE;
    ["use_unsloth"] => Unread(&["false"]);
    ["use_galore"] => Refused(&["false"]);
    ["use_apollo"] => Refused(&["false"]);
    ["use_badam"] => Refused(&["false"]);
    ["use_adam_mini"] => Refused(&["false"]);
    ["use_muon"] => Refused(&["false"]);
    ["use_llama_pro"] => Refused(&["false"]);
    ["use_mca"] => Refused(&["false"]);
    ["use_hyper_parallel"] => Refused(&["false"]);
    ["mixture_of_depths"] => Refused(&[]);
    ["dataset", "dataset_dir", "template"] => Idle;
    ["max_samples", "overwrite_cache", "val_size"] => Idle;
    ["plot_loss", "lora_alpha", "save_only_model"] => Idle;
    ["use_packing", "packing", "neat_packing"] => Idle;
    ["resume_from_checkpoint", "adapter_name_or_path"] => Idle;
};

const DEFAULTS: &[ToolDefault] = defaults! {
    FinetuneMethod = |_| Some("LoRA".to_owned()), "LLaMA-Factory 0.9.5, finetuning_type: lora";
    SequenceLength = |_| Some("2048".to_owned()), "LLaMA-Factory 0.9.5, cutoff_len";
    LoraRank = |it| has_adapters(it).then(|| "8".to_owned()), "LLaMA-Factory 0.9.5, lora_rank";
    GradientCheckpointing = |_| Some("true".to_owned()), "LLaMA-Factory 0.9.5, disable_gradient_checkpointing" Off;
    Quantization = |it| is_qlora(it).then(|| "nf4-dq".to_owned()), "LLaMA-Factory 0.9.5, double_quantization" On;
    Recipe = |it| is_whole_in_16_bits(it).then(|| "autocast".to_owned()),
        "LLaMA-Factory 0.9.5, model/adapter.py" TrainedInFp32;
};

/// A file of YAML for `llamafactory-cli train`.
pub const LLAMA_FACTORY: Tool = Tool {
    id: "llama-factory",
    command: "llamafactory-cli train",
    syntax: Syntax::Yaml,
    mode: Mode::Finetune,
    fixed: &[],
    fields: &[FIELDS, TRAINING],
    told: &[],
    always: &[("stage", "sft"), ("do_train", "true")],
    defaults: &[TRAINING_DEFAULTS, SPREAD_DEFAULTS, ACCELERATE_DEFAULTS, DEFAULTS],
};
