//! The devices of the catalogue as a choice. It knows no figure of them.

use crate::estimator::catalog::devices::{DEVICES, Device, Generation};
use crate::estimator::parameters::choice_ids::ChoiceIds;
use crate::estimator::parameters::choices::GpuFamily;

/// The device that a run is to fit: none, or one of the catalogue, by its place among the choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gpu(usize);

impl Gpu {
    /// The place of the choice of none.
    pub const NONE: usize = 0;

    /// The choice at a place.
    pub const fn at(place: usize) -> Self {
        Self(place)
    }

    /// The device by its name in links.
    pub fn named(id: &str) -> Option<Self> {
        ChoiceIds::Devices.all().iter().position(|it| *it == id).map(Self)
    }

    /// Its place among the choices.
    pub const fn place(self) -> usize {
        self.0
    }

    /// The device, if one was chosen.
    pub fn device(self) -> Option<&'static Device> {
        // Most runs name none, and need not wait for the catalogue.
        self.0.checked_sub(1).and_then(|at| DEVICES.get(at))
    }
}

impl GpuFamily {
    /// The family whose driver's context is counted where nobody has read that of the GPU.
    pub const ASSUMED: Self = Self::Ampere;

    /// The family of a device, or what is assumed.
    pub fn of_device(it: &Device) -> Self {
        it.generation.and_then(Self::of).unwrap_or(Self::ASSUMED)
    }

    /// The family of a generation; `None` where nobody has read what its driver takes.
    pub const fn of(generation: Generation) -> Option<Self> {
        match generation {
            Generation::Maxwell | Generation::Pascal => None,
            Generation::Volta | Generation::Turing => Some(Self::Turing),
            Generation::Ampere => Some(Self::Ampere),
            Generation::Ada => Some(Self::Ada),
            Generation::Hopper => Some(Self::Hopper),
            Generation::Blackwell => Some(Self::Blackwell),
            Generation::BlackwellDataCentre => Some(Self::BlackwellDataCentre),
        }
    }

    /// Whether it is Hopper or later: libraries have larger workspaces there.
    pub const fn is_since_hopper(self) -> bool {
        match self {
            Self::Turing | Self::Ampere | Self::Ada => false,
            Self::Hopper | Self::Blackwell | Self::BlackwellDataCentre => true,
        }
    }
}
