//! The device that some inputs are to fit, or the devices, where they are of several kinds. It knows no formula.

use crate::estimator::catalog::devices::Device;
use crate::estimator::estimate::Estimate;
use crate::estimator::inputs::Inputs;
use crate::estimator::parameters::gpu::Gpu;
use crate::estimator::parameters::{ParameterId as Id, Value};
use crate::estimator::units::Bytes;
use std::borrow::Cow;

/// The device of each GPU in their order, where they are of several kinds; else none.
pub fn unlike_devices(inputs: &Inputs) -> Vec<&'static Device> {
    inputs.entries(Id::Gpu).iter().filter_map(|it| Gpu::at(*it as usize).device()).collect()
}

/// The inputs with as many GPUs, all of which are of the kind that one of several kinds is, by its number from 0; as
/// they are where all are alike.
pub fn as_if_all_were(inputs: &Inputs, gpu: usize) -> Cow<'_, Inputs> {
    let of_kind = |gpus: &[f64]| {
        let mut there = inputs.clone().with(Id::Gpu, Value::Choice(*gpus.get(gpu)? as usize)).ok()?;
        // What was typed of one says nothing of another.
        for id in [Id::GpuMemory, Id::GpuFamily] {
            let own = there.default_of(id)?;
            there = there.with(id, own).ok()?;
        }
        there.with(Id::GpuCount, Value::Number(gpus.len() as f64)).ok()
    };
    match of_kind(inputs.entries(Id::Gpu)) {
        Some(it) => Cow::Owned(it),
        None => Cow::Borrowed(inputs),
    }
}

/// Memory of the device that the fullest rank of an estimate has, in bytes: one of several kinds, or the same for all.
pub fn memory_of_fullest(inputs: &Inputs, estimate: &Estimate) -> Option<Bytes> {
    match unlike_devices(inputs).get(estimate.fullest().kind().gpu()) {
        Some(it) => Some(usable(it)),
        None => device_memory(inputs),
    }
}

/// Memory of a device that programs can use, in bytes.
pub fn usable(it: &Device) -> Bytes {
    Bytes::new(it.usable_gib() * Bytes::PER_GIB)
}

/// The inputs without a device, and without what was typed of one.
pub fn elsewhere(inputs: &Inputs) -> Inputs {
    inputs.without(|id| matches!(id, Id::GpuMemory | Id::GpuFamily | Id::Gpu))
}

/// Memory of the device that programs can use, in bytes; `None` where no device was chosen and no memory typed, and
/// where each of several kinds has its own.
pub fn device_memory(inputs: &Inputs) -> Option<Bytes> {
    let size = inputs.values().number(Id::GpuMemory) * Id::GpuMemory.spec().unit.factor();
    (size > 0.0).then_some(Bytes::new(size))
}

/// What of that is free before the run starts, in bytes: a system that shares its memory with the device has some of
/// it.
pub fn free_memory(inputs: &Inputs) -> Option<Bytes> {
    named_device(inputs).map(|it| Bytes::new(it.free_gib() * Bytes::PER_GIB)).or_else(|| device_memory(inputs))
}

/// The device by name, unless its memory was typed: a driver may give more or less than is usual.
pub fn named_device(inputs: &Inputs) -> Option<&'static Device> {
    chosen_device(inputs).filter(|_| inputs.is_default(Id::GpuMemory))
}

/// The device by name, whatever memory was typed.
pub fn chosen_device(inputs: &Inputs) -> Option<&'static Device> {
    Gpu::at(inputs.values().number(Id::Gpu) as usize).device()
}
