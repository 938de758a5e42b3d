//! The device that some inputs are to fit. It knows no run.

use crate::estimator::catalog::devices::Device;
use crate::estimator::inputs::Inputs;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::gpu::Gpu;
use crate::estimator::units::Bytes;

/// Memory of the device that programs can use, in bytes; `None` where no device was chosen and no memory typed.
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
