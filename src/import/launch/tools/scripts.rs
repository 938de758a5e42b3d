//! What scripts of Python tell the libraries that they call: Transformers' loaders and trainer, PEFT's `LoraConfig`,
//! bitsandbytes' configuration (Transformers 5.23, PEFT 0.21, read as installed), TRL's trainers, Unsloth, vLLM's
//! `LLM`. It does not know Unsloth's own kernels, which change what a step keeps.

use crate::estimator::{Inputs, Mode, ParameterId as Id};
use crate::import::launch::field::FlagMeaning::{Computes, Idle, Model, Number, Refused, Unread};
use crate::import::launch::field::{Field, Syntax, Tool, ToolDefault, defaults, fields, words};
use crate::import::launch::modules::modules_by_default;
use crate::import::launch::tools::launchers::ACCELERATE_DEFAULTS;
use crate::import::launch::tools::transformers::{
    DTYPE, IN_4_BITS, IN_8_BITS, LOADED, MODULES_TO_SAVE, SPREAD_DEFAULTS, TARGET_MODULES, TRAINING, UNSAID_LENGTH,
};
use crate::import::launch::tools::trl::{DPO, GRPO, GRPO_DEFAULTS, SFT_DEFAULTS, SFT_LENGTH, SFT_LOSS};
use crate::import::launch::tools::vllm::VLLM;
use crate::import::launch::values::{has_adapters, is_qlora, text_of};
use crate::import::own_source::{OwnDefault, OwnSource};

/// What a call is told of the model's name.
pub const MODEL_OF_SCRIPT: &str = "model";

/// Where it is read what weights are loaded in that nobody says.
pub const OF_CHECKPOINT: OwnSource = OwnSource::at("Transformers 5, from_pretrained").doing(OwnDefault::TypeLoaded);
/// Parts of names of checkpoints that are published in FP32, and where that is read of each.
pub const PUBLISHED_WIDE: &[(&str, OwnSource)] = &[
    ("bert", OwnSource::at("google-bert/bert-base-uncased, model.safetensors: F32")),
    ("t5-", OwnSource::at("google-t5/t5-small, model.safetensors: F32")),
    ("gpt2", OwnSource::at("openai-community/gpt2, model.safetensors: F32")),
    ("gpt-j-", OwnSource::at("EleutherAI/gpt-j-6b, pytorch_model.bin: F32")),
];
/// The same where TRL loads a model by its name.
pub const LOADED_WIDE: OwnSource = OwnSource::at("TRL 1.16, create_model_from_path: float32");
/// What `TrainingArguments` have where a trainer of TRL is given them.
pub const PLAIN_ARGUMENTS: OwnSource =
    OwnSource::at("Transformers 5.24, TrainingArguments").doing(OwnDefault::NoMixedPrecision);
/// The same of checkpointing.
pub const UNCHECKPOINTED: OwnSource = OwnSource::at("Transformers 5.24, TrainingArguments.gradient_checkpointing");
/// What Unsloth loads (`unsloth/models/loader.py`).
pub const UNSLOTH_LOADING: OwnSource = OwnSource::at("Unsloth, FastLanguageModel.from_pretrained");
/// The adapters that it makes (`unsloth/models/llama.py`).
pub const UNSLOTH_ADAPTERS: OwnSource = OwnSource::at("Unsloth, FastLanguageModel.get_peft_model");

/// Loading a model to train it, adapters, quantization.
const TRAINED: &[Field] = fields! {
    ["model", "model_name_or_path", "model_name", "model_id"] => Model;
    ["AutoModel"] => words! {
        "ForSequenceClassification" => [TaskHead = "classifier"], "ForMaskedLM" => [TaskHead = "mlm"],
    };
    ["num_labels"] => Number(Id::NumLabels);
    ["LoraConfig", "get_peft_model"] => words! { "true" => [FinetuneMethod = "LoRA"] };
    ["r"] => Number(Id::LoraRank);
    ["lora_dropout"] => Number(Id::LoraDropout);
    ["target_modules"] => TARGET_MODULES;
    ["modules_to_save"] => MODULES_TO_SAVE;
    ["use_dora"] => words! { "true" => [LoraVariant = "dora"], "false" => [] };
    ["use_rslora"] => words! { "true" => [LoraVariant = "rslora"], "false" => [] };
    ["bias"] => Refused(&["none"]);
    ["layers_to_transform", "rank_pattern", "exclude_modules", "layer_replication", "target_parameters"] => Unread(&[]);
    ["trainable_token_indices"] => Unread(&[]);
    ["lora_bias"] => Unread(&["false"]);
    ["load_in_4bit"] => IN_4_BITS;
    ["load_in_8bit"] => IN_8_BITS;
    // Without a type it is `fp4` (`BitsAndBytesConfig.__init__`).
    ["bnb_4bit_quant_type"] => words! { "nf4" => [Quantization = "nf4"], "fp4" => [Quantization = "fp4-bnb"] };
    ["bnb_4bit_use_double_quant"] => words! { "true" => [Quantization = "nf4-dq"], "false" => [] };
    ["quantization_config"] => Refused(&[]);
    // It enables checkpointing unless told not to (`peft/utils/other.py`).
    ["prepare_model_for_kbit_training"] => words! {
        "true" => [KbitPreparation = "true", GradientCheckpointing = "true"], "without" => [KbitPreparation = "true"],
    };
    // Unsloth's own way keeps what a layer reads in the host's memory.
    ["use_gradient_checkpointing"] => words! {
        "true" => [GradientCheckpointing = "true"], "unsloth" => [GradientCheckpointing = "true"],
        "false" => [GradientCheckpointing = "false"],
    };
    ["unsloth", "fast_inference"] => Unread(&["false"]);
    // Of the vLLM within Unsloth.
    ["gpu_memory_utilization"] => Unread(&[]);
    ["full_finetuning"] => words! { "true" => [FinetuneMethod = "Full"], "false" => [] };
    ["load_in_16bit"] => Idle;
    ["load_in_fp8"] => Refused(&["false"]);
    ["finetune_vision_layers"] => Unread(&["false"]);
    ["use_flash_attention_2"] => words! { "true" => [Attention = "sdpa"], "false" => [] };
    ["ref_model"] => words! { "none" => [], "model" => [ReferenceModel = "resident"] };
};

/// What changes no byte of the GPU, or not of the step that an estimate is of.
const IDLE: &[Field] = fields! {
    ["device_map", "low_cpu_mem_usage", "cache_dir", "token", "use_auth_token", "revision", "variant", "subfolder"] => Idle;
    ["use_safetensors", "return_dict", "local_files_only", "use_cache", "pretraining_tp", "force_download", "torch_device"] => Idle;
    ["use_fast", "padding_side", "add_eos_token", "fix_tokenizer", "random_state", "use_exact_model_name"] => Idle;
    ["id2label", "label2id", "problem_type", "ignore_mismatched_sizes", "pad_token_id", "bos_token_id"] => Idle;
    ["lora_alpha", "task_type", "inference_mode", "init_lora_weights", "loftq_config", "fan_in_fan_out"] => Idle;
    ["layers_pattern", "base_model_name_or_path", "auto_mapping", "max_lora_rank"] => Idle;
    ["bnb_4bit_compute_dtype", "bnb_4bit_quant_storage", "llm_int8_threshold", "llm_int8_has_fp16_weight"] => Idle;
    ["llm_int8_skip_modules", "llm_int8_enable_fp32_cpu_offload"] => Idle;
    ["finetune_language_layers", "finetune_attention_modules", "finetune_mlp_modules"] => Idle;
    ["logging_dir", "logging_first_step", "log_level", "disable_tqdm", "save_safetensors", "load_best_model_at_end"] => Idle;
    ["metric_for_best_model", "greater_is_better", "hub_strategy", "hub_token", "hub_private_repo"] => Idle;
    ["dataloader_pin_memory", "dataloader_drop_last", "dataloader_prefetch_factor", "ddp_backend"] => Idle;
    ["include_tokens_per_second", "include_num_input_tokens_seen", "label_smoothing_factor", "label_names"] => Idle;
    ["eval_accumulation_steps", "prediction_loss_only", "do_predict", "do_test", "resume_from_checkpoint"] => Idle;
    ["predict_with_generate", "generation_max_length", "embedding_learning_rate", "lr_scheduler_kwargs"] => Idle;
    ["dataset_text_field", "dataset_kwargs", "dataset_batch_size", "num_of_sequences", "eval_packing"] => Idle;
    ["completion_only_loss", "assistant_only_loss", "remove_unused_columns", "truncation_mode"] => Idle;
    ["eos_token", "pad_token", "chat_template_path", "max_prompt_length", "max_completion_length"] => Idle;
    ["temperature", "top_p", "top_k", "min_p", "repetition_penalty", "log_completions", "reward_weights"] => Idle;
    ["epsilon", "epsilon_high", "delta", "num_iterations", "scale_rewards", "mask_truncated_completions"] => Idle;
    ["importance_sampling_level", "shuffle_dataset", "num_completions_to_print", "label_pad_token_id"] => Idle;
    ["rpo_alpha", "label_smoothing", "reference_free", "generate_during_eval", "force_use_ref_model"] => Idle;
};

/// Arguments of Transformers' trainer, as a script that loads a model itself means them.
const OWN: &[Field] = fields! {
    ["bf16"] => Computes;
    ["optim_args", "optim_target_modules"] => Unread(&[]);
    ["neftune_noise_alpha", "torch_empty_cache_steps"] => Unread(&["0"]);
    ["padding_free"] => Unread(&["false"]);
    ["pure_bf16", "bf16_full_eval", "fp16_full_eval"] => Unread(&["false"]);
};

/// Where an own configuration says how long sequences are, Unsloth's length only bounds them.
const BOUNDED: &[Field] = fields! {
    ["max_seq_length"] => Unread(&[]);
};

/// Of texts that a tokenizer cuts for a trainer that is told of no length, and of those that it is told of.
const LENGTH: &[Field] = fields! {
    ["max_length", "max_seq_length"] => Number(Id::SequenceLength);
};

const ADAPTED: &[ToolDefault] = defaults! {
    FinetuneMethod = |_| Some("Full".to_owned()), "PEFT 0.21, LoraConfig" WithoutAdapter;
    BatchSize = |_| Some("8".to_owned()), "Transformers 5.24, TrainingArguments.per_device_train_batch_size";
    LoraRank = |it| has_adapters(it).then(|| "8".to_owned()), "PEFT 0.21, LoraConfig.r";
    LoraTargets = |it| if has_adapters(it) { modules_by_default(it) } else { None },
        "PEFT 0.21" TargetModules;
    Quantization = |it| is_qlora(it).then(|| "fp4-bnb".to_owned()), "Transformers 5.24, BitsAndBytesConfig.bnb_4bit_quant_type";
};

/// TRL's trainers compute in BF16 unless told otherwise, and narrow adapters beside quantized weights.
const BY_TRL: &[ToolDefault] = defaults! {
    Precision = |_| Some("BF16".to_owned()), "TRL 1.16, trainer/base_config.py" Bf16UnlessFp16;
    GradientCheckpointing = |_| Some("true".to_owned()), "TRL 1.16, gradient_checkpointing (trainer/base_config.py)";
    AdapterPrecision = |it| is_qlora(it).then(|| "BF16".to_owned()), "TRL 1.16, SFTTrainer.__init__" AdaptersInBf16;
};

const BY_TRANSFORMERS: &[ToolDefault] = defaults! {
    Precision = |_| Some("FP32".to_owned()), "Transformers 5.24, TrainingArguments" NoMixedPrecision;
};

/// `SFTTrainer`.
pub const SCRIPT_OF_SFT: Tool = Tool {
    id: "trl",
    command: "SFTTrainer",
    syntax: Syntax::Underscores,
    mode: Mode::Finetune,
    fixed: &[],
    fields: &[SFT_LENGTH, TRAINED, OWN, DTYPE, TRAINING, IDLE],
    told: &[],
    always: &[],
    defaults: &[SPREAD_DEFAULTS, ACCELERATE_DEFAULTS, ADAPTED, BY_TRL, LOADED, SFT_DEFAULTS, SFT_LOSS],
};

/// `DPOTrainer`.
pub const SCRIPT_OF_PAIRS: Tool = Tool {
    command: "DPOTrainer",
    mode: Mode::Grpo,
    fixed: &[(Id::Algorithm, "dpo")],
    fields: &[DPO, BOUNDED, TRAINED, OWN, DTYPE, TRAINING, IDLE],
    defaults: &[SPREAD_DEFAULTS, ACCELERATE_DEFAULTS, ADAPTED, BY_TRL, LOADED, SFT_DEFAULTS],
    ..SCRIPT_OF_SFT
};

/// `GRPOTrainer`, whose batch counts completions.
pub const SCRIPT_OF_GROUPS: Tool = Tool {
    command: "GRPOTrainer",
    mode: Mode::Grpo,
    fixed: &[(Id::Algorithm, "grpo"), (Id::BatchUnit, "completions")],
    fields: &[GRPO, BOUNDED, TRAINED, OWN, DTYPE, TRAINING, IDLE],
    defaults: &[SPREAD_DEFAULTS, ACCELERATE_DEFAULTS, ADAPTED, BY_TRL, LOADED, GRPO_DEFAULTS],
    ..SCRIPT_OF_SFT
};

/// Transformers' `Trainer`.
pub const SCRIPT_OF_TRAINER: Tool = Tool {
    id: "transformers",
    command: "Trainer",
    fields: &[LENGTH, TRAINED, OWN, DTYPE, TRAINING, IDLE],
    defaults: &[SPREAD_DEFAULTS, ACCELERATE_DEFAULTS, ADAPTED, BY_TRANSFORMERS, LOADED, UNSAID_LENGTH],
    ..SCRIPT_OF_SFT
};

/// Loading a model to run it.
const SERVED: &[Field] = fields! {
    ["model"] => Model;
    ["dtype", "torch_dtype"] => words! {
        "bfloat16" => [Precision = "BF16"], "float16" => [Precision = "FP16"], "half" => [Precision = "FP16"],
        "float32" => [Precision = "FP32"], "auto" => [],
    };
    ["load_in_4bit"] => words! { "true" => [Quantization = "nf4"], "false" => [] };
    ["load_in_8bit"] => words! { "true" => [Quantization = "llm-int8"], "false" => [] };
    ["bnb_4bit_quant_type"] => words! { "nf4" => [Quantization = "nf4"], "fp4" => [Quantization = "nf4"] };
    ["bnb_4bit_use_double_quant"] => words! { "true" => [Quantization = "nf4-dq"], "false" => [] };
    ["quantization_config"] => Refused(&[]);
    ["AutoModel"] => words! {
        "ForSequenceClassification" => [TaskHead = "classifier"], "ForMaskedLM" => [TaskHead = "mlm"],
    };
    ["num_labels"] => Number(Id::NumLabels);
    ["batch_size"] => Number(Id::BatchSize);
    ["max_seq_length"] => Number(Id::SequenceLength);
    // A prompt stands in front of what is generated, of unknown length.
    ["max_new_tokens"] => Unread(&[]);
    // What a decode step holds of a static one was not read.
    ["cache_implementation"] => words! { "offloaded" => [OffloadCache = "true"], "dynamic" => [] };
    ["attn_implementation"] => Idle;
    ["unsloth", "fast_inference"] => Unread(&["false"]);
    ["load_in_fp8"] => Refused(&["false"]);
    ["full_finetuning", "load_in_16bit"] => Idle;
    ["task", "tokenizer", "device", "return_full_text", "do_sample", "trust_remote_code"] => Idle;
};

const SERVED_DEFAULTS: &[ToolDefault] = defaults! {
    Precision = |_| Some("BF16".to_owned()), "Transformers 5, from_pretrained" TypeLoaded;
};

/// A model that Transformers runs.
pub const SERVED_BY_TRANSFORMERS: Tool = Tool {
    id: "transformers",
    command: "AutoModelForCausalLM",
    mode: Mode::Inference,
    fixed: &[(Id::Engine, "transformers")],
    fields: &[SERVED, IDLE],
    defaults: &[SERVED_DEFAULTS, UNSAID_LENGTH],
    ..SCRIPT_OF_SFT
};

/// Tokens of a step of the class, by those of the server on the same GPU (vLLM 0.28, `EngineArgs.get_batch_defaults`:
/// 8,192 beside the server's 2,048, and 16,384 on GPUs from 70 GiB on, A100 excepted).
pub fn tokens_of_class(inputs: &Inputs) -> Option<String> {
    let is_usual = text_of(&inputs.without(|id| id == Id::MaxBatchedTokens), Id::MaxBatchedTokens) == "2048";
    Some(if is_usual { "8192" } else { "16384" }.to_owned())
}

const LLM_DEFAULTS: &[ToolDefault] = defaults! {
    MaxBatchedTokens = tokens_of_class, "vLLM 0.33, EngineArgs.get_batch_defaults: LLM_CLASS";
};

/// vLLM's `LLM`, whose arguments are the server's, but for the largest step.
pub const LLM_CLASS: Tool = Tool { command: "LLM", defaults: &[LLM_ALL, LLM_DEFAULTS], ..VLLM };
const LLM_ALL: &[ToolDefault] = VLLM.defaults[0];
