//! Which device a log or a label names, by what its driver calls it. It knows no memory.

use crate::estimator::catalog::devices::{DEVICES, Device};
use std::collections::BTreeMap;

/// Words of drivers that the catalogue's names do not have.
const DROPPED: &[&str] =
    &["nvidia", "amd", "geforce", "radeon", "gpu", "generation", "workstation", "edition", "instinct", "gb"];

/// What a driver calls devices whose names in the catalogue say more.
const CALLED: &[(&str, &str)] = &[("NVIDIA H100 80GB HBM3", "h100-80gb"), ("NVIDIA H100 PCIe", "h100-pcie-80gb")];

/// The devices of a run.
#[derive(Debug, PartialEq)]
pub struct NamedDevices {
    /// The kinds in their order, each with how many are said to be used; 0 where that is not said. At least one.
    pub kinds: Vec<(&'static Device, usize)>,
    /// What says it.
    pub name: String,
    /// Its line, from 1.
    pub line: usize,
}

/// The words of a name in small letters, without those that say nothing: `SXM4` is the fourth `SXM`, and `80GB` is `80
/// GB`.
fn words(name: &str) -> Vec<String> {
    let lower = name.to_ascii_lowercase();
    let plain = |it: &str| {
        let it = it.strip_suffix("gb").unwrap_or(it);
        if it.starts_with("sxm") { "sxm".to_owned() } else { it.to_owned() }
    };
    let all = lower.split([' ', '-', '_']).filter(|it| !it.is_empty() && !DROPPED.contains(it));
    all.map(plain).filter(|it| !it.is_empty()).collect()
}

/// The device that a driver calls so; in labels, dashes stand for spaces.
pub fn device_called(name: &str) -> Option<&'static Device> {
    let called = CALLED.iter().find(|it| it.0 == name || it.0.replace(' ', "-") == name).map(|it| it.1);
    let own = words(name);
    let mut like = DEVICES.iter().filter(|it| called.map_or_else(|| words(it.name) == own, |id| it.id == id));
    like.next().filter(|_| like.next().is_none())
}

/// The name on a line, and which device it is where the line says that it is used.
fn named(line: &str) -> Option<(&str, Option<&str>)> {
    // "using device CUDA0 (NVIDIA GeForce RTX 4090) - 23680 MiB free"
    if let Some((id, rest)) = line.split_once("using device ").and_then(|it| it.1.split_once(" (")) {
        return Some((rest.split([')', '(']).next()?.trim_ascii(), Some(id)));
    }
    // "  Device 0: NVIDIA GeForce RTX 4090, compute capability 8.9, VMM: yes"
    let (number, rest) = line.split_once("Device ")?.1.split_once(": ")?;
    let is_number = number.bytes().all(|it| it.is_ascii_digit());
    Some((rest.split_once(", compute capability")?.0.trim_ascii(), None)).filter(|_| is_number)
}

/// The devices that a text names, where each kind is known: those that are used, in the order of their names, or else
/// those that are there, where these are all alike. Of kinds that are not together no link can say the order.
pub fn devices_named(text: &str) -> Option<NamedDevices> {
    let all: Vec<_> = text.lines().enumerate().filter_map(|(at, line)| Some((at + 1, named(line)?))).collect();
    // A log may say twice what is used.
    let used: BTreeMap<_, _> = all.iter().filter_map(|it| Some((number_and_name(it.1.1?), it.1.0))).collect();
    let mut counted = all.iter().filter(|it| used.is_empty() || it.1.1.is_some());
    let (line, (name, _)) = *counted.next()?;
    let kinds = if used.is_empty() {
        counted.all(|it| it.1.0 == name).then(|| vec![(name, 0)])?
    } else {
        let names: Vec<_> = used.into_values().collect();
        names.chunk_by(|a, b| a == b).map(|it| (it[0], it.len())).collect()
    };
    let kinds: Vec<_> = kinds.into_iter().map(|it| Some((device_called(it.0)?, it.1))).collect::<Option<_>>()?;
    let is_once = |it: &(&Device, usize)| kinds.iter().filter(|other| other.0.id == it.0.id).count() == 1;
    kinds.iter().all(is_once).then(|| NamedDevices { kinds: kinds.clone(), name: name.to_owned(), line })
}

/// "CUDA10" comes behind "CUDA9".
fn number_and_name(id: &str) -> (usize, &str) {
    let front = id.trim_end_matches(|it: char| it.is_ascii_digit());
    (id[front.len()..].parse().unwrap_or(usize::MAX), id)
}
