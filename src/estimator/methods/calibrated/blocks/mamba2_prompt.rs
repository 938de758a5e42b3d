//! A Mamba2 layer while a prompt runs in Transformers: what lives inside it besides the residual stream. It knows
//! neither weights nor states, which [`super::mamba2`] has.
//!
//! This is PyTorch's code, which runs unless the library mamba-ssm is installed. A tensor lives as long as a local of
//! the mixer's `forward`, or of the function that computes the scan, refers to it. Traced.

use crate::estimator::architecture::{Fact, Layout};
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::tensors::alive::fullest;
use crate::estimator::methods::calibrated::tensors::dtype::FP32;
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::methods::calibrated::tensors::width::Width;

const LAYER: &str = "modeling_granitemoehybrid.py, GraniteMoeHybridMambaLayer.forward";
const SCAN: &str = "modeling_granitemoehybrid.py, mamba2_chunk_scan";

/// Tokens of a chunk: what all configurations say that were read (`mamba_chunk_size`, `chunk_size`), but for those of
/// Nemotron-H.
pub const CHUNK: f64 = 256.0;

/// The same in all of Nemotron-H that were read (`chunk_size`).
const NEMOTRON_CHUNK: f64 = 128.0;

fn chunk(run: &ServingRun) -> f64 {
    if run.layout() == Layout::SingleMixerHybrid { NEMOTRON_CHUNK } else { CHUNK }
}

/// What lives at the fullest instant: while the outputs within and between chunks, which have been added up, are copied
/// into the order of tokens, or before, while the states of the chunks are multiplied by `C`, of which both were copied
/// for the product; that is the fuller one where states are wide and chunks short. The last chunk is filled up. Keys
/// and queries of a group were repeated for each of its heads.
pub fn inside(run: &ServingRun) -> [Tensor; 10] {
    let (chunk, sequence) = (chunk(run), run.sequence.value().max(1.0));
    let n_chunks = (sequence / chunk).ceil();
    let padded = n_chunks * chunk / sequence;
    let state = run.shape.number(Fact::LinearKeyHeadDim);
    let of_state = state * run.shape.number(Fact::LinearValueHeadDim);
    let of_heads = |name, count: f64| Tensor::new(name, FP32, Width::LinearHeads, SCAN).times(count * padded);
    let of_values = |name, count: f64| Tensor::new(name, FP32, Width::LinearValues, SCAN).times(count * padded);
    let of_states = |name, count: f64| Tensor::new(name, FP32, Width::LinearHeads, SCAN).times(count / sequence);
    let at = |keys: Tensor, values: Tensor, last: Tensor| {
        [
            run.tensor("projected_states: gate", Width::LinearValues, LAYER),
            run.tensor("projected_states: x, B, C; the same behind the convolution", Width::Convolved, LAYER)
                .times(2.0),
            run.tensor("projected_states: dt; dt behind softplus", Width::LinearHeads, LAYER).times(2.0),
            keys,
            of_heads("L, G, M", 3.0 * chunk),
            of_heads("A, A_cumsum, decay_states, state_decay_out", 4.0),
            values,
            last,
            // One state fewer than there are: the cache's own copy of the last is not there yet, and counted with the
            // cache.
            of_states("previous_states, new_states", (n_chunks + 1.0) * of_state),
            of_states("decay_chunk", (n_chunks + 1.0) * (n_chunks + 1.0)),
        ]
    };
    let added = at(
        of_heads("B, C, B_decay", 3.0 * state),
        of_values("hidden_states, D_residual, Y_diag, C_times_states, Y_off", 5.0),
        of_values("output, and its copy in the order of tokens", 2.0),
    );
    let multiplied = at(
        of_heads("B, C, B_decay; C in the order of the product", 4.0 * state),
        of_values("hidden_states, D_residual, Y_diag, C_times_states", 4.0),
        of_states("states in the order of the product", n_chunks * of_state),
    );
    fullest(&[&added, &multiplied], &run.widths)
}
