//! Which steps on pairs or groups are known over GPUs that share tensors out, beside what is known of other steps. It
//! knows no moment.

use crate::estimator::architecture::{Fact, Loss};
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::methods::calibrated::model::not_spread::NotSpread;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::unsupported::Unsupported;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Algorithm, FinetuneMethod, ReferenceModel, Rollout};
use crate::estimator::parameters::spread::{OffloadPlace, Trainer, ZeroStage};

/// Whether the run is trained on preferences: on pairs, or on groups.
pub fn trains_on_preferences(shape: &Shape) -> bool {
    shape.reader.mode() == Mode::Grpo
}

/// What was traced of TRL's `DPOTrainer` and of the passes of its `GRPOTrainer`: dense decoders, trained whole or by
/// adapters of 16-bit weights, with parameters on the GPU. What stage 3 of ZeRO fetches depends on an order of modules
/// that a pass without gradients interrupts (`DeepSpeedZeRoOffload`, `_start_of_forward_hook`).
///
/// # Errors
/// Says that there are no formulas for such a run.
pub fn of_preferences(shape: &Shape, mesh: &Mesh) -> Result<(), Unsupported> {
    let reader = &shape.reader;
    let only = |id, instead| Err(Unsupported::Spread(NotSpread::Only(id, instead)));
    if mesh.is_pipelined() {
        Err(Unsupported::Spread(NotSpread::Pipeline))
    } else if shape.is(Fact::NumExperts) {
        Err(Unsupported::Spread(NotSpread::Model))
    } else if !matches!(reader.choice(Id::FinetuneMethod), FinetuneMethod::Full | FinetuneMethod::Lora) {
        only(Id::FinetuneMethod, "LoRA")
    } else if reader.choice::<Algorithm>(Id::Algorithm) == Algorithm::Dpo
        && reader.choice::<Loss>(Id::Loss) != Loss::Chunked
    {
        only(Id::Loss, "chunked")
    } else if reader.choice::<ReferenceModel>(Id::ReferenceModel) == ReferenceModel::Cpu {
        // Both trainers prepare the reference as a model on the GPUs (TRL, `prepare_fsdp`, `prepare_deepspeed`).
        only(Id::ReferenceModel, "resident")
    } else if reader.choice::<OffloadPlace>(Id::OffloadParameters) != OffloadPlace::None {
        only(Id::OffloadParameters, "none")
    } else if reader.choice::<Rollout>(Id::Rollout) == Rollout::VllmColocated {
        // How vLLM starts beside parts of a model nobody has read.
        only(Id::Rollout, "elsewhere")
    } else if mesh.trainer() == Trainer::DeepSpeed && reader.choice::<ZeroStage>(Id::ZeroStage) == ZeroStage::Parameters
    {
        of_sliced(shape)
    } else {
        Ok(())
    }
}

/// What is known at stage 3: groups in one micro-batch, since others meet another order of modules, with a reference
/// that is a model of its own. The model without its adapters has another order, too, which ends what is known in the
/// middle of a layer.
fn of_sliced(shape: &Shape) -> Result<(), Unsupported> {
    let reader = &shape.reader;
    let only = |id, instead| Err(Unsupported::Spread(NotSpread::Only(id, instead)));
    let reference: ReferenceModel = reader.choice(Id::ReferenceModel);
    let is_whole = reader.choice::<FinetuneMethod>(Id::FinetuneMethod) == FinetuneMethod::Full;
    if reader.choice::<Algorithm>(Id::Algorithm) == Algorithm::Dpo {
        Err(Unsupported::Spread(NotSpread::Stage))
    } else if reader.number(Id::GradientAccumulationSteps) > 1.0 {
        only(Id::GradientAccumulationSteps, "1")
    } else if reference != ReferenceModel::None && !(is_whole && reference == ReferenceModel::Resident) {
        only(Id::ReferenceModel, "none")
    } else {
        Ok(())
    }
}
