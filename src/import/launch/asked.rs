//! Which GPUs a cluster is asked for: labels of nodes in a file of Kubernetes, and what `sbatch` reads in front of a
//! script. It knows no program.

use crate::estimator::catalog::devices::{DEVICES, Device};
use crate::import::devices::device_called;
use crate::import::launch::reserved::named;
use crate::import::launch::setting::Setting;

/// Labels behind which stands what kind of GPU a node has: NVIDIA's device plugin, and Google.
const LABELS: &[&str] = &["nvidia.com/gpu.product", GOOGLE];
const GOOGLE: &str = "cloud.google.com/gke-accelerator";

/// What Google calls GPUs where that is not their whole name (`kubernetes-engine/docs/concepts/gpus`).
const BY_GOOGLE: &[(&str, &str)] = &[
    ("nvidia-tesla-a100", "a100-40gb"),
    ("nvidia-a100-80gb", "a100-80gb"),
    ("nvidia-h100-80gb", "h100-80gb"),
    ("nvidia-h100-mega-80gb", "h100-80gb"),
    ("nvidia-h200-141gb", "h200"),
    ("nvidia-b200", "b200"),
];

/// How lines begin that `sbatch` reads.
const OF_SLURM: &str = "#SBATCH";

/// What asks Slurm for GPUs; of a node the last two.
const OF_GPUS: &[&str] = &["--gpus", "-G", "--gres", "--gpus-per-node"];

/// What asks it for machines.
const OF_NODES: &[&str] = &["--nodes", "-N"];

/// A kind of GPU, with the line and the name that say it.
pub struct AskedDevice {
    /// What it is.
    pub device: &'static Device,
    /// What says it.
    pub name: String,
    /// Its line, from 1.
    pub line: usize,
}

/// The flags of a line that `sbatch` reads, with their values.
fn flags(line: &str) -> Vec<(&str, &str)> {
    let Some(told) = line.trim_ascii_start().strip_prefix(OF_SLURM) else { return vec![] };
    let told = told.split(" #").next().unwrap_or(told);
    let words: Vec<&str> = told.split_ascii_whitespace().collect();
    let flag = |at: usize| match words[at].split_once('=') {
        Some(it) => it,
        None => (words[at], words.get(at + 1).copied().unwrap_or("")),
    };
    (0..words.len()).filter(|at| words[*at].starts_with('-')).map(flag).collect()
}

/// The kind and the number of what a flag asks for: `gpu:a100:4`, `a100:4`, `gpu:4`, `4`.
fn kind_and_number<'a>(flag: &str, value: &'a str) -> Option<(Option<&'a str>, Option<u32>)> {
    let mut parts: Vec<&str> = value.split(':').collect();
    if flag == "--gres" && parts.remove(0) != "gpu" {
        return None;
    }
    let number = parts.last().and_then(|it| it.parse().ok());
    if number.is_some() {
        parts.pop();
    }
    Some((parts.first().copied().filter(|it| !it.is_empty()), number))
}

fn asked_of_slurm(text: &str) -> impl Iterator<Item = (usize, &str, &str)> {
    text.lines().enumerate().flat_map(|(at, line)| flags(line).into_iter().map(move |it| (at + 1, it.0, it.1)))
}

/// The kind of GPU that is asked for, where all that says one says the same.
pub fn asked_device(text: &str) -> Option<AskedDevice> {
    let of_label = |(at, line): (usize, &str)| {
        let own = named(line).filter(|it| LABELS.contains(&it.name))?;
        let value = own.value.trim_matches(['"', '\'']);
        let google = BY_GOOGLE.iter().find(|it| it.0 == value && own.name == GOOGLE);
        let device = match google {
            Some((_, id)) => DEVICES.iter().find(|it| it.id == *id),
            None => device_called(value),
        };
        Some((at + 1, own.name.to_owned(), device))
    };
    let of_flag = |(line, flag, value): (usize, &str, &str)| {
        let kind = kind_and_number(flag, value).filter(|_| OF_GPUS.contains(&flag))?.0?;
        Some((line, flag.to_owned(), device_called(kind)))
    };
    let labels = text.lines().enumerate().filter_map(of_label);
    let mut all = labels.chain(asked_of_slurm(text).filter_map(of_flag)).peekable();
    let (line, name, device) = all.next()?;
    let device = device?;
    let is_same = all.all(|it| it.2.is_some_and(|it| it.id == device.id));
    is_same.then_some(AskedDevice { device, name, line })
}

/// What says on how many GPUs Slurm starts a script, where it starts it on one machine.
pub fn asked_gpus(text: &str) -> Option<Setting> {
    let is_one = |value: &str| value.trim_ascii() == "1";
    if asked_of_slurm(text).any(|it| OF_NODES.contains(&it.1) && !is_one(it.2)) {
        return None;
    }
    asked_of_slurm(text).find_map(|(line, flag, value)| {
        let number = kind_and_number(flag, value).filter(|_| OF_GPUS.contains(&flag))?.1?;
        Some(Setting { name: flag.trim_start_matches('-').to_owned(), value: number.to_string(), line })
    })
}
