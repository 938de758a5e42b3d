//! The two readings of an estimate and their bands: what tensors and driver take, and what nvidia-smi will show. It
//! knows no formula.

use crate::estimator::component::Component;
use crate::estimator::device::chosen_device;
use crate::estimator::estimate::{Estimate, Moment, Rank};
use crate::estimator::evidence::band::Band;
use crate::estimator::evidence::evidence_kind::Evidence;
use crate::estimator::evidence::reserve::{AllocatorFigure, Reserve, ground, is_paged};
use crate::estimator::inputs::Inputs;
use crate::estimator::method::{DEFAULT_METHOD, MethodId};
use crate::estimator::methods::{RunKind, overhead_range, taken_by_vllm};
use crate::estimator::parameters::ParameterId;
use crate::estimator::units::Bytes;

/// An estimate with what is known of its error, in bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Readings {
    /// The kind of run whose errors these are.
    pub kind: RunKind,
    /// The error band of the kind; `None` where no run of it was traced or measured.
    pub band: Option<Band>,
    /// The lower end of what tensors and driver take.
    pub low: Bytes,
    /// The upper end.
    pub high: Bytes,
    /// What has to be on the GPU: the total, without states of a paged optimizer, for which there need not be room.
    pub resident: Bytes,
    /// What the driver will report of the process: tensors, driver, and what the allocator holds. `None` where no rule
    /// is known.
    pub reserved: Option<Reserved>,
}

/// What nvidia-smi will show, in bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reserved {
    /// The lower end.
    pub low: Bytes,
    /// The middle.
    pub middle: Bytes,
    /// The upper end.
    pub high: Bytes,
    /// The middle with expandable segments.
    pub expandable: Bytes,
    /// The least memory in which the run gets through.
    pub least: Bytes,
    /// The simulated runs on which the rule rests; `None` where nothing needs to be simulated.
    pub simulated: Option<Reserve>,
}

impl Readings {
    /// What the band rests on.
    pub fn evidence(&self) -> Evidence {
        self.band.map_or(Evidence::Rule, |it| it.evidence)
    }
}

/// What is known of the error of an estimate that was made from some inputs.
///
/// The band is that of the tensors, widened by what the driver takes on one GPU or another. Without a run of the kind
/// the widest band of the method stands for it.
pub fn readings(inputs: &Inputs, estimate: &Estimate) -> Readings {
    let kind = RunKind::of(inputs);
    let method = estimate.method();
    let band = Band::of(method, kind);
    let (low, high) = band.map_or_else(|| widest(method), |it| (it.low, it.high));
    let total = estimate.total().count();
    let driver = estimate.outside().count();
    let tensors = total - driver;
    // What the driver takes here is among what it takes anywhere, and with what the run adds to it may be the most.
    let [least_driver, most_driver] = if driver > 0.0 { overhead_range(inputs) } else { [0.0; 2] };
    let (least_driver, most_driver) = (least_driver.min(driver), most_driver.max(driver));
    let res = Readings {
        kind,
        band,
        low: Bytes::new(tensors * (1.0 + low) + least_driver),
        high: Bytes::new(tensors * (1.0 + high) + most_driver),
        resident: if method == DEFAULT_METHOD && is_paged(inputs) {
            without_states(estimate)
        } else {
            estimate.total()
        },
        reserved: None,
    };
    let reserved = if method == DEFAULT_METHOD { reserved(inputs, estimate, &res) } else { None };
    Readings { reserved, ..res }
}

/// The most that lives at once on any GPU beside states.
fn without_states(estimate: &Estimate) -> Bytes {
    let beside = |it: &Moment| {
        it.total().count() - it.line(Component::Optimizer).map_or(0.0, |line| line.formula.bytes().count())
    };
    let all = estimate.ranks().iter().flat_map(Rank::moments);
    Bytes::new(all.map(beside).fold(0.0, f64::max))
}

/// What the driver will report, by what allocates.
fn reserved(inputs: &Inputs, estimate: &Estimate, it: &Readings) -> Option<Reserved> {
    let total = estimate.total();
    let exactly = |middle: Bytes| {
        let [low, high] = [it.low, it.high].map(|end| Bytes::new(middle.count() + end.count() - total.count()));
        Reserved { low, middle, high, expandable: middle, least: total, simulated: None }
    };
    match it.kind {
        // Buffers of the size that is needed, made once (`ggml_backend_cuda_buffer_type_alloc_buffer`).
        RunKind::LlamaCpp => Some(exactly(total)),
        // Its share of the GPU, whatever the sequences need of it, and what its version leaves out of that; no more
        // than there is.
        RunKind::Vllm => {
            let [share, gpu] = taken_by_vllm(inputs)?;
            let cache = estimate.line(Component::KvCache).map_or(0.0, |line| line.formula.bytes().count());
            // What does not fit into its share without a sequence never starts, and nothing is shown of it.
            if total.count() - cache > share.count() {
                return None;
            }
            // Nor of more sequences than have room on a GPU that nobody chose: what they need is no figure of that one.
            let is_assumed = inputs.is_default(ParameterId::GpuMemory) && chosen_device(inputs).is_none();
            if is_assumed && total.count() > share.count() {
                return None;
            }
            let [least, most] = overhead_range(inputs);
            let driver = estimate.outside().count();
            let at = |moved: f64| Bytes::new((share.count() + moved).min(gpu.count()));
            Some(Reserved { low: at(least - driver), high: at(most - driver), ..exactly(at(0.0)) })
        }
        _ => {
            let reserve = Reserve::of(inputs, it.kind)?;
            let ground = ground(inputs, it.kind, estimate);
            let above = |from: Bytes, held: f64| Bytes::new(from.count() + held);
            let [segments, expandable, least] = AllocatorFigure::ALL.map(|which| reserve.bytes(which, ground));
            Some(Reserved {
                low: above(it.low, segments.low),
                middle: above(total, segments.middle),
                high: above(it.high, segments.high),
                expandable: above(total, expandable.middle),
                least: above(it.resident, least.middle),
                simulated: Some(reserve),
            })
        }
    }
}

/// The widest band of a method's kinds.
fn widest(method: MethodId) -> (f64, f64) {
    let bands = RunKind::ALL.iter().filter_map(|&kind| Band::of(method, kind));
    bands.fold((0.0, 0.0), |(low, high), it| (f64::min(low, it.low), f64::max(high, it.high)))
}
