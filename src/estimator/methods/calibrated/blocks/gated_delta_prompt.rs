//! Gated delta-rule attention while a prompt runs in Transformers: what lives inside it besides the residual stream. It
//! knows neither weights nor training, which [`super::gated_delta`] has.
//!
//! A tensor lives as long as a local of a module's `forward`, or of the function that computes the rule, refers to it.
//! States are those of the cache, and counted there. PyTorch's code was traced; the kernels of flash-linear-attention
//! 0.6.0 were read.

use crate::estimator::architecture::Fact;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::tensors::dtype::FP32;
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::LinearAttentionKernel;

const LAYER: &str = "modeling_qwen3_next.py, Qwen3NextGatedDeltaNet.forward";
const CHUNKS: &str = "modeling_qwen3_next.py, torch_chunk_gated_delta_rule";
const KERNEL: &str = "fla ops/gated_delta_rule/chunk.py, chunk_gated_delta_rule_fwd";

/// Tokens of a chunk: the default of either code (`chunk_size`).
const CHUNK: f64 = 64.0;

/// What lives at the fullest instant: when the rule's output is there, and with PyTorch's code a copy in the order of
/// tokens.
pub fn inside(run: &ServingRun) -> Vec<Tensor> {
    let mut res = around(run);
    match run.shape.reader.choice(Id::LinearAttentionKernel) {
        LinearAttentionKernel::Torch => res.extend(chunks(run)),
        LinearAttentionKernel::Fla => res.extend(fused(run)),
    }
    res
}

/// What the layer's own code names.
fn around(run: &ServingRun) -> Vec<Tensor> {
    let is_fused = run.shape.is(Fact::LinearFusedProjections);
    let of_heads = |name, count| run.tensor(name, Width::LinearHeads, LAYER).times(count);
    vec![
        run.tensor("mixed_qkv behind the convolution", Width::Convolved, LAYER),
        run.tensor("projected_states_qkvz: queries, keys, values", Width::Convolved, LAYER).only_if(is_fused),
        run.tensor("projected_states_qkvz: gate", Width::LinearValues, LAYER).only_if(is_fused),
        of_heads("projected_states_ba", 2.0).only_if(is_fused),
        run.tensor("z", Width::LinearValues, LAYER),
        of_heads("b, a, beta", 3.0),
        Tensor::new("g", FP32, Width::LinearHeads, LAYER),
    ]
}

/// The rule in PyTorch: FP32, of all value heads, with the last chunk filled up.
fn chunks(run: &ServingRun) -> [Tensor; 6] {
    let sequence = run.sequence.value().max(1.0);
    let padded = (sequence / CHUNK).ceil() * CHUNK / sequence;
    let key = run.shape.number(Fact::LinearKeyHeadDim);
    let of_values = |name, count: f64| Tensor::new(name, FP32, Width::LinearValues, CHUNKS).times(count);
    let of_heads = |name, count: f64| Tensor::new(name, FP32, Width::LinearHeads, CHUNKS).times(count * padded);
    [
        of_values("value, v_beta, new_values, core_attn_out", 4.0 * padded),
        of_values("core_attn_out in the order of tokens", padded),
        of_heads("key_beta, query, key, decayed_k_beta, k_cumdecay", 5.0 * key),
        of_heads("pairwise_decay, ut_system, intra_chunk_attn", 3.0 * CHUNK),
        of_heads("beta, decay, cum_decay", 3.0),
        of_values("output and v_new of the last chunk", 2.0 * CHUNK / sequence),
    ]
}

/// The same in flash-linear-attention, whose functions name what they make until they end.
fn fused(run: &ServingRun) -> [Tensor; 6] {
    let sequence = run.sequence.value().max(1.0);
    let (key, value) = (run.shape.number(Fact::LinearKeyHeadDim), run.shape.number(Fact::LinearValueHeadDim));
    let n_chunks = (sequence / CHUNK).ceil();
    let of_heads = |name, count: f64| run.tensor(name, Width::LinearHeads, KERNEL).times(count);
    [
        run.tensor("queries, keys, values, contiguous", Width::Convolved, KERNEL),
        run.tensor("queries, keys, normalized; u", Width::Convolved, KERNEL),
        run.tensor("v_new, o", Width::LinearValues, KERNEL).times(2.0),
        of_heads("w, A", key + CHUNK),
        of_heads("h", n_chunks * key * value / sequence),
        Tensor::new("cumulative decay", FP32, Width::LinearHeads, KERNEL),
    ]
}
