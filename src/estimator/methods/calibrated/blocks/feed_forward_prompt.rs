//! A feed-forward block while a prompt runs: the tensors of its inner width that live at once, engine by engine. It
//! knows neither weights nor training, which [`super::feed_forward`] has, nor the residual stream.

use crate::estimator::architecture::{Activation, Fact};
use crate::estimator::methods::calibrated::blocks::activation::{FUNCTIONS, Function};
use crate::estimator::methods::calibrated::model::storage;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::tensors::cached::Cached;
use crate::estimator::methods::calibrated::tensors::dtype::FP32;
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::methods::calibrated::tensors::width::Width;

const GATED: &str = "modeling_llama.py, LlamaMLP.forward";
const FUSED: &str = "modeling_phi3.py, Phi3MLP.forward";
const PLAIN: &str = "modeling_gpt2.py, GPT2MLP.forward";
const VLLM: &str = "vllm model_executor/layers/activation.py, SiluAndMul";
const GGML: &str = "llama-graph.cpp, llm_graph_context::build_ffn";
const BITSANDBYTES: &str = "bitsandbytes autograd/_functions.py, MatMul4Bit.forward";

/// The block at its two instants in Transformers.
pub struct FeedForwardPrompt {
    /// When the last projection's input has been made.
    pub made: [Tensor; 3],
    /// While the last projection inward is multiplied.
    pub projected: [Tensor; 2],
}

impl FeedForwardPrompt {
    /// The block of a run's layers.
    pub fn of(run: &ServingRun) -> Self {
        let inner = |name, source| run.tensor(name, Width::Intermediate, source);
        // One projection for both, its halves being views; without a gate there is nothing to join.
        if run.shape.is(Fact::GatedMlp) && run.shape.is(Fact::FusedGateUp) {
            let both = inner("gate_up_proj output", FUSED).times(2.0);
            let made = [both, inner("act_fn(gate)", FUSED), inner("input of down_proj", FUSED)];
            return Self { made, projected: [both, Tensor::NONE] };
        }
        if run.shape.is(Fact::GatedMlp) {
            let (gate, up) = (inner("act_fn(gate_proj output)", GATED), inner("up_proj output", GATED));
            return Self { made: [gate, up, inner("input of down_proj", GATED)], projected: [gate, up] };
        }
        let (name, n_beside) = Function::of(Activation::of(run.shape.number(Fact::Activation))).beside;
        let input = inner("c_fc output", PLAIN);
        let made = [input, inner(name, FUNCTIONS).times(n_beside), inner("input of c_proj", PLAIN)];
        Self { made, projected: [input, Tensor::NONE] }
    }
}

/// The 4-bit weight of the widest projection that bitsandbytes expands for a prompt, if weights are in such a format.
pub fn expanded(run: &ServingRun) -> Option<Cached> {
    let elements = storage::expanded_elements(run.shape)?;
    Some(Cached::new("expanded weight of a projection inward", elements, run.element.clone(), BITSANDBYTES))
}

/// In vLLM: one projection for gate and up, and their product.
pub fn in_vllm(run: &ServingRun) -> [Tensor; 2] {
    let n_inward = if run.shape.is(Fact::GatedMlp) { 2.0 } else { 1.0 };
    let inward = if n_inward == 2.0 { "gate_up_proj output" } else { "up_proj output" };
    [
        run.tensor(inward, Width::Intermediate, VLLM).times(n_inward),
        run.tensor("input of down_proj", Width::Intermediate, VLLM),
    ]
}

/// In llama.cpp's graph: two tensors at once, whether they are gate and up or a function's input and result.
pub const IN_LLAMA_CPP: Tensor = Tensor::new("ffn_up, ffn_gate", FP32, Width::Intermediate, GGML).times(2.0);
