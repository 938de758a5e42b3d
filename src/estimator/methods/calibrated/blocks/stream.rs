//! Tensors as wide as the residual stream that stand around a layer's blocks while a prompt runs, engine by engine. It
//! knows no block's inner tensors, and no training.
//!
//! In Transformers these are locals of `forward`: of the model, of the layer, of its block.

use crate::estimator::architecture::{Fact, Layout, NormPlacement};
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::tensors::dtype::FP32;
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::methods::calibrated::tensors::width::Width;

const MODEL: &str = "modeling_llama.py, LlamaModel.forward";
const LAYER: &str = "modeling_llama.py, LlamaDecoderLayer.forward";
const STATE_SPACE: &str = "modeling_mamba.py, MambaBlock.forward";
const HELD: &str = "modeling_gpt_neox.py, GPTNeoXLayer.forward";
const BOTH: &str = "modeling_falcon.py, FalconDecoderLayer.forward";
const ALL_REDUCE: &str = "vllm distributed/device_communicators/cuda_communicator.py, all_reduce";
const VLLM: &str = "vllm model_executor/models/llama.py, LlamaDecoderLayer.forward";
const SIDE_BY_SIDE: &str = "vllm model_executor/models/falcon_h1.py, FalconH1ParallelHybrid.forward";
const HANDED: &str = "vllm v1/worker/gpu_model_runner.py, _dummy_run (make_empty_intermediate_tensors)";
const GGML: &str = "llama.cpp, llm_build_llama";

/// The embedding's output, which the model's `forward` holds to its end, on the GPU with the embedding.
pub const fn embedded(run: &ServingRun) -> Tensor {
    run.tensor("inputs_embeds", Width::Hidden, MODEL).only_if(run.is_first())
}

/// Around attention in Transformers: the embedding's output, the residual, and the normed input.
pub const fn around_attention(run: &ServingRun) -> [Tensor; 3] {
    [
        embedded(run),
        run.tensor("residual, the layer's input", Width::Hidden, LAYER),
        run.tensor("input of attention", Width::Hidden, LAYER),
    ]
}

/// Around the feed-forward block in Transformers: the same of its own input, which is normed unless norms stand behind
/// blocks alone; the layer's input, which the model's loop still names, and which is the block's where the layer has
/// nothing else; and attention's output and input where the layer's code names those.
pub fn around_feed_forward(run: &ServingRun) -> [Tensor; 6] {
    let is_before = match NormPlacement::of(run.shape.number(Fact::NormPlacement)) {
        NormPlacement::Before | NormPlacement::Around => true,
        NormPlacement::After | NormPlacement::AfterSum => false,
    };
    let is_held = run.shape.is(Fact::HeldAttentionOutput);
    let is_behind = run.layout() != Layout::SingleMixerHybrid;
    [
        embedded(run),
        run.tensor("hidden_states, the layer's input", Width::Hidden, MODEL),
        run.tensor("residual behind attention", Width::Hidden, LAYER).only_if(is_behind),
        run.tensor("normed input of the block", Width::Hidden, LAYER).only_if(is_held || is_before),
        run.tensor("attention's output", Width::Hidden, HELD).only_if(is_held),
        run.tensor("attention's normed input", Width::Hidden, BOTH).only_if(run.shape.is(Fact::HeldAttentionInput)),
    ]
}

/// Around the mixer in Transformers, where a layer has nothing else: the stream is in FP32, behind the first layer too
/// (`residual_in_fp32`).
pub const fn around_state_space(run: &ServingRun) -> [Tensor; 3] {
    [
        embedded(run),
        Tensor::new("residual, the layer's input", FP32, Width::Hidden, STATE_SPACE),
        run.tensor("input of the mixer", Width::Hidden, STATE_SPACE),
    ]
}

/// The same layers' last output, which the last norm leaves in FP32.
pub const LAST_OF_STATE_SPACE: Tensor =
    Tensor::new("last_hidden_state", FP32, Width::Hidden, "modeling_mamba.py, MambaModel.forward");

/// The layers' last output, which the output projection reads.
pub const fn last(run: &ServingRun) -> Tensor {
    run.tensor("last_hidden_state", Width::Hidden, MODEL)
}

/// Around the feed-forward block in vLLM.
pub const fn in_vllm(run: &ServingRun) -> [Tensor; 3] {
    [
        run.tensor("residual", Width::Hidden, VLLM),
        run.tensor("input of the block", Width::Hidden, VLLM),
        run.tensor("output of the block", Width::Hidden, VLLM),
    ]
}

/// The same around a mixer that runs behind attention on a scaled copy of the same input.
pub const fn beside_mixer_in_vllm(run: &ServingRun) -> [Tensor; 2] {
    [
        run.tensor("attn_hidden", Width::Hidden, SIDE_BY_SIDE),
        run.tensor("hidden_states * ssm_in_multiplier", Width::Hidden, SIDE_BY_SIDE),
    ]
}

/// What a stage of vLLM has from the one before it, in a place of its own (`GPUModelRunner.intermediate_tensors`).
pub const fn received_in_vllm(run: &ServingRun) -> [Tensor; 2] {
    [
        run.tensor("intermediate_tensors, hidden_states", Width::Hidden, HANDED).only_if(!run.is_first()),
        run.tensor("intermediate_tensors, residual", Width::Hidden, HANDED).only_if(!run.is_first()),
    ]
}

/// What the ranks of vLLM make of their parts of the block's output: neither its own kernel nor NCCL reduces in place.
pub const fn all_reduced(run: &ServingRun) -> Tensor {
    run.tensor("result of all_reduce", Width::Hidden, ALL_REDUCE)
}

/// Around each block of llama.cpp's graph: its input, and the sum that it will be added to.
pub const IN_LLAMA_CPP: [Tensor; 2] =
    [Tensor::new("cur", FP32, Width::Hidden, GGML), Tensor::new("inpSA, ffn_inp", FP32, Width::Hidden, GGML)];

/// What a GPU of llama.cpp has from the one before it, or from the host: the first of its layers reads it.
pub const HANDED_IN_LLAMA_CPP: Tensor =
    Tensor::new("inpL", FP32, Width::Hidden, "ggml-backend.cpp, ggml_backend_sched_split_graph");

/// What llama.cpp's output projection reads.
pub const LAST_IN_LLAMA_CPP: Tensor = Tensor::new("result_norm", FP32, Width::Hidden, GGML);
