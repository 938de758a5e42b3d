//! Files that other programs publish as examples and that launches name without a change: what they say, and where that
//! was read. A file of the same name may say something else, which is why all of it is told as assumed.

use crate::import::launch::field::NamedFile;
use crate::import::launch::setting::Setting;
use crate::import::own_source::{OwnDefault, OwnSource};

/// A published file.
struct PublishedFile {
    /// How its path ends.
    end: &'static str,
    /// Where it was read.
    source: OwnSource,
    /// What it says of memory.
    settings: &'static [&'static [(&'static str, &'static str)]],
}

const STAGE_0: &[(&str, &str)] = &[("zero_optimization.stage", "0")];
const STAGE_1: &[(&str, &str)] = &[("zero_optimization.stage", "1")];
const STAGE_2: &[(&str, &str)] = &[("zero_optimization.stage", "2")];
const STAGE_3: &[(&str, &str)] = &[
    ("zero_optimization.stage", "3"),
    ("zero_optimization.reduce_bucket_size", "auto"),
    ("zero_optimization.stage3_prefetch_bucket_size", "auto"),
    ("zero_optimization.stage3_param_persistence_threshold", "auto"),
];
const ONE_AFTER_THE_OTHER: &[(&str, &str)] = &[("zero_optimization.overlap_comm", "false")];
const AT_ONCE: &[(&str, &str)] = &[("zero_optimization.overlap_comm", "true")];
const BUCKET: &[(&str, &str)] = &[("zero_optimization.reduce_bucket_size", "500000000")];
const OPTIMIZER_ON_HOST: &[(&str, &str)] = &[("zero_optimization.offload_optimizer.device", "cpu")];
const PARAMETERS_ON_HOST: &[(&str, &str)] = &[("zero_optimization.offload_param.device", "cpu")];
/// Parameters are let go at once, for which there is no formula.
const NONE_KEPT: &[(&str, &str)] = &[
    ("zero_optimization.stage3_max_live_parameters", "0"),
    ("zero_optimization.stage3_max_reuse_distance", "0"),
    ("zero_optimization.sub_group_size", "0"),
];
const BF16: &[(&str, &str)] = &[("bf16.enabled", "true")];

macro_rules! published {
    ($( $end:literal, $code:literal => $($part:ident)+; )*) => {
        &[ $( PublishedFile {
            end: $end,
            source: OwnSource::at($code).doing(OwnDefault::PublishedIn),
            settings: &[$( $part ),+],
        } ),* ]
    };
}

const FILES: &[PublishedFile] = published! {
    "ds_z0_config.json", "LLaMA-Factory, examples/deepspeed/ds_z0_config.json" => STAGE_0 ONE_AFTER_THE_OTHER BUCKET;
    "ds_z2_config.json", "LLaMA-Factory, examples/deepspeed/ds_z2_config.json" => STAGE_2 ONE_AFTER_THE_OTHER BUCKET;
    "ds_z2_offload_config.json", "LLaMA-Factory, examples/deepspeed/ds_z2_offload_config.json"
        => STAGE_2 ONE_AFTER_THE_OTHER BUCKET OPTIMIZER_ON_HOST;
    "ds_z3_config.json", "LLaMA-Factory, examples/deepspeed/ds_z3_config.json" => STAGE_3 ONE_AFTER_THE_OTHER;
    "ds_z3_offload_config.json", "LLaMA-Factory, examples/deepspeed/ds_z3_offload_config.json"
        => STAGE_3 ONE_AFTER_THE_OTHER OPTIMIZER_ON_HOST PARAMETERS_ON_HOST;
    "deepspeed_configs/zero1.json", "axolotl, deepspeed_configs/zero1.json" => STAGE_1 AT_ONCE;
    "deepspeed_configs/zero2.json", "axolotl, deepspeed_configs/zero2.json" => STAGE_2 AT_ONCE OPTIMIZER_ON_HOST;
    "deepspeed_configs/zero3.json", "axolotl, deepspeed_configs/zero3.json" => STAGE_3 AT_ONCE NONE_KEPT;
    "deepspeed_configs/zero3_bf16.json", "axolotl, deepspeed_configs/zero3_bf16.json" => BF16 STAGE_3 AT_ONCE NONE_KEPT;
    "deepspeed_configs/zero3_bf16_cpuoffload_all.json", "axolotl, deepspeed_configs/zero3_bf16_cpuoffload_all.json"
        => BF16 STAGE_3 AT_ONCE NONE_KEPT OPTIMIZER_ON_HOST PARAMETERS_ON_HOST;
};

const PROCESSES: &[(&str, &str)] = &[("num_processes", "8")];
const REPLICAS: &[(&str, &str)] = &[("distributed_type", "MULTI_GPU")];
const OF_DEEPSPEED: &[(&str, &str)] = &[("distributed_type", "DEEPSPEED")];
const ZERO_1: &[(&str, &str)] = &[("deepspeed_config.zero_stage", "1")];
const ZERO_2: &[(&str, &str)] = &[("deepspeed_config.zero_stage", "2")];
const ZERO_3: &[(&str, &str)] = &[("deepspeed_config.zero_stage", "3")];
const OF_FSDP: &[(&str, &str)] =
    &[("distributed_type", "FSDP"), ("fsdp_config.fsdp_auto_wrap_policy", "TRANSFORMER_BASED_WRAP")];
const FSDP_1: &[(&str, &str)] = &[("fsdp_config.fsdp_version", "1")];
const FSDP_2: &[(&str, &str)] =
    &[("fsdp_config.fsdp_version", "2"), ("fsdp_config.fsdp_reshard_after_forward", "true")];

/// TRL's files for Accelerate, by the names that `--accelerate_config` takes. Their mixed precision is not used: the
/// trainer's arguments say it (Transformers 5.24, `TrainingArguments.__post_init__`), and so are the steps that
/// gradients are added up over.
const ACCELERATE_FILES: &[PublishedFile] = published! {
    "multi_gpu", "TRL 1.16, accelerate_configs/multi_gpu.yaml" => REPLICAS PROCESSES;
    "zero1", "TRL 1.16, accelerate_configs/zero1.yaml" => OF_DEEPSPEED ZERO_1 PROCESSES;
    "zero2", "TRL 1.16, accelerate_configs/zero2.yaml" => OF_DEEPSPEED ZERO_2 PROCESSES;
    "zero3", "TRL 1.16, accelerate_configs/zero3.yaml" => OF_DEEPSPEED ZERO_3 PROCESSES;
    "fsdp1", "TRL 1.16, accelerate_configs/fsdp1.yaml" => OF_FSDP FSDP_1 PROCESSES;
    "fsdp2", "TRL 1.16, accelerate_configs/fsdp2.yaml" => OF_FSDP FSDP_2 PROCESSES;
};

/// Whether a path is that of one of TRL's files: its name alone, or in the folder of TRL's package or repository, which
/// has longer names.
fn is_of_trl(path: &str, name: &str) -> bool {
    let Some(file) = path.strip_suffix(".yaml") else { return path == name };
    let Some((folder, file)) = file.rsplit_once('/') else { return false };
    let is_folder = folder == "accelerate_configs" || folder.ends_with("/accelerate_configs");
    is_folder && file.strip_prefix("deepspeed_").unwrap_or(file) == name
}

/// What a published file says, on the line that names it, and where that was read; `None` where none is known by that
/// path.
pub fn published_file(kind: NamedFile, setting: &Setting) -> Option<(Vec<Setting>, OwnSource)> {
    let path = setting.value.replace('\\', "/");
    let is_it = |end: &str| path.strip_suffix(end).is_some_and(|it| it.is_empty() || it.ends_with('/'));
    let file = match kind {
        NamedFile::DeepSpeed => FILES.iter().find(|it| is_it(it.end)),
        NamedFile::Accelerate => ACCELERATE_FILES.iter().find(|it| is_of_trl(&path, it.end)),
        NamedFile::Arguments | NamedFile::Fsdp => None,
    }?;
    let own = |(name, value): &(&str, &str)| Setting {
        name: (*name).to_owned(),
        value: (*value).to_owned(),
        line: setting.line,
    };
    Some((file.settings.iter().flat_map(|it| it.iter()).map(own).collect(), file.source))
}
