//! Whether a run fits its device: one rule for whoever says so, from what tensors and driver take, what the allocator
//! holds, and the end of the error band. It knows no text.

use crate::estimator::catalog::devices::{DEVICES, Device, Form, Generation, UsableSource, by_memory};
use crate::estimator::component::Component;
use crate::estimator::conflicts::positions_exceeded;
use crate::estimator::device::{as_if_all_were, chosen_device, device_memory, elsewhere, named_device, unlike_devices};
use crate::estimator::estimate::{Estimate, Rank};
use crate::estimator::evidence::readings;
use crate::estimator::inputs::Inputs;
use crate::estimator::method::{DEFAULT_METHOD, MethodId};
use crate::estimator::methods::{capacity_values, values_of};
use crate::estimator::mode::Mode;
use crate::estimator::parameters::choices::{Engine, GpuFamily};
use crate::estimator::parameters::gpu::Gpu;
use crate::estimator::parameters::{ParameterId as Id, Value};
use crate::estimator::plan::vllm_start::{self, StartRefusal};
use crate::estimator::rank::RankKind;
use crate::estimator::units::Bytes;
use std::cmp::Ordering;
use std::sync::OnceLock;

/// Whether a run fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VerdictKind {
    /// With what the allocator holds and at the upper end of the band too.
    Fits,
    /// By what tensors and driver take, but not with what the allocator holds, or not at the upper end of the band; of
    /// vLLM, that sequences wait for room.
    Tight,
    /// Tensors and driver take more than there is, or what the run has to have at least.
    TooMuch,
    /// The engine refuses to start.
    DoesNotStart,
    /// Nobody has read how the framework allocates on the device.
    CannotSay,
    /// No device was chosen and no capacity typed.
    NoDevice,
}

impl VerdictKind {
    /// Every verdict, the best first.
    pub const ALL: [Self; 6] =
        [Self::Fits, Self::Tight, Self::TooMuch, Self::DoesNotStart, Self::CannotSay, Self::NoDevice];

    /// Its name for programs.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Fits => "fits",
            Self::Tight => "tight",
            Self::TooMuch => "too_much",
            Self::DoesNotStart => "does_not_start",
            Self::CannotSay => "cannot_say",
            Self::NoDevice => "no_device",
        }
    }
}

/// A verdict with the figures that it rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FitVerdict {
    /// The verdict.
    pub kind: VerdictKind,
    /// What the run takes, in bytes: the estimate's total; where the device is too small, the least memory that the run
    /// gets through in.
    pub needed: Bytes,
    /// Whether that is the least, with what the allocator cannot give back, and more than tensors and driver take.
    pub is_least: bool,
    /// What the driver will show of it; `None` where no rule is known, and of the document's methods.
    pub shown: Option<Bytes>,
    /// The upper end of the band; of the document's methods, whose bands say nothing of a run, the total.
    pub most: Bytes,
    /// Memory of the device that programs can use; `None` without one.
    pub capacity: Option<Bytes>,
    /// What is left of the device, in bytes; below 0 what is missing. Of vLLM, what the batch's sequences leave of its
    /// pool.
    pub spare: Option<f64>,
    /// The device, if one was named and its memory was not typed.
    pub device: Option<&'static Device>,
    /// How many of it the run is spread over; the fullest counts.
    pub n_gpus: usize,
    /// Where GPUs are of several kinds, which of them decides; the others are no worse.
    pub rank: Option<RankKind>,
    /// States of a paged optimizer that are left in the host's memory, in bytes, if it fits only so.
    pub paged: Option<Bytes>,
    /// Whether the method counts one GPU, and the run is on several: then nobody can say.
    pub counts_one_gpu: bool,
    /// Why it does not start, if it does not.
    pub refusal: Option<StartRefusal>,
    /// Which rank is the fullest, where there are several kinds.
    pub fullest: Option<RankKind>,
    /// The component that takes most of it at its fullest moment, and how much.
    pub largest: Option<(Component, Bytes)>,
}

impl FitVerdict {
    /// Whether it asks for another device, so that one is worth looking for.
    pub fn asks_for_another(&self) -> bool {
        match self.kind {
            VerdictKind::TooMuch | VerdictKind::NoDevice => true,
            // No device makes a model read longer sequences, or a step longer.
            VerdictKind::DoesNotStart => {
                let is_of_run =
                    |it| matches!(it, StartRefusal::LongerThanPositions(_) | StartRefusal::ShortStep { .. });
                !self.refusal.is_some_and(is_of_run)
            }
            VerdictKind::Fits | VerdictKind::Tight | VerdictKind::CannotSay => false,
        }
    }
}

/// Whether an estimate of some inputs fits their device. Of several kinds each rank is held against its own; what the
/// run does is what the worst of them does.
pub fn verdict(inputs: &Inputs, estimate: &Estimate) -> FitVerdict {
    let unlike = unlike_devices(inputs);
    // Which part is where only `calibrated` says.
    if unlike.is_empty() || estimate.method() != DEFAULT_METHOD && !inputs.values().is_on_main_gpu() {
        return verdict_of_alike(inputs, estimate);
    }
    let judged = |rank: &Rank| {
        let own = Estimate::of_ranks(estimate.method(), vec![rank.clone()])?;
        let res = verdict_of_alike(&as_if_all_were(inputs, rank.kind().gpu()), &own);
        Some(FitVerdict { rank: Some(rank.kind()), n_gpus: 1, ..res })
    };
    let worse = |a: FitVerdict, b: FitVerdict| {
        let rank = |it: &FitVerdict| VerdictKind::ALL.iter().position(|kind| *kind == it.kind);
        let spare = |it: &FitVerdict| it.spare.unwrap_or(0.0);
        let is_worse = rank(&b) > rank(&a) || rank(&b) == rank(&a) && spare(&b) < spare(&a);
        if is_worse { b } else { a }
    };
    let worst = estimate.ranks().iter().filter_map(judged).reduce(worse);
    worst.unwrap_or_else(|| verdict_of_alike(inputs, estimate))
}

/// The same where all devices are of one kind.
fn verdict_of_alike(inputs: &Inputs, estimate: &Estimate) -> FitVerdict {
    let readings = readings(inputs, estimate);
    let needed = estimate.total();
    // The bands of the document's methods say nothing of one run.
    let most = if estimate.method() == DEFAULT_METHOD { readings.high } else { needed };
    let shown = readings.reserved.map(|it| it.middle);
    // Out of memory is told only when whole free segments have been given back: what the run then still holds it has to
    // have.
    let least = readings.reserved.map_or(readings.resident, |it| it.least);
    let n_counted: usize = estimate.ranks().iter().map(Rank::count).sum();
    // The document's methods know no ranks.
    let n_gpus = if estimate.method() == DEFAULT_METHOD { n_counted } else { gpus_of_run(inputs).max(n_counted) };
    let counts_one_gpu = n_gpus > n_counted;
    // What vLLM is taken to run on where nobody said is no device to judge by.
    let is_said = !inputs.is_default(Id::GpuMemory) || chosen_device(inputs).is_some();
    let (capacity_of_device, device) = (device_memory(inputs).filter(|_| is_said), named_device(inputs));
    let spare = capacity_of_device.map(|it| it.count() - needed.count());
    let res = FitVerdict {
        kind: VerdictKind::NoDevice,
        needed,
        is_least: false,
        shown,
        most,
        capacity: capacity_of_device,
        spare,
        device,
        refusal: None,
        n_gpus,
        rank: None,
        paged: None,
        counts_one_gpu,
        fullest: (estimate.ranks().len() > 1).then(|| estimate.fullest().kind()),
        largest: estimate.lines().iter().map(|it| (it.component, it.formula.bytes())).max_by(most_bytes),
    };
    if counts_one_gpu {
        return FitVerdict { kind: VerdictKind::CannotSay, spare: None, ..res };
    }
    let Some(has) = capacity_of_device else { return res };
    if chosen_device(inputs).is_some_and(|it| !is_known_on(inputs, it)) {
        return FitVerdict { kind: VerdictKind::CannotSay, spare: None, ..res };
    }
    if let Some(it) = positions_exceeded(inputs) {
        let refusal = Some(StartRefusal::LongerThanPositions(it));
        return FitVerdict { kind: VerdictKind::DoesNotStart, shown: None, most: needed, refusal, ..res };
    }
    if let Some(pool) = capacity_values(inputs) {
        // It takes its share whatever is asked, so that the share says nothing: what counts is the room in its pool.
        let (fitting, asked) = (pool.sequences.value(), inputs.values().number(Id::BatchSize));
        let refusal = vllm_start::refusal(inputs, &pool);
        let kind = if refusal.is_some() {
            VerdictKind::DoesNotStart
        } else if fitting.floor() < asked {
            VerdictKind::Tight
        } else {
            VerdictKind::Fits
        };
        return FitVerdict { kind, shown: None, most: needed, spare: Some(pool.spare), refusal, ..res };
    }
    let over = |needed: Bytes| FitVerdict { needed, spare: Some(has.count() - needed.count()), ..res };
    // The greater of both, whichever of them is too much: of more asked for there is never less needed.
    let at_least = if least > readings.resident { least } else { readings.resident };
    if at_least > has {
        return FitVerdict { kind: VerdictKind::TooMuch, is_least: at_least > readings.resident, ..over(at_least) };
    }
    if needed > has {
        let paged = Some(Bytes::new(needed.count() - has.count()));
        return FitVerdict { kind: VerdictKind::Tight, paged, ..over(readings.resident) };
    }
    let kind = if most > has || shown.is_some_and(|it| it > has) { VerdictKind::Tight } else { VerdictKind::Fits };
    FitVerdict { kind, ..res }
}

fn most_bytes(one: &(Component, Bytes), other: &(Component, Bytes)) -> Ordering {
    one.1.count().total_cmp(&other.1.count())
}

/// Whether a run fits by a method; `None` where it has no answer.
pub fn judge(method: MethodId, inputs: &Inputs) -> Option<FitVerdict> {
    Some(verdict(inputs, &values_of(method, inputs)?))
}

/// How many GPUs the run is on, by what was chosen and has an effect: their number, or what the degrees come to,
/// whichever is more, and no fewer than were named; the main one where that has everything.
pub fn gpus_of_run(inputs: &Inputs) -> usize {
    let values = inputs.values();
    if values.is_on_main_gpu() {
        return 1;
    }
    let asked = values.number(Id::GpuCount).max(values.gpus_of_degrees()) as usize;
    asked.max(unlike_devices(inputs).len())
}

/// Whether somebody has read how the framework of the run allocates on a device. PyTorch's caching allocator is the
/// same under CUDA and ROCm; on a Mac, and on GPUs before Volta, which today's PyTorch and vLLM do not run on, only
/// llama.cpp was read, whose buffers are of the size that is needed wherever they lie.
fn is_known_on(inputs: &Inputs, device: &Device) -> bool {
    let is_of_llama_cpp = inputs.mode() == Mode::Inference && inputs.choice::<Engine>(Id::Engine) == Engine::LlamaCpp;
    match (device.form, device.generation) {
        (Form::Accelerator, _) => false,
        (Form::Apple, _) | (_, Some(Generation::Maxwell | Generation::Pascal)) => is_of_llama_cpp,
        (Form::Consumer | Form::Workstation | Form::DataCentre | Form::Laptop | Form::Unified, _) => true,
    }
}

/// The smallest device of the catalogue that the run of some inputs fits by a method, with the context of its own
/// generation: among GPUs of NVIDIA whose context somebody has read, which one can put into a machine, and which its
/// maker sells so.
pub fn smallest_that_fits(method: MethodId, inputs: &Inputs) -> Option<&'static Device> {
    static OFFERED: OnceLock<Vec<&'static Device>> = OnceLock::new();
    let offered = OFFERED.get_or_init(|| {
        let mut res = by_memory(DEVICES.iter().filter(|it| is_offered(it)));
        // Of cards of one size in one generation the first speaks for all.
        res.dedup_by(|a, b| a.usable_gib() == b.usable_gib() && a.generation == b.generation);
        res
    });
    let elsewhere = elsewhere(inputs);
    let needed = values_of(method, inputs)?.total().gib();
    let is_fit = |device: &Device| {
        let there = on(&elsewhere, device)?;
        Some(judge(method, &there)?.kind == VerdictKind::Fits)
    };
    let is_large_enough = |it: &&&Device| it.usable_gib() * MOST_SAVED_BY_ANOTHER_DRIVER >= needed;
    offered.iter().filter(is_large_enough).find(|it| is_fit(it) == Some(true)).copied()
}

/// How many of a device the run of some inputs is on once that is chosen: their number stays.
pub fn n_of(inputs: &Inputs, device: &Device) -> usize {
    on(&elsewhere(inputs), device).map_or(1, |there| gpus_of_run(&there))
}

/// By how much, as a factor, a run may take less where the driver's context is smaller: only devices below that are not
/// tried.
const MOST_SAVED_BY_ANOTHER_DRIVER: f64 = 1.1;

/// Whether a device is proposed: a GPU of NVIDIA whose context somebody has read, and which one can put into a machine.
/// Where nobody has read its memory, only if it was read of none that is sold with as much: then by what is sold, less
/// what others miss of that.
pub(super) fn is_offered(it: &Device) -> bool {
    let is_card = |it: &Device| {
        matches!(it.form, Form::Consumer | Form::Workstation | Form::DataCentre)
            && it.generation.is_some_and(|it| GpuFamily::of(it).is_some())
    };
    let is_read = |it: &Device| it.usable().1 != UsableSource::FromSold;
    let is_alone = || !DEVICES.iter().any(|other| other.sold_gib == it.sold_gib && is_card(other) && is_read(other));
    is_card(it) && !it.is_altered && (is_read(it) || is_alone())
}

/// The inputs with another device.
pub(super) fn on(inputs: &Inputs, device: &Device) -> Option<Inputs> {
    inputs.clone().with(Id::Gpu, Value::Choice(Gpu::named(device.id)?.place())).ok()
}
