//! Which GPUs a cluster is asked for: labels of nodes in a file of Kubernetes, what `sbatch` reads in front of a
//! script, what SkyPilot's files and Modal's functions say. It knows no program.

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

/// The name of a label in a list of what a node must match, and what stands in front of the values that it may have.
const KEY: &str = "key";
const VALUES: &str = "values";

/// What SkyPilot's files ask for a kind and a number by (`sky/resources.py`), and Modal's functions
/// (`modal.App.function`).
const ACCELERATORS: &str = "accelerators";
const OF_MODAL: &str = "gpu";

/// What both call GPUs where the catalogue's names say more (`sky/catalog`, `modal.com/docs/guide/gpu`).
const BY_CLOUD: &[(&str, &str)] = &[
    ("A100", "a100-40gb"),
    ("A100-40GB", "a100-40gb"),
    ("A100-80GB", "a100-80gb"),
    ("H100", "h100-80gb"),
    ("H200", "h200"),
    ("B200", "b200"),
];

/// How lines begin that `sbatch` reads.
const OF_SLURM: &str = "#SBATCH";

/// What asks Slurm for GPUs; of a node the last two.
const OF_GPUS: &[&str] = &["--gpus", "-G", "--gres", "--gpus-per-node"];

/// Lines below a key in which the values of its label stand.
const MOST_BELOW: usize = 16;

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

/// A kind with its number, as SkyPilot and Modal write them: `A100-80GB:8`, `H100`; also within braces.
fn kind_of_cloud(value: &str) -> (&str, Option<u32>) {
    let plain = value.trim_matches(['{', '}', ' ', '"', '\'', ',', ')']);
    match plain.split_once(':') {
        Some((kind, number)) => (kind.trim_ascii(), number.trim_ascii().parse().ok()),
        None => (plain, None),
    }
}

/// What a line asks a cloud for: its name, the kind and the number.
fn asked_of_cloud(line: &str) -> Option<(&'static str, &str, Option<u32>)> {
    let own = named(line).filter(|it| it.name == ACCELERATORS && !it.value.is_empty());
    if let Some(own) = own {
        let (kind, number) = kind_of_cloud(own.value);
        return Some((ACCELERATORS, kind, number));
    }
    // An argument of a decorator, whose value is a text.
    let is_start = |at: usize| !line[..at].ends_with(|it: char| it.is_alphanumeric() || matches!(it, '_' | '.' | '-'));
    let mut places = line.match_indices(OF_MODAL).map(|it| it.0).filter(|at| is_start(*at));
    places.find_map(|at| {
        let value = line[at + OF_MODAL.len()..].trim_ascii_start().strip_prefix('=')?.trim_ascii_start();
        let quote = value.chars().next().filter(|it| matches!(it, '"' | '\''))?;
        let (kind, number) = kind_of_cloud(value[1..].split_once(quote)?.0);
        Some((OF_MODAL, kind, number))
    })
}

/// The values that a label may have, of which a list behind its key tells.
fn matched<'a>(lines: &[&'a str], at: usize) -> Option<(String, Vec<&'a str>)> {
    let label = named(lines[at]).filter(|it| it.name == KEY)?.value.trim_matches(['"', '\'']);
    let label = LABELS.iter().find(|it| **it == label)?;
    let below = lines.iter().enumerate().skip(at + 1).take(MOST_BELOW);
    let (list, own) = below.filter_map(|(at, line)| Some((at, named(line)?))).find(|it| it.1.name == VALUES)?;
    let inline = own.value.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let values: Vec<&str> = match inline {
        Some(inner) => inner.split(',').map(str::trim_ascii).collect(),
        None => {
            lines[list + 1..].iter().map_while(|it| it.trim_ascii().strip_prefix("- ")).map(str::trim_ascii).collect()
        }
    };
    Some(((*label).to_owned(), values)).filter(|it| !it.1.is_empty() && it.1.len() <= MOST_BELOW)
}

/// What a label's value calls a device.
fn device_of_label(name: &str, value: &str) -> Option<&'static Device> {
    let value = value.trim_matches(['"', '\'']);
    match BY_GOOGLE.iter().find(|it| it.0 == value && name == GOOGLE) {
        Some((_, id)) => DEVICES.iter().find(|it| it.id == *id),
        None => device_called(value),
    }
}

/// The kind of GPU that is asked for, where all that says one says the same.
pub fn asked_device(text: &str) -> Option<AskedDevice> {
    let lines: Vec<&str> = text.lines().collect();
    let of_label = |(at, line): (usize, &&str)| {
        let own = named(line).filter(|it| LABELS.contains(&it.name))?;
        Some((at + 1, own.name.to_owned(), device_of_label(own.name, own.value)))
    };
    let of_match = |at: usize| {
        let (label, values) = matched(&lines, at)?;
        Some(values.into_iter().map(move |it| (at + 1, label.clone(), device_of_label(&label, it))).collect::<Vec<_>>())
    };
    let of_cloud = |(at, line): (usize, &&str)| {
        let (name, kind, _) = asked_of_cloud(line)?;
        let device = match BY_CLOUD.iter().find(|it| it.0 == kind) {
            Some((_, id)) => DEVICES.iter().find(|it| it.id == *id),
            None => device_called(kind),
        };
        Some((at + 1, name.to_owned(), device))
    };
    let of_flag = |(line, flag, value): (usize, &str, &str)| {
        let kind = kind_and_number(flag, value).filter(|_| OF_GPUS.contains(&flag))?.0?;
        Some((line, flag.to_owned(), device_called(kind)))
    };
    let labels = lines.iter().enumerate().filter_map(of_label);
    let matches = (0..lines.len()).filter_map(of_match).flatten();
    let clouds = lines.iter().enumerate().filter_map(of_cloud);
    let mut all = labels.chain(matches).chain(clouds).chain(asked_of_slurm(text).filter_map(of_flag)).peekable();
    let (line, name, device) = all.next()?;
    let device = device?;
    let is_same = all.all(|it| it.2.is_some_and(|it| it.id == device.id));
    is_same.then_some(AskedDevice { device, name, line })
}

/// What asks a cloud for more than one GPU.
pub fn gpus_of_cloud(text: &str) -> Option<Setting> {
    text.lines().enumerate().find_map(|(at, line)| {
        let (name, kind, number) = asked_of_cloud(line)?;
        // Every kind has a number in its name, which `cuda:0` has not.
        kind.contains(|it: char| it.is_ascii_digit()).then_some(())?;
        Some(Setting { name: name.to_owned(), value: number?.to_string(), line: at + 1 })
    })
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
