//! What a loop on one GPU holds longer than a trainer does: what the model returned. The logits live until the next
//! step's forward pass has ended, as in `outputs = model(**batch)` of Transformers' `run_clm_no_trainer.py`, where a
//! name lets go of its value when it gets another (PyTorch's FAQ, "Don't hold onto tensors and variables you don't
//! need"); and so does the graph behind them, whose saved tensors are gone, but not what layers wrote down themselves.
//! It knows no layer.

use crate::estimator::component::Component;
use crate::estimator::estimate::Moment;
use crate::estimator::methods::calibrated::blocks::{frozen, loss};
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::spread::Trainer;
use crate::estimator::quantity::Quantity;

/// Adds it to the moments of a step.
pub fn put(run: &TrainingRun, moments: &mut [Moment]) {
    let reader = &run.shape.reader;
    if !reader.is_on(Id::ReturnOutputs) || Mesh::of(reader).trainer() != Trainer::None {
        return;
    }
    let written =
        frozen::written(run).map(|it| run.tokens() * (run.layers() * it.listed(Quantity::HeldByFrozen, &run.widths)));
    let logits = loss::returned(run);
    for moment in moments {
        // Until the next ones are returned; while the pass goes backward, those of its own layers are counted with
        // them.
        let is_outside = matches!(moment.id(), MomentId::Loss | MomentId::BackwardEnd | MomentId::OptimizerStep);
        for (component, held) in
            [(Component::Logits, &logits), (Component::Activations, &written.clone().filter(|_| is_outside))]
        {
            held.iter().for_each(|it| moment.add(component, it.clone()));
        }
    }
}
