//! PEFT's file about an adapter, `adapter_config.json` (PEFT 0.21, `tuners/lora/config.py`). It says nothing of the run
//! that has made it.

use crate::estimator::{Mode, ParameterId as Id};
use crate::import::launch::field::FlagMeaning::{Idle, Model, Number, Refused, Unread};
use crate::import::launch::field::{Field, Syntax, Tool, fields, words};
use crate::import::launch::setting::Setting;
use crate::import::launch::tools::transformers::{MODULES_TO_SAVE, TARGET_MODULES};

/// The key that every such file has.
pub const KIND_OF_ADAPTER: &str = "peft_type";

const FIELDS: &[Field] = fields! {
    ["base_model_name_or_path"] => Model;
    ["peft_type"] => words! { "LORA" => [FinetuneMethod = "LoRA"] }.one_of();
    ["r"] => Number(Id::LoraRank);
    ["lora_dropout"] => Number(Id::LoraDropout);
    ["target_modules"] => TARGET_MODULES.one_of();
    ["modules_to_save"] => MODULES_TO_SAVE.one_of();
    ["use_dora"] => words! { "true" => [LoraVariant = "dora"], "false" => [] };
    ["use_rslora"] => words! { "true" => [LoraVariant = "rslora"], "false" => [] };
    ["bias"] => Refused(&["none"]);
    ["lora_bias"] => Unread(&["false"]);
    ["use_qalora"] => Refused(&["false"]);
    ["lora_alpha", "fan_in_fan_out", "inference_mode", "init_lora_weights", "revision", "task_type"] => Idle;
    ["peft_version", "qalora_group_size", "auto_mapping"] => Idle;
};

/// The file.
pub const ADAPTER: Tool = Tool {
    id: "peft",
    command: "adapter_config.json",
    syntax: Syntax::Json,
    mode: Mode::Finetune,
    fixed: &[],
    fields: &[FIELDS],
    told: &[],
    always: &[],
    defaults: &[],
};

/// What a file says, without what is nothing.
pub fn said_in(mut settings: Vec<Setting>) -> Vec<Setting> {
    settings.retain(|it| !it.value.is_empty());
    settings
}
