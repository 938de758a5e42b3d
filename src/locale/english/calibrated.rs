//! What stands behind the calibrated figures, in English: the source of each component, and why it differs from the
//! document's. It knows no number of the current estimate.

use crate::estimator::{Component, ComponentGroup, Mode};

/// Where a component of `calibrated` comes from: the tensors it adds up and the code that makes them.
pub(super) fn source(component: Component) -> Option<&'static str> {
    Some(match component {
        Component::AttentionScores => {
            "The matrix of scores of one layer, with its softmax, where a kernel writes it out (`eager_attention_forward`, `_scaled_dot_product_attention_math`)."
        }
        Component::Weights => {
            "One tensor for each matrix, vector and table of the architecture, as transformers or torchvision build them; counts agree with the published checkpoints."
        }
        Component::Experts => {
            "The stacked weights of every expert: a router may choose any of them, so all stay in memory."
        }
        Component::VisionEncoder => "The vision tower and the projector to the text.",
        Component::Adapter => {
            "PEFT: matrices A (rank × in) and B (out × rank) of every adapted layer, FP32 unless told otherwise."
        }
        Component::MasterWeights => {
            "FP32 copy of the 16-bit weights that DeepSpeed's and Megatron's optimizers update."
        }
        Component::Optimizer => {
            "torch.optim and lion-pytorch: states in the format of the trained parameter; bitsandbytes: FP32 states, or one byte a state and an FP32 scale for each block of 256."
        }
        Component::Gradients => {
            "One gradient for each trained parameter that the backward pass has reached, in the parameter's format."
        }
        Component::GradientBuckets => {
            "DDP's reducer: buckets that hold every gradient once, from its construction on (`Reducer::initialize_buckets`)."
        }
        Component::Activations => {
            "What autograd saves until the backward pass: operands of matrix products, FP32 copies in norms, queries, keys, values, attention's result and its logarithms."
        }
        Component::VisionActivations => {
            "The same for the layers of the vision tower and the projector. vLLM: one layer of the tower over as many of the largest images as a step encodes, then their features beside the text, as in its profile run; not of towers whose largest image was not read."
        }
        Component::FeatureMaps => {
            "Walking the network: inputs of convolutions, inputs and statistics of norms, results of activations, indices of poolings."
        }
        Component::Logits => {
            "Training, transformers' loss: 16-bit scores over the vocabulary, their FP32 copy, the log-softmax, and its gradients at the start of the backward pass. Inference: the scores of the positions that are asked for; under vLLM also their FP32 copy and what the sampler sorts."
        }
        Component::Contrastive => {
            "Training a pair of towers: the scores of every text against every image of the batch, and what cross entropy makes of them."
        }
        Component::KvCache => {
            "Keys and values of every cached token, layer and key-value head, as the engine stores them."
        }
        Component::GatheredParameters => {
            "FSDP2: whole parameters of the group whose turn it is, and of those that stay gathered, in the format of computing (`_fsdp_param.py`). ZeRO 3: parameters that are gathered, up to 1e9 ahead (`partitioned_param_coordinator.py`)."
        }
        Component::PipelineBuffers => {
            "torch.distributed.pipelining: for each micro-batch of the step a buffer for what the stage before sends, and one for the gradient that the stage behind sends; made once and kept (`_setup_forward_recv_info`, `_setup_backward_recv_info`). Megatron: what the rank has received and sent and not let go of after a step, two and one more for each stage in its own tests."
        }
        Component::CollectiveBuffers => {
            "FSDP2: outputs of all-gathers, inputs and outputs of reduce-scatters (`_fsdp_collectives.py`). ZeRO: the bucket for gradients, and a copy of it while it is reduced."
        }
        Component::AutocastCopies => {
            "Autocast keeps a 16-bit copy of every FP32 weight that it has used until the forward pass ends. Packed experts are expanded, and held for the backward pass."
        }
        Component::Temporaries => {
            "Tensors that live only at this moment: in training gradients of activations, in inference what one layer works on."
        }
        Component::Inputs => {
            "Token ids, labels, masks, pixels, positions; running statistics and rotary tables of the model."
        }
        Component::Communicators => {
            "Buffers of NCCL for each group of GPUs that exchange tensors (data, tensor, pipeline, context, expert), outside of PyTorch's allocator: 342 MiB on each of two GPUs, 392 MiB on more (aiconfigurator), 192 MiB for a ring of 16 channels. How GPUs are connected decides it; an exchange of experts' tokens was seen to take up to 4.34 GB (nccl issue 1685)."
        }
        Component::Runtime => {
            "Driver context, cuBLAS workspaces and what the allocator rounds up; not in traced cases, measured by others. Logs disagree: 254 to 616 MiB of context, 1343 MiB with CUDA 11 on a V100, and up to a quarter more than the tensors held in reserve by the allocator. If you have measured it, set it."
        }
        // Only the document tells these apart.
        Component::Embedding
        | Component::Attention
        | Component::FeedForward
        | Component::Convolutions
        | Component::FullyConnected
        | Component::BatchNormalization
        | Component::Fusion
        | Component::TextEncoder
        | Component::Router
        | Component::ActiveExperts
        | Component::ImageFeatures
        | Component::TextFeatures
        | Component::CrossModalAttention
        | Component::ModalAlignment
        | Component::RoutingProbabilities
        | Component::ExpertAssignment
        | Component::PositionEncoding
        | Component::ImagePreprocessing
        | Component::LoadBalance
        | Component::Overhead => return None,
    })
}

/// Why `calibrated` differs from the document in a row.
pub(super) fn why_calibrated_differs(mode: Mode, group: ComponentGroup) -> Option<&'static str> {
    Some(match (mode, group) {
        (Mode::Inference, ComponentGroup::Activations | ComponentGroup::Temporaries | ComponentGroup::Logits) => {
            "The document takes a tenth of training's activations; a serving run keeps one layer's working tensors, and logits for the positions that are asked for."
        }
        (Mode::Inference, ComponentGroup::KvCache) => {
            "The document counts a key and a value of width H for every token; grouped heads, windows and the cache's own format make it smaller."
        }
        (Mode::Cnn, ComponentGroup::Activations) => {
            "The document sums 20 layers of a shape of its own; Calibrated walks through the network and adds what each layer keeps."
        }
        (
            Mode::Moe,
            ComponentGroup::Weights | ComponentGroup::Experts | ComponentGroup::Optimizer | ComponentGroup::Gradients,
        ) => {
            "The document counts only the experts that a token visits; all of them are in memory, with their gradients and states."
        }
        (_, ComponentGroup::Weights) => {
            "The document counts the same bytes for every parameter of the nominal size: those of the precision, or of a quantized format. Calibrated counts each parameter of the shape in the format in which it is kept."
        }
        (_, ComponentGroup::Gradients) => {
            "The document counts one gradient in the precision for every trained parameter; FP32 parameters have FP32 gradients, and at some moments not all of them live."
        }
        (_, ComponentGroup::Optimizer) => {
            "The document counts FP32 states; states follow the format of the trained parameters, and a 16-bit recipe with a master copy pays 4 bytes more for each."
        }
        (_, ComponentGroup::Activations) => {
            "The document counts one tensor of width H for every token and layer; PyTorch keeps every operand that the backward pass reads, among them four of the feed-forward block's width and FP32 copies in the norms."
        }
        (_, ComponentGroup::Logits) => {
            "The document does not count logits: the loss holds up to three FP32 copies of the scores over the whole vocabulary for every token."
        }
        (_, ComponentGroup::KvCache) => "Training keeps no cache; completions are sampled with one.",
        (_, ComponentGroup::Temporaries) => {
            "The document does not count what lives for one operation or one moment only."
        }
        (Mode::Inference | Mode::Finetune | Mode::Vlm | Mode::Moe | Mode::Cnn, ComponentGroup::Overhead) => {
            "The document's text sets nothing aside here; Calibrated adds up the context, workspaces and rounding that others measured."
        }
        (_, ComponentGroup::Overhead) => {
            "The document sets a round figure aside; Calibrated adds up the context, workspaces and rounding that others measured."
        }
        (
            _,
            ComponentGroup::Vision
            | ComponentGroup::Text
            | ComponentGroup::Experts
            | ComponentGroup::Adapter
            | ComponentGroup::Other,
        ) => return None,
    })
}
