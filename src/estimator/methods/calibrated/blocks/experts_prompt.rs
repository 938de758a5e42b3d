//! A mixture of experts while a prompt runs: what lives at its fullest instants, engine by engine. It knows neither
//! weights nor training, which [`super::experts`] has, nor the residual stream.
//!
//! In Transformers tokens are copied once for each expert that they visit and sorted by expert, unless every expert
//! computes all tokens in their order.

use crate::estimator::architecture::{Activation, Fact, Router};
use crate::estimator::methods::calibrated::blocks::activation::Function;
use crate::estimator::methods::calibrated::blocks::experts::{EXPERTS, SHARED};
use crate::estimator::methods::calibrated::blocks::latent_experts;
use crate::estimator::methods::calibrated::blocks::router::{ROUTER, score_element};
use crate::estimator::methods::calibrated::model::storage::chosen_format;
use crate::estimator::methods::calibrated::model::widths::Widths;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::tensors::alive::fullest;
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, INT64};
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::methods::calibrated::tensors::width::Width;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::GpuFamily;

const VLLM: &str = "vllm fused_moe.py, fused_experts_impl";
const MODULAR: &str = "vllm fused_moe/experts, TritonExperts.workspace_shapes; MarlinExperts.workspace_shapes";
const GGML: &str = "llama-graph.cpp, llm_graph_context::build_moe_ffn";

/// What lives at the block's fullest instant in Transformers.
///
/// Experts that every token visits run before the others where a gate scales them, and their output waits; else behind,
/// and the others' output waits.
pub fn inside(run: &ServingRun) -> [Tensor; 8] {
    let has_shared = run.shape.is(Fact::SharedIntermediateSize);
    let has_gate = run.shape.is(Fact::SharedExpertGate);
    let of_shared = run.tensor("output of the shared experts", Width::Hidden, SHARED).only_if(has_shared && has_gate);
    let of_others = run.tensor("output of the routed experts", Width::Hidden, EXPERTS).only_if(has_shared && !has_gate);
    let (inward, outward) = (inward(run, of_shared), outward(run, of_shared));
    let shared = run.tensor("act_fn(gate), up and product of the shared experts", Width::Shared, SHARED);
    let none = Tensor::NONE;
    let shared = [shared.times(3.0).only_if(has_shared), of_others, none, none, none, none, none, none];
    fullest(&[&inward, &outward, &shared], &run.widths)
}

/// Gathered rows, gate and up, activated, product.
fn inward(run: &ServingRun, waiting: Tensor) -> [Tensor; 8] {
    let [probabilities, sorting] = routing(run);
    let inner = |name| run.tensor(name, Width::InnerRows, EXPERTS);
    // Without a gate a function of several steps holds what its expression refers to.
    let is_gated = run.shape.is(Fact::GatedMlp);
    let (made, n_made) = if is_gated { ("gate_up_proj output", 2.0) } else { ("up_proj output", 1.0) };
    let (beside, n_beside) = match Activation::of(run.shape.number(Fact::Activation)) {
        activation if !is_gated => Function::of(activation).beside,
        _ => ("act_fn(gate)", 1.0),
    };
    [
        run.tensor("selected_hidden_states", Width::Rows, EXPERTS),
        inner(made).times(n_made),
        inner(beside).times(n_beside),
        inner("input of down_proj"),
        probabilities,
        sorting,
        waiting,
        latent_experts::inside(run),
    ]
}

/// Gathered rows, projected down, and then weighted and unsorted in the format of the scores.
fn outward(run: &ServingRun, waiting: Tensor) -> [Tensor; 8] {
    let [probabilities, sorting] = routing(run);
    let score = score_element(run.shape, run.bytes());
    [
        run.tensor("selected_hidden_states", Width::Rows, EXPERTS),
        run.tensor("down_proj output", Width::Rows, EXPERTS),
        Tensor::new("weighted rows, and in the order of tokens", score, Width::Rows, EXPERTS).times(2.0),
        probabilities,
        sorting,
        waiting,
        latent_experts::inside(run),
        Tensor::NONE,
    ]
}

/// Scores of all experts, and the indices and weights by which copies are sorted and weighted.
fn routing(run: &ServingRun) -> [Tensor; 2] {
    let is_sorted = match Router::of(run.shape.number(Fact::Router)) {
        Router::EveryExpert => false,
        Router::Wide | Router::WideProduct | Router::Narrow => true,
    };
    // A router whose product is FP32 names its scores in that format, and the weights before and behind sorting.
    let is_wide = Router::of(run.shape.number(Fact::Router)) == Router::WideProduct && run.bytes() < FP32;
    let (scores, number) = if is_wide { (FP32, 5.5) } else { (run.bytes(), 5.0) };
    let sorting =
        Tensor::new("expert_ids, perm, inv_perm, token_idx, weights", INT64, Width::Visits, EXPERTS).times(number);
    [Tensor::new("router scores", scores, Width::Experts, ROUTER), sorting.only_if(is_sorted)]
}

/// Whether vLLM multiplies experts by kernels of which was read what they take of the shared workspaces, Triton's and
/// Marlin's: of 16-bit experts before Blackwell, of FP8 in blocks on Hopper unless experts are shared out, of packed
/// integers, and of narrow floats that the GPU itself computes nothing in (`_get_priority_backends` in
/// `fused_moe/oracle`). FlashInfer's, CUTLASS' and DeepGEMM's, and those of MXFP4, were not.
pub fn has_workspaces(run: &ServingRun) -> bool {
    let reader = &run.shape.reader;
    let family = reader.choice::<GpuFamily>(Id::GpuFamily);
    let is_before_hopper = !family.is_since_hopper();
    let is_before_blackwell = is_before_hopper || family == GpuFamily::Hopper;
    let is_read = match chosen_format(run.shape) {
        None => is_before_blackwell,
        Some(it) if it.is_of_integers() => true,
        Some(it) if it.id == "fp8-block128" => {
            family == GpuFamily::Hopper && reader.number(Id::ExpertParallel) <= 1.0 || family == GpuFamily::Ampere
        }
        Some(it) if it.is_fp8() => family == GpuFamily::Ampere,
        Some(it) => it.id == "nvfp4" && is_before_blackwell,
    };
    run.shape.is(Fact::NumExperts) && is_read
}

/// What experts take of the workspaces that all layers share in vLLM, for good once one of them has run.
pub fn workspaces_in_vllm(run: &ServingRun, widths: &Widths) -> [Tensor; 2] {
    let inner = |name, n| [run.tensor(name, Width::InnerRows, MODULAR).times(n)];
    let rows = |name| [run.tensor(name, Width::Rows, MODULAR)];
    let [narrow] = fullest(&[&inner("workspace of the product", 1.0), &rows("workspace of the product")], widths);
    let (inward, n) =
        if run.shape.is(Fact::GatedMlp) { ("workspace of gate and up", 2.0) } else { ("workspace of up", 1.0) };
    let [wide] = fullest(&[&inner(inward, n), &rows("workspace of the output")], widths);
    [narrow, wide]
}

/// In vLLM: one buffer, which the result of gate and up, or of up alone, and that of the last projection share, and the
/// product.
pub fn in_vllm(run: &ServingRun, widths: &Widths) -> [Tensor; 2] {
    let is_gated = run.shape.is(Fact::GatedMlp);
    let name = if is_gated { "intermediate_cache1, gate and up" } else { "intermediate_cache1, up" };
    let inward = [run.tensor(name, Width::InnerRows, VLLM).times(if is_gated { 2.0 } else { 1.0 })];
    let outward = [run.tensor("intermediate_cache3, output", Width::Rows, VLLM)];
    let [buffer] = fullest(&[&inward, &outward], widths);
    [buffer, run.tensor("intermediate_cache2, product", Width::InnerRows, VLLM)]
}

/// In llama.cpp's graph: two tensors at once.
pub const IN_LLAMA_CPP: Tensor = Tensor::new("ffn_moe_up, ffn_moe_gate", FP32, Width::InnerRows, GGML).times(2.0);
