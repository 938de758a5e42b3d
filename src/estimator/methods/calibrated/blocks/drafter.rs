//! What proposes tokens for vLLM: the buffers that it keeps from its start. Its layer is like the model's, whose blocks
//! list their tensors. It knows no weights and no cache.

use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::methods::calibrated::tensors::width::Width;

const PROPOSER: &str = "vllm v1/spec_decode/llm_base_proposer.py, SpecDecodeBaseProposer.__init__";

/// The buffers of a proposer that are as wide as the model, for each token of the largest step. Its ids, positions and
/// slots, some tens of bytes a token, are not counted.
pub const fn buffers(run: &ServingRun) -> [Tensor; 2] {
    [
        run.tensor("hidden_states of the proposer", Width::Hidden, PROPOSER),
        run.tensor("inputs_embeds of the proposer", Width::Hidden, PROPOSER),
    ]
}
