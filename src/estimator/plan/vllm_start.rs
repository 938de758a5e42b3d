//! Whether vLLM starts: its own checks, in the order in which it makes them. It knows no text.

use crate::estimator::catalog::devices::Generation;
use crate::estimator::catalog::formats::{Format, VllmKernels};
use crate::estimator::conflicts::PositionsExceeded;
use crate::estimator::device::chosen_device;
use crate::estimator::inputs::Inputs;
use crate::estimator::methods::{Capacity, weights_format};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{GpuFamily, Precision};
use crate::estimator::parameters::engine_versions::{VersionRules, VllmVersion};
use crate::estimator::units::Bytes;

/// Why a run does not start; all but the first are vLLM's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StartRefusal {
    /// Sequences would be longer than the positions that the model has learned, in whatever runs it: there is no vector
    /// for the next.
    LongerThanPositions(PositionsExceeded),
    /// The GPU computes no bfloat16 (`check_if_supports_dtype` in `platforms/cuda.py`: from compute capability 8.0 on).
    NoBfloat16,
    /// The GPU is older than what reads the format of the weights (`VllmConfig._get_quantization_config`, which asks
    /// `get_min_capability` of the format's own configuration).
    FormatBeyondGpu {
        /// The format, by its name in links.
        format: &'static str,
        /// The oldest generation that does.
        from: Generation,
    },
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
    precedes_bfloat16(inputs) && inputs.choice::<Precision>(Id::Precision) == Precision::Bf16
}

/// Whether the GPU is older than BF16.
pub fn precedes_bfloat16(inputs: &Inputs) -> bool {
    generation(inputs).is_some_and(|it| it < Generation::Ampere)
}

/// The generation of the GPU, of NVIDIA's; without a device the typed one, where that is one that lacks something.
fn generation(inputs: &Inputs) -> Option<Generation> {
    let is_typed = inputs.choice::<GpuFamily>(Id::GpuFamily) == GpuFamily::Turing;
    chosen_device(inputs).map_or_else(|| is_typed.then_some(Generation::Turing), |it| it.generation)
}

/// The oldest generation on which a version reads weights of a format; nothing where any does on which vLLM runs:
/// bitsandbytes from compute capability 7.0, GPTQ from 6.0.
///
/// `get_min_capability` in `model_executor/layers/quantization` and the table of supported hardware in vLLM's
/// documentation: AWQ 7.5 (`AutoAWQConfig`), what Marlin reads of FP8, NVFP4 and the packed integers of
/// compressed-tensors by its kernels, MXFP4 8.0 (`Mxfp4Config`; "Turing does not support Marlin MXFP4").
fn reads_from(format: &Format, version: VllmVersion) -> Option<Generation> {
    match format.vllm_kernels() {
        VllmKernels::Awq => Some(Generation::Turing),
        VllmKernels::Marlin => Some(version.marlin_from),
        VllmKernels::Mxfp4 => Some(Generation::Ampere),
        VllmKernels::Other => None,
    }
}

/// What the GPU is too old for of the weights' format.
fn format_beyond_gpu(inputs: &Inputs) -> Option<StartRefusal> {
    let (format, gpu) = (weights_format(inputs)?, generation(inputs)?);
    let version = VersionRules::of(inputs.choice(Id::EngineVersion)).vllm?;
    let from = reads_from(format, version).filter(|from| gpu < *from)?;
    Some(StartRefusal::FormatBeyondGpu { format: format.id, from })
}

/// Why vLLM does not start with some inputs and the pool that they leave it.
pub fn refusal(inputs: &Inputs, pool: &Capacity) -> Option<StartRefusal> {
    let number = |id| inputs.values().number(id);
    let (tokens, sequences) = (number(Id::MaxBatchedTokens), number(Id::MaxSequences));
    if lacks_bfloat16(inputs) {
        return Some(StartRefusal::NoBfloat16);
    }
    if let Some(it) = format_beyond_gpu(inputs) {
        return Some(it);
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
