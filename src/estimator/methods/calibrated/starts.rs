//! Whether a run has an answer: that of its model, then whether its kind is known over several GPUs, and what
//! preference training asks of adapters and of the GPU. It knows no moment.

use crate::estimator::inputs::Inputs;
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::mesh::other_gpus;
use crate::estimator::methods::calibrated::model::not_spread::NotSpread;
use crate::estimator::methods::calibrated::model::runnable;
use crate::estimator::methods::calibrated::model::served::{knows_gpus, serves};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::spreadable::spreads;
use crate::estimator::methods::calibrated::model::support;
use crate::estimator::methods::calibrated::model::unsupported::Unsupported;
use crate::estimator::methods::calibrated::phases::rollout;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::prompts::sequences;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{ReferenceModel, Rollout};
use crate::estimator::reader::{Reader, Telling};

/// Whether there are formulas for the inputs' model in their mode, and what they ask for starts.
///
/// # Errors
/// Says why not.
pub fn support(inputs: &Inputs) -> Result<(), Unsupported> {
    supports(&Reader::new(inputs, Telling::Values))
}

/// The same for whoever reads the inputs already.
pub fn supports(reader: &Reader) -> Result<(), Unsupported> {
    support::supports(reader)?;
    knows_gpus(reader).map_err(Unsupported::Spread)?;
    let shape = Shape::new(*reader);
    spreads(&shape)?;
    serves(&shape)?;
    // Degrees that are possible by themselves.
    if let Some(nearest) = other_gpus(reader) {
        return Err(Unsupported::Spread(NotSpread::Gpus { nearest }));
    }
    let needs_adapters = reader.choice::<ReferenceModel>(Id::ReferenceModel) == ReferenceModel::AdapterOff;
    if needs_adapters && runnable::trains_everything(&shape) {
        return Err(Unsupported::NoAdapters);
    }
    if reader.choice::<Rollout>(Id::Rollout) != Rollout::VllmColocated {
        return Ok(());
    }
    // Graphs are recorded for batches of the size that is sampled.
    let run = TrainingRun::with(&shape, sequences(reader), reader.leaf(Id::SequenceLength));
    rollout::refusal(&run, &Counts::of(&shape)).map_or(Ok(()), Err)
}
