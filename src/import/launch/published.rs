//! Files that other programs publish as examples and that launches name without a change: what they say, and where that was read. A file of
//! the same name may say something else, which is why all of it is told as assumed.

use crate::import::launch::field::NamedFile;
use crate::import::launch::setting::Setting;

/// A published file.
struct PublishedFile {
    /// How its path ends.
    end: &'static str,
    /// Where it was read.
    source: &'static str,
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
    ($( $end:literal, $source:literal => $($part:ident)+; )*) => {
        &[ $( PublishedFile { end: $end, source: $source, settings: &[$( $part ),+] } ),* ]
    };
}

const FILES: &[PublishedFile] = published! {
    "ds_z0_config.json", "published in LLaMA-Factory, examples/deepspeed/ds_z0_config.json" => STAGE_0 ONE_AFTER_THE_OTHER BUCKET;
    "ds_z2_config.json", "published in LLaMA-Factory, examples/deepspeed/ds_z2_config.json" => STAGE_2 ONE_AFTER_THE_OTHER BUCKET;
    "ds_z2_offload_config.json", "published in LLaMA-Factory, examples/deepspeed/ds_z2_offload_config.json"
        => STAGE_2 ONE_AFTER_THE_OTHER BUCKET OPTIMIZER_ON_HOST;
    "ds_z3_config.json", "published in LLaMA-Factory, examples/deepspeed/ds_z3_config.json" => STAGE_3 ONE_AFTER_THE_OTHER;
    "ds_z3_offload_config.json", "published in LLaMA-Factory, examples/deepspeed/ds_z3_offload_config.json"
        => STAGE_3 ONE_AFTER_THE_OTHER OPTIMIZER_ON_HOST PARAMETERS_ON_HOST;
    "deepspeed_configs/zero1.json", "published in axolotl, deepspeed_configs/zero1.json" => STAGE_1 AT_ONCE;
    "deepspeed_configs/zero2.json", "published in axolotl, deepspeed_configs/zero2.json" => STAGE_2 AT_ONCE OPTIMIZER_ON_HOST;
    "deepspeed_configs/zero3.json", "published in axolotl, deepspeed_configs/zero3.json" => STAGE_3 AT_ONCE NONE_KEPT;
    "deepspeed_configs/zero3_bf16.json", "published in axolotl, deepspeed_configs/zero3_bf16.json" => BF16 STAGE_3 AT_ONCE NONE_KEPT;
    "deepspeed_configs/zero3_bf16_cpuoffload_all.json", "published in axolotl, deepspeed_configs/zero3_bf16_cpuoffload_all.json"
        => BF16 STAGE_3 AT_ONCE NONE_KEPT OPTIMIZER_ON_HOST PARAMETERS_ON_HOST;
};

/// What a published file says, on the line that names it, and where that was read; `None` where none is known by that path.
pub fn published_file(kind: NamedFile, setting: &Setting) -> Option<(Vec<Setting>, &'static str)> {
    let path = setting.value.replace('\\', "/");
    let is_it = |end: &str| path.strip_suffix(end).is_some_and(|it| it.is_empty() || it.ends_with('/'));
    let file = FILES.iter().find(|it| kind == NamedFile::DeepSpeed && is_it(it.end))?;
    let own = |(name, value): &(&str, &str)| Setting {
        name: (*name).to_owned(),
        value: (*value).to_owned(),
        line: setting.line,
    };
    Some((file.settings.iter().flat_map(|it| it.iter()).map(own).collect(), file.source))
}
