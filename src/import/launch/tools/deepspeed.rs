//! DeepSpeed's launcher and its configuration (`runtime/zero/config.py`, `runtime/config.py`), as Transformers fills
//! what is `auto`. It does not know parameters on a disk, nor its own pipelines.

use crate::estimator::{Mode, ParameterId as Id};
use crate::import::imported::DEEPSPEED;
use crate::import::launch::field::FlagMeaning::{File, Gpus, Idle, NumberUnless, OfWidth, Slots, Unread};
use crate::import::launch::field::{Field, FlagMeaning, NamedFile, Syntax, Tool, ToolDefault, defaults, fields, words};

const LAUNCHER: &[Field] = fields! {
    ["num_gpus", "num_accelerators"] => Gpus;
    ["num_nodes"] => Gpus;
    ["include", "i"] => Slots;
    // What the list of hosts says that stands beside a launch.
    ["hostfile.slots"] => Gpus;
    // Both take away from, or add to, what no flag says.
    ["exclude", "e", "hostfile", "H"] => Unread(&[]);
    ["deepspeed_config"] => File(NamedFile::DeepSpeed);
    ["master_port", "master_addr"] => Idle;
    ["launcher", "launcher_args", "no_ssh", "ssh_port", "module", "no_local_rank", "save_pid"] => Idle;
};

/// Where the optimizer is, in the words of DeepSpeed's configuration and of Accelerate's.
pub(super) const OFFLOADED: FlagMeaning = words! {
    "none" => [OffloadOptimizer = "none"], "cpu" => [OffloadOptimizer = "cpu"], "nvme" => [OffloadOptimizer = "nvme"],
};

/// Where parameters are at stage 3, in the same words.
pub(super) const OFFLOADED_PARAMETERS: FlagMeaning = words! {
    "none" => [OffloadParameters = "none"], "cpu" => [OffloadParameters = "cpu"],
};

/// The configuration. `auto` is what `HfTrainerDeepSpeedConfig` makes of it (Transformers 5.24,
/// `integrations/deepspeed.py`).
const CONFIGURATION: &[Field] = fields! {
    ["zero_optimization.stage"] => words! {
        "0" => [ZeroStage = "0"], "1" => [ZeroStage = "1"], "2" => [ZeroStage = "2"], "3" => [ZeroStage = "3"],
    };
    ["zero_optimization.reduce_bucket_size"] => OfWidth(Id::ZeroReduceBucket, |width| width * width);
    ["zero_optimization.stage3_prefetch_bucket_size", "zero_optimization.prefetch_bucket_size"] =>
        OfWidth(Id::ZeroPrefetchBucket, |width| (0.9 * width * width).floor());
    ["zero_optimization.stage3_param_persistence_threshold", "zero_optimization.param_persistence_threshold"] =>
        OfWidth(Id::ZeroPersistence, |width| 10.0 * width);
    ["zero_optimization.overlap_comm"] => words! {
        "true" => [ZeroOverlap = "true"], "false" => [ZeroOverlap = "false"],
    };
    ["bf16.enabled"] => words! { "true" => [Precision = "BF16"], "false" => [], "auto" => [] };
    ["fp16.enabled"] => words! { "true" => [Precision = "FP16"], "false" => [], "auto" => [] };
    ["train_micro_batch_size_per_gpu"] => NumberUnless(Id::BatchSize, &["auto"]);
    ["gradient_accumulation_steps"] =>
        NumberUnless(Id::GradientAccumulationSteps, &["auto"]);
    ["zero_optimization.offload_optimizer.device"] => OFFLOADED;
    ["zero_optimization.offload_param.device"] => OFFLOADED_PARAMETERS;
    ["zero_optimization.zero_hpz_partition_size"] => Unread(&["1"]);
    ["zero_optimization.offload_optimizer.pin_memory"] => Idle;
    ["zero_optimization.offload_param.pin_memory"] => Idle;
    ["zero_optimization.allgather_partitions"] => Idle;
    ["zero_optimization.allgather_bucket_size"] => Unread(&["auto", "500000000", "5e8", "200000000", "2e8"]);
    ["zero_optimization.contiguous_gradients"] => Unread(&["true"]);
    ["zero_optimization.reduce_scatter"] => Unread(&["true"]);
    ["zero_optimization.sub_group_size"] => Unread(&["1000000000", "1e9"]);
    ["zero_optimization.stage3_max_live_parameters"] => Unread(&["1000000000", "1e9"]);
    ["zero_optimization.stage3_max_reuse_distance"] => Unread(&["1000000000", "1e9"]);
    ["zero_optimization.stage3_gather_16bit_weights_on_model_save"] => Idle;
    ["zero_optimization.round_robin_gradients"] => Idle;
    // Any other would be another run (`runtime/engine.py`, `_configure_basic_optimizer`).
    ["optimizer.type"] => words! {
        "AdamW" => [Optimizer = "AdamW", OptimizerKernel = "fused"], "Adam" => [Optimizer = "Adam", OptimizerKernel = "fused"],
        "Lion" => [Optimizer = "Lion"],
    }
    .one_of();
    ["optimizer.params.torch_adam"] => Unread(&["false"]);
    ["optimizer.params.adam_w_mode"] => Idle;
    ["optimizer.params.lr"] => Idle;
    ["optimizer.params.betas"] => Idle;
    ["optimizer.params.eps"] => Idle;
    ["optimizer.params.weight_decay"] => Idle;
    ["scheduler.type"] => Idle;
    ["scheduler.params.warmup_min_lr", "scheduler.params.warmup_max_lr", "scheduler.params.warmup_num_steps"] => Idle;
    ["fp16.loss_scale", "fp16.loss_scale_window", "fp16.initial_scale_power"] => Idle;
    ["fp16.hysteresis", "fp16.min_loss_scale"] => Idle;
    ["train_batch_size"] => Idle;
    ["gradient_clipping"] => Idle;
    ["steps_per_print", "comms_config.verbose"] => Idle;
    ["monitor_config.enabled", "monitor_config.tag", "monitor_config.csv_monitor.enabled"] => Idle;
    ["fp16.auto_cast"] => Idle;
    ["wall_clock_breakdown"] => Idle;
    ["zero_allow_untested_optimizer"] => Idle;
    ["activation_checkpointing.partition_activations"] => Unread(&["false"]);
    ["activation_checkpointing.cpu_checkpointing"] => Unread(&["false"]);
};

/// What a file leaves open; Transformers' trainer fills nothing in where there is no key.
const DEFAULTS: &[ToolDefault] = defaults! {
    ZeroStage = |_| Some("0".to_owned()), "DeepSpeed 0.19, DeepSpeedZeroConfig.stage (runtime/zero/config.py)";
};

/// `deepspeed`.
pub const LAUNCH: Tool = Tool {
    id: DEEPSPEED,
    command: "deepspeed",
    syntax: Syntax::Underscores,
    mode: Mode::Finetune,
    fixed: &[],
    fields: &[LAUNCHER],
    told: &[],
    always: &[],
    defaults: &[],
};

/// A file of its configuration, which says that it trains.
pub const CONFIG: Tool = Tool {
    id: DEEPSPEED,
    command: "ds_config.json",
    syntax: Syntax::Json,
    mode: Mode::Finetune,
    fixed: &[(Id::Trainer, "deepspeed")],
    fields: &[CONFIGURATION],
    told: &[Id::ZeroStage, Id::BatchSize, Id::GradientAccumulationSteps, Id::Precision],
    always: &[],
    defaults: &[DEFAULTS],
};

/// The same alone: what the program is, is not said.
pub const CONFIG_ALONE: Tool = Tool { fixed: &[(Id::Trainer, "deepspeed"), (Id::FinetuneMethod, "Full")], ..CONFIG };
