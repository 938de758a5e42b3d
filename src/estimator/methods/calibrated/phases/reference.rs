//! The reference of preference training: where its weights lie, and what lives while it scores the batch without
//! gradients. It knows neither the algorithm nor the moment of the run.

use crate::estimator::component::Component;
use crate::estimator::estimate::Moment;
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::run::resident::{self, Resident};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::ReferenceModel;
use crate::estimator::quantity::Quantity;

/// What scores the batch as the reference.
pub fn chosen(run: &TrainingRun) -> ReferenceModel {
    run.shape.reader.choice(Id::ReferenceModel)
}

/// Whether the batch is scored at all: outside of preference training nothing is chosen, and nothing is.
pub fn scores(run: &TrainingRun) -> bool {
    match chosen(run) {
        ReferenceModel::None => false,
        ReferenceModel::Resident | ReferenceModel::AdapterOff | ReferenceModel::Cpu => true,
    }
}

/// Whether a second model computes the scores, whose weights autocast converts again.
pub fn is_second_model(run: &TrainingRun) -> bool {
    match chosen(run) {
        ReferenceModel::None | ReferenceModel::AdapterOff => false,
        ReferenceModel::Resident | ReferenceModel::Cpu => true,
    }
}

/// Whether the scores are those of a second model that lies where the trained one does.
pub fn is_resident(run: &TrainingRun) -> bool {
    chosen(run) == ReferenceModel::Resident
}

/// What the run holds from its first step to its last: a resident reference has the weights of the trained model, in
/// its format (TRL, `DPOTrainer.__init__`, `ref_model_init_kwargs`).
pub fn resident(run: &TrainingRun, counts: &Counts) -> Resident {
    let trained = Resident::of(run, counts);
    match chosen(run) {
        ReferenceModel::Resident => trained.beside(resident::weights(run, counts)),
        ReferenceModel::None | ReferenceModel::AdapterOff | ReferenceModel::Cpu => trained,
    }
}

/// A moment at which the reference runs: weights that wait in the host's memory come one matrix at a time, and leave
/// when it is through (Accelerate, `hooks.py`, `AlignDevicesHook`).
pub fn moment(run: &TrainingRun, mut moment: Moment) -> Moment {
    match chosen(run) {
        ReferenceModel::Cpu => {
            let of_parameter = run.format(Quantity::BytesOfParameter, run.formats.parameter, run.formats_from());
            moment.add(Component::Weights, run.largest_matrix() * of_parameter);
            moment
        }
        ReferenceModel::None | ReferenceModel::Resident | ReferenceModel::AdapterOff => moment,
    }
}
