//! The GPUs of the catalogue in groups for a select: by who makes them and what for, with what programs can use of
//! their memory. It knows no GPU by name.

use crate::estimator::catalog::devices::{DEVICES, Device, UsableSource};
use crate::estimator::parameters::choice_ids::ChoiceIds;
use crate::estimator::{Bytes, MemoryUnit};
use crate::locale::Texts;
use crate::present::numbers;

/// GPUs under one heading.
#[derive(Clone, Debug, PartialEq)]
pub struct GpuGroup {
    /// The heading; none over the option that chooses no GPU.
    pub label: Option<String>,
    /// The options.
    pub options: Vec<GpuOption>,
}

/// A GPU to choose.
#[derive(Clone, Debug, PartialEq)]
pub struct GpuOption {
    /// Its name in links.
    pub id: &'static str,
    /// Its name, and the memory that programs can use.
    pub text: String,
}

/// The groups, in the order in which the catalogue first meets them; in each the catalogue's order.
pub fn groups(texts: &Texts) -> Vec<GpuGroup> {
    let none = GpuOption { id: ChoiceIds::NO_DEVICE, text: texts.controls.no_gpu.to_owned() };
    let mut res = vec![GpuGroup { label: None, options: vec![none] }];
    for device in DEVICES.iter() {
        let label = (texts.controls.gpu_group)(device.vendor, device.form);
        let option = GpuOption { id: device.id, text: text(device) };
        match res.iter_mut().find(|it| it.label.as_deref() == Some(&label)) {
            Some(group) => group.options.push(option),
            None => res.push(GpuGroup { label: Some(label), options: vec![option] }),
        }
    }
    res
}

/// "H100 SXM 80 GB · 79.2 GiB".
fn text(device: &Device) -> String {
    format!("{} · {}", device.name, memory(device, MemoryUnit::Gib))
}

/// What programs can use of a device's memory; a figure that nobody has read is about right.
pub fn memory(device: &Device, unit: MemoryUnit) -> String {
    let (gib, source) = device.usable();
    let about = if source == UsableSource::Measured { "" } else { "≈ " };
    format!("{about}{} {}", numbers::plain(unit.of(Bytes::new(gib * Bytes::PER_GIB)), 1), unit.id())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{CHINESE, ENGLISH};

    #[test]
    fn every_gpu_stands_in_one_group() {
        for texts in [&ENGLISH, &CHINESE] {
            let groups = groups(texts);
            let n_options: usize = groups.iter().map(|it| it.options.len()).sum();
            assert_eq!(n_options, ChoiceIds::Devices.all().len());
            assert!(groups.len() < 20, "{} groups", groups.len());
        }
    }
}
