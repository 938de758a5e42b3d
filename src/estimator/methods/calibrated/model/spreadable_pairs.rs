//! Which steps on pairs are known over GPUs that share tensors out, beside what is known of other steps. It knows no moment.

use crate::estimator::architecture::Fact;
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::model::not_spread::NotSpread;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::unsupported::Unsupported;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Algorithm, FinetuneMethod, ReferenceModel};
use crate::estimator::parameters::spread::{OffloadPlace, Trainer, ZeroStage};

/// Whether the run is trained on pairs.
pub fn trains_on_pairs(shape: &Shape) -> bool {
    shape.reader.mode() == Mode::Grpo && shape.reader.choice::<Algorithm>(Id::Algorithm) == Algorithm::Dpo
}

/// What was traced of TRL's `DPOTrainer`: dense decoders, trained whole or by adapters of 16-bit weights, with parameters on the GPU; under
/// ZeRO up to stage 2, since what stage 3 fetches depends on an order of modules that a pass without gradients interrupts
/// (`DeepSpeedZeRoOffload`, `_end_of_forward_hook`).
///
/// # Errors
/// Says that there are no formulas for such a run.
pub fn of_pairs(shape: &Shape, mesh: &Mesh) -> Result<(), Unsupported> {
    let reader = &shape.reader;
    let is_known = matches!(reader.choice(Id::FinetuneMethod), FinetuneMethod::Full | FinetuneMethod::Lora)
        && reader.choice::<ReferenceModel>(Id::ReferenceModel) != ReferenceModel::Cpu
        && reader.choice::<OffloadPlace>(Id::OffloadParameters) == OffloadPlace::None
        && !shape.is(Fact::NumExperts)
        && mesh.tensor() <= 1.0
        && !mesh.is_pipelined();
    let is_sliced =
        mesh.trainer() == Trainer::DeepSpeed && reader.choice::<ZeroStage>(Id::ZeroStage) == ZeroStage::Parameters;
    if !is_known {
        Err(Unsupported::Spread(NotSpread::Run))
    } else if is_sliced {
        Err(Unsupported::Spread(NotSpread::Stage))
    } else {
        Ok(())
    }
}
