//! Which device a launch is for, which no program is told: exports say it in a comment in front, and files of clusters
//! ask for it. Of such comments it reads nothing else, since a launch does what it says itself.

use crate::estimator::parameters::ParameterGroup;
use crate::estimator::{Catalog, ParameterId};
use crate::import::imported::{Imported, Taken};
use crate::import::launch::asked::asked_device;

/// How a comment begins that tells what a launch does not say.
pub const NOT_CARRIED: &str = "# not carried: ";

/// Lines in front of a launch that are looked at.
const MOST_LINES: usize = 256;

/// What a launch means, on the device that comments in front of it name, or for which it asks a cluster.
pub fn on_device(mut read: Imported, text: &str, catalog: &Catalog) -> Imported {
    for (at, line) in text.lines().enumerate().take(MOST_LINES) {
        let told = line.strip_prefix(NOT_CARRIED).and_then(|it| it.split_once('='));
        if let Some((id, value)) = told.and_then(|(key, value)| Some((ParameterId::from_key(key)?, value))) {
            take_device(&mut read, id, value, (NOT_CARRIED.trim_matches([' ', '#', ':']), at + 1), catalog);
        }
    }
    if let Some(it) = asked_device(text) {
        take_device(&mut read, ParameterId::Gpu, it.device.id, (&it.name, it.line), catalog);
    }
    read
}

/// Takes what some place says of the device, where nothing else does.
fn take_device(read: &mut Imported, id: ParameterId, value: &str, (name, line): (&str, usize), catalog: &Catalog) {
    let is_device = id.spec().group == ParameterGroup::Device && !read.pairs().any(|it| it.0 == id);
    let Some(value) = id.spec().parse(value, catalog).ok().filter(|_| is_device) else { return };
    let Some(Ok(inputs)) = read.inputs.clone().map(|it| it.with(id, value.clone())) else { return };
    read.taken.push(Taken { id, value: id.spec().write(&value), name: name.to_owned(), line: Some(line) });
    read.inputs = Some(inputs);
}
