//! Whether vLLM starts: its own checks, in the order in which it makes them. It knows no text.

use crate::estimator::catalog::devices::Generation;
use crate::estimator::conflicts::PositionsExceeded;
use crate::estimator::device::chosen_device;
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::Capacity;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{GpuFamily, Precision};
use crate::estimator::units::Bytes;

/// Why a run does not start; all but the first are vLLM's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StartRefusal {
    /// Sequences would be longer than the positions that the model has learned, in whatever runs it: there is no vector
    /// for the next.
    LongerThanPositions(PositionsExceeded),
    /// The GPU computes no bfloat16 (`check_if_supports_dtype` in `platforms/cuda.py`: from compute capability 8.0 on).
    NoBfloat16,
    /// A step has fewer tokens than sequences (`SchedulerConfig.verify_max_model_len` in `config/scheduler.py`).
    ShortStep {
        /// Tokens of a step.
        tokens: f64,
        /// Sequences of one.
        sequences: f64,
    },
    /// Its share of the GPU is more than is free when it starts (`request_memory` in `v1/worker/utils.py`).
    ShareNotFree {
        /// What is free.
        free: Bytes,
    },
    /// Weights and the largest step leave nothing of the share for a pool.
    NoPool,
    /// The pool has no room for one sequence of the run's length (`check_enough_kv_cache_memory` in
    /// `kv_cache_utils.py`).
    ShortPool,
}

/// Whether bfloat16 was chosen beside a GPU that computes none.
pub fn lacks_bfloat16(inputs: &Inputs) -> bool {
    let is_typed = inputs.choice::<GpuFamily>(Id::GpuFamily) == GpuFamily::Turing;
    let is_old = chosen_device(inputs)
        .map_or(is_typed, |it| matches!(it.generation, Some(Generation::Volta | Generation::Turing)));
    is_old && inputs.choice::<Precision>(Id::Precision) == Precision::Bf16
}

/// Why vLLM does not start with some inputs and the pool that they leave it.
pub fn refusal(inputs: &Inputs, pool: &Capacity) -> Option<StartRefusal> {
    let number = |id| inputs.values().number(id);
    let (tokens, sequences) = (number(Id::MaxBatchedTokens), number(Id::MaxSequences));
    if lacks_bfloat16(inputs) {
        return Some(StartRefusal::NoBfloat16);
    }
    if tokens < sequences {
        return Some(StartRefusal::ShortStep { tokens, sequences });
    }
    if pool.taken.value() > pool.free.count() {
        Some(StartRefusal::ShareNotFree { free: pool.free })
    } else if pool.pool.value() <= 0.0 {
        Some(StartRefusal::NoPool)
    } else if pool.sequences.value() < 1.0 {
        Some(StartRefusal::ShortPool)
    } else {
        None
    }
}
