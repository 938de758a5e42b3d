//! Latent attention while a prompt runs in Transformers: what lives inside it besides the residual stream. It knows
//! neither weights nor training, which [`super::latent_attention`] has.
//!
//! A tensor lives as long as a local of a module's `forward` refers to it. What is compressed is the cache's, and
//! counted there; a layer expands it for all tokens, those of earlier steps too, and lets go of it when it ends.

use crate::estimator::architecture::Fact;
use crate::estimator::methods::calibrated::blocks::kernel::Kernel;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::tensors::alive::fullest;
use crate::estimator::methods::calibrated::tensors::cached::Cached;
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::methods::calibrated::tensors::width::Width;

const ATTENTION: &str = "modeling_deepseek_v2.py, DeepseekV2Attention.forward";
const EXPANDED: &str = "modeling_deepseek_v2.py, DeepseekV2Attention.expand_kv";
const SDPA: &str = "integrations/sdpa_attention.py, sdpa_attention_forward";

/// What lives while the kernel runs or scores are made: queries before and after their parts are joined, what the
/// compressed keys and values are views of, and what all heads make of them.
pub fn expanded(run: &ServingRun) -> [Tensor; 7] {
    let rotated = run.tensor("rotated parts of queries: d_rope a head", Width::Heads, ATTENTION);
    [
        run.tensor("q_proj or q_b_proj output", Width::Queries, ATTENTION),
        rotated.times(run.shape.number(Fact::QkRopeHeadDim)),
        run.tensor("queries, joined", Width::Queries, ATTENTION),
        run.tensor("kv_a_proj_with_mqa output: compressed keys, values", Width::CompressedKeys, ATTENTION),
        run.tensor("kv_a_proj_with_mqa output: key before rotation", Width::RotatedKey, ATTENTION),
        run.tensor("kv_b_proj output, of which values are a view", Width::Decompressed, EXPANDED),
        run.tensor("keys, joined", Width::Queries, EXPANDED),
    ]
}

/// What a kernel that makes no scores and the output projection write: queries that are joined head by head leave flash
/// attention's output in an order that is copied.
pub fn written(run: &ServingRun, kernel: Kernel) -> [Tensor; 2] {
    let output = run.tensor("attention's output", Width::HeadValues, SDPA);
    let projected = [output, run.tensor("o_proj output", Width::Hidden, ATTENTION)];
    let reordered = [output, run.tensor("attention's output, reordered", Width::HeadValues, SDPA)];
    if kernel == Kernel::Flash { fullest(&[&projected, &reordered], &run.widths) } else { projected }
}

/// What one decode step expands in a layer for all tokens.
pub fn expanded_in_step(run: &ServingRun) -> [Cached; 2] {
    let made =
        |name, width| Cached::new(name, run.tokens.clone() * run.widths.leaf(width), run.element.clone(), EXPANDED);
    [made("kv_b_proj output", Width::Decompressed), made("keys, joined", Width::Queries)]
}
