//! Transformers' `TrainingArguments` (Transformers 5.24, `training_args.py`), which other programs have too, and its
//! example that trains language models. It does not know which script a command starts: any that takes these arguments
//! is taken for one that trains everything.

use crate::estimator::{Mode, ParameterId as Id, Trainer};
use crate::import::launch::field::FlagMeaning::{File, Idle, Loaded, Model, Number, NumberUnless, Refused, Unread};
use crate::import::launch::field::{Field, FlagMeaning, NamedFile, Syntax, Tool, ToolDefault, defaults, fields, words};
use crate::import::launch::tools::launchers::ACCELERATE_DEFAULTS;
use crate::import::launch::values::{is_whole_in_16_bits, text_of, trainer_of};

/// Modules beside which adapters are trained, by the names that PEFT is told.
pub const TARGET_MODULES: FlagMeaning = words! {
    "all-linear" => [LoraTargets = "all-linear"],
    "q_proj v_proj" => [LoraTargets = "qv"],
    "q_proj k_proj v_proj o_proj" => [LoraTargets = "attn"],
    "q_proj k_proj v_proj o_proj gate_proj up_proj down_proj" => [LoraTargets = "all-linear"],
};

/// Modules that adapters leave to be trained whole, by the names that PEFT is told.
pub const MODULES_TO_SAVE: crate::import::launch::field::FlagMeaning = words! {
    "embed_tokens" => [ModulesToSave = "embeddings"], "lm_head" => [ModulesToSave = "head"],
    "embed_tokens lm_head" => [ModulesToSave = "both"],
};

/// `load_in_8bit`: bitsandbytes' LLM.int8(), which only adapters are trained beside.
pub const IN_8_BITS: FlagMeaning = words! {
    "true" => [FinetuneMethod = "QLoRA", Quantization = "llm-int8"], "false" => [],
};

/// `load_in_4bit`. The second meaning is what an export looks for: where weights have 8 bits they do not have 4.
pub const IN_4_BITS: FlagMeaning = words! {
    "false" => [], "false" => [FinetuneMethod = "QLoRA", Quantization = "llm-int8"], "true" => [FinetuneMethod = "QLoRA"],
};

/// `optim`, of `OptimizerNames`, in the order in which an export looks for one.
pub const OPTIMIZERS: FlagMeaning = words! {
    "adamw_torch_fused" => [Optimizer = "AdamW", OptimizerKernel = "fused"],
    "adamw_torch" => [Optimizer = "AdamW", OptimizerKernel = "foreach"],
    "adamw_bnb_8bit" => [Optimizer = "AdamW8bit"],
    "adamw_8bit" => [Optimizer = "AdamW8bit"],
    "paged_adamw_32bit" => [Optimizer = "PagedAdamW"],
    "paged_adamw_8bit" => [Optimizer = "PagedAdamW8bit"],
    "lion_32bit" => [Optimizer = "BnbLion"],
    "lion_8bit" => [Optimizer = "Lion8bit"],
    "galore_adamw" => [Optimizer = "GaLoreAdamW"],
    "paged_lion_8bit" => [Optimizer = "PagedLion8bit"],
    "adafactor" => [Optimizer = "Adafactor"],
}
.one_of();

/// `fsdp`, as text or list: what Transformers' own words for it mean (5.13, `_process_fsdp_args` and
/// `_apply_legacy_fsdp_to_config`: FSDP2 unless version 1 is asked for, which alone knows other ways to shard); exports
/// tell Accelerate.
pub const FSDP: FlagMeaning = words! {
    "true" => [Trainer = "fsdp2"], "false" => [],
    "full_shard" => [Trainer = "fsdp2", Reshard = "full"],
    "full_shard auto_wrap" => [Trainer = "fsdp2", Reshard = "full"],
    "full_shard offload" => [Trainer = "fsdp2", Reshard = "full", OffloadParameters = "cpu"],
    "full_shard auto_wrap offload" => [Trainer = "fsdp2", Reshard = "full", OffloadParameters = "cpu"],
    "shard_grad_op" => [Trainer = "fsdp2", Reshard = "none"],
    "shard_grad_op auto_wrap" => [Trainer = "fsdp2", Reshard = "none"],
    "shard_grad_op offload" => [Trainer = "fsdp2", Reshard = "none", OffloadParameters = "cpu"],
    "shard_grad_op auto_wrap offload" => [Trainer = "fsdp2", Reshard = "none", OffloadParameters = "cpu"],
}
.heard();

/// When gradients are reduced over GPUs (`Trainer`, the context of each micro-batch).
pub const SYNC: FlagMeaning = words! { "true" => [GradientSync = "each"], "false" => [GradientSync = "last"] };

/// Arguments of every trainer of Transformers.
pub const TRAINING: &[Field] = fields! {
    ["model_name_or_path", "model_name", "model_id"] => Model;
    ["per_device_train_batch_size"] => Number(Id::BatchSize);
    // `auto` where a file of DeepSpeed says so.
    ["gradient_accumulation_steps"] => NumberUnless(Id::GradientAccumulationSteps, &["auto"]);
    ["gradient_checkpointing", "activation_checkpointing"] => words! {
        "true" => [GradientCheckpointing = "true"], "false" => [GradientCheckpointing = "false"],
    };
    ["gradient_checkpointing_kwargs.use_reentrant"] => Unread(&["false"]);
    ["bf16"] => words! { "true" => [Precision = "BF16"], "false" => [] };
    ["fp16"] => words! { "true" => [Precision = "FP16"], "false" => [] };
    ["optim"] => OPTIMIZERS;
    ["attn_implementation"] => words! {
        "sdpa" => [Attention = "sdpa"], "eager" => [Attention = "eager"], "flash_attention_2" => [Attention = "sdpa"],
        "flash_attention_3" => [Attention = "sdpa"],
    };
    ["use_liger_kernel"] => words! { "true" => [Loss = "liger"], "false" => [] };
    ["deepspeed"] => File(NamedFile::DeepSpeed);
    ["fsdp"] => FSDP;
    ["accelerator_config.gradient_accumulation_kwargs.sync_each_batch"] => SYNC;
    ["fsdp_config"] => File(NamedFile::Fsdp);
    ["fsdp_config.version"] => words! { "2" => [], "1" => [] }.heard();
    ["fsdp_config.activation_checkpointing"] => words! { "true" => [GradientCheckpointing = "true"], "false" => [] }.heard();
    ["fsdp_config.reshard_after_forward"] => words! {
        "true" => [Reshard = "full"], "false" => [Reshard = "none"], "full_shard" => [Reshard = "full"],
        "shard_grad_op" => [Reshard = "none"],
    }.heard();
    ["fsdp_config.cpu_offload"] => words! { "true" => [OffloadParameters = "cpu"], "false" => [] }.heard();
    ["fsdp_config.auto_wrap_policy"] => Refused(&["TRANSFORMER_BASED_WRAP"]);
    ["fsdp_config.min_num_params", "fsdp_min_num_params"] => Unread(&["0"]);
    ["fsdp_config.xla", "fsdp_config.xla_fsdp_v2"] => Unread(&["false"]);
    ["fsdp_config.transformer_layer_cls_to_wrap", "fsdp_transformer_layer_cls_to_wrap"] => Idle;
    ["fsdp_config.state_dict_type", "fsdp_config.cpu_ram_efficient_loading", "fsdp_config.sync_module_states"] => Idle;
    // Of FSDP1 alone.
    ["fsdp_config.backward_prefetch", "fsdp_config.forward_prefetch", "fsdp_config.limit_all_gathers"] => Idle;
    ["fsdp_config.use_orig_params"] => Idle;
    ["config"] => File(NamedFile::Arguments);
    ["torch_compile"] => Unread(&["false"]);
    ["activation_offloading"] => Unread(&["false"]);
    ["auto_find_batch_size"] => Unread(&["false"]);
    ["packing"] => Idle;
    ["do_train"] => Idle;
    ["do_eval"] => Idle;
    ["overwrite_output_dir"] => Idle;
    ["trust_remote_code"] => Idle;
    ["output_dir"] => Idle;
    ["learning_rate"] => Idle;
    ["lr_scheduler_type"] => Idle;
    ["warmup_steps", "warmup_ratio"] => Idle;
    ["weight_decay"] => Idle;
    ["adam_beta1", "adam_beta2", "adam_epsilon"] => Idle;
    ["group_by_length", "length_column_name"] => Idle;
    ["max_grad_norm"] => Idle;
    ["num_train_epochs", "max_steps"] => Idle;
    ["logging_steps", "logging_strategy"] => Idle;
    ["save_steps", "save_strategy"] => Idle;
    ["save_total_limit", "save_only_model"] => Idle;
    ["remove_unused_columns", "no_remove_unused_columns"] => Idle;
    ["data_path"] => Idle;
    ["eval_steps", "eval_strategy", "evaluation_strategy", "per_device_eval_batch_size"] => Idle;
    ["report_to", "run_name"] => Idle;
    ["seed", "data_seed"] => Idle;
    ["tf32"] => Idle;
    ["push_to_hub", "hub_model_id"] => Idle;
    ["dataset_name", "dataset_config", "dataset_config_name"] => Idle;
    ["train_file", "validation_file"] => Idle;
    ["dataloader_num_workers", "dataset_num_proc", "preprocessing_num_workers"] => Idle;
    ["ddp_timeout", "ddp_find_unused_parameters"] => Idle;
    ["local_rank"] => Idle;
};

/// Their own defaults.
pub const TRAINING_DEFAULTS: &[ToolDefault] = defaults! {
    BatchSize = |_| Some("8".to_owned()), "Transformers 5.24, TrainingArguments.per_device_train_batch_size";
    Precision = |_| Some("FP32".to_owned()), "Transformers 5.24, TrainingArguments" NoMixedPrecision;
};

/// What models are loaded in.
pub const DTYPE: &[Field] = fields! {
    ["dtype", "torch_dtype"] => Loaded;
};

/// What the recipe is where the program loads the checkpoint's format.
pub(super) const LOADED: &[ToolDefault] = defaults! {
    Recipe = |it| is_whole_in_16_bits(it).then(|| "pure".to_owned()),
        "Transformers 5, from_pretrained" TypeLoaded;
};

/// How a run over several GPUs is spread where nobody says by what.
pub const SPREAD_DEFAULTS: &[ToolDefault] = defaults! {
    Trainer = |it| {
        let gpus = crate::import::launch::values::number_of(it, Id::GpuCount);
        let is_told = trainer_of(it) != Trainer::None;
        (!is_told && text_of(it, Id::GpuCount) != "1" && gpus > 1.0).then(|| "ddp".to_owned())
    }, "Transformers 5.24, Trainer" Replicas;
};

const LANGUAGE: &[Field] = fields! {
    ["block_size", "max_seq_length", "max_length", "model_max_length"] => Number(Id::SequenceLength);
    ["config_name"] => Model;
    ["tokenizer_name"] => Idle;
};

/// What scripts call other ways to train than all of it, whose defaults differ from script to script.
const ADAPTERS: &[Field] = fields! {
    ["use_peft"] => Refused(&["false"]);
    ["use_lora"] => Refused(&["false"]);
    ["lora_enable"] => Refused(&["false"]);
    ["use_qlora"] => Refused(&["false"]);
    ["load_in_4bit"] => Refused(&["false"]);
    ["load_in_8bit"] => Refused(&["false"]);
    ["bits"] => Refused(&["16"]);
    ["full_finetune"] => Refused(&["true"]);
};

/// Tokens of a block where nobody says them and a tokenizer knows no length that the model has.
const BLOCK: f64 = 1024.0;

/// What the example does where nobody says how long sequences are.
const BLOCK_DEFAULTS: &[ToolDefault] = defaults! {
    SequenceLength = |it| Some(it.model().map_or(BLOCK, |it| it.context_length.min(BLOCK)).max(1.0).to_string()),
        "Transformers 5.24, run_clm.py, block_size" BlockLength;
};

/// Of a script that has another name nothing is known but its arguments.
pub(super) const UNSAID_LENGTH: &[ToolDefault] = defaults! {
    SequenceLength = |it| Some(text_of(&it.without(|id| id == Id::SequenceLength), Id::SequenceLength)),
        "" LengthUnsaid;
};

/// A script with `TrainingArguments` that trains every parameter of a checkpoint.
pub const FINE_TUNING: Tool = Tool {
    id: "transformers",
    command: "python run_clm.py",
    syntax: Syntax::Underscores,
    mode: Mode::Finetune,
    fixed: &[(Id::FinetuneMethod, "Full")],
    fields: &[TRAINING, DTYPE, LANGUAGE, ADAPTERS],
    told: &[],
    always: &[],
    defaults: &[TRAINING_DEFAULTS, SPREAD_DEFAULTS, ACCELERATE_DEFAULTS, LOADED, BLOCK_DEFAULTS],
};

/// The same of a script of another name.
pub const OWN_SCRIPT: Tool =
    Tool { defaults: &[TRAINING_DEFAULTS, SPREAD_DEFAULTS, ACCELERATE_DEFAULTS, LOADED, UNSAID_LENGTH], ..FINE_TUNING };

/// The same from no checkpoint: `--config_name` says the shape.
pub const FROM_SCRATCH: Tool = Tool {
    id: "transformers",
    command: "python run_clm.py",
    syntax: Syntax::Underscores,
    mode: Mode::Train,
    fixed: &[(Id::FinetuneMethod, "Full")],
    fields: &[LANGUAGE_FROM_CONFIG, TRAINING, DTYPE, LANGUAGE],
    told: &[],
    always: &[],
    defaults: &[TRAINING_DEFAULTS, SPREAD_DEFAULTS, ACCELERATE_DEFAULTS, LOADED, BLOCK_DEFAULTS],
};

/// The same of a script of another name.
pub const OWN_SCRIPT_FROM_SCRATCH: Tool = Tool {
    defaults: &[TRAINING_DEFAULTS, SPREAD_DEFAULTS, ACCELERATE_DEFAULTS, LOADED, UNSAID_LENGTH],
    ..FROM_SCRATCH
};

/// Where nothing is loaded, the configuration names the model.
const LANGUAGE_FROM_CONFIG: &[Field] = fields! {
    ["config_name"] => Model;
};
