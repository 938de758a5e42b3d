//! The devices of the catalogue as a choice. It knows no figure of them.

use crate::estimator::catalog::devices::{DEVICES, Device, Generation};
use crate::estimator::parameters::choices::{ChoiceValue, GpuFamily};

/// The device that a run is to fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gpu {
    /// None was chosen.
    None,
    /// One of the catalogue.
    Device(&'static Device),
}

const N_GPUS: usize = 1 + DEVICES.len();

const GPUS: ([Gpu; N_GPUS], [&str; N_GPUS]) = {
    let mut res = ([Gpu::None; N_GPUS], ["none"; N_GPUS]);
    let mut at = 1;
    while at < N_GPUS {
        let device = &DEVICES[at - 1];
        (res.0[at], res.1[at]) = (Gpu::Device(device), device.id);
        at += 1;
    }
    res
};

impl ChoiceValue for Gpu {
    const ALL: &'static [Self] = &GPUS.0;
    const IDS: &'static [&'static str] = &GPUS.1;
}

impl Gpu {
    /// The place of [`Self::None`] in the list.
    pub const NONE: usize = 0;

    /// The device, if one was chosen.
    pub const fn device(self) -> Option<&'static Device> {
        match self {
            Self::None => None,
            Self::Device(it) => Some(it),
        }
    }
}

impl GpuFamily {
    /// The family of a generation; `None` where nobody has read what its driver takes.
    pub const fn of(generation: Generation) -> Option<Self> {
        match generation {
            Generation::Maxwell | Generation::Pascal | Generation::Volta => None,
            Generation::Turing => Some(Self::Turing),
            Generation::Ampere => Some(Self::Ampere),
            Generation::Ada => Some(Self::Ada),
            Generation::Hopper => Some(Self::Hopper),
            Generation::Blackwell => Some(Self::Blackwell),
        }
    }
}
