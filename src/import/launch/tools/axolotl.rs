//! axolotl's file of YAML (axolotl 0.19, `utils/schemas`). It does not know its kernels for adapters, and not what its
//! plugins change.

use crate::estimator::{Inputs, Mode, ParameterId as Id};
use crate::import::launch::field::FlagMeaning::{File, Idle, Model, Number, NumberUnless, Refused, Shards, Unread};
use crate::import::launch::field::{Field, NamedFile, Syntax, Tool, ToolDefault, defaults, fields, words};
use crate::import::launch::tools::launchers::{ACCELERATE_DEFAULTS, FSDP_VERSION, SHARDING};
use crate::import::launch::tools::transformers::{FSDP, IN_4_BITS, IN_8_BITS, MODULES_TO_SAVE, OPTIMIZERS, SYNC};
use crate::import::launch::values::{has_adapters, is_qlora, is_whole_in_16_bits, text_of};

const FIELDS: &[Field] = fields! {
    ["base_model"] => Model;
    // The second meaning is what an export looks for: its qlora has 4 bits.
    ["adapter"] => words! {
        "lora" => [FinetuneMethod = "LoRA"], "lora" => [FinetuneMethod = "QLoRA", Quantization = "llm-int8"],
        "qlora" => [FinetuneMethod = "QLoRA"],
    }.one_of();
    ["load_in_8bit"] => IN_8_BITS;
    ["load_in_4bit"] => IN_4_BITS;
    ["bnb_config_kwargs.bnb_4bit_use_double_quant"] => words! { "true" => [], "false" => [Quantization = "nf4"] };
    ["bnb_config_kwargs.bnb_4bit_quant_type"] => Refused(&["nf4"]);
    ["quantize_moe_experts"] => words! { "true" => [PackedExperts = "true"], "false" => [PackedExperts = "false"] };
    ["sequence_len"] => Number(Id::SequenceLength);
    ["micro_batch_size"] => Number(Id::BatchSize);
    // `auto` where a file of DeepSpeed says so.
    ["gradient_accumulation_steps"] => NumberUnless(Id::GradientAccumulationSteps, &["auto"]);
    ["lora_r"] => Number(Id::LoraRank);
    ["lora_dropout"] => Number(Id::LoraDropout);
    ["lora_target_linear"] => words! { "true" => [LoraTargets = "all-linear"], "false" => [] };
    ["lora_target_modules"] => words! {
        "q_proj v_proj" => [LoraTargets = "qv"],
        "q_proj k_proj v_proj o_proj" => [LoraTargets = "attn"],
        "q_proj k_proj v_proj o_proj gate_proj up_proj down_proj" => [LoraTargets = "all-linear"],
    };
    ["lora_modules_to_save"] => MODULES_TO_SAVE;
    ["peft_use_dora"] => words! { "true" => [LoraVariant = "dora"], "false" => [] };
    ["peft_use_rslora"] => words! { "true" => [LoraVariant = "rslora"], "false" => [] };
    ["optimizer"] => OPTIMIZERS;
    ["bf16", "bfloat16"] => words! {
        "true" => [Precision = "BF16"], "auto" => [Precision = "BF16"], "full" => [Precision = "BF16"], "false" => [Precision = "FP32"],
    };
    ["fp16"] => words! { "true" => [Precision = "FP16"], "false" => [] };
    ["fp8", "float16"] => Refused(&["false"]);
    ["gradient_checkpointing"] => words! { "true" => [GradientCheckpointing = "true"], "false" => [GradientCheckpointing = "false"] };
    ["gradient_checkpointing_kwargs.use_reentrant"] => Unread(&["false"]);
    ["attn_implementation"] => words! {
        "sdpa" => [Attention = "sdpa"], "eager" => [Attention = "eager"], "flash_attention_2" => [Attention = "sdpa"],
        "flash_attention_3" => [Attention = "sdpa"],
    }.heard();
    ["xformers_attention", "flex_attention", "sage_attention"] => Unread(&["false"]);
    ["flash_attention"] => words! { "true" => [Attention = "sdpa"], "false" => [] };
    ["sdp_attention"] => words! { "true" => [Attention = "sdpa"], "false" => [] };
    ["eager_attention"] => words! { "true" => [Attention = "eager"], "false" => [] };
    ["fsdp"] => FSDP;
    ["fsdp_version", "fsdp_config.fsdp_version", "fsdp_config.version"] => FSDP_VERSION;
    ["fsdp_config.sharding_strategy", "fsdp_config.fsdp_sharding_strategy"] => SHARDING.heard();
    ["fsdp_config.backward_prefetch", "fsdp_config.fsdp_backward_prefetch", "fsdp_config.limit_all_gathers"] => Idle;
    ["fsdp_config.forward_prefetch", "fsdp_config.fsdp_forward_prefetch", "fsdp_config.fsdp_limit_all_gathers"] => Idle;
    ["fsdp_config.fsdp_cpu_ram_efficient_loading", "fsdp_config.fsdp_sync_module_states"] => Idle;
    ["fsdp_config.fsdp_use_orig_params"] => Idle;
    ["fsdp_config.reshard_after_forward", "fsdp_config.fsdp_reshard_after_forward"] => words! {
        "true" => [Reshard = "full"], "false" => [Reshard = "none"], "FULL_SHARD" => [Reshard = "full"],
        "SHARD_GRAD_OP" => [Reshard = "none"],
    };
    ["fsdp_config.offload_params", "fsdp_config.fsdp_offload_params"] => words! {
        "true" => [OffloadParameters = "cpu"], "false" => [OffloadParameters = "none"],
    };
    ["fsdp_config.activation_checkpointing", "fsdp_config.fsdp_activation_checkpointing"] => words! {
        "true" => [GradientCheckpointing = "true"], "false" => [],
    }.heard();
    ["fsdp_config.auto_wrap_policy", "fsdp_config.fsdp_auto_wrap_policy"] => Refused(&["TRANSFORMER_BASED_WRAP"]);
    ["fsdp_config.mixed_precision_policy"] => Unread(&[]);
    ["fsdp_config.transformer_layer_cls_to_wrap", "fsdp_config.fsdp_transformer_layer_cls_to_wrap"] => Idle;
    ["fsdp_config.state_dict_type", "fsdp_config.fsdp_state_dict_type", "fsdp_config.final_state_dict_type"] => Idle;
    ["fsdp_config.cpu_ram_efficient_loading", "fsdp_config.sync_module_states"] => Idle;
    ["fsdp_config.use_orig_params", "fsdp_config.cpu_offload_pin_memory"] => Idle;
    ["accelerator_config.gradient_accumulation_kwargs.sync_each_batch"] => SYNC;
    ["dp_shard_size"] => Shards;
    ["dp_replicate_size"] => Number(Id::DataParallelReplicate);
    ["tensor_parallel_size"] => Number(Id::TensorParallel);
    ["context_parallel_size"] => Unread(&["1"]);
    ["deepspeed"] => File(NamedFile::DeepSpeed);
    ["config"] => File(NamedFile::Arguments);
    // Of TRL 1.9's trainers of preferences that of pairs was read. Its GRPO divides logits in place and computes
    // entropies of a copy, which none of ours does.
    ["rl"] => Refused(&[]);
    ["reward_model", "process_reward_model"] => Refused(&["false"]);
    ["relora"] => Refused(&["false"]);
    ["unfrozen_parameters"] => Refused(&[]);
    ["sample_packing", "pad_to_sequence_len", "eval_sample_packing"] => Idle;
    // Each of its kernels is asked for by a key of its own.
    ["plugins"] => Unread(&["axolotl.integrations.liger.LigerPlugin"]);
    ["liger_fused_linear_cross_entropy"] => words! { "true" => [Loss = "liger"], "false" => [] };
    ["liger_cross_entropy"] => Unread(&["false"]);
    ["liger_rms_norm"] => Unread(&["false"]);
    ["liger_layer_norm"] => Unread(&["false"]);
    ["liger_rope"] => Unread(&["false"]);
    ["liger_glu_activation", "liger_swiglu"] => Unread(&["false"]);
    ["cut_cross_entropy"] => Unread(&["false"]);
    ["chunked_cross_entropy"] => Unread(&["false"]);
    ["flash_attn_cross_entropy"] => Unread(&["false"]);
    ["tiled_mlp"] => Unread(&["false"]);
    ["torch_compile"] => Unread(&["false"]);
    ["activation_offloading"] => Unread(&["false"]);
    ["layer_offloading"] => Unread(&["false"]);
    ["lora_mlp_kernel", "lora_qkv_kernel", "lora_o_kernel"] => Unread(&["false"]);
    ["model_type", "tokenizer_type", "chat_template"] => Idle;
    ["datasets", "test_datasets", "special_tokens"] => Idle;
    ["dataset_prepared_path", "val_set_size", "output_dir"] => Idle;
    ["lora_alpha", "lora_model_dir"] => Idle;
    ["num_epochs", "max_steps"] => Idle;
    ["lr_scheduler", "learning_rate"] => Idle;
    ["warmup_steps", "warmup_ratio", "weight_decay"] => Idle;
    ["logging_steps", "evals_per_epoch", "saves_per_epoch"] => Idle;
    ["train_on_inputs", "group_by_length"] => Idle;
    ["tf32", "strict"] => Idle;
    ["trust_remote_code", "debug", "is_llama_derived_model"] => Idle;
    ["wandb_project", "wandb_entity", "wandb_name"] => Idle;
    ["special_tokens.pad_token", "special_tokens.eos_token"] => Idle;
    ["resume_from_checkpoint", "early_stopping_patience"] => Idle;
};

/// A text that is always a program's default.
fn always(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn of_qlora(inputs: &Inputs, text: &str) -> Option<String> {
    is_qlora(inputs).then(|| text.to_owned())
}

const DEFAULTS: &[ToolDefault] = defaults! {
    FinetuneMethod = |_| always("Full"), "axolotl 0.19" WithoutAdapter;
    BatchSize = |_| always("1"), "axolotl 0.19, micro_batch_size";
    SequenceLength = |_| always("512"), "axolotl 0.19, sequence_len";
    Precision = |_| always("BF16"), "axolotl 0.19, bf16 (utils/config, resolve_dtype)" Bf16WhereThere;
    LoraTargets = |it| has_adapters(it).then(|| text_of(&it.without(|id| id == Id::LoraTargets), Id::LoraTargets)),
        "axolotl 0.19, lora_target_linear, lora_target_modules" ModulesUnsaid;
    Recipe = |it| is_whole_in_16_bits(it).then(|| "pure".to_owned()), "axolotl 0.19" InPrecisionOfRun;
    Quantization = |it| of_qlora(it, "nf4-dq"), "axolotl 0.19, bnb_4bit_use_double_quant (loaders/model.py)";
    KbitPreparation = |it| of_qlora(it, "true"), "axolotl 0.19, prepare_model_for_kbit_training (loaders/model.py)";
};

/// What the file says of a step on pairs, by `DPOTrainer` (`core/trainers/dpo`, `core/builders/rl.py`). Its two losses
/// read the same logits.
const PAIRS: &[Field] = fields! {
    ["rl"] => Idle;
    // Without autocast nothing converts logits (`core/builders/base.py`, `_configure_precision_settings`).
    ["bf16", "bfloat16"] => words! {
        "true" => [Precision = "BF16"], "auto" => [Precision = "BF16"], "full" => [Precision = "BF16", Loss = "native"],
        "false" => [Precision = "FP32"],
    };
    // A second model is loaded all the same where there are no adapters (`train.py`, `setup_reference_model`).
    ["precompute_ref_log_probs", "rl_adapter_ref_model", "dpo_use_weighting"] => Unread(&["false"]);
    ["dpo_use_liger_kernel"] => Refused(&["false"]);
    ["liger_fused_linear_cross_entropy"] => Unread(&["false"]);
    ["rl_beta", "trl.beta", "dpo_loss_type", "dpo_loss_weights", "dpo_label_smoothing", "dpo_padding_free"] => Idle;
};

const PAIRS_DEFAULTS: &[ToolDefault] = defaults! {
    Loss = |_| always("fp32"), "TRL 1.9, DPOTrainer._compute_loss" WholeLogits;
    AdapterPrecision = |it| of_qlora(it, "BF16"), "TRL 1.9, DPOTrainer.__init__" AdaptersInBf16;
};

/// The values of `rl` that are a step on pairs.
pub const RL_OF_PAIRS: &[&str] = &["dpo", "ipo"];

/// A file for such a step.
pub const AXOLOTL_PAIRS: Tool = Tool {
    mode: Mode::Grpo,
    fixed: &[(Id::Algorithm, "dpo")],
    fields: &[PAIRS, FIELDS],
    defaults: &[DEFAULTS, ACCELERATE_DEFAULTS, PAIRS_DEFAULTS],
    ..AXOLOTL
};

/// A file of YAML for `axolotl train`.
pub const AXOLOTL: Tool = Tool {
    id: "axolotl",
    command: "axolotl train",
    syntax: Syntax::Yaml,
    mode: Mode::Finetune,
    fixed: &[],
    fields: &[FIELDS],
    told: &[Id::BatchSize, Id::GradientAccumulationSteps, Id::Precision, Id::LoraRank, Id::LoraTargets, Id::Reshard],
    always: &[],
    defaults: &[DEFAULTS, ACCELERATE_DEFAULTS],
};
