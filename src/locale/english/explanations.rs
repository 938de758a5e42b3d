//! English explanations: constants of formulas, and why methods differ. It knows no
//! number of the current estimate.

use crate::estimator::expr::ElementFormat;
use crate::estimator::{ComponentGroup, ConstantId, Mode};
use crate::locale::later::{DetailTexts, ListingTexts};

pub(super) const DETAIL: DetailTexts = DetailTexts {
    symbols: "Where",
    why: "Why they differ:",
    not_counted: |method| format!("{method} does not count this."),
    counted_under: |method, row| format!("{method} counts this under {row}."),
    not_at_peak: |method, moment, amount| {
        format!("{method}: nothing of it lives at the peak; most of it does at another moment: {moment}, {amount}.")
    },
    go_to: |label| format!("Go to the slider {label}"),
    decides: "also decided by",
    at_moment: |moment| format!("at the peak: {moment}"),
    source: "What it is:",
    listing: ListingTexts {
        name: "Name",
        stage: |stage| format!("stage {stage}"),
        elements: "Elements",
        bytes_of_element: "Format · bytes each",
        format: |it, bytes| {
            let format = match it {
                ElementFormat::Int64 => "INT64",
                ElementFormat::Fp32 => "FP32",
                ElementFormat::Half => "16-bit",
                ElementFormat::Byte => "8-bit",
                ElementFormat::Packed => "packed",
            };
            format!("{format} · {bytes}")
        },
        bytes: "Bytes",
        parameters: "Parameters",
        source: "Source",
    },
};

pub(super) fn constant(id: ConstantId) -> &'static str {
    match id {
        ConstantId::KeysAndValues => "keys and values (document, inference)",
        ConstantId::InferenceActivations => "inference keeps 10 % of the activations (document, inference)",
        ConstantId::CheckpointedActivations => "checkpointing removes 70 % (document, training)",
        ConstantId::OptimizerState => "bytes of an FP32 state (document, training)",
        ConstantId::GrpoWeight => "bytes of an INT4 weight, which the document assumes for GRPO",
        ConstantId::PeftShare => "1 % of the parameters is trained (document, PEFT)",
        ConstantId::LoraMatrices => "matrices A and B (document, LoRA)",
        ConstantId::DpoSequences => "a chosen and a rejected completion (document, GRPO)",
        ConstantId::AudioToken => "ms of audio per token (document, multimodal)",
        ConstantId::ColourChannels => "colour channels",
        ConstantId::Reserved => "1 GiB reserved (document)",
        ConstantId::ReservedLarge => "2 GiB reserved (the document's application)",
        ConstantId::VisionShare => "at least 30 % for vision (document)",
        ConstantId::TextShare => "at least 50 % for text (document)",
        ConstantId::EncoderLayers => "layers of the encoder (document)",
        ConstantId::AttentionMatrices => "query, key, value and output",
        ConstantId::TextVocabulary => "vocabulary of the text encoder (document)",
        ConstantId::TextWidth => "width of the text encoder (document)",
        ConstantId::ConvolutionShare => "80 % of the parameters (document, CNN)",
        ConstantId::FullyConnectedShare => "20 % of the parameters (document, CNN)",
        ConstantId::FirstFilters => "channels (document, CNN)",
        ConstantId::WidestChannels => "channels at most (document, CNN)",
        ConstantId::FeatureLayers => "layers (document, CNN)",
        ConstantId::Fp32Element => "bytes of FP32, by which the application converts",
        ConstantId::FeedForwardMatrices => "up and down projection (application)",
        ConstantId::LayerTensors => "tensors kept per layer (application)",
        ConstantId::AdaptedModules => "modules with an adapter (application)",
        ConstantId::AdapterSides => "input and output side of an adapter",
        ConstantId::OverheadShare => "10 % of the counted weights (application)",
        ConstantId::ImageCopies => "copies of each image (application)",
        ConstantId::VlmAdapter => "parameters of the adapter (application)",
        ConstantId::FixedOptimizerStates => "bytes of state per parameter, whatever the optimizer (application)",
        ConstantId::NormalizationTensors => "scale, shift, mean and variance",
        ConstantId::ContextTuring => {
            "254 MiB: CUDA context with lazily loaded kernels (PyTorch pull request 86509; the GPU is not named)"
        }
        ConstantId::ContextAmpere => "256 MiB: CUDA context of an RTX 3090, PyTorch 2.7.1 (InvokeAI issue 9413)",
        ConstantId::ContextAda => {
            "426 MiB: CUDA context of an RTX 6000 Ada, PyTorch 2.10 (unsloth-zoo pull request 1053)"
        }
        ConstantId::ContextHopper => {
            "616 MiB: CUDA context on a server with eight GPUs (LMCache issue 4019; the GPU is not named)"
        }
        ConstantId::CublasWorkspace => "8.125 MiB: cuBLAS workspace, PyTorch's default :4096:2:16:8",
        ConstantId::CublasWorkspaceFixed => "32 MiB: cuBLAS workspace with :4096:8, as deterministic mode asks for",
        ConstantId::EngineWorkspace => "4 MiB: Transformer Engine's cuBLAS workspace before Hopper",
        ConstantId::EngineWorkspaceHopper => "32 MiB: Transformer Engine's cuBLAS workspace since Hopper",
        ConstantId::CublasWorkspaceHopper => "32 MiB: cuBLAS workspace since Hopper, PyTorch's default",
        ConstantId::AllocatorSlack => {
            "22 MiB: one part-filled segment of each kind, 20 MiB and 2 MiB (PyTorch's caching allocator)"
        }
        ConstantId::VllmOutsideTorch => {
            "0.14 GiB: what vLLM's profile run finds outside PyTorch on one GPU (logs of vLLM 0.11 on H100)"
        }
        ConstantId::NcclOfTwo => "342 MiB: NCCL's buffers on each of two GPUs (aiconfigurator, nccl_mem)",
        ConstantId::NcclOfMore => "392 MiB: NCCL's buffers on each of four GPUs or more (aiconfigurator, nccl_mem)",
        ConstantId::FlashInferWorkspace => "394 MiB: the workspace of FlashInfer's attention (vLLM's envs.py)",
        ConstantId::CustomAllReduce => "24 MiB: three buffers of vLLM's own all-reduce, 8 MiB each",
        ConstantId::OutsideTorchOfTwo => {
            "0.42 GiB: what vLLM finds outside PyTorch on each of two GPUs beyond one (llm-d-planner, H100)"
        }
        ConstantId::GraphOfLayer => {
            "0.2 MiB: a layer in one CUDA graph of vLLM (logs: 0.17 GiB for 35 graphs of 28 layers, 0.22 GiB for 36 layers)"
        }
        ConstantId::TileTokens => {
            "tokens of the tile of logits that TRL's chunked loss fills again and again (TOKEN_CHUNK_SIZE)"
        }
        ConstantId::PackedBuffer => {
            "bytes that vLLM packs into one message when it sends weights (vllm/distributed/weight_transfer/packed_tensor.py)"
        }
        ConstantId::TileWidth => {
            "entries of the vocabulary in that tile (_CHUNKED_LOGPROB_CHUNK_SIZE in trl/trainer/utils.py)"
        }
        ConstantId::RowsSortedAtOnce => {
            "127 rows: up to as many PyTorch sorts all at once, which takes more for each logit (SortStable.cu)"
        }
        ConstantId::BlockwiseState => "an 8-bit state and its share of a scale for 256 (bitsandbytes)",
        ConstantId::PrefixTokens => "vectors of a prefix (PEFT's example)",
    }
}

pub(super) fn why_methods_differ(mode: Mode, group: ComponentGroup) -> Option<&'static str> {
    Some(match (mode, group) {
        (Mode::Nlp, ComponentGroup::Weights) => {
            "Documented charges the model size; Verified adds up embedding, attention and feed-forward from the shape and ignores the model size here."
        }
        (Mode::Nlp, ComponentGroup::Adapter) => {
            "Only Verified adds LoRA adapters, although every parameter is trained as well."
        }
        (Mode::Nlp | Mode::Vlm, ComponentGroup::Optimizer) => {
            "Verified converts 4-byte states by 4/b although they are FP32 already; in NLP it also multiplies by 1 + g/B. A 16-bit run then pays at least twice what the document's text charges."
        }
        (Mode::Nlp, ComponentGroup::Gradients) => {
            "Verified multiplies gradients by the accumulation steps; gradients are added up in place, so one copy is what a run keeps."
        }
        (Mode::Nlp, ComponentGroup::Activations) => {
            "Documented counts one tensor of width H per layer; Verified counts six, and the attention scores of every head besides."
        }
        (Mode::Nlp, ComponentGroup::Overhead) => "Verified adds a tenth of the counted weights to the reserved 1 GiB.",
        (Mode::Nlp, ComponentGroup::Other) => "Only Verified counts the position encoding.",
        (Mode::Vlm, ComponentGroup::Weights) => {
            "Documented multiplies the alignment weight by the hidden size, a few kilobytes; Verified counts real projection matrices."
        }
        (Mode::Vlm, ComponentGroup::Gradients) => "Verified also trains the fusion layers.",
        (Mode::Vlm, ComponentGroup::Activations) => {
            "Documented keeps one tensor per layer for all tokens; Verified keeps the encoders' outputs and one layer of cross-modal scores."
        }
        (Mode::Vlm, ComponentGroup::Adapter) => "Only Verified adds an adapter of a million parameters.",
        (Mode::Vlm | Mode::Cnn, ComponentGroup::Other) => "Only Verified counts the images while they are prepared.",
        (Mode::Vlm | Mode::Moe | Mode::Cnn, ComponentGroup::Overhead) => {
            "Verified reserves a round figure here; Documented reserves nothing."
        }
        (Mode::Moe, ComponentGroup::Activations) => "Only Documented multiplies the assignment by the capacity factor.",
        (Mode::Moe | Mode::Cnn, ComponentGroup::Optimizer) => {
            "Verified charges 8 bytes per parameter for every optimizer; Documented charges 4 bytes per state, so they differ with SGD."
        }
        (Mode::Cnn, ComponentGroup::Weights) => {
            "Documented adds the first convolution's filters; Verified adds batch normalization."
        }
        _ => return None,
    })
}
