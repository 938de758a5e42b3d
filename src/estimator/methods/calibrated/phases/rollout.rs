//! What samples completions beside the trainer: vLLM on a share of the same GPU, or a server that weights are sent to.
//! It knows no layer; sampling by the trained model itself is `grpo`'s own.
//!
//! TRL 1.16, `generation/vllm_generation.py`: vLLM is started in the trainer's process with `gpu_memory_utilization`,
//! and takes that share of the GPU for weights, CUDA graphs, its largest step and a pool of keys and values. Put to
//! sleep at level 2 it gives both weights and pool back; before it samples, its weights are mapped again and the
//! trained ones are copied into them one by one.

use crate::estimator::component::Component;
use crate::estimator::constants as c;
use crate::estimator::estimate::{Lines, Moment, put_any};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::device;
use crate::estimator::methods::calibrated::model::counts::Counts;
use crate::estimator::methods::calibrated::model::unsupported::Unsupported;
use crate::estimator::methods::calibrated::run::resident::{self, Resident};
use crate::estimator::methods::calibrated::run::training::TrainingRun;
use crate::estimator::methods::calibrated::tensors::dtype::{HALF, element, times};
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Rollout;
use crate::estimator::parameters::engine_versions::VLLM_TODAY;
use crate::estimator::quantity::Quantity;
use crate::estimator::reader::Reader;
use crate::estimator::units::{Count, Memory, Ratio};

/// What decides how many weights wait at once to be sent.
const SENT_FROM: &[Id] = &[Id::Model, Id::FinetuneMethod, Id::Precision, Id::Recipe];

/// What vLLM may take of the GPU.
fn share(reader: &Reader) -> Expr<Memory> {
    reader.leaf::<Ratio>(Id::RolloutMemory) * reader.leaf::<Memory>(Id::GpuMemory)
}

/// vLLM beside a trainer.
pub struct Colocated {
    weights: Expr<Memory>,
    pool: Expr<Memory>,
    graphs: Expr<Memory>,
    sleeps: bool,
}

impl Colocated {
    /// That of a run; nothing where something else samples.
    pub fn of(run: &TrainingRun, counts: &Counts) -> Option<Self> {
        let reader = &run.shape.reader;
        match reader.choice(Id::Rollout) {
            Rollout::VllmColocated => {}
            Rollout::Transformers | Rollout::Elsewhere => return None,
        }
        let weights = vllm_weights(run, counts);
        let graphs = device::graphs(run.shape, run.batch.clone());
        let rest = if VLLM_TODAY.share_holds_graphs { weights.clone() + graphs.clone() } else { weights.clone() };
        let pool = (share(reader) - rest).max(Expr::number(0.0)).named(Quantity::Pool);
        Some(Self { weights, pool, graphs, sleeps: reader.is_on(Id::RolloutSleep) })
    }

    /// While trained weights are copied into vLLM's: its pool is still away if it sleeps in between.
    pub fn sync(&self, run: &TrainingRun, resident: &Resident) -> Moment {
        let moment = synced(run, resident, None).with_more(vec![(Component::Weights, self.weights.clone())]);
        let pool = (!self.sleeps).then(|| (Component::KvCache, self.pool.clone()));
        self.beside(moment, pool.into_iter().collect())
    }

    /// While vLLM samples: all that it was given.
    pub fn generation(&self, run: &TrainingRun, resident: &Resident) -> Moment {
        let mut lines = resident.lines_of_moment();
        lines.push((Component::Inputs, run.ids()));
        self.beside(Moment::new(MomentId::Generation, lines), self.awake())
    }

    /// Any moment of training: what vLLM leaves on the GPU, which is all unless it sleeps.
    pub fn training(&self, moment: Moment) -> Moment {
        self.beside(moment, if self.sleeps { Vec::new() } else { self.awake() })
    }

    fn awake(&self) -> Lines {
        vec![(Component::Weights, self.weights.clone()), (Component::KvCache, self.pool.clone())]
    }

    /// Its CUDA graphs stay whether it sleeps or not: only what its own allocator has mapped is given back.
    fn beside(&self, moment: Moment, lines: Lines) -> Moment {
        moment.with_more(lines).with_more(vec![(Component::Runtime, self.graphs.clone())])
    }
}

/// Why vLLM does not start beside a run's trainer, if it does not: its share has no room for its weights and what else
/// its version counts, or is not free. When it asks for it (`Worker.init_device` in `v1/worker/gpu_worker.py`) the
/// driver's context and the trainer's weights are there already (`GRPOTrainer.__init__`), its reference is not.
pub fn refusal(run: &TrainingRun, counts: &Counts) -> Option<Unsupported> {
    let colocated = Colocated::of(run, counts)?;
    let reader = &run.shape.reader;
    let free = reader.leaf::<Memory>(Id::GpuMemory).value()
        - device::context(run.shape, reader.choice(Id::GpuFamily)).value()
        - resident::weights(run, counts).iter().map(|it| it.1.value()).sum::<f64>();
    if colocated.pool.value() <= 0.0 {
        Some(Unsupported::RolloutTooSmall)
    } else if share(reader).value() > free {
        Some(Unsupported::RolloutTooLarge)
    } else {
        None
    }
}

/// Weights as vLLM loads them: those of a 4-bit base in the same format, others in 16 bits.
fn vllm_weights(run: &TrainingRun, counts: &Counts) -> Expr<Memory> {
    if !run.is_quantized() {
        return counts.total() * element(HALF);
    }
    let lines = resident::weights(run, counts).into_iter().map(|it| it.1);
    lines.reduce(|sum, it| sum + it).unwrap_or_else(|| Expr::number(0.0))
}

/// While weights are sent to a server elsewhere: packed into two buffers in turn (vLLM, `packed_tensor.py`,
/// `packed_nccl_broadcast_producer`).
pub fn sent(run: &TrainingRun, counts: &Counts, resident: &Resident) -> Moment {
    let buffers = (times(2.0) * Expr::<Memory>::from(c::PACKED_BUFFER)).min(vllm_weights(run, counts));
    synced(run, resident, Some(buffers))
}

/// The same of weights that are put together for it one by one, of which `sizes` has the elements in their order: what
/// waits to be packed is there beside the message that it becomes, and the one before (vLLM, `pack_tensors`).
/// Shared-out adapters are merged into shares, whose parts of the product are gathered by rows.
pub fn sent_gathered(run: &TrainingRun, resident: &Resident, sizes: impl Iterator<Item = f64>, bytes: f64) -> Moment {
    let full = Expr::<Memory>::from(c::PACKED_BUFFER).value();
    let (mut before, mut waiting, mut most) = (0.0f64, 0.0f64, 0.0f64);
    for size in sizes {
        waiting += bytes * size;
        most = most.max(before + 2.0 * waiting);
        if waiting > full {
            (before, waiting) = (waiting, 0.0);
        }
    }
    let elements = run.shape.reader.counted::<Count>(Quantity::Sent, most / bytes, SENT_FROM);
    let mut lines = resident.lines_of_moment();
    lines.push((Component::Temporaries, elements * element(bytes)));
    Moment::new(MomentId::WeightSync, lines)
}

/// Weights are handed over with adapters merged into them: of the layer at hand the product of both matrices, and the
/// same scaled (PEFT, `LoraLayer.get_delta_weight`).
fn synced(run: &TrainingRun, resident: &Resident, buffers: Option<Expr<Memory>>) -> Moment {
    let merged = run.adapters.largest_base(&run.widths);
    let merged = merged.map(|it| times(2.0) * it * element(run.formats.adapter));
    let mut lines = resident.lines_of_moment();
    put_any(&mut lines, Component::Temporaries, Expr::sum_of_any(merged, buffers));
    Moment::new(MomentId::WeightSync, lines)
}
