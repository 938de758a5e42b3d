//! What starts a program on several GPUs: `accelerate launch` with its flags and its file (Accelerate 1.15,
//! `commands/launch.py`, `utils/dataclasses.py`), `torchrun`, and DeepSpeed's own. It does not know several machines of
//! different size.

use crate::estimator::{Mode, ParameterId as Id, Trainer};
use crate::import::imported::ACCELERATE as OF_ACCELERATE;
use crate::import::launch::field::FlagMeaning::{File, Gpus, Idle, Number, NumberUnless, Unread};
use crate::import::launch::field::{Field, FlagMeaning, NamedFile, Syntax, Tool, ToolDefault, defaults, fields, words};
use crate::import::launch::tools::deepspeed::{OFFLOADED, OFFLOADED_PARAMETERS};
use crate::import::launch::values::{number_of, trainer_of};

/// The version of FSDP, of which each is estimated as the second ([`crate::import::NotTaken::OldSharding`] says so of
/// the first, which is Accelerate's own unless told otherwise).
///
/// Both keep parameters, gradients and the optimizer's states in equal shares, gather a layer at a time before it runs
/// and the next one beside it, and reduce its gradients at once. FSDP1 copies a layer into one flat tensor, whose
/// gradient is whole until it is reduced, and lets memory wait that another stream has used; where both ran, FSDP2's
/// peak was 7 % lower (Llama 7B on eight H100, torchtitan, `docs/fsdp.md`). That is less than a refusal would cost
/// whoever asks, and it is said.
pub(super) const FSDP_VERSION: FlagMeaning = words! { "2" => [Trainer = "fsdp2"], "1" => [Trainer = "fsdp2"] }.one_of();

/// `ShardingStrategy` by name and by number (`torch/distributed/fsdp/api.py`).
pub(super) const SHARDING: FlagMeaning = words! {
    "FULL_SHARD" => [Reshard = "full"], "1" => [Reshard = "full"], "SHARD_GRAD_OP" => [Reshard = "none"],
    "2" => [Reshard = "none"],
};

const ACCELERATE_FLAGS: &[Field] = fields! {
    ["num_processes"] => Gpus;
    ["use_fsdp"] => words! { "true" => [Trainer = "fsdp2"], "false" => [] };
    ["use_deepspeed"] => words! { "true" => [Trainer = "deepspeed"], "false" => [] };
    ["multi_gpu"] => words! { "true" => [Trainer = "ddp"], "false" => [] };
    ["distributed_type"] => words! {
        "FSDP" => [Trainer = "fsdp2"], "DEEPSPEED" => [Trainer = "deepspeed"], "MULTI_GPU" => [Trainer = "ddp"], "NO" => [],
    };
    ["fsdp_version", "fsdp_config.fsdp_version"] => FSDP_VERSION;
    // FSDP1's word for what is gathered again; its other ways keep copies, or shard among some GPUs alone.
    ["fsdp_sharding_strategy", "fsdp_config.fsdp_sharding_strategy"] => SHARDING.heard();
    ["fsdp_reshard_after_forward", "fsdp_config.fsdp_reshard_after_forward"] => words! {
        "true" => [Reshard = "full"], "false" => [Reshard = "none"], "FULL_SHARD" => [Reshard = "full"],
        "SHARD_GRAD_OP" => [Reshard = "none"],
    };
    ["fsdp_offload_params", "fsdp_config.fsdp_offload_params"] => words! {
        "true" => [OffloadParameters = "cpu"], "false" => [OffloadParameters = "none"],
    };
    ["fsdp_activation_checkpointing", "fsdp_config.fsdp_activation_checkpointing"] => words! {
        "true" => [GradientCheckpointing = "true"], "false" => [],
    };
    ["mixed_precision"] => words! { "bf16" => [Precision = "BF16"], "fp16" => [Precision = "FP16"], "no" => [] };
    ["parallelism_config_tp_size", "parallelism_config.parallelism_config_tp_size"] => Number(Id::TensorParallel);
    ["parallelism_config_dp_replicate_size", "parallelism_config.parallelism_config_dp_replicate_size"] =>
        Number(Id::DataParallelReplicate);
    ["parallelism_config_cp_size", "parallelism_config.parallelism_config_cp_size"] => Unread(&["1"]);
    ["zero_stage", "deepspeed_config.zero_stage"] => words! {
        "0" => [ZeroStage = "0"], "1" => [ZeroStage = "1"], "2" => [ZeroStage = "2"], "3" => [ZeroStage = "3"],
    };
    ["offload_optimizer_device", "deepspeed_config.offload_optimizer_device"] => OFFLOADED;
    ["offload_param_device", "deepspeed_config.offload_param_device"] => OFFLOADED_PARAMETERS;
    ["gradient_accumulation_steps", "deepspeed_config.gradient_accumulation_steps"] =>
        NumberUnless(Id::GradientAccumulationSteps, &["auto"]);
    ["use_megatron_lm"] => Unread(&["false"]);
    ["dynamo_backend", "dynamo_config.dynamo_backend"] => Unread(&["no"]);
    ["fsdp_config.fsdp_cpu_ram_efficient_loading", "fsdp_cpu_ram_efficient_loading"] => Idle;
    ["fsdp_auto_wrap_policy", "fsdp_config.fsdp_auto_wrap_policy"] => words! {
        "TRANSFORMER_BASED_WRAP" => [Trainer = "fsdp2"],
    }.one_of();
    ["fsdp_transformer_layer_cls_to_wrap", "fsdp_config.fsdp_transformer_layer_cls_to_wrap"] => Idle;
    ["fsdp_state_dict_type", "fsdp_config.fsdp_state_dict_type"] => Idle;
    // Of FSDP1 alone, or of how a model is loaded.
    ["fsdp_backward_prefetch", "fsdp_config.fsdp_backward_prefetch"] => Idle;
    ["fsdp_forward_prefetch", "fsdp_config.fsdp_forward_prefetch"] => Idle;
    ["fsdp_use_orig_params", "fsdp_config.fsdp_use_orig_params"] => Idle;
    ["fsdp_sync_module_states", "fsdp_config.fsdp_sync_module_states"] => Idle;
    ["fsdp_min_num_params", "fsdp_config.fsdp_min_num_params"] => Idle;
    ["zero3_init_flag", "deepspeed_config.zero3_init_flag"] => Idle;
    ["zero3_save_16bit_model", "deepspeed_config.zero3_save_16bit_model"] => Idle;
    ["deepspeed_multinode_launcher", "deepspeed_config.deepspeed_multinode_launcher"] => Idle;
    ["gradient_clipping", "deepspeed_config.gradient_clipping"] => Idle;
    ["deepspeed_config_file", "deepspeed_config.deepspeed_config_file"] => File(NamedFile::DeepSpeed);
    ["num_machines", "machine_rank"] => Idle;
    ["main_process_port", "main_process_ip"] => Idle;
    ["main_training_function", "compute_environment"] => Idle;
    ["config_file", "accelerate_config"] => File(NamedFile::Accelerate);
    ["num_cpu_threads_per_process"] => Idle;
    ["gpu_ids", "same_network"] => Idle;
    ["downcast_bf16", "rdzv_backend"] => Idle;
    ["use_cpu", "debug"] => Idle;
    ["use_parallelism_config", "enable_cpu_affinity"] => Idle;
    ["tpu_env", "tpu_use_cluster", "tpu_use_sudo"] => Idle;
};

fn is_fsdp(inputs: &crate::estimator::Inputs) -> bool {
    trainer_of(inputs) == Trainer::Fsdp2
}

/// What it does where nothing is said.
pub const ACCELERATE_DEFAULTS: &[ToolDefault] = defaults! {
    Wrapping = |it| is_fsdp(it).then(|| "layers_tail".to_owned()), "Accelerate 1.15, fsdp2_prepare_model" LayersAndEnds;
    GradientSync = |it| is_fsdp(it).then(|| "last".to_owned()), "Accelerate 1.15, GradientAccumulationPlugin.sync_each_batch" Off;
    TensorParallelPlan = |it| (is_fsdp(it) && number_of(it, Id::TensorParallel) > 1.0).then(|| "transformers".to_owned()),
        "Accelerate 1.15, ParallelismConfig" PlanOfModel;
};

/// `accelerate launch`.
pub const ACCELERATE: Tool = Tool {
    id: OF_ACCELERATE,
    command: "accelerate launch",
    syntax: Syntax::Underscores,
    mode: Mode::Finetune,
    fixed: &[],
    fields: &[ACCELERATE_FLAGS],
    told: &[],
    always: &[],
    defaults: &[ACCELERATE_DEFAULTS],
};

/// Its file alone: what the program is, is not said.
pub const ACCELERATE_ALONE: Tool = Tool { fixed: &[(Id::FinetuneMethod, "Full")], ..ACCELERATE };

const TORCHRUN_FLAGS: &[Field] = fields! {
    ["nproc_per_node", "nproc-per-node"] => Gpus;
    ["nnodes"] => Gpus;
    ["node_rank"] => Idle;
    ["master_addr", "master_port"] => Idle;
    ["rdzv_backend", "rdzv_endpoint", "rdzv_id"] => Idle;
    ["use_standalone", "standalone"] => Idle;
};

/// `torchrun`, and `python -m torch.distributed.run`.
pub const TORCHRUN: Tool = Tool {
    id: "torchrun",
    command: "torchrun",
    syntax: Syntax::Underscores,
    mode: Mode::Finetune,
    fixed: &[],
    fields: &[TORCHRUN_FLAGS],
    told: &[],
    always: &[],
    defaults: &[],
};
