//! Which device a launch is for, which no program is told: exports say it in a comment in front. Of such comments it
//! reads nothing else, since a launch does what it says itself.

use crate::estimator::parameters::ParameterGroup;
use crate::estimator::{Catalog, ParameterId};
use crate::import::imported::{Imported, Taken};

/// How a comment begins that tells what a launch does not say.
pub const NOT_CARRIED: &str = "# not carried: ";

/// Lines in front of a launch that are looked at.
const MOST_LINES: usize = 256;

/// What a launch means, on the device that comments in front of it name.
pub fn on_device(mut read: Imported, text: &str, catalog: &Catalog) -> Imported {
    for (at, line) in text.lines().enumerate().take(MOST_LINES) {
        let told = line.strip_prefix(NOT_CARRIED).and_then(|it| it.split_once('='));
        let Some((id, value)) = told.and_then(|(key, value)| Some((ParameterId::from_key(key)?, value))) else {
            continue;
        };
        let is_device = id.spec().group == ParameterGroup::Device && !read.pairs().any(|it| it.0 == id);
        let Some(value) = id.spec().parse(value, catalog).ok().filter(|_| is_device) else { continue };
        let Some(Ok(inputs)) = read.inputs.clone().map(|it| it.with(id, value.clone())) else { continue };
        let taken = Taken {
            id,
            value: id.spec().write(&value),
            name: NOT_CARRIED.trim_matches([' ', '#', ':']).to_owned(),
            line: Some(at + 1),
        };
        read.taken.push(taken);
        read.inputs = Some(inputs);
    }
    read
}
