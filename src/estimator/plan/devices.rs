//! Every device of the catalogue with today's run on it: whether it fits, by the one rule. It knows no text.

use crate::estimator::catalog::devices::{DEVICES, Device, Form, Generation, Vendor, by_memory};
use crate::estimator::device::elsewhere;
use crate::estimator::inputs::Inputs;
use crate::estimator::method::MethodId;
use crate::estimator::methods::support;
use crate::estimator::parameters::gpu::Gpu;
use crate::estimator::parameters::{MOST_DEVICES, ParameterId as Id, Value};
use crate::estimator::plan::fewest::{SharedBy, fewest, over};
use crate::estimator::plan::fit::VerdictKind;
use crate::estimator::plan::fit::{FitVerdict, is_offered, judge, on};

/// A device, and whether the run fits it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DeviceVerdict {
    /// The device.
    pub device: &'static Device,
    /// The verdict; `None` where the method has no answer.
    pub verdict: Option<FitVerdict>,
}

impl DeviceVerdict {
    /// Whether the run fits.
    pub fn fits(&self) -> bool {
        self.verdict.is_some_and(|it| it.kind == VerdictKind::Fits)
    }
}

/// The run of some inputs on every device, by a method, in the catalogue's order.
pub fn judge_devices(method: MethodId, inputs: &Inputs) -> Vec<DeviceVerdict> {
    let elsewhere = elsewhere(inputs);
    let mut known = Vec::new();
    let judged = |device: &'static Device| {
        let verdict = of_alike(&mut known, device, || on(&elsewhere, device).and_then(|there| judge(method, &there)));
        DeviceVerdict { device, verdict: verdict.map(|it| FitVerdict { device: Some(device), ..it }) }
    };
    DEVICES.iter().map(judged).collect()
}

/// The GPUs that are named, each by its place in the catalogue, those of a kind together: as many of one kind as their
/// number says, whatever the degrees come to. None where no GPU is chosen.
pub fn chosen_gpus(inputs: &Inputs) -> Vec<f64> {
    match inputs.value(Id::Gpu) {
        Value::Choice(Gpu::NONE) => Vec::new(),
        Value::Choice(place) => {
            vec![place as f64; inputs.values().number(Id::GpuCount).clamp(1.0, MOST_DEVICES as f64) as usize]
        }
        Value::List(gpus) => gpus.to_vec(),
        _ => Vec::new(),
    }
}

/// The run with one more GPU of each kind beside those that are chosen, where what runs it takes kinds together: the
/// GPUs then, and the verdict with the added device. Nothing where no GPU is chosen.
pub fn judge_beside(method: MethodId, inputs: &Inputs) -> Vec<(Value, DeviceVerdict)> {
    let chosen = chosen_gpus(inputs);
    if chosen.is_empty() || chosen.len() >= MOST_DEVICES || inputs.values().is_on_main_gpu() {
        return Vec::new();
    }
    let elsewhere = elsewhere(inputs).without(|id| id == Id::GpuCount);
    let mut known = Vec::new();
    let mut res = Vec::new();
    for (device, place) in DEVICES.iter().zip(Gpu::NONE + 1..) {
        let place = place as f64;
        // The same once more is a larger number of them.
        if chosen.iter().all(|it| *it == place) {
            continue;
        }
        // Those of a kind stand together.
        let mut gpus = chosen.clone();
        gpus.insert(chosen.iter().rposition(|it| *it == place).map_or(chosen.len(), |at| at + 1), place);
        let gpus = Value::List(gpus.into());
        let judged = of_alike(&mut known, device, || {
            let there = elsewhere.clone().with(Id::Gpu, gpus.clone()).ok().filter(|it| support(it).is_ok());
            there.map(|it| judge(method, &it))
        });
        res.extend(judged.map(|verdict| (gpus, DeviceVerdict { device, verdict })));
    }
    res
}

/// What is found out of a device, once for all that no run tells apart.
fn of_alike<T: Copy>(known: &mut Vec<(DeviceKey, T)>, device: &Device, find: impl FnOnce() -> T) -> T {
    let key = key(device);
    known.iter().find(|it| it.0 == key).map(|it| it.1).unwrap_or_else(|| {
        let res = find();
        known.push((key, res));
        res
    })
}

type DeviceKey = (Option<Generation>, Form, Vendor, u64);

/// What a run knows of a device: its memory and the context of its generation, and whether it was read on such.
fn key(it: &Device) -> DeviceKey {
    (it.generation, it.form, it.vendor, it.usable_gib().to_bits())
}

/// The devices of the catalogue, those together that no run tells apart.
pub fn alike() -> Vec<Vec<&'static Device>> {
    let mut res: Vec<Vec<&'static Device>> = Vec::new();
    for device in DEVICES.iter() {
        match res.iter_mut().find(|it| key(it[0]) == key(device)) {
            Some(same) => same.push(device),
            None => res.push(vec![device]),
        }
    }
    res
}

/// The fewest of a device over which the run fits each of them; `None` where no number does that is tried, where more
/// of them take nothing from each, and where nobody can say.
pub fn fewest_of(method: MethodId, inputs: &Inputs, device: &Device) -> Option<f64> {
    fewest(method, &on(&elsewhere(inputs), device)?).ok().flatten()
}

/// The same of devices that no run tells apart, each by its name in links.
pub fn fewest_of_alike(method: MethodId, inputs: &Inputs, group: &[&'static Device]) -> Vec<(&'static str, f64)> {
    let count = group.first().and_then(|device| fewest_of(method, inputs, device));
    count.map_or_else(Vec::new, |count| group.iter().map(|device| (device.id, count)).collect())
}

/// The run over so many of a device; `None` where more of them take nothing from each.
pub fn on_several(inputs: &Inputs, device: &Device, count: f64) -> Option<Inputs> {
    let there = on(&elsewhere(inputs), device)?;
    over(&there, SharedBy::of(&there)?.parameter(), count)
}

/// The smallest devices that fit, one of each size, among those that are proposed.
pub fn smallest(all: &[DeviceVerdict], n: usize) -> Vec<&'static Device> {
    let mut res = by_memory(all.iter().filter(|it| it.fits() && is_offered(it.device)).map(|it| it.device));
    res.dedup_by(|a, b| a.sold_gib == b.sold_gib);
    res.truncate(n);
    res
}
