//! The names in links of what a parameter offers. It knows no parameter.

use crate::estimator::catalog::devices::DEVICES;
use std::sync::LazyLock;

/// Above the place of any device.
const SEVERAL: usize = 1 << 16;

/// The names of a list of choices, in its order.
#[derive(Clone, Copy, Debug)]
pub enum ChoiceIds {
    /// A list that the program was compiled with.
    Listed(&'static [&'static str]),
    /// None, and the devices of the catalogue, which are read when the first is asked for; also several at once.
    Devices,
    /// A list like the first, and the id of any model of the catalogue.
    OrModel(&'static [&'static str]),
}

impl ChoiceIds {
    /// The name of the choice of no device.
    pub const NO_DEVICE: &'static str = "none";

    /// The place of GPUs of several kinds, behind those of all devices, so many in all.
    pub const fn place_of_several(n_gpus: usize) -> usize {
        SEVERAL + n_gpus
    }

    /// How many GPUs of several kinds a place stands for, if it does.
    pub fn several_at(place: usize) -> Option<usize> {
        place.checked_sub(SEVERAL).filter(|it| *it > 0)
    }

    /// All of them.
    pub fn all(self) -> &'static [&'static str] {
        static OF_DEVICES: LazyLock<Vec<&str>> =
            LazyLock::new(|| std::iter::once(ChoiceIds::NO_DEVICE).chain(DEVICES.iter().map(|it| it.id)).collect());
        match self {
            Self::Listed(ids) | Self::OrModel(ids) => ids,
            Self::Devices => &OF_DEVICES,
        }
    }
}
