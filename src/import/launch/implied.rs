//! What a launch does by what it does not say: the version of FSDP, where there is none, and the GPUs that variables of
//! its shell name. It takes nothing.

use crate::import::imported::{Imported, NotTaken};
use crate::import::launch::field::Tool;
use crate::import::launch::setting::Setting;
use crate::import::launch::shell::SpokenWord;
use crate::import::launch::tools::axolotl::AXOLOTL;
use crate::import::launch::tools::launchers::ACCELERATE;
use crate::import::launch::tools::llama_factory::LLAMA_FACTORY;
use std::collections::BTreeMap;

/// Names under which the version of FSDP is said.
const VERSIONS: &[&str] = &["fsdp_version", "fsdp_config.fsdp_version", "fsdp_config.version"];

/// What axolotl and Accelerate take where no version is said (axolotl 0.19, `check_fsdp_version_in_fsdp_config`;
/// Accelerate 1.15, `commands/launch.py`, `FullyShardedDataParallelPlugin`).
const OLD_VERSION: &str = "1";

/// Names under which it is said what Accelerate gathers together.
const WRAPPING: &[&str] = &["fsdp_auto_wrap_policy", "fsdp_config.fsdp_auto_wrap_policy"];

/// What it does where nobody says so: the whole model is gathered at once
/// (`FullyShardedDataParallelPlugin.__post_init__`).
const UNWRAPPED: &str = "NO_WRAP";

/// The variable that lists devices.
const VISIBLE: &str = "CUDA_VISIBLE_DEVICES";

/// How variables end that list devices.
const LISTING: &str = "_VISIBLE_DEVICES";

/// Whether it says the version of FSDP.
pub fn is_version(it: &Setting) -> bool {
    it.is_any(VERSIONS)
}

/// Adds the version that is taken where FSDP is asked for without one; what axolotl makes nothing of, because nothing
/// asks for FSDP, is taken out and given back.
pub fn imply(tools: &[&Tool], said: &mut Vec<Setting>) -> Vec<Setting> {
    let is_axolotl = tools[0].id == AXOLOTL.id;
    let asks = |it: &Setting| match is_axolotl {
        true => !is_version(it) && (it.is("fsdp") || it.begins("fsdp_config.")),
        false => it.is("use_fsdp") && it.value != "false" || it.is("distributed_type") && it.value == "FSDP",
    };
    if !is_axolotl && !tools.iter().any(|it| it.id == ACCELERATE.id) {
        return Vec::new();
    }
    if !said.iter().any(asks) {
        return if is_axolotl { said.extract_if(.., |it| is_version(it)).collect() } else { Vec::new() };
    }
    let is_wrapped = said.iter().any(|it| it.is_any(WRAPPING));
    let mut implied = Vec::new();
    if !said.iter().any(is_version) {
        implied.push((VERSIONS[0], OLD_VERSION));
    }
    if !is_axolotl && !is_wrapped {
        implied.push((WRAPPING[0], UNWRAPPED));
    }
    said.extend(implied.into_iter().map(|(name, value)| Setting {
        name: name.to_owned(),
        value: value.to_owned(),
        line: 0,
    }));
    Vec::new()
}

/// How many GPUs the variables of a shell leave to a program, and which says so: LLaMA-Factory's own (`launcher.py`),
/// or CUDA's.
pub fn gpus_of_shell(program: &Tool, variables: &BTreeMap<String, SpokenWord>) -> Option<Setting> {
    let of = |name: &str, value: String| {
        let line = variables.get(name)?.line;
        Some(Setting { name: name.to_owned(), value, line })
    };
    let number = |name: &str| variables.get(name)?.text.parse::<u32>().ok();
    if let Some(own) = number("NPROC_PER_NODE").filter(|_| program.id == LLAMA_FACTORY.id) {
        let gpus = f64::from(own) * f64::from(number("NNODES").unwrap_or(1));
        return of("NPROC_PER_NODE", gpus.to_string());
    }
    listed_gpus(VISIBLE, variables)
}

/// The variable that lists GPUs, where it is set to such a list.
pub fn listed_gpus(name: &str, variables: &BTreeMap<String, SpokenWord>) -> Option<Setting> {
    let word = variables.get(name)?;
    let visible = word.text.as_str();
    let is_device = |it: &str| it.parse::<u32>().is_ok() || it.starts_with("GPU-") || it.starts_with("MIG-");
    let mut devices = visible.split(',').map(str::trim_ascii).peekable();
    let is_known = devices.peek().is_some() && devices.clone().all(is_device);
    is_known.then(|| Setting { name: name.to_owned(), value: visible.to_owned(), line: word.line })
}

/// Variables that change no byte of what an estimate is of: the first lets a context be longer than the model's.
const IDLE: &[&str] =
    &["VLLM_ALLOW_LONG_MAX_MODEL_LEN", "VLLM_LOGGING_LEVEL", "VLLM_USE_MODELSCOPE", "CUDA_DEVICE_ORDER"];

/// How variables begin that programs read, and that may change memory.
const MATTERING: &[&str] = &["VLLM_", "PYTORCH_", "TORCH_", "CUDA_", "NCCL_", "GGML_", "LLAMA_"];

/// Tells the variables that were set and that programs read.
pub fn leave_variables(variables: &BTreeMap<String, SpokenWord>, res: &mut Imported) {
    for (name, word) in variables.iter().filter(|it| it.0 != VISIBLE) {
        if IDLE.contains(&name.as_str()) {
            res.leave_on(Some(word.line), name, &word.text, NotTaken::Idle);
        } else if MATTERING.iter().any(|it| name.starts_with(it)) {
            res.leave_on(Some(word.line), name, &word.text, NotTaken::Unknown);
        }
    }
}

/// The same as a number: of devices that are listed there are as many.
pub fn counted(setting: &Setting) -> Setting {
    let listed = setting.value.strip_prefix("device=").or(setting.name.ends_with(LISTING).then_some(&setting.value));
    let count = listed.map(|it| it.split(',').filter(|it| !it.contains('=')).count().to_string());
    Setting { value: count.unwrap_or_else(|| setting.value.clone()), ..setting.clone() }
}
