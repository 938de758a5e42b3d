//! Which device a log or a label names, by what its driver calls it. It knows no memory.

use crate::estimator::catalog::devices::{DEVICES, Device};
use std::collections::BTreeSet;

/// Words of drivers that the catalogue's names do not have.
const DROPPED: &[&str] =
    &["nvidia", "amd", "geforce", "radeon", "gpu", "generation", "workstation", "edition", "instinct", "gb"];

/// What a driver calls devices whose names in the catalogue say more.
const CALLED: &[(&str, &str)] = &[("NVIDIA H100 80GB HBM3", "h100-80gb"), ("NVIDIA H100 PCIe", "h100-pcie-80gb")];

/// The devices of a run.
#[derive(Debug, PartialEq)]
pub struct NamedDevices {
    /// What all of them are.
    pub device: &'static Device,
    /// What says it.
    pub name: String,
    /// Its line, from 1.
    pub line: usize,
    /// How many are said to be used; 0 where that is not said.
    pub n_used: usize,
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

/// The devices that a text names, where all are of one kind that is known: those that are used, or else those that are
/// there.
pub fn devices_named(text: &str) -> Option<NamedDevices> {
    let all: Vec<_> = text.lines().enumerate().filter_map(|(at, line)| Some((at + 1, named(line)?))).collect();
    let used: BTreeSet<_> = all.iter().filter_map(|it| it.1.1).collect();
    let mut counted = all.iter().filter(|it| used.is_empty() || it.1.1.is_some());
    let (line, (name, _)) = counted.next()?;
    let device = device_called(name)?;
    counted.all(|it| it.1.0 == *name).then(|| NamedDevices {
        device,
        name: (*name).to_owned(),
        line: *line,
        n_used: used.len(),
    })
}
