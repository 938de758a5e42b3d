//! The fewest GPUs over which a run fits each of them: searched on the real estimate, by the verdict of `fit`. It knows
//! no formula and no text.

use crate::estimator::device::unlike_devices;
use crate::estimator::inputs::Inputs;
use crate::estimator::method::MethodId;
use crate::estimator::methods::support;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::choices::Engine;
use crate::estimator::parameters::spread::Trainer;
use crate::estimator::parameters::{ParameterId as Id, Value};
use crate::estimator::plan::fit::{VerdictKind, judge};

/// The most GPUs that are tried.
pub const MOST_GPUS: f64 = 1024.0;

/// The most GPUs that are tried of those that divide each layer.
const MOST_DIVIDING: u32 = 64;

/// What shares a run out among GPUs, so that more of them take something from each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharedBy {
    /// Their number.
    Count,
    /// How many divide each layer among themselves.
    Degree,
}

impl SharedBy {
    /// Of some inputs; `None` where more GPUs take nothing from each, and where ways of spreading that were given
    /// multiply to a number of GPUs, which leaves none to choose.
    pub fn of(inputs: &Inputs) -> Option<Self> {
        let shares_layers = inputs.values().shares_layers();
        let is_open = |id: &Id| !inputs.has_effect(*id) || inputs.is_default(*id);
        let is_free = [Id::DataParallel, Id::DataParallelReplicate, Id::ExpertParallel].iter().all(is_open);
        let by = if inputs.mode() == Mode::Inference {
            match inputs.choice(Id::Engine) {
                // Parts that were given are those of so many GPUs.
                Engine::LlamaCpp => (shares_layers && inputs.is_default(Id::TensorSplit)).then_some(Self::Count),
                Engine::Transformers if shares_layers => Some(Self::Count),
                Engine::Vllm | Engine::Transformers => inputs.has_effect(Id::TensorParallel).then_some(Self::Degree),
            }
        } else {
            match inputs.choice::<Trainer>(Id::Trainer) {
                Trainer::Fsdp2 | Trainer::DeepSpeed => inputs.has_effect(Id::GpuCount).then_some(Self::Count),
                Trainer::None | Trainer::Ddp | Trainer::Transformers | Trainer::Torch | Trainer::Megatron => None,
            }
        };
        // Kinds of GPU say how many there are.
        by.filter(|_| is_free && unlike_devices(inputs).is_empty())
    }

    /// The parameter that says how many there are.
    pub const fn parameter(self) -> Id {
        match self {
            Self::Count => Id::GpuCount,
            Self::Degree => Id::TensorParallel,
        }
    }
}

/// The run over another number of GPUs: where a number was given beside the degree it is the degree's.
pub fn over(inputs: &Inputs, id: Id, count: f64) -> Option<Inputs> {
    let there = inputs.clone().with(id, Value::Number(count)).ok()?;
    if id != Id::TensorParallel || inputs.is_default(Id::GpuCount) {
        return Some(there);
    }
    let gpus = count * inputs.values().number(Id::PipelineParallel).max(1.0);
    there.with(Id::GpuCount, Value::Number(gpus)).ok()
}

/// The fewest GPUs over which the run fits each of them: `Ok(None)` where no number does that is tried, `Err` where
/// more GPUs take nothing from each.
///
/// What is found fits. Of a number of GPUs, one less does not: it is searched from one GPU by doubling, then by
/// bisection, so that where memory should rise with one GPU more, as parts that do not come out even are filled up, a
/// smaller number may fit as well that lies below one that does not. Of a degree none below it does that has an answer.
/// Batch and accumulation are those of each GPU, and stay.
pub fn fewest(method: MethodId, inputs: &Inputs) -> Result<Option<f64>, NotShared> {
    let by = SharedBy::of(inputs).ok_or(NotShared)?;
    let fits = |count: f64| {
        let there = over(inputs, by.parameter(), count).filter(|it| support(it).is_ok());
        there.and_then(|it| judge(method, &it)).is_some_and(|it| it.kind == VerdictKind::Fits)
    };
    if by == SharedBy::Degree {
        return Ok((1..=MOST_DIVIDING).map(f64::from).find(|count| fits(*count)));
    }
    let mut enough = 1.0;
    while !fits(enough) {
        enough *= 2.0;
        if enough > MOST_GPUS {
            return Ok(None);
        }
    }
    let mut too_few = (enough / 2.0_f64).floor();
    while enough - too_few > 1.0 {
        let middle = ((enough + too_few) / 2.0).floor();
        if fits(middle) {
            enough = middle;
        } else {
            too_few = middle;
        }
    }
    Ok(Some(enough))
}

/// More GPUs take nothing from each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotShared;
