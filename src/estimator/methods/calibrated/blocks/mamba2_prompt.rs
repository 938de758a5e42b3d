//! A Mamba2 layer while a prompt runs in Transformers: what lives inside it besides the residual stream. It knows
//! neither weights nor states, which [`super::mamba2`] has.
//!
//! This is PyTorch's code, which runs unless the library mamba-ssm is installed. A tensor lives as long as a local of
//! the mixer's `forward`, or of the function that computes the scan, refers to it. Traced.

use crate::estimator::architecture::Fact;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::tensors::dtype::FP32;
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::methods::calibrated::tensors::width::Width;

const LAYER: &str = "modeling_granitemoehybrid.py, GraniteMoeHybridMambaLayer.forward";
const SCAN: &str = "modeling_granitemoehybrid.py, mamba2_chunk_scan";

/// Tokens of a chunk: what configurations say (`mamba_chunk_size`, 256 in all that were read).
const CHUNK: f64 = 256.0;

/// What lives at the fullest instant: while the outputs within and between chunks, which have been added up, are copied
/// into the order of tokens. The last chunk is filled up. Keys and queries of a group were repeated for each of its
/// heads.
pub fn inside(run: &ServingRun) -> [Tensor; 10] {
    let sequence = run.sequence.value().max(1.0);
    let n_chunks = (sequence / CHUNK).ceil();
    let padded = n_chunks * CHUNK / sequence;
    let state = run.shape.number(Fact::LinearKeyHeadDim);
    let of_state = state * run.shape.number(Fact::LinearValueHeadDim);
    let of_heads = |name, count: f64| Tensor::new(name, FP32, Width::LinearHeads, SCAN).times(count * padded);
    let of_values = |name, count: f64| Tensor::new(name, FP32, Width::LinearValues, SCAN).times(count * padded);
    [
        run.tensor("projected_states: gate", Width::LinearValues, LAYER),
        run.tensor("projected_states: x, B, C; the same behind the convolution", Width::Convolved, LAYER).times(2.0),
        run.tensor("projected_states: dt; dt behind softplus", Width::LinearHeads, LAYER).times(2.0),
        of_heads("B, C, B_decay", 3.0 * state),
        of_heads("L, G, M", 3.0 * CHUNK),
        of_heads("A, A_cumsum, decay_states, state_decay_out", 4.0),
        of_values("hidden_states, D_residual, Y_diag, C_times_states, Y_off", 5.0),
        of_values("output, and its copy in the order of tokens", 2.0),
        // One state fewer than there are: the cache's own copy of the last is not there yet, and counted with the
        // cache.
        Tensor::new("previous_states, new_states", FP32, Width::LinearHeads, SCAN)
            .times((n_chunks + 1.0) * of_state / sequence),
        Tensor::new("decay_chunk", FP32, Width::LinearHeads, SCAN)
            .times((n_chunks + 1.0) * (n_chunks + 1.0) / sequence),
    ]
}
