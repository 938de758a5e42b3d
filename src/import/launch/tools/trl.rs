//! TRL's trainers: `trl sft`, `trl dpo`, `trl grpo`, and their files of YAML (TRL 1.16, `trainer/*_config.py`). It does
//! not know prompts: their length is in no argument of GRPO.

use crate::estimator::{Inputs, Mode, ParameterId as Id};
use crate::import::launch::field::FlagMeaning::{Computes, Idle, Number, PromptLength, ReferenceWeight, Unread};
use crate::import::launch::field::{Field, Syntax, Tool, ToolDefault, defaults, fields, words};
use crate::import::launch::modules::modules_by_default;
use crate::import::launch::tools::launchers::ACCELERATE_DEFAULTS;
use crate::import::launch::tools::transformers::{
    DTYPE, IN_4_BITS, IN_8_BITS, MODULES_TO_SAVE, SPREAD_DEFAULTS, TARGET_MODULES, TRAINING,
};
use crate::import::launch::values::{has_adapters, is_qlora, is_whole_in_16_bits, number_of};

/// `ModelConfig`: adapters and quantization.
const ADAPTERS: &[Field] = fields! {
    ["load_in_8bit"] => IN_8_BITS;
    ["load_in_4bit"] => IN_4_BITS;
    // The second meaning is what an export looks for: 4 bits need adapters.
    ["use_peft"] => words! {
        "true" => [FinetuneMethod = "LoRA"], "true" => [FinetuneMethod = "QLoRA"], "false" => [FinetuneMethod = "Full"],
    };
    ["bf16"] => Computes;
    ["use_bnb_nested_quant", "bnb_4bit_use_double_quant"] => words! { "true" => [Quantization = "nf4-dq"], "false" => [] };
    ["bnb_4bit_quant_type"] => words! { "nf4" => [], "fp4" => [Quantization = "fp4-bnb"] };
    ["lora_r"] => Number(Id::LoraRank);
    ["lora_dropout"] => Number(Id::LoraDropout);
    ["lora_target_modules"] => TARGET_MODULES;
    ["lora_modules_to_save"] => MODULES_TO_SAVE;
    ["use_dora"] => words! { "true" => [LoraVariant = "dora"], "false" => [] };
    ["use_rslora"] => words! { "true" => [LoraVariant = "rslora"], "false" => [] };
    ["lora_alpha"] => Idle;
    ["lora_task_type"] => Idle;
    ["dataset_text_field"] => Idle;
    ["use_chat_template", "chat_template_path", "chat_template"] => Idle;
    ["dataset_splits", "dataset_configs", "auto_insert_empty_system_msg"] => Idle;
    ["reward_funcs", "reward_model_name_or_path"] => Idle;
    ["temperature", "top_p"] => Idle;
    ["epsilon", "num_iterations"] => Idle;
    // All three trainers switch Liger's loss off and keep its layers, for which there are no formulas (`*_trainer.py`,
    // `__init__`).
    ["use_liger_kernel"] => Unread(&["false"]);
    ["eos_token", "pad_token"] => Idle;
};

const DEFAULTS: &[ToolDefault] = defaults! {
    BatchSize = |_| Some("8".to_owned()), "Transformers 5.24, TrainingArguments.per_device_train_batch_size";
    Precision = |_| Some("BF16".to_owned()), "TRL 1.16, trainer/base_config.py" Bf16UnlessFp16;
    GradientCheckpointing = |_| Some("true".to_owned()), "TRL 1.16, gradient_checkpointing (trainer/base_config.py)";
    Recipe = |it| is_whole_in_16_bits(it).then(|| "autocast".to_owned()), "TRL 1.16, ModelConfig.dtype: float32";
    LoraDropout = |it| has_adapters(it).then(|| "0.05".to_owned()), "TRL 1.16, ModelConfig.lora_dropout";
    LoraTargets = |it| if has_adapters(it) { modules_by_default(it) } else { None },
        "PEFT 0.21" TargetModules;
    AdapterPrecision = |it| is_qlora(it).then(|| "BF16".to_owned()), "TRL 1.16, SFTTrainer.__init__" AdaptersInBf16;
    Quantization = |it| is_qlora(it).then(|| "nf4".to_owned()), "TRL 1.16, ModelConfig.bnb_4bit_quant_type";
};

/// Without adapters everything is trained.
const METHOD: &[ToolDefault] = defaults! {
    FinetuneMethod = |_| Some("Full".to_owned()), "TRL 1.16, ModelConfig.use_peft" Off;
};

pub(super) const SFT_LENGTH: &[Field] = fields! {
    ["max_length", "max_seq_length"] => Number(Id::SequenceLength);
    // One loss by two names: TRL makes whole logits no more, and has not by default since 1.7.
    ["loss_type"] => words! { "nll" => [Loss = "chunked"], "chunked_nll" => [Loss = "chunked"] };
};

pub(super) const SFT_DEFAULTS: &[ToolDefault] = defaults! {
    SequenceLength = |_| Some("1024".to_owned()), "TRL 1.16, SFTConfig.max_length, DPOConfig.max_length";
};

pub(super) const SFT_LOSS: &[ToolDefault] = defaults! {
    Loss = |it| it.has_effect(Id::Loss).then(|| "chunked".to_owned()), "TRL 1.16, SFTTrainer.__init__: add_fused_lm_head";
};

pub(super) const DPO: &[Field] = fields! {
    ["max_length"] => Number(Id::SequenceLength);
    ["precompute_ref_log_probs"] => words! { "true" => [ReferenceModel = "none"], "false" => [] };
    // The reference is kept whatever it weighs (`DPOTrainer.__init__`).
    ["beta", "loss_type"] => Idle;
    ["sync_ref_model"] => Unread(&["false"]);
    ["max_prompt_length"] => Idle;
};

pub(super) const GRPO: &[Field] = fields! {
    ["beta"] => ReferenceWeight;
    ["sync_ref_model"] => Unread(&["false"]);
    ["num_generations"] => Number(Id::NumGenerations);
    ["max_completion_length"] => Number(Id::CompletionLength);
    ["vllm_max_model_length"] => Number(Id::SequenceLength);
    // Of earlier versions, whose files are still about.
    ["max_prompt_length"] => PromptLength;
    ["use_vllm"] => words! {
        "true" => [Rollout = "vllm-colocated"], "true" => [Rollout = "elsewhere"], "false" => [Rollout = "transformers"],
    };
    ["vllm_mode"] => words! { "colocate" => [], "server" => [Rollout = "elsewhere"] };
    ["vllm_gpu_memory_utilization"] => Number(Id::RolloutMemory);
    ["vllm_enable_sleep_mode"] => words! { "true" => [RolloutSleep = "true"], "false" => [RolloutSleep = "false"] };
    ["loss_type"] => Idle;
    ["steps_per_generation", "generation_batch_size"] => Unread(&[]);
    ["vllm_tensor_parallel_size"] => Unread(&["1"]);
};

/// Tokens of a prompt that no flag bounds: what versions of TRL bounded them to that did.
const PROMPT: f64 = 512.0;

/// Prompt and completion: our own default, as long as it has room for both.
fn longest_sequence(inputs: &Inputs) -> String {
    let own = number_of(&inputs.without(|id| id == Id::SequenceLength), Id::SequenceLength);
    own.max(number_of(inputs, Id::CompletionLength) + PROMPT).to_string()
}

pub(super) const GRPO_DEFAULTS: &[ToolDefault] = defaults! {
    CompletionLength = |_| Some("512".to_owned()), "TRL 1.16, GRPOConfig.max_completion_length";
    SequenceLength = |it| Some(longest_sequence(it)), "TRL 1.16" PromptUnbounded;
    // Whole logits no more since 1.15.
    Loss = |it| it.has_effect(Id::Loss).then(|| "chunked".to_owned()), "TRL 1.16, GRPOTrainer.__init__: add_fused_lm_head";
    RolloutSleep = |it| it.has_effect(Id::RolloutSleep).then(|| "false".to_owned()), "TRL 1.16, GRPOConfig.vllm_enable_sleep_mode";
};

/// `trl sft`.
pub const SFT: Tool = Tool {
    id: "trl",
    command: "trl sft",
    syntax: Syntax::Underscores,
    mode: Mode::Finetune,
    fixed: &[],
    fields: &[SFT_LENGTH, ADAPTERS, TRAINING, DTYPE],
    told: &[Id::LoraTargets],
    always: &[],
    defaults: &[METHOD, SPREAD_DEFAULTS, ACCELERATE_DEFAULTS, DEFAULTS, SFT_DEFAULTS, SFT_LOSS],
};

/// `trl dpo`.
pub const PREFERENCE: Tool = Tool {
    id: "trl",
    command: "trl dpo",
    syntax: Syntax::Underscores,
    mode: Mode::Grpo,
    fixed: &[(Id::Algorithm, "dpo")],
    fields: &[DPO, ADAPTERS, TRAINING, DTYPE],
    told: &[Id::LoraTargets],
    always: &[],
    defaults: &[METHOD, SPREAD_DEFAULTS, ACCELERATE_DEFAULTS, DEFAULTS, SFT_DEFAULTS],
};

/// `trl grpo`, whose batch counts completions.
pub const GROUPS: Tool = Tool {
    id: "trl",
    command: "trl grpo",
    syntax: Syntax::Underscores,
    mode: Mode::Grpo,
    fixed: &[(Id::Algorithm, "grpo"), (Id::BatchUnit, "completions")],
    fields: &[GRPO, ADAPTERS, TRAINING, DTYPE],
    told: &[Id::LoraTargets],
    always: &[],
    defaults: &[METHOD, SPREAD_DEFAULTS, ACCELERATE_DEFAULTS, DEFAULTS, GRPO_DEFAULTS],
};
